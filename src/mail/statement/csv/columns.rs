//! Which column of a file is what.

use std::collections::BTreeMap;

use super::table::Row;
use super::words::{Layout, folded, table};
use crate::ledger::Currency;

/// The columns of one header.
#[derive(Debug)]
pub(super) struct Columns {
    places: BTreeMap<&'static str, usize>,
    /// Further columns of the purpose.
    pub(super) purposes: Vec<usize>,
    /// Number of columns.
    pub(super) width: usize,
    /// The export that this is, if it is a known one.
    pub(super) layout: Option<&'static Layout>,
    /// Currency in the header of the amount.
    pub(super) unit: Option<Currency>,
}

impl Columns {
    /// The columns, if this row is a header: it names a day and an amount, and says who or what for.
    pub(super) fn of(cells: &[String]) -> Option<Columns> {
        if cells.len() < 3 || cells.iter().any(|cell| cell.len() > 200) {
            return None;
        }
        let table = table()?;
        let mut headers: Vec<String> = cells.iter().map(|cell| folded(cell)).collect();
        let layout = layout(&mut headers);
        let at = |word: &str| {
            let word = folded(word);
            headers.iter().position(|header| *header == word)
        };
        let mut places = BTreeMap::new();
        for (role, words) in &table.columns {
            let own = layout
                .and_then(|l| l.columns.get(role))
                .and_then(|word| at(word));
            let place = own.or_else(|| words.iter().find_map(|word| at(word)));
            if let Some(place) = place {
                places.insert(role.as_str(), place);
            }
        }
        for (role, word) in layout.iter().flat_map(|l| &l.columns) {
            if let Some(place) = at(word) {
                places.insert(role.as_str(), place);
            }
        }
        one_meaning(&mut places, layout);
        // The same word twice (`Währung` of the balance and of the amount): the one behind the amount is the amount's.
        if let (Some(&amount), Some(&currency)) = (places.get("amount"), places.get("currency"))
            && headers.get(amount + 1) == headers.get(currency)
        {
            places.insert("currency", amount + 1);
        }
        let sums = places.contains_key("amount")
            || (places.contains_key("debit") && places.contains_key("credit"));
        let words = ["purpose", "text", "labelled", "name", "payer", "payee"];
        if !places.contains_key("booked") || !sums || !words.iter().any(|w| places.contains_key(w))
        {
            return None;
        }
        let unit = ["amount", "credit"]
            .iter()
            .find_map(|role| places.get(role))
            .and_then(|at| unit(&cells[*at]));
        let purposes = places
            .get("purpose")
            .map_or(Vec::new(), |at| further(&headers, *at));
        Some(Columns {
            places,
            purposes,
            width: cells.len(),
            layout,
            unit,
        })
    }

    /// Number of columns that are understood.
    pub(super) fn known(&self) -> usize {
        self.places.len()
    }

    /// Whether there is such a column.
    pub(super) fn has(&self, role: &str) -> bool {
        self.places.contains_key(role)
    }

    /// The last column that matters.
    pub(super) fn last(&self) -> usize {
        self.places.values().copied().max().unwrap_or_default()
    }

    /// Where a column stands.
    pub(super) fn place(&self, role: &str) -> Option<usize> {
        self.places.get(role).copied()
    }

    /// What stands in this column of a row, if anything does.
    pub(super) fn cell<'r>(&self, row: &'r Row, role: &str) -> Option<&'r str> {
        let text = row.cells.get(self.place(role)?)?.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// A column means one thing: what a layout says, else the first of these.
fn one_meaning(places: &mut BTreeMap<&'static str, usize>, layout: Option<&Layout>) {
    let own = |role: &str| layout.is_some_and(|l| l.columns.contains_key(role));
    for (role, other) in [
        ("account", "iban"),
        ("kind", "text"),
        ("kind", "status"),
        ("labelled", "text"),
        ("purpose", "text"),
        ("name", "purpose"),
        ("booked", "valued"),
    ] {
        if places.contains_key(role) && places.get(role) == places.get(other) {
            places.remove(if own(other) && !own(role) {
                role
            } else {
                other
            });
        }
    }
}

/// The known export that has these headers; the one with the most headers of its own wins. A header of which a few words
/// were overwritten is put right where the others stand in their order.
fn layout(headers: &mut Vec<String>) -> Option<&'static Layout> {
    let has = |layout: &&Layout| {
        layout
            .header
            .iter()
            .all(|word| headers.contains(&folded(word)))
    };
    let layouts = &table()?.layout;
    if let Some(found) = layouts
        .iter()
        .filter(has)
        .max_by_key(|layout| layout.header.len())
    {
        return Some(found);
    }
    let in_order = layouts.iter().find(|layout| {
        let same = layout
            .order
            .iter()
            .zip(headers.iter())
            .filter(|(word, header)| folded(word) == **header);
        layout.order.len() == headers.len()
            && !headers.is_empty()
            && same.count() * 5 >= headers.len() * 4
    })?;
    *headers = in_order.order.iter().map(|word| folded(word)).collect();
    Some(in_order)
}

fn unit(header: &str) -> Option<Currency> {
    if header.contains('€') {
        return Some(Currency::EUR);
    }
    let words = header.split(|c: char| !c.is_ascii_alphabetic());
    let mut units = words.filter(|w| matches!(*w, "EUR" | "CHF" | "USD" | "GBP"));
    units.next().and_then(|word| word.parse().ok())
}

/// `Verwendungszweck 2`, `Omschrijving-3` behind the first.
fn further(headers: &[String], first: usize) -> Vec<usize> {
    let base = headers[first].trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let more = headers.iter().enumerate().filter(|(at, header)| {
        let rest = header.strip_prefix(base).map(str::trim);
        *at != first && rest.is_some_and(|r| !r.is_empty() && r.bytes().all(|b| b.is_ascii_digit()))
    });
    more.map(|(at, _)| at).collect()
}
