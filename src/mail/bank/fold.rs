//! Free text is delimited by position: the further lines of a value (deeper indented in a text, inside its own cell in a
//! table) are folded into the line of their label, so that nothing in them can be taken for a label of the bank's.
//!
//! Knows no label and no bank.

use crate::mail::html::Line;
use crate::mail::parts::Mail;
use crate::mail::recipe::view::{FOLD, View};

/// Further lines stand at least so much deeper than their label.
const DEEPER: usize = 2;

/// The mail with the further lines of its values folded.
pub fn view(mail: &Mail) -> View<'_> {
    View::of_lines(mail, &cells(&mail.html), &indented(&mail.text))
}

/// A value with its own line breaks.
pub fn unfold(text: &str) -> String {
    let lines: Vec<&str> = text.split([FOLD, '\n']).map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}

/// A value in one line.
pub fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c == FOLD || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// In a row that begins with a label alone, what stands in the other cells is a value.
fn cells(lines: &[Line]) -> Vec<Line> {
    let value = |cell: &String| {
        let folded = cell.replace('\n', &FOLD.to_string());
        match starts_with_words(&folded) {
            true => format!("{FOLD}{folded}"),
            false => folded,
        }
    };
    let fold = |line: &Line| match line.cells.as_slice() {
        [first, second] if !first.contains('\n') => Line {
            cells: vec![first.clone(), value(second)],
            depth: line.depth,
        },
        [first, rest @ ..] if rest.len() > 1 && !first.contains('\n') => Line {
            cells: std::iter::once(first.clone())
                .chain(
                    rest.iter()
                        .map(|cell| cell.replace('\n', &FOLD.to_string())),
                )
                .collect(),
            depth: line.depth,
        },
        _ => line.clone(),
    };
    lines.iter().map(fold).collect()
}

/// Might be read as a label and its value.
fn starts_with_words(text: &str) -> bool {
    text.starts_with(char::is_alphabetic) && text.contains([' ', ':', '\u{a0}'])
}

fn indented(lines: &[Line]) -> Vec<Line> {
    let mut folded: Vec<Line> = Vec::new();
    let mut label_depth: Option<usize> = None;
    for line in lines {
        let text = line.text();
        let depth = text.chars().take_while(|c| c.is_whitespace()).count();
        let empty = text.trim().is_empty();
        if let (Some(label), Some(last), false) = (label_depth, folded.last_mut(), empty)
            && depth >= label + DEEPER
            && last.depth == line.depth
            && let Some(cell) = last.cells.last_mut()
        {
            cell.push(FOLD);
            cell.push_str(text.trim());
            continue;
        }
        label_depth = (!empty && begins_with_label(&text)).then_some(depth);
        folded.push(line.clone());
    }
    folded
}

/// `Label: value`, the label being short.
fn begins_with_label(line: &str) -> bool {
    line.trim()
        .split_once(':')
        .is_some_and(|(label, value)| !value.trim().is_empty() && label.chars().count() <= 40)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn folded(body: &str) -> String {
        let mail = format!("From: a@b.example\r\nContent-Type: text/plain\r\n\r\n{body}");
        let mail = Mail::parse(mail.as_bytes()).unwrap();
        view(&mail).pages[0].joined.replace(FOLD, "/")
    }

    #[test]
    fn deeper_lines_belong_to_their_label_and_others_do_not() {
        assert_eq!(
            folded("Zweck:   RE 10\n         47-1\n         Betrag: 99,00\nBetrag:  5,00\n"),
            "Zweck:   RE 10/47-1/Betrag: 99,00\nBetrag:  5,00\n"
        );
        assert_eq!(
            folded("Hallo\n   Betrag: 5,00\n   Zweck: x\n"),
            "Hallo\nBetrag: 5,00\nZweck: x\n"
        );
    }
}
