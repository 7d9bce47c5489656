//! Aligned tables of at most 100 columns. A cell that is too long is folded, never cut: nothing is lost.

/// Columns of a terminal line.
pub(super) const WIDTH: usize = 100;

/// Narrowest that a folded column gets.
const NARROW: usize = 10;

/// Rows under headings.
pub(super) struct Table {
    heads: Vec<&'static str>,
    right: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Headings; one that begins with `>` is of a column of numbers: to the right and never folded.
    pub(super) fn new(heads: &[&'static str]) -> Table {
        Table {
            heads: heads
                .iter()
                .map(|head| head.trim_start_matches('>'))
                .collect(),
            right: heads.iter().map(|head| head.starts_with('>')).collect(),
            rows: Vec::new(),
        }
    }

    /// One more row, its cells made harmless.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows
            .push(cells.into_iter().map(|cell| clean(&cell)).collect());
    }

    /// The table, or the sentence for an empty one.
    pub(super) fn text(&self, empty: &str) -> String {
        if self.rows.is_empty() {
            return format!("{empty}\n");
        }
        let widths = self.widths();
        let heads: Vec<String> = self.heads.iter().map(|head| (*head).to_owned()).collect();
        let mut text = self.line(&heads, &widths);
        self.rows
            .iter()
            .for_each(|row| text.push_str(&self.line(row, &widths)));
        text
    }

    fn widths(&self) -> Vec<usize> {
        let longest = |column: usize| {
            let cells = self
                .rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count());
            cells
                .max()
                .unwrap_or(0)
                .max(self.heads[column].chars().count())
        };
        let mut widths: Vec<usize> = (0..self.heads.len()).map(longest).collect();
        let gaps = 2 * widths.len().saturating_sub(1);
        let words: Vec<usize> = (0..widths.len()).map(|i| self.longest_word(i)).collect();
        // Between words first; a word is broken only where that is not enough.
        for keep in [Some(&words), None] {
            while widths.iter().sum::<usize>() + gaps > WIDTH {
                let narrowest = |i: usize| keep.map_or(NARROW, |words| words[i].max(NARROW));
                let foldable =
                    (0..widths.len()).filter(|&i| !self.right[i] && widths[i] > narrowest(i));
                match foldable.max_by_key(|&i| widths[i]) {
                    Some(widest) => widths[widest] -= 1,
                    None => break,
                }
            }
        }
        widths
    }

    fn longest_word(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let words = cells.flat_map(|cell| cell.split(' '));
        words.map(|word| word.chars().count()).max().unwrap_or(0)
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let folded: Vec<Vec<String>> = cells
            .iter()
            .zip(widths)
            .map(|(cell, &width)| fold(cell, width))
            .collect();
        let height = folded.iter().map(Vec::len).max().unwrap_or(1);
        let mut text = String::new();
        for row in 0..height {
            let mut line = String::new();
            for (column, lines) in folded.iter().enumerate() {
                let cell = lines.get(row).map_or("", String::as_str);
                let pad = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
                if column > 0 {
                    line.push_str("  ");
                }
                let (before, after) = if self.right[column] {
                    (pad.as_str(), "")
                } else {
                    ("", pad.as_str())
                };
                line.push_str(before);
                line.push_str(cell);
                line.push_str(after);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Lines of at most `width` characters, broken at blanks where there are any.
pub(super) fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let mut letters = word.chars().count();
        let mut word = word.to_owned();
        if used > 0 && used + 1 + letters <= width {
            used += 1;
            if let Some(line) = lines.last_mut() {
                line.push(' ');
            }
        } else if used > 0 {
            lines.push(String::new());
            used = 0;
        }
        while letters > width.max(1) {
            let rest: String = word.chars().skip(width.max(1)).collect();
            word = word.chars().take(width.max(1)).collect();
            if let Some(line) = lines.last_mut() {
                line.push_str(&word);
            }
            lines.push(String::new());
            letters = rest.chars().count();
            word = rest;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&word);
        }
        used += letters;
    }
    lines
}

/// A paragraph of a list: the mark, then the text folded and indented behind it.
pub(super) fn item(mark: &str, text: &str) -> String {
    let indent = mark.chars().count();
    let mut out = String::new();
    for (i, line) in fold(&clean(text), WIDTH - indent).iter().enumerate() {
        let lead = if i == 0 {
            mark.to_owned()
        } else {
            " ".repeat(indent)
        };
        out.push_str(format!("{lead}{line}").trim_end());
        out.push('\n');
    }
    out
}

/// Text that a terminal only shows: every other character is written as its number, line ends become blanks.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if hostile(c) => out.push_str(&format!("<U+{:04X}>", c as u32)),
            c => out.push(c),
        }
    }
    out
}

/// Characters that a terminal may obey or that hide others: C0, DEL, C1, bidi controls, zero width, tags.
pub(super) fn hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_long_cells_folded() {
        let mut table = Table::new(&["claim", ">open", "customer"]);
        table.row(["garten/1".into(), "5.00 EUR".into(), "Emma".into()]);
        table.row(["garten/12345".into(), "1205.00 EUR".into(), "x ".repeat(60)]);
        table.row(["garten/3".into(), "1.00 EUR".into(), "y".repeat(200)]);
        let text = table.text("none");
        assert!(
            text.lines().all(|line| line.chars().count() <= WIDTH),
            "{text}"
        );
        assert!(
            text.starts_with(
                "claim                open  customer\ngarten/1         5.00 EUR  Emma\n"
            ),
            "{text}"
        );
        assert_eq!(text.matches('y').count(), 200);
        assert_eq!(text.matches('x').count(), 60);
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(
            Table::new(&["claim"]).text("No open claims."),
            "No open claims.\n"
        );
    }

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        assert_eq!(
            clean("a\u{1b}[2J\u{9b}b\u{202e}c\r\nd\u{0}"),
            "a<U+001B>[2J<U+009B>b<U+202E>c  d<U+0000>"
        );
        assert_eq!(clean("Zoë Müller-Łuk 株式会社"), "Zoë Müller-Łuk 株式会社");
    }
}
