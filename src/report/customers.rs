//! `list customers`: who owes how much, and what holds letters to him.

use jiff::civil::Date;
use serde::Serialize;

use super::table::Table;
use super::{View, json_text, money};
use crate::ledger::books::CustomerState;
use crate::ledger::{CustomerAddress, Money};

#[derive(Serialize)]
struct CustomerRow {
    email: String,
    name: Option<String>,
    company: Option<String>,
    language: crate::ledger::Language,
    claims: usize,
    open_claims: usize,
    open: Vec<Money>,
    overdue: Vec<Money>,
    credit: Vec<Money>,
    last_letter: Option<Date>,
    hold: Option<String>,
}

impl CustomerRow {
    fn of(view: &View, address: &CustomerAddress, state: &CustomerState) -> CustomerRow {
        let (mut open, mut overdue, mut open_claims) = (Vec::new(), Vec::new(), 0);
        for invoice in state
            .invoices
            .iter()
            .filter_map(|key| view.ledger.invoice(key))
        {
            let rest = view.open(invoice);
            if rest.is_positive() {
                open_claims += 1;
                add(&mut open, rest);
                if view.days_over(invoice) > 0 {
                    add(&mut overdue, rest);
                }
            }
        }
        let hold = match (&state.bounced, &state.answered) {
            (Some((_, bounced)), _) => Some(format!("a letter came back: {}", bounced.reason)),
            (None, Some(_)) => Some("the customer wrote".to_owned()),
            (None, None) => None,
        };
        CustomerRow {
            email: address.to_string(),
            name: state.customer.name.as_ref().map(ToString::to_string),
            company: state.customer.company.as_ref().map(ToString::to_string),
            language: state.customer.language,
            claims: state.invoices.len(),
            open_claims,
            open,
            overdue,
            credit: state.credit.clone(),
            last_letter: state.letters.last().copied(),
            hold,
        }
    }
}

/// `list customers`.
pub fn customers(view: &View, all: bool, json: bool) -> String {
    let rows: Vec<CustomerRow> = view
        .ledger
        .customers()
        .map(|(address, state)| CustomerRow::of(view, address, state))
        .filter(|row| all || row.open_claims > 0 || row.hold.is_some())
        .collect();
    if json {
        return json_text(&rows);
    }
    let mut table = Table::new(&[
        "customer",
        "address",
        ">open",
        ">overdue",
        "last letter",
        "hold",
    ]);
    for row in rows {
        table.row([
            row.company.or(row.name).unwrap_or_else(|| "-".into()),
            row.email,
            sums(&row.open),
            sums(&row.overdue),
            row.last_letter.map_or("-".into(), |day| day.to_string()),
            row.hold.unwrap_or_default(),
        ]);
    }
    table.text(if all {
        "No customers yet."
    } else {
        "No customer owes anything. All: mahnwerk list customers --all"
    })
}

/// Adds to the sum of the same currency; two currencies are never one sum.
pub(super) fn add(sums: &mut Vec<Money>, money: Money) {
    match sums.iter_mut().find(|sum| sum.currency == money.currency) {
        Some(sum) => *sum = sum.plus(money).unwrap_or(*sum),
        None => sums.push(money),
    }
}

pub(super) fn sums(sums: &[Money]) -> String {
    match sums {
        [] => "-".into(),
        sums => sums
            .iter()
            .map(|sum| money(*sum))
            .collect::<Vec<_>>()
            .join(" + "),
    }
}
