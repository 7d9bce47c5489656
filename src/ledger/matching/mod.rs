//! Which claim does this money belong to? Rules decide; what is not proven by two facts becomes a question.
//!
//! Two independent facts book: a checked reference or an exact number, together with an amount that closes; a customer's
//! number or a confirmed IBAN together with an amount that closes exactly one claim. A third fact that speaks against it
//! makes it a question. A score only sorts proposals. Claims are found by number, amount, IBAN, name and address, never
//! by walking through all.

mod amount;
mod evidence;
mod gates;
pub mod names;
mod owner;
mod rest;
mod returned;
mod rules;
mod several;

use std::collections::BTreeSet;

use jiff::civil::Date;

pub use evidence::Candidate;
pub use rest::Rest;
pub(super) use returned::{collected_like, refunded};

use super::books::{Books, Ledger};
use super::customer::Language;
use super::event::{EventKey, Payment};
use super::invoice::{InvoiceKey, Split};
use super::money::Money;
use super::note::money_in;
use super::reference;

/// What the rules say about a payment.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Certain: book it so.
    Book(Booking),
    /// The merchant decides; these claims come into question, best first.
    Ask(Vec<InvoiceKey>),
    /// No customer's payment, and why.
    Ignore(String),
    /// Nothing known fits.
    Wait,
}

/// How a payment is booked; what the parts do not need is the customer's credit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Booking {
    /// Its parts.
    pub parts: Vec<Part>,
    /// What the merchant still has to decide, although the booking is certain.
    pub rest: Option<Rest>,
    /// A number was not exact: the merchant is told.
    pub near: bool,
}

/// A part of a payment for one claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The claim.
    pub invoice: InvoiceKey,
    /// How much; nothing where all of it is credit; negative of a credit note that counts against the others.
    pub amount: Money,
    /// What of it is not principal, and what is settled without money.
    pub split: Split,
    /// Why, in words.
    pub why: Vec<String>,
    /// What the merchant had said about the same money, which the booking replaces.
    pub replaces: Option<EventKey>,
}

/// Claims that the payment may belong to, best first, for questions: none without a reason.
pub fn candidates(payment: &Payment, ledger: &Ledger) -> Vec<Candidate> {
    evidence::candidates(payment, &ledger.books)
}

/// Where a payment of this day belongs.
pub fn decide(payment: &Payment, day: Date, books: &Books) -> Decision {
    if let Some(why) = gates::shut(payment, books) {
        return Decision::Ignore(why);
    }
    let booked = if payment.proposal_only {
        None
    } else {
        rules::rules(payment, day, books)
    };
    booked
        .map(|booking| Decision::Book(with_costs(booking, books)))
        .unwrap_or_else(|| ask(payment, books))
}

/// A claim whose principal is closed while costs of default are open: the merchant waives or claims them.
fn with_costs(mut booking: Booking, books: &Books) -> Booking {
    if booking.rest.is_some() {
        return booking;
    }
    let open = |part: &Part| {
        let invoice = books.invoices.get(&part.invoice)?;
        let principal = part.amount.amount - part.split.fees - part.split.interest;
        let closed =
            principal + part.split.discount + part.split.write_off == invoice.unpaid().amount;
        let costs = invoice.costs_open().sum() - part.split.fees - part.split.interest;
        (closed && costs > rust_decimal::Decimal::ZERO).then(|| Rest::Costs {
            claim: part.invoice.clone(),
            amount: Money::new(costs, part.amount.currency),
        })
    };
    booking.rest = booking.parts.iter().find_map(open);
    booking
}

fn ask(payment: &Payment, books: &Books) -> Decision {
    let claims: Vec<InvoiceKey> = evidence::candidates(payment, books)
        .into_iter()
        .map(|candidate| candidate.invoice)
        .collect();
    if claims.is_empty() {
        Decision::Wait
    } else {
        Decision::Ask(claims)
    }
}

/// Claims that the text names beyond doubt: by a checked reference or a whole number.
pub fn surely_named(payment: &Payment, books: &Books) -> Vec<InvoiceKey> {
    let named = named(payment, books);
    let claims: BTreeSet<&InvoiceKey> = named
        .iter()
        .filter(|named| named.sure)
        .flat_map(|named| &named.claims)
        .collect();
    claims.into_iter().cloned().collect()
}

/// An amount in the reasons of a booking, which only the command line shows.
fn en(money: Money) -> String {
    money_in(Language::En, money)
}

/// A number that the text names, with the claims that have it.
struct Named {
    claims: Vec<InvoiceKey>,
    sure: bool,
    checked: bool,
}

fn named(payment: &Payment, books: &Books) -> Vec<Named> {
    reference::named(payment, |form| books.by_number.contains_key(form))
        .into_iter()
        .map(|named| Named {
            claims: books
                .by_number
                .get(&named.form)
                .cloned()
                .unwrap_or_default(),
            sure: named.sure,
            checked: named.checked,
        })
        .collect()
}
