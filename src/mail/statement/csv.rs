//! CSV exports of banks and providers, recognised by the words of their header. Which column is what stands in a table of
//! data (`words`); here is what makes a file believable.
//!
//! Delimiter, encoding, decimal mark, order of day and month and the direction of the amounts are proven by the whole file
//! or it is refused: an export that could be read in two ways is no statement.

mod amounts;
mod columns;
mod days;
mod labels;
mod proof;
mod rows;
mod table;
mod words;

use jiff::civil::Date;

use super::{MAX_FILE, Statement, iban_in, squeezed};
use columns::Columns;
use rows::Reader;
use table::Row;

/// Whether this is an export whose header is understood.
pub fn is_csv(bytes: &[u8]) -> bool {
    table::looks_textual(bytes)
        && super::text::decode(table::head(bytes))
            .is_ok_and(|text| table::header(&text.text).is_some())
}

/// All statements of a file: one for each account that it names.
///
/// # Errors
/// Why it is not readable, or what in it is not proven, in words.
pub fn read(bytes: &[u8]) -> Result<Vec<Statement>, String> {
    if bytes.len() > MAX_FILE {
        return Err(format!("the file has more than {} bytes", MAX_FILE));
    }
    let decoded = super::text::decode(bytes)?;
    let text = &decoded.text;
    let delimiter = table::header(text).ok_or("the file has no header that is understood")?;
    let all = table::rows(text, delimiter)?;
    let mut found: Vec<Statement> = Vec::new();
    let mut preamble: Vec<&Row> = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let Some(columns) = Columns::of(&all[at].cells) else {
            preamble.push(&all[at]);
            at += 1;
            continue;
        };
        let body = &all[at + 1..];
        // comdirect writes the tables of several accounts below each other.
        let next = body
            .iter()
            .position(|row| Columns::of(&row.cells).is_some());
        let body = &body[..next.unwrap_or(body.len())];
        let last = next.is_none();
        section(
            &columns,
            body,
            last && !text.ends_with('\n'),
            &preamble,
            &mut found,
        )?;
        preamble.clear();
        at += 1 + body.len();
    }
    Ok(found)
}

/// One header and the rows below it.
fn section(
    columns: &Columns,
    body: &[Row],
    open_end: bool,
    preamble: &[&Row],
    found: &mut Vec<Statement>,
) -> Result<(), String> {
    let reader = Reader::of(columns, body, open_end)?;
    let named = stated_account(preamble).or_else(|| columns.layout.and_then(|l| l.account.clone()));
    let until = stated_until(preamble, reader.days).filter(|_| reader.chain != Some(false));
    let from = found.len();
    // A file that names no account and has no rows is still read: nothing was booked.
    let empty = statement(columns, named.clone(), until);
    for row in reader.rows() {
        let line = reader.line(row)?;
        let account = columns
            .cell(row, "account")
            .map(squeezed)
            .or_else(|| named.clone());
        let known = found[from..].iter().position(|s| s.account_text == account);
        let at = match known {
            Some(at) => from + at,
            None => {
                found.push(statement(columns, account, until));
                found.len() - 1
            }
        };
        found[at].lines.push(line);
    }
    if found.len() == from {
        found.push(empty);
    }
    Ok(())
}

fn statement(columns: &Columns, account: Option<String>, until: Option<Date>) -> Statement {
    let name = columns
        .layout
        .map_or("an unknown bank", |layout| layout.name.as_str());
    Statement {
        format: format!("CSV of {name}"),
        account: account.as_deref().and_then(iban_in),
        account_text: account,
        until,
        complete: true,
        ..Statement::default()
    }
}

/// The one IBAN above the header: what the bank writes there is about the account itself.
fn stated_account(preamble: &[&Row]) -> Option<String> {
    let cells = preamble.iter().flat_map(|row| &row.cells);
    // `IBAN / Girokonto` in one cell.
    let iban = |cell: &String| iban_in(cell).or_else(|| iban_in(cell.split('/').next()?));
    let mut ibans: Vec<String> = cells.filter_map(iban).collect();
    ibans.dedup();
    match ibans.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

/// The last whole day of the period that the export names: it may have been made on the period's last day.
fn stated_until(preamble: &[&Row], form: days::Form) -> Option<Date> {
    let line = |row: &&&Row| {
        let words = words::folded(&row.cells.join(" "));
        ["zeitraum", "kontostand vom", "period", "umsaetze vom"]
            .iter()
            .any(|w| words.contains(w))
    };
    let texts: Vec<String> = preamble
        .iter()
        .filter(line)
        .map(|row| row.cells.join(" "))
        .collect();
    let tokens = texts
        .iter()
        .flat_map(|t| t.split(|c: char| c.is_whitespace() || c == ':'));
    let last = tokens
        .filter_map(|token| days::read(token.trim_matches([':', ',', ';', '"']), form))
        .max();
    last?.yesterday().ok()
}
