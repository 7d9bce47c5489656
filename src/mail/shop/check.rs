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
    let mut result = Added::Unreadable;
    for page in &view.pages {
        let Some(rows) = Rows::of(page, sum, &totals, &layout.numbers) else {
            continue;
        };
        // Swiss cash rounding moves a total by up to two rappen; elsewhere a cent may be lost on net prices.
        let tolerance = Decimal::new(if total.currency.code() == "CHF" { 5 } else { 2 }, 2);
        let near = |value: Decimal| (value - total.amount).abs() <= tolerance;
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
            Place::Label { labels, .. } => Some(labels.clone()),
            _ => None,
        });
    labels.flatten().collect()
}

#[derive(Default)]
struct Rows {
    added: Decimal,
    tax: Decimal,
    items: usize,
}

impl Rows {
    fn of(page: &Page, sum: &Sum, totals: &[String], formats: &[NumberFormat]) -> Option<Rows> {
        let item = sum.item.as_ref().filter(|_| page.kind == PageKind::Text);
        if page.kind == PageKind::Text && item.is_none() {
            return None; // columns of a text are not cells
        }
        let lines = lines(page);
        let is_head = |row: &Vec<String>| row.iter().any(|cell| starts(cell, &sum.from));
        let start = lines.iter().position(is_head)?;
        let mut rows = Rows::default();
        for row in &lines[start + 1..] {
            let label = row.iter().find(|cell| !cell.trim().is_empty());
            let label = label.map_or("", String::as_str);
            if starts(label, totals) {
                return (rows.items > 0).then_some(rows);
            }
            let matched = item.map_or(0, |item| rows.add_items(label, item, formats));
            if matched == 0
                && let Some(amount) = row_amount(row, formats)
            {
                rows.add(label, amount, sum);
            }
        }
        None
    }

    fn add(&mut self, label: &str, amount: Decimal, sum: &Sum) {
        if starts(label, &sum.tax) {
            self.tax += amount;
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

fn starts(text: &str, labels: &[String]) -> bool {
    let text = text.trim().to_lowercase();
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
    if let Some((_, value)) = last.split_once(": ") {
        return numbers::amount(value, formats).map(|amount| amount.value);
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
