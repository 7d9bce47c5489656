//! `export`: everything as one JSON value, or the claims as CSV for a spreadsheet.

use serde::Serialize;

use super::list::{ClaimRow, claim_rows};
use super::{View, json_text};
use crate::ledger::event::Event;

#[derive(Serialize)]
struct Everything {
    format: &'static str,
    day: jiff::civil::Date,
    claims: Vec<ClaimRow>,
    events: Vec<Event>,
}

/// Claims and every fact, in key order.
pub fn json(view: &View) -> String {
    json_text(&Everything {
        format: "mahnwerk-export-1",
        day: view.today(),
        claims: claim_rows(view, true),
        events: view.ledger.events().collect(),
    })
}

const HEADS: [&str; 14] = [
    "shop",
    "number",
    "invoice_number",
    "order_date",
    "due_date",
    "customer",
    "email",
    "total",
    "open",
    "currency",
    "payment_method",
    "state",
    "level",
    "last_letter",
];

/// All claims as CSV (RFC 4180): every cell quoted, none of them a formula.
pub fn csv(view: &View) -> String {
    let mut text = record(HEADS.map(str::to_owned));
    for row in claim_rows(view, true) {
        let method = serde_json::to_value(row.payment_method).ok();
        text.push_str(&record([
            row.shop,
            row.number,
            row.invoice_number.unwrap_or_default(),
            row.order_date.to_string(),
            row.due_date.to_string(),
            row.customer,
            row.email.unwrap_or_default(),
            row.total,
            row.open,
            row.currency,
            method
                .and_then(|method| method.as_str().map(str::to_owned))
                .unwrap_or_default(),
            row.state,
            row.level.to_string(),
            row.last_letter.map_or(String::new(), |day| day.to_string()),
        ]));
    }
    text
}

fn record(cells: [String; 14]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| format!("\"{}\"", harmless(cell).replace('"', "\"\"")))
        .collect();
    cells.join(",") + "\r\n"
}

/// A cell that no spreadsheet takes for a formula: behind an apostrophe it is a text.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        for (cell, written) in [
            ("Emma", "Emma"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
        ] {
            assert_eq!(harmless(cell), written);
        }
        let mut cells = HEADS.map(str::to_owned);
        cells[5] = "Kiosk \"Zur Ecke\", Inh. =A1".into();
        let line = record(cells);
        assert!(
            line.contains(",\"Kiosk \"\"Zur Ecke\"\", Inh. =A1\","),
            "{line}"
        );
    }
}
