//! One transfer for several claims that it names: all of one customer, and together exactly the amount.
//!
//! Credit notes that are named count against the claims; discounts still in time may be taken on each; one number that
//! the bank cut off at the end of the purpose is completed if exactly one open claim fits. Anything else is a question:
//! which of several claims was paid short is not ours to guess.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Booking, Part, amount, en};
use crate::ledger::books::{Books, owner};
use crate::ledger::event::Payment;
use crate::ledger::invoice::{Invoice, InvoiceKey, Split};
use crate::ledger::money::Money;
use crate::ledger::reference;

/// Discounts that are tried in every combination.
const MOST_DISCOUNTS: usize = 8;

/// What the named claims say about the amount.
pub(super) fn by_several_numbers(
    payment: &Payment,
    day: Date,
    books: &Books,
    claims: &BTreeSet<&InvoiceKey>,
) -> Option<Booking> {
    let invoices: Vec<&Invoice> = claims
        .iter()
        .filter_map(|key| books.invoices.get(*key))
        .collect();
    let whose = owner(invoices.first()?);
    let currency = payment.amount.currency;
    let mut sum = Money::zero(currency);
    for invoice in &invoices {
        if invoice.cancelled.is_some() || owner(invoice) != whose {
            return None;
        }
        sum = sum.plus(invoice.balance())?;
    }
    let of = format!("what is open on the {} named claims together", claims.len());
    let (amount, paid) = (payment.amount, en(payment.amount));
    if sum == amount {
        let why = format!("{paid} is exactly {of}");
        return Some(booking(&invoices, &why, |_| Split::default()));
    }
    let costs: Decimal = invoices.iter().map(|one| one.costs_open().sum()).sum();
    if costs > Decimal::ZERO && sum.amount + costs == amount.amount {
        let why = format!("{paid} is exactly {of}, with costs and interest");
        return Some(booking(&invoices, &why, |one| Split {
            fees: one.costs_open().fees,
            interest: one.costs_open().interest,
            ..Split::default()
        }));
    }
    with_discounts(amount, sum, &invoices, day)
        .or_else(|| completed(payment, sum, &invoices, books))
}

/// All claims in full, each with its split.
fn booking(invoices: &[&Invoice], why: &str, split: impl Fn(&Invoice) -> Split) -> Booking {
    let mut booking = Booking::default();
    for invoice in invoices {
        let (balance, split) = (invoice.balance(), split(invoice));
        let money = balance.amount + split.fees + split.interest - split.discount;
        if money.is_zero() {
            continue;
        }
        let word = if invoice.is_credit_note() {
            "it is a credit note and counts against the others".to_owned()
        } else {
            format!("its number in the purpose names {}", invoice.key)
        };
        booking.parts.push(Part {
            invoice: invoice.key.clone(),
            amount: Money::new(money, balance.currency),
            split,
            why: vec![word, why.to_owned()],
            replaces: None,
        });
    }
    booking
}

/// Discounts in time on some of the claims, if exactly one choice of them gives the amount (a cent each for rounding).
fn with_discounts(paid: Money, sum: Money, invoices: &[&Invoice], day: Date) -> Option<Booking> {
    let missing = sum.amount - paid.amount;
    (missing > Decimal::ZERO).then_some(())?;
    let possible: Vec<(&InvoiceKey, Decimal)> = invoices
        .iter()
        .filter(|one| one.unpaid() == one.total)
        .filter_map(|one| {
            let mut terms = one.issued.terms.skonto.iter();
            let skonto = terms.find(|skonto| day <= amount::last_day(skonto))?;
            Some((&one.key, amount::discount_of(one, skonto)))
        })
        .collect();
    (1..=MOST_DISCOUNTS)
        .contains(&possible.len())
        .then_some(())?;
    let mut found = None;
    for choice in 1_u32..1 << possible.len() {
        let chosen = || (0..possible.len()).filter(|i| choice >> i & 1 == 1);
        let taken: Decimal = chosen().map(|i| possible[i].1).sum();
        let cents = Decimal::new(i64::from(choice.count_ones()), 2);
        if (taken - missing).abs() <= cents {
            if found.is_some() {
                return None;
            }
            found = Some((chosen().collect::<Vec<_>>(), missing - taken));
        }
    }
    let (chosen, rounding) = found?;
    let why = format!(
        "{} is what is open on the named claims, less agreed discounts in time",
        en(paid)
    );
    let first = chosen.first().copied();
    Some(booking(invoices, &why, |one| {
        let place = chosen.iter().find(|i| possible[**i].0 == &one.key);
        let discount = place.map_or(Decimal::ZERO, |i| {
            let cent = if first == Some(*i) {
                rounding
            } else {
                Decimal::ZERO
            };
            possible[*i].1 + cent
        });
        Split {
            discount,
            ..Split::default()
        }
    }))
}

/// The last number was cut off: the rest of the money is exactly one open claim of the customer whose number begins so.
fn completed(
    payment: &Payment,
    sum: Money,
    invoices: &[&Invoice],
    books: &Books,
) -> Option<Booking> {
    let cut = reference::cut_number(payment)?;
    let rest = payment.amount.minus(sum).filter(Money::is_positive)?;
    let begins = |one: &&Invoice| {
        let numbers = std::iter::once(&one.key.number).chain(&one.issued.invoice_number);
        numbers
            .flat_map(|number| reference::forms(number))
            .any(|form| form.len() > cut.len() && form.starts_with(&cut))
    };
    let whose = owner(invoices.first()?);
    let mut fitting = books
        .open_of(&whose)
        .filter(|one| !invoices.iter().any(|other| other.key == one.key))
        .filter(|one| one.unpaid() == rest)
        .filter(begins);
    let (last, other) = (fitting.next()?, fitting.next());
    if other.is_some() {
        return None;
    }
    let all: Vec<&Invoice> = invoices.iter().copied().chain([last]).collect();
    let why = format!(
        "{} is what is open on the named claims and {}, whose number the bank cut off after {cut}",
        en(payment.amount),
        last.key
    );
    let mut booking = booking(&all, &why, |_| Split::default());
    booking.near = true;
    Some(booking)
}
