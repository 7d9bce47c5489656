//! The total, if the rows above it prove it: items + shipping - discount, with taxes where prices are net, give it to the cent.
//!
//! Works on rows of amounts, whatever the table looks like: the unbroken run of rows with amounts directly above the
//! total's row. Invariant: two total labels with two amounts, or a run that does not add up, is no total.

use rust_decimal::Decimal;

use super::labels::LABELS;
use super::pairs::{cells, normal};
use super::what::has_word;
use crate::ledger::{Currency, Money};
use crate::mail::numbers::{self, NumberFormat};
use crate::mail::recipe::view::{Page, PageKind, View};

/// What a row of an amount is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Part,
    Discount,
    Subtotal,
    Tax,
    Total,
    /// Begins like a total and goes on with words nobody knows: `Gesamt gerundet`. It must name the same amount.
    OtherTotal,
    /// What follows a total: the rest, a deposit.
    Rest,
}

#[derive(Debug)]
struct Row {
    kind: Kind,
    amount: Decimal,
    currency: Option<Currency>,
}

/// Rows without an amount that may stand between two with one: an item's options or delivery time.
const GAP: usize = 4;

/// The proven total and how it is proven.
///
/// # Errors
/// Why there is none, in words.
pub fn total(view: &View<'_>) -> Result<(Money, String), String> {
    let mut proven: Option<(Money, String)> = None;
    let mut named: Vec<Money> = Vec::new();
    let mut why = "no total was found".to_owned();
    for page in &view.pages {
        let rows = rows(page);
        let currency = currency(&rows)?;
        for (at, row) in rows.iter().enumerate() {
            let is_total = |row: &&Row| matches!(row.kind, Kind::Total | Kind::OtherTotal);
            let Some(row) = row.as_ref().filter(is_total) else {
                continue;
            };
            let Some(currency) = row.currency.or(currency) else {
                return Err("the total has no currency".into());
            };
            let total = Money::new(row.amount, currency);
            named.push(total);
            if row.kind == Kind::OtherTotal {
                continue;
            }
            match proof(&rows[..at], row.amount) {
                Ok(how) => {
                    proven.get_or_insert((total, how));
                }
                Err(reason) => why = reason,
            }
        }
    }
    let (total, how) = proven.ok_or(why)?;
    if let Some(other) = named.iter().find(|other| **other != total) {
        return Err(format!("the mail names two totals: {total} and {other}"));
    }
    if !total.is_positive() || total.amount > Money::LIMIT {
        return Err(format!("the total is {total}: nothing to claim"));
    }
    Ok((total, how))
}

/// The amount at the start of a text as money, in any format that cannot be misread.
pub fn money(text: &str, otherwise: Currency) -> Option<Money> {
    numbers::money(text.trim(), &formats(true), Some(otherwise))
}

/// All currencies of the page's amounts, if they are one.
fn currency(rows: &[Option<Row>]) -> Result<Option<Currency>, String> {
    let mut currencies: Vec<Currency> = rows
        .iter()
        .flatten()
        .filter_map(|row| row.currency)
        .collect();
    currencies.sort();
    currencies.dedup();
    match currencies.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err("the mail names amounts in several currencies".into()),
    }
}

/// Whether the rows directly above give the total.
fn proof(above: &[Option<Row>], total: Decimal) -> Result<String, String> {
    let run = run(above);
    if !run.iter().any(|row| row.kind == Kind::Part) {
        return Err("there are no rows that give the total".into());
    }
    let (parts, tax) = (parts(&run), taxes(&run));
    if parts == total {
        return Ok("the rows above add up to it".into());
    }
    if parts + tax == total && !tax.is_zero() {
        return Ok("the rows above and the tax add up to it".into());
    }
    let differs = || format!("the rows add up to {parts}, but the total is {total}");
    // Items that could not be read one by one: what stands below the subtotal, which names their sum.
    let is_subtotal = |row: &&Row| row.kind == Kind::Subtotal;
    let below = run.iter().position(is_subtotal).ok_or_else(differs)?;
    if run.iter().filter(|row| is_subtotal(row)).count() != 1 {
        return Err(differs());
    }
    let rest = self::parts(&run[..below]);
    let sum = run[below].amount + rest;
    let says_more = !rest.is_zero() || !tax.is_zero();
    if says_more && (sum == total || sum + tax == total) {
        return Ok("the subtotal and the rows below it add up to it".into());
    }
    Err(differs())
}

/// The unbroken run of rows with amounts that ends above the total, the nearest first.
fn run(above: &[Option<Row>]) -> Vec<&Row> {
    let mut run: Vec<&Row> = Vec::new();
    let mut gap = 0;
    for row in above.iter().rev() {
        match row {
            Some(row) if matches!(row.kind, Kind::Total | Kind::OtherTotal | Kind::Rest) => break,
            Some(row) => {
                run.push(row);
                gap = 0;
            }
            None => gap += 1,
        }
        if gap > GAP {
            break;
        }
    }
    run
}

