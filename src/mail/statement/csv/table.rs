//! Text to rows: which sign divides the cells, and where the header stands. Limits come first.

use super::columns::Columns;

const MAX_LINE: usize = 65_536;
const MAX_ROWS: usize = 60_000;
const MAX_CELLS: usize = 200;
/// Lines that may stand before the header.
const PREAMBLE: usize = 60;
/// Bytes in which the header must stand.
const HEAD: usize = 32_768;

/// A row and the line of the file on which it begins.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) cells: Vec<String>,
    pub(super) line: u64,
}

/// Text, and neither XML, nor a mail: nothing is parsed for what cannot be a table.
pub(super) fn looks_textual(bytes: &[u8]) -> bool {
    let start = head(bytes);
    let wide = start.starts_with(b"\xFF\xFE");
    let bare = start
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(start)
        .trim_ascii_start();
    let binary =
        start.contains(&0) && !wide || bare.starts_with(b"PK") || bare.starts_with(b"%PDF");
    // RFC 5322 2.2: a mail begins with a field.
    let first = bare.split(|&b| b == b'\n').next().unwrap_or_default();
    let name = first.iter().position(|&b| b == b':').map(|at| &first[..at]);
    let field = name.is_some_and(|n| {
        !n.is_empty() && n.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    });
    !binary && !bare.starts_with(b"<") && !field
}

/// The beginning of a file.
pub(super) fn head(bytes: &[u8]) -> &[u8] {
    let head = &bytes[..bytes.len().min(HEAD)];
    // Not in the middle of a character or line.
    match (bytes.len() > HEAD, head.iter().rposition(|&b| b == b'\n')) {
        (true, Some(end)) if !head.starts_with(b"\xFF\xFE") => &head[..end],
        _ => head,
    }
}

/// The delimiter under which one of the first lines is a header that is understood; the one that understands most wins.
pub(super) fn header(text: &str) -> Option<u8> {
    let mut best = None;
    for line in text
        .lines()
        .take(PREAMBLE)
        .filter(|line| line.len() <= MAX_LINE)
    {
        for delimiter in *b";,\t|" {
            if !line.as_bytes().contains(&delimiter) {
                continue;
            }
            let Ok(rows) = rows(line, delimiter) else {
                continue;
            };
            let known = rows
                .first()
                .and_then(|row| Columns::of(&row.cells))
                .map_or(0, |c| c.known());
            if known > best.map_or(0, |(most, _)| most) {
                best = Some((known, delimiter));
            }
        }
        if best.is_some() {
            break;
        }
    }
    best.map(|(_, delimiter)| delimiter)
}

/// All rows that are not empty.
///
/// # Errors
/// A limit is broken.
pub(super) fn rows(text: &str, delimiter: u8) -> Result<Vec<Row>, String> {
    if text.lines().any(|line| line.len() > MAX_LINE) {
        return Err(format!("a line has more than {MAX_LINE} bytes"));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("the table is not readable: {error}"))?;
        let line = record.position().map_or(0, csv::Position::line);
        if rows.len() >= MAX_ROWS || record.len() > MAX_CELLS {
            return Err(format!(
                "the table has more than {MAX_ROWS} rows or {MAX_CELLS} columns"
            ));
        }
        if record.as_slice().len() > MAX_LINE {
            return Err(format!("line {line}: a quotation mark is not closed"));
        }
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(Row {
                cells: record.iter().map(str::to_owned).collect(),
                line,
            });
        }
    }
    Ok(rows)
}
