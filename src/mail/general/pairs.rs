//! Labels and what stands behind them: in the same line after a colon, in the next cell, on the next line below a label with
//! a colon, or in the column below a row of labels. A label counts as a whole.

use crate::mail::recipe::view::{Page, View};

/// All labels of a mail with their values, in order.
#[derive(Debug, Default)]
pub struct Pairs(Vec<(String, String)>);

/// Longest label, characters.
const LONGEST: usize = 40;

impl Pairs {
    /// Of both sides of a mail.
    pub fn of(view: &View<'_>) -> Pairs {
        let mut pairs = Pairs::default();
        for page in &view.pages {
            pairs.of_page(page);
        }
        pairs
    }

    /// The values behind any of these labels, without empty ones.
    pub fn of_kind(&self, labels: &[String]) -> Vec<&str> {
        let hits = self.0.iter().filter(|(label, _)| labels.contains(label));
        hits.map(|(_, value)| value.as_str()).collect()
    }

    /// Every label with its value.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(label, value)| (label.as_str(), value.as_str()))
    }

    fn add(&mut self, label: &str, value: &str) {
        let label = normal(label);
        let value = value.trim();
        if !label.is_empty() && label.chars().count() <= LONGEST && !value.is_empty() {
            self.0.push((label, value.to_owned()));
        }
    }

    fn of_page(&mut self, page: &Page) {
        let rows: Vec<Vec<Vec<String>>> = page.rows.iter().map(|row| cells(row)).collect();
        for (r, row) in rows.iter().enumerate() {
            let below = rows.get(r + 1).filter(|below| below.len() == row.len());
            for (c, cell) in row.iter().enumerate() {
                for (l, line) in cell.iter().enumerate() {
                    match line.split_once(':') {
                        Some((label, value)) if !value.trim().is_empty() => self.add(label, value),
                        Some((label, _)) => {
                            let next = cell.get(l + 1).or_else(|| row.get(c + 1)?.first());
                            let next =
                                next.or_else(|| following(&rows, r, row.len())?.first()?.first());
                            self.add(label, next.map_or("", String::as_str));
                        }
                        None if l + 1 == cell.len() && cell.len() == 1 => {
                            if let Some(beside) = row.get(c + 1) {
                                self.add(line, &beside.join(" "));
                            }
                            if let Some(below) = below.filter(|_| row.len() > 1) {
                                self.add(line, &below[c].join(" "));
                            }
                        }
                        None => {}
                    }
                }
            }
        }
    }
}

/// The next row that is not blank, of a row that is one cell.
fn following(rows: &[Vec<Vec<String>>], r: usize, width: usize) -> Option<&Vec<Vec<String>>> {
    let next = rows
        .get(r + 1..)?
        .iter()
        .take(2)
        .find(|row| !row.is_empty())?;
    (width == 1 && next.len() == 1).then_some(next)
}

/// The cells of a row; a text line's columns stand apart by tabs or three blanks.
pub fn cells(row: &[Vec<String>]) -> Vec<Vec<String>> {
    let filled = row.iter().map(|cell| {
        let lines = cell.iter().filter(|line| !line.trim().is_empty());
        lines.cloned().collect::<Vec<_>>()
    });
    let cells: Vec<Vec<String>> = filled
        .filter(|cell: &Vec<String>| !cell.is_empty())
        .collect();
    match cells.as_slice() {
        [only] => match only.as_slice() {
            [line] => columns(line)
                .into_iter()
                .map(|column| vec![column])
                .collect(),
            _ => cells,
        },
        _ => cells,
    }
}

fn columns(line: &str) -> Vec<String> {
    let parts = line.split("   ").flat_map(|part| part.split(" | "));
    parts
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A label in lower case, without colon, stars and doubled blanks.
pub fn normal(label: &str) -> String {
    let bare = label
        .trim()
        .trim_matches(|c: char| ":*•-–|".contains(c) || c.is_whitespace());
    bare.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}
