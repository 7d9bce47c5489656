//! `list payments`: money and what became of it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::list::recent;
use super::table::Table;
use super::{View, amount, json_text, keys};
use crate::ledger::Language;
use crate::ledger::books::{Fate, PaymentState};
use crate::ledger::reasons::said;

#[derive(Serialize)]
struct PaymentRow<'a> {
    at: Timestamp,
    day: Date,
    account: &'a str,
    amount: String,
    currency: String,
    payer: Option<&'a str>,
    payer_iban: Option<&'a str>,
    payer_email: Option<&'a str>,
    remittance: &'a str,
    fate: &'static str,
    fate_text: String,
    claims: Vec<String>,
}

impl<'a> PaymentRow<'a> {
    fn of(view: &View, state: &'a PaymentState) -> PaymentRow<'a> {
        let payment = &state.payment;
        let (fate, fate_text, claims) = fate_words(&state.fate);
        PaymentRow {
            at: state.key.at,
            day: payment.booked.unwrap_or_else(|| {
                state
                    .key
                    .at
                    .to_zoned_datetime(view.policy.zone.clone())
                    .date()
            }),
            account: &payment.account,
            amount: format!("{:.2}", payment.amount.amount),
            currency: payment.amount.currency.to_string(),
            payer: payment.payer.as_deref(),
            payer_iban: payment.payer_iban.as_deref(),
            payer_email: payment.payer_email.as_deref(),
            remittance: &payment.remittance,
            fate,
            fate_text,
            claims,
        }
    }
}

/// What became of a payment: word, words, claims.
fn fate_words(fate: &Fate) -> (&'static str, String, Vec<String>) {
    match fate {
        Fate::Booked(parts) | Fate::Short(parts) => {
            let words: Vec<String> = parts
                .iter()
                .map(|(claim, money)| format!("{claim} {}", super::money(*money)))
                .collect();
            let text = if words.is_empty() {
                "credit".into()
            } else {
                format!("booked: {}", words.join(", "))
            };
            (
                "booked",
                text,
                parts.iter().map(|(claim, _)| claim.to_string()).collect(),
            )
        }
        Fate::Reopened(parts) => {
            let claims: Vec<String> = parts.iter().map(|(claim, _)| claim.to_string()).collect();
            (
                "reopened",
                format!("went back, open again: {}", claims.join(", ")),
                claims,
            )
        }
        Fate::Announced(claims) => {
            let text = if claims.is_empty() {
                "announced".into()
            } else {
                format!("announced for {}", keys(claims))
            };
            (
                "announced",
                text,
                claims.iter().map(ToString::to_string).collect(),
            )
        }
        Fate::Duplicate(_) => (
            "duplicate",
            "the same money as in another mail".into(),
            Vec::new(),
        ),
        Fate::Asked(claims) => {
            let text = if claims.is_empty() {
                "asked".into()
            } else {
                format!("asked: {}", keys(claims))
            };
            (
                "asked",
                text,
                claims.iter().map(ToString::to_string).collect(),
            )
        }
        Fate::Waiting => ("waiting", "fits no claim yet".into(), Vec::new()),
        Fate::Ignored(why) => ("ignored", no_claims(why), Vec::new()),
    }
}

fn no_claims(why: &str) -> String {
    format!("no claim's money: {}", said(why, Language::En))
}

/// `list payments`, newest first.
pub fn payments(view: &View, all: bool, json: bool) -> String {
    let mut rows: Vec<PaymentRow> = view
        .ledger
        .payments()
        .map(|state| PaymentRow::of(view, state))
        .collect();
    rows.retain(|row| {
        all || matches!(row.fate, "asked" | "waiting" | "reopened" | "announced")
            || recent(view, row.day)
    });
    rows.reverse();
    if json {
        return json_text(&rows);
    }
    let mut table = Table::new(&["day", ">amount", "payer", "purpose", "what became of it"]);
    for row in rows {
        table.row([
            row.day.to_string(),
            amount(&row.amount, &row.currency),
            row.payer.or(row.payer_email).unwrap_or("-").to_owned(),
            row.remittance.to_owned(),
            row.fate_text,
        ]);
    }
    table.text(if all {
        "No payments yet."
    } else {
        "No new payments. All: mahnwerk list payments --all"
    })
}
