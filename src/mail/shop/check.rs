//! Does the total agree with itself? Items + shipping - discount (+ tax on net prices) must give it, and text, HTML
//! and markup must name the same. A contradiction is a reason for the merchant, never a choice of ours.

use regex::Regex;
use rust_decimal::Decimal;

use crate::ledger::Money;
use crate::mail::numbers::{self, NumberFormat};
use crate::mail::recipe::view::{Page, PageKind, View};
use crate::mail::recipe::{Layout, Place, Sum};

/// What adding up the rows gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// They give the total.
    Agrees,
    /// They cannot be added up (no table, cut off).
    Unreadable,
    /// They give something else.
    Differs(Decimal),
}

/// Adds up the rows above the total.
pub fn add_up(layout: &Layout, view: &View<'_>, total: Money) -> Added {
    let Some(sum) = &layout.sum else {
        return Added::Unreadable;
    };
    let mut totals = total_labels(layout);
    totals.extend(sum.until.iter().cloned());
    let ends = if sum.result.is_empty() {
        &totals
    } else {
        &sum.result
    };
    let mut result = Added::Unreadable;
    for page in &view.pages {
        let Some(rows) = Rows::of(page, sum, ends, &layout.numbers) else {
            continue;
        };
        let due = match rows.result {
            Some(amount) => amount,
            None if sum.result.is_empty() => total.amount,
            None => continue,
        };
        // Swiss cash rounding moves a total by up to two rappen; elsewhere a cent may be lost on net prices.
        let tolerance = Decimal::new(if total.currency.code() == "CHF" { 5 } else { 2 }, 2);
        let near = |value: Decimal| (value - due).abs() <= tolerance;
        if near(rows.added) || (!rows.tax.is_zero() && near(rows.added + rows.tax)) {
            return Added::Agrees;
        }
        result = Added::Differs(rows.added);
    }
    result
}

fn total_labels(layout: &Layout) -> Vec<String> {
    let alternatives = layout
        .fields
        .get("total")
        .map(|field| field.alternatives.as_slice())
        .unwrap_or_default();
    let labels = alternatives
        .iter()
        .filter_map(|alternative| match &alternative.place {
            Place::Label { labels, .. } => Some(labels),
            _ => None,
        });
    labels
        .flatten()
        .map(|label| label.text().to_owned())
        .collect()
}

#[derive(Default)]
struct Rows {
    added: Decimal,
    tax: Decimal,
    items: usize,
    /// The amount of the row that ended them, where it is not the total.
    result: Option<Decimal>,
}

impl Rows {
    fn of(page: &Page, sum: &Sum, ends: &[String], formats: &[NumberFormat]) -> Option<Rows> {
        let item = sum.item.as_ref().filter(|_| page.kind == PageKind::Text);
        if page.kind == PageKind::Text && item.is_none() && sum.first.is_empty() {
            return None; // columns of a text are not cells
        }
        let lines = lines(page);
        let is_head = |row: &Vec<String>| row.iter().any(|cell| starts(&lower(cell), &sum.from));
        let mut begun = match sum.from.is_empty() {
            true => Some(0),
            false => lines.iter().position(is_head).map(|head| head + 1),
        }?;
        let mut rows = Rows::default();
        let mut counting = sum.first.is_empty();
        // A label alone in its row names the amount that stands alone in the next one.
        let mut above = String::new();
        while let Some(row) = lines.get(begun) {
            begun += 1;
            let label = first_cell(row);
            if label.is_empty() {
                continue;
            }
            let amount = row_amount(row, formats);
            let bare = row.len() == 1 && numbers::amount(label, formats).is_some();
            let name = if bare {
                std::mem::take(&mut above)
            } else {
                lower(label)
            };
            counting |= amount.is_some() && starts(&name, &sum.first);
            let counts = counting && !starts(&name, &sum.tax) && !starts(&name, &sum.ignore);
            if counts && starts(&name, ends) {
                let below = || {
                    let rest = lines.get(begun..)?;
                    row_amount(
                        rest.iter().find(|row| !first_cell(row).is_empty())?,
                        formats,
                    )
                };
                rows.result = amount.or_else(below).filter(|_| !sum.result.is_empty());
                return (rows.items > 0).then_some(rows);
            }
            let matched = item.map_or(0, |item| rows.add_items(label, item, formats));
            if let (true, 0, Some(amount)) = (counting, matched, amount) {
                rows.add(&name, amount, sum);
            }
            above = if amount.is_some() {
                String::new()
            } else {
                name
            };
        }
        None
    }

    fn add(&mut self, label: &str, amount: Decimal, sum: &Sum) {
        if starts(label, &sum.tax) {
            self.tax += amount;
        } else if starts(label, &sum.minus) {
            self.added -= amount.abs();
        } else if !starts(label, &sum.ignore) {
            self.items += 1;
            self.added += amount;
        }
    }

    /// Items of a text without a table; one line may hold several.
    fn add_items(&mut self, line: &str, item: &Regex, formats: &[NumberFormat]) -> usize {
        let words = item.captures_iter(line).filter_map(|found| found.get(1));
        let amounts = words.filter_map(|word| numbers::amount(word.as_str(), formats));
        let amounts: Vec<Decimal> = amounts.map(|amount| amount.value).collect();
        self.items += amounts.len();
        self.added += amounts.iter().sum::<Decimal>();
        amounts.len()
    }
}

/// Rows of cells; a text row is one cell.
fn lines(page: &Page) -> Vec<Vec<String>> {
    let cells = |row: &Vec<Vec<String>>| row.iter().map(|cell| cell.join(" ")).collect();
    match page.kind {
        PageKind::Html => page.rows.iter().map(cells).collect(),
        PageKind::Text => page
            .rows
            .iter()
            .map(|row| vec![row.concat().join(" ")])
            .collect(),
    }
}

fn first_cell(row: &[String]) -> &str {
    let filled = row.iter().find(|cell| !cell.trim().is_empty());
    filled.map_or("", String::as_str)
}

fn lower(text: &str) -> String {
    text.trim().to_lowercase()
}

/// One of the labels stands at the start of a text in lower case.
fn starts(text: &str, labels: &[String]) -> bool {
    labels.iter().any(|label| {
        let rest = text.strip_prefix(label.as_str());
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

/// The amount of a row: that of its last cell, or of a single line behind its label or at its end.
fn row_amount(row: &[String], formats: &[NumberFormat]) -> Option<Decimal> {
    let last = row.iter().rev().find(|cell| !cell.trim().is_empty())?;
    if let Some(amount) = numbers::amount(last, formats) {
        return Some(amount.value);
    }
    if row.len() > 1 {
        return None;
    }
    if let Some((_, value)) = last.split_once(':')
        && let Some(amount) = numbers::amount(value, formats)
    {
        return Some(amount.value);
    }
    // `inkl. 19% MwSt. 8,75 €`: the words from the last blanks on, with or without a currency before the number.
    let words: Vec<&str> = last.split(' ').collect();
    (1..=3)
        .filter_map(|n| words.len().checked_sub(n))
        .find_map(|from| {
            let tail = words[from..].join(" ");
            let found = numbers::amount(&tail, formats)?;
            (found.currency.is_some() && tail[found.len..].trim().is_empty()).then_some(found.value)
        })
}
