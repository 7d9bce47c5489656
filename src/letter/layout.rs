//! Rendered text as it is read in a mail program: no torn lines, no holes.
//!
//! Knows lines and blanks only; never changes a word.

/// Body text as it is read: no blanks at line ends, never two empty lines, lines of at most 76 characters where blanks
/// allow it (RFC 5322 2.1.1 recommends 78).
pub(super) fn tidy(body: &str) -> String {
    let mut text = String::new();
    let mut empty = true;
    for line in body.lines().map(str::trim_end) {
        if !(line.is_empty() && empty) {
            wrap(line, &mut text);
        }
        empty = line.is_empty();
    }
    format!("{}\n", text.trim_end())
}

fn wrap(line: &str, text: &mut String) {
    if line.chars().count() <= 76 {
        text.push_str(line);
        text.push('\n');
        return;
    }
    let start = line.len() - line.trim_start_matches([' ', '-']).len(); // below the words of a list's entry
    let indent = &" ".repeat(line[..start].chars().count());
    let mut row = line[..start].to_owned();
    for word in line[start..].split_whitespace() {
        let started = row.len() > indent.len();
        if started && row.chars().count() + 1 + word.chars().count() > 76 {
            text.push_str(&row);
            text.push('\n');
            row.clone_from(indent);
        } else if started {
            row.push(' ');
        }
        row.push_str(word);
    }
    text.push_str(&row);
    text.push('\n');
}
