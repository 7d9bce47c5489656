//! Money of a customer who is certain, for claims that nobody named: by his number, or by an IBAN that has paid for him.
//!
//! One claim or all that is open must give the amount, and nothing else may: a subset that fits is an accident too often.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::evidence::{self, MOST_OF_ONE_AMOUNT, Payer};
use super::{Booking, Part, en};
use crate::ledger::books::{Books, Owner, owner};
use crate::ledger::event::Payment;
use crate::ledger::invoice::{Invoice, InvoiceKey, Split};
use crate::ledger::money::Money;
use crate::ledger::reference;

/// Open claims of one customer whose sums are tried in every combination.
const MOST_SUMMED: usize = 12;

/// Customers whose number the text names.
pub(super) fn by_number<'a>(payment: &Payment, books: &'a Books) -> BTreeSet<&'a Owner> {
    reference::customers_named(payment, |form| books.by_customer_number.contains_key(form))
        .iter()
        .filter_map(|form| books.by_customer_number.get(form))
        .flatten()
        .collect()
}

/// The text names a customer's number.
pub(super) fn by_customer_number(
    payment: &Payment,
    _day: Date,
    books: &Books,
    customers: &BTreeSet<&Owner>,
) -> Option<Booking> {
    let whose = customers.first().filter(|_| customers.len() == 1)?;
    let mut booking = certain(
        payment,
        books,
        whose,
        "the purpose names the customer's number",
    )?;
    for part in &mut booking.parts {
        let invoice = books.invoices.get(&part.invoice)?;
        let payer = evidence::payer(payment, invoice, books);
        if payer < Payer::Name && evidence::rival(payment, invoice, books) {
            return None;
        }
        part.why.extend(payer.in_words().map(|note| note.en));
    }
    Some(booking)
}

/// A confirmed IBAN of exactly one customer.
pub(super) fn by_iban(payment: &Payment, books: &Books) -> Option<Booking> {
    let owners = books.ibans.get(payment.payer_iban.as_ref()?)?;
    let (whose, _) = owners.first_key_value().filter(|_| owners.len() == 1)?;
    let why = "the payer's IBAN has paid for this customer before";
    certain(payment, books, whose, why)
}

fn certain(payment: &Payment, books: &Books, whose: &Owner, why: &str) -> Option<Booking> {
    let open = open_of(payment, books, whose);
    let ways = ways(&open, payment.amount);
    let [way] = ways.as_slice() else {
        return None;
    };
    let words = match way.len() {
        1 => format!("{} closes exactly one claim of his", en(payment.amount)),
        n if n == open.len() => format!("{} is all that is open of his", en(payment.amount)),
        _ => return None,
    };
    let part = |invoice: &&Invoice| Part {
        invoice: invoice.key.clone(),
        amount: invoice.unpaid(),
        split: Split::default(),
        why: vec![why.to_owned(), words.clone()],
        replaces: None,
    };
    Some(Booking {
        parts: way.iter().map(part).collect(),
        ..Booking::default()
    })
}

fn open_of<'a>(payment: &Payment, books: &'a Books, whose: &Owner) -> Vec<&'a Invoice> {
    books
        .open_of(whose)
        .filter(|one| one.total.currency == payment.amount.currency)
        .collect()
}

/// Every set of these claims that gives the amount; of too many claims only single ones and all of them.
fn ways<'a>(open: &[&'a Invoice], amount: Money) -> Vec<Vec<&'a Invoice>> {
    let sum = |claims: &[&Invoice]| -> rust_decimal::Decimal {
        claims.iter().map(|one| one.unpaid().amount).sum()
    };
    let mut ways: Vec<Vec<&Invoice>> = Vec::new();
    if open.len() > MOST_SUMMED {
        let single = open.iter().take(MOST_OF_ONE_AMOUNT);
        ways.extend(
            single
                .filter(|one| one.unpaid() == amount)
                .map(|one| vec![*one]),
        );
        if sum(open) == amount.amount {
            ways.push(open.to_vec());
        }
        return ways;
    }
    for choice in 1_u32..1 << open.len() {
        let chosen: Vec<&Invoice> = (0..open.len())
            .filter(|i| choice >> i & 1 == 1)
            .map(|i| open[i])
            .collect();
        if sum(&chosen) == amount.amount {
            ways.push(chosen);
        }
    }
    ways
}

/// Claims of a customer that give the amount together with others of his.
pub(super) fn summed<'a>(
    payment: &Payment,
    books: &'a Books,
    whose: &Owner,
) -> BTreeSet<&'a InvoiceKey> {
    let open = open_of(payment, books, whose);
    ways(&open, payment.amount)
        .into_iter()
        .filter(|way| way.len() > 1)
        .flatten()
        .map(|one| &one.key)
        .collect()
}

/// Customers whose whole name the payer has.
pub(super) fn by_name(payment: &Payment, books: &Books) -> BTreeSet<Owner> {
    let words = payment.payer.as_deref().map(super::names::words);
    let known = words.unwrap_or_default();
    let owners = known
        .iter()
        .filter_map(|word| books.by_word.get(word))
        .flat_map(|owners| owners.iter().take(MOST_OF_ONE_AMOUNT));
    let distinct: BTreeSet<&Owner> = owners.collect();
    distinct
        .into_iter()
        .filter(|whose| {
            let mut open = books.open_of(whose);
            open.next().is_some_and(|one| {
                owner(one) == **whose && evidence::payer(payment, one, books) >= Payer::Name
            })
        })
        .cloned()
        .collect()
}
