//! Values to text, JSON, CSV: list, show, why, simulate, export, status. Knows no socket, no file and no clock.
//!
//! Invariants: every text table fits 100 columns; nothing that came from a mail reaches a terminal with a control,
//! bidi or zero-width character in it (THREATS: log and terminal); JSON keys are snake_case and stay as they are.

mod customers;
pub mod explain;
pub mod export;
mod json;
pub mod list;
mod payments;
pub mod replay;
pub mod show;
pub mod simulate;
pub mod status;
mod table;
pub mod why;

use jiff::civil::Date;

use crate::ledger::note::money_in;
use crate::ledger::policy::{Policy, Present};
use crate::ledger::{Invoice, InvoiceKey, Language, Ledger, Money};

pub use json::text as json_text;
pub use table::clean;

/// An amount in a text: as everywhere in English.
pub fn money(money: Money) -> String {
    money_in(Language::En, money)
}

/// Several amounts, or that there is none.
pub fn sums(sums: &[Money]) -> String {
    customers::sums(sums)
}

/// The amount of a row that keeps number and currency apart.
fn amount(number: &str, currency: &str) -> String {
    let text = format!("{number} {currency}");
    text.parse().map_or(text, money)
}

/// What a report looks at.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The books.
    pub ledger: &'a Ledger,
    /// The rules in force.
    pub policy: &'a Policy,
    /// The moment and the letters in flight.
    pub present: &'a Present<'a>,
}

/// How a claim stands: a word for programs and the same for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// `open`, `overdue`, `paid`, `cancelled`, `disputed`, `bounced`, `answered` or `paused`.
    pub word: &'static str,
    /// In words.
    pub text: String,
}

impl<'a> View<'a> {
    /// The civil day.
    pub fn today(&self) -> Date {
        self.present.now.date()
    }

    /// What is open on a claim.
    pub fn open(&self, invoice: &Invoice) -> Money {
        invoice.open()
    }

    /// When a claim is due.
    pub fn due(&self, invoice: &Invoice) -> Date {
        self.policy.due_date(invoice)
    }

    /// Days since the due date; negative before it.
    pub fn days_over(&self, invoice: &Invoice) -> i32 {
        self.today().duration_since(self.due(invoice)).as_hours() as i32 / 24
    }

    /// How a claim stands today; what holds it comes before when it is due.
    pub fn state(&self, invoice: &Invoice) -> State {
        let state = |word, text: String| State { word, text };
        if invoice.cancelled.is_some() {
            return state("cancelled", "cancelled".into());
        }
        if invoice.paid_at_shop.is_some() {
            return state("paid", "paid, says the shop".into());
        }
        if !self.open(invoice).is_positive() {
            return state("paid", "paid".into());
        }
        if let Some(reason) = &invoice.disputed {
            let reason = if reason.is_empty() {
                String::new()
            } else {
                format!(": {reason}")
            };
            return state("disputed", format!("disputed{reason}"));
        }
        let customer = invoice
            .issued
            .customer
            .address
            .as_ref()
            .and_then(|address| self.ledger.customer(address));
        if customer.is_some_and(|customer| customer.bounced.is_some()) {
            return state("bounced", "a letter came back".into());
        }
        if customer.is_some_and(|customer| customer.answered.is_some()) {
            return state("answered", "the customer wrote".into());
        }
        match invoice.paused.map(|pause| pause.until) {
            Some(None) => return state("paused", "paused".into()),
            Some(Some(day)) if day >= self.today() => {
                return state("paused", format!("paused until {day}"));
            }
            _ => {}
        }
        match self.days_over(invoice) {
            ..=-1 => state("open", format!("due in {}", days(-self.days_over(invoice)))),
            0 => state("open", "due today".into()),
            over => state("overdue", format!("{} overdue", days(over))),
        }
    }
}

/// A customer in words: company, person or address.
pub(crate) fn customer_words(invoice: &Invoice) -> String {
    let customer = &invoice.issued.customer;
    match (&customer.company, &customer.name, &customer.address) {
        (Some(company), _, _) => company.to_string(),
        (None, Some(name), _) => name.to_string(),
        (None, None, Some(address)) => address.to_string(),
        (None, None, None) => "unknown".into(),
    }
}

/// Several claims in one line.
pub(crate) fn keys(keys: &[InvoiceKey]) -> String {
    keys.iter()
        .map(InvoiceKey::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// `1 day`, `3 days`.
pub(crate) fn days(n: i32) -> String {
    if n == 1 {
        "1 day".into()
    } else {
        format!("{n} days")
    }
}

/// A number with its noun.
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {many}")
    }
}