/// Items, shipping and fees, less discounts whatever their sign.
fn parts(run: &[&Row]) -> Decimal {
    let signed = |row: &&Row| match row.kind {
        Kind::Part => row.amount,
        Kind::Discount => -row.amount.abs(),
        _ => Decimal::ZERO,
    };
    run.iter().map(signed).sum()
}

fn taxes(run: &[&Row]) -> Decimal {
    let taxes = run.iter().filter(|row| row.kind == Kind::Tax);
    taxes.map(|row| row.amount).sum()
}

fn rows(page: &Page) -> Vec<Option<Row>> {
    page.rows
        .iter()
        .map(|row| self::row(&cells(row), page.kind))
        .collect()
}

/// The row's label and its last amount.
fn row(cells: &[Vec<String>], side: PageKind) -> Option<Row> {
    let cells: Vec<String> = cells.iter().map(|cell| cell.join(" ")).collect();
    let (last, first) = (cells.last()?, cells.first()?);
    let (label, found) = match cells.len() {
        1 => in_line(last, side)?,
        _ => (first.clone(), whole(last)?),
    };
    let kind = kind(&label);
    Some(Row {
        kind,
        amount: found.value,
        currency: found.currency,
    })
}

/// `Label: amount`, or a text line that ends with an amount and its currency.
fn in_line(line: &str, side: PageKind) -> Option<(String, numbers::Amount)> {
    if let Some((label, value)) = line.rsplit_once(':')
        && let Some(amount) = whole(value)
    {
        return Some((label.to_owned(), amount));
    }
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    // Blanks between words could be taken for the groups of a number: `2 149,90`.
    let formats = formats(side == PageKind::Html && words.len() < 3);
    (1..=3)
        .filter_map(|n| words.len().checked_sub(n))
        .find_map(|from| {
            let tail = words[from..].join(" ");
            let amount = numbers::amount(&tail, &formats)?;
            let whole = tail[amount.len..].trim().is_empty() && amount.currency.is_some();
            let number_before = from > 0 && words[from - 1].chars().all(|c| c.is_ascii_digit());
            (whole && !number_before && from > 0).then(|| (words[..from].join(" "), amount))
        })
}

/// An amount that is all of a cell, but for a remark in brackets or a footnote's star.
fn whole(cell: &str) -> Option<numbers::Amount> {
    let cell = cell.trim();
    let amount = numbers::amount(cell, &formats(true))?;
    let rest = cell.get(amount.len..)?.trim();
    (rest.is_empty()
        || rest.starts_with(['(', '*']) && !rest.contains('%')
        || rest.starts_with("(inkl")
        || rest.starts_with("(incl"))
    .then_some(amount)
}

fn kind(label: &str) -> Kind {
    let label = normal(label);
    let bare: String = label
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == ' ' {
                c
            } else {
                ' '
            }
        })
        .collect();
    let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    let is = |labels: &[String]| labels.iter().any(|known| *known == label || *known == bare);
    if is(&LABELS.subtotal)
        || has_word(
            &bare,
            &[
                "zwischensumme",
                "subtotal",
                "sous total",
                "subtotale",
                "subtotaal",
            ],
        )
    {
        return Kind::Subtotal;
    }
    if is(&LABELS.due) || is(&LABELS.deposit) {
        return Kind::Rest;
    }
    if let Some(total) = total_kind(&bare) {
        return total;
    }
    if has_word(&bare, &LABELS.tax) {
        return Kind::Tax;
    }
    if has_word(&bare, &LABELS.discount) {
        return Kind::Discount;
    }
    Kind::Part
}

/// A total's label, alone or with words that say gross or net.
fn total_kind(label: &str) -> Option<Kind> {
    let longest = LABELS.total.iter().filter(|known| {
        let rest = label.strip_prefix(known.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    let known = longest.max_by_key(|known| known.len())?;
    let rest = label[known.len()..].trim();
    if rest.is_empty() || LABELS.gross.iter().any(|known| known == rest) {
        return Some(Kind::Total);
    }
    if has_word(rest, &LABELS.net) {
        return Some(Kind::Subtotal);
    }
    let taxes = has_word(rest, &LABELS.tax);
    let contained = has_word(
        rest,
        &[
            "inkl",
            "incl",
            "including",
            "inklusive",
            "ttc",
            "inclusa",
            "incluido",
            "inclusief",
        ],
    );
    match (taxes, contained) {
        (true, true) => Some(Kind::Total),
        (true, false) => Some(Kind::Tax), // `Gesamt MwSt.`
        (false, _) => Some(Kind::OtherTotal),
    }
}

/// Ways of writing two decimals. With `blanks` also `1 234,56`.
fn formats(blanks: bool) -> Vec<NumberFormat> {
    let examples = ["1.234,56", "1,234.56", "1’234.56", "1 234,56"];
    let examples = &examples[..if blanks { 4 } else { 3 }];
    examples
        .iter()
        .filter_map(|example| NumberFormat::by_example(example).ok())
        .collect()
}
