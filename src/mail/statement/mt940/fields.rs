//! The text of an MT940 file cut into its fields (`:61:` and the lines behind it). Knows no field's meaning.
//!
//! SWIFT forbids that a line of text begins with `:` or `-`; what banks do beyond that is repaired only where it is certain.

/// A field and its lines, without line ends. The tag `END` ends a message.
#[derive(Debug)]
pub(super) struct Field<'a> {
    pub(super) tag: &'a str,
    pub(super) lines: Vec<&'a str>,
}

/// A line is at most so long, bytes; the norm says 65.
const MAX_LINE: usize = 16_384;
/// Lines of one field; the norm says 6.
const MAX_LINES: usize = 200;

/// Fields that can begin a file.
pub(super) const KNOWN: &[&[u8]] = &[
    b"20", b"21", b"25", b"28", b"28C", b"60F", b"60M", b"61", b"940", b"942", b"13D", b"34F",
];

/// The tag at the beginning of a line, and where its value begins.
pub(super) fn opens(line: &[u8]) -> Option<(&[u8], usize)> {
    let inner = line.strip_prefix(b":")?;
    let end = inner.iter().take(4).position(|&b| b == b':')?;
    let tag = &inner[..end];
    let numbered = match tag {
        [a, b] | [a, b, b'A'..=b'Z'] => a.is_ascii_digit() && b.is_ascii_digit(),
        _ => false,
    };
    (numbered || matches!(tag, b"940" | b"942" | b"NS")).then_some((tag, end + 2))
}

/// The fields in their order.
///
/// # Errors
/// A line or field of a length that no bank writes.
pub(super) fn fields(text: &str) -> Result<Vec<Field<'_>>, String> {
    let lines: Vec<&str> = text.lines().map(plain).collect();
    if lines.iter().any(|line| line.len() > MAX_LINE) {
        return Err(format!("a line has more than {MAX_LINE} bytes"));
    }
    let mut found: Vec<Field<'_>> = Vec::new();
    let (mut inside, mut closed) = (false, false);
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        at += 1;
        let value = opens(line.as_bytes())
            .and_then(|(tag, from)| Some((std::str::from_utf8(tag).ok()?, line.get(from..)?)));
        // A tag torn in two: `:` at the end of one line, `86:` at the beginning of the next.
        let torn = (line == ":").then(|| lines.get(at).and_then(|next| torn_tag(next)));
        if let Some((tag, value)) = value.map_or_else(|| torn.flatten(), Some) {
            at += usize::from(line == ":");
            inside = true;
            closed = (closed && tag != "20") || tag.starts_with("62");
            found.push(Field {
                tag,
                lines: vec![value],
            });
        } else if ends(line) && (closed || !more_follows(&lines[at..])) || line.starts_with("{1:") {
            (inside, closed) = (false, false);
            found.push(Field {
                tag: "END",
                lines: Vec::new(),
            });
        } else if inside && let Some(field) = found.last_mut() {
            if field.lines.len() > MAX_LINES {
                return Err(format!("a field has more than {MAX_LINES} lines"));
            }
            field.lines.push(line);
        }
    }
    Ok(found)
}

/// Control characters that frame a message do not belong to its lines.
fn plain(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_control())
}

fn torn_tag(next: &str) -> Option<(&str, &str)> {
    let (tag, value) = next.split_once(':')?;
    let known = matches!(tag, "61" | "86" | "62F" | "62M" | "64" | "65");
    known.then_some((tag, value))
}

fn ends(line: &str) -> bool {
    line.trim_end() == "-" || line.starts_with("-}")
}

/// The entries go on: then a lone `-` was the end of a payer's text.
fn more_follows(rest: &[&str]) -> bool {
    let next = rest.iter().find_map(|line| opens(line.as_bytes()));
    next.is_some_and(|(tag, _)| tag == b"61" || tag == b"86" || tag.starts_with(b"62"))
}
