//! The rules in their order. Each says what two facts it needs and what speaks against it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::evidence::{self, Payer};
use super::{Booking, Named, Part, amount, en, named, owner, several};
use crate::ledger::books::{Books, Owner, PaymentKind, owner as whose};
use crate::ledger::event::{EventKey, Payment};
use crate::ledger::invoice::{Invoice, InvoiceKey, Split};
use crate::ledger::money::Money;
use crate::ledger::reference;

/// The first rule that has something to go on has the last word.
pub(super) fn rules(payment: &Payment, day: Date, books: &Books) -> Option<Booking> {
    let named = named(payment, books);
    let customers = owner::by_number(payment, books);
    let sure = claims(&named, |named| named.sure);
    let ambiguous = named.iter().any(|n| n.sure && n.claims.len() > 1);
    match sure.len() {
        0 => {}
        _ if ambiguous => return by_ambiguous_number(payment, books, &sure),
        1 => {
            let checked = named.iter().any(|n| n.checked);
            let invoice = books.invoices.get(*sure.first()?)?;
            agrees(payment, invoice, &customers, books).then_some(())?;
            return by_number(payment, day, books, invoice, checked);
        }
        _ => {
            let first = books.invoices.get(*sure.first()?)?;
            agrees(payment, first, &customers, books).then_some(())?;
            return several::by_several_numbers(payment, day, books, &sure);
        }
    }
    let unsure = claims(&named, |_| true);
    if !unsure.is_empty() {
        return by_ambiguous_number(payment, books, &unsure);
    }
    if let Some(near) = by_near_miss(payment, books) {
        return Some(near);
    }
    // He means a claim that nobody knows yet: what fits otherwise may be another one's money.
    let unknown = reference::unknown_number(payment, |form| books.by_number.contains_key(form));
    if unknown.is_some() {
        return None;
    }
    if !customers.is_empty() {
        return owner::by_customer_number(payment, day, books, &customers);
    }
    owner::by_iban(payment, books).or_else(|| by_address(payment, books))
}

fn claims(named: &[Named], which: impl Fn(&Named) -> bool) -> BTreeSet<&InvoiceKey> {
    named
        .iter()
        .filter(|named| which(named))
        .flat_map(|named| &named.claims)
        .collect()
}

/// No customer number in the text says that the claim is somebody else's; a fitting payer outweighs it.
fn agrees(
    payment: &Payment,
    invoice: &Invoice,
    customers: &BTreeSet<&Owner>,
    books: &Books,
) -> bool {
    customers.is_empty()
        || customers.contains(&whose(invoice))
        || evidence::payer(payment, invoice, books).fits()
}

fn one(part: Part) -> Booking {
    Booking {
        parts: vec![part],
        ..Booking::default()
    }
}

/// One exact number.
fn by_number(
    payment: &Payment,
    day: Date,
    books: &Books,
    invoice: &Invoice,
    checked: bool,
) -> Option<Booking> {
    let paid = payment.amount;
    if invoice.cancelled.is_some()
        || invoice.is_credit_note()
        || paid.currency != invoice.total.currency
    {
        return None;
    }
    let payer = evidence::payer(payment, invoice, books);
    let why = |last: String| {
        let number = if checked {
            "a reference with right check digits"
        } else {
            "its number in the purpose"
        };
        let mut why = vec![format!("{number} names {}", invoice.key), last];
        why.extend(payer.in_words().map(|note| note.en));
        why
    };
    if let Some(stated) = stated_before(invoice, paid, books) {
        // It could also be a second instalment of the same amount: then only the merchant knows.
        return (paid != invoice.unpaid()).then(|| {
            one(Part {
                invoice: invoice.key.clone(),
                amount: paid,
                split: Split::default(),
                why: why("the merchant had said that this amount was paid".into()),
                replaces: Some(stated),
            })
        });
    }
    let fits = checked || payer.fits();
    let applied = match amount::closing(payment, day, invoice, &books.rules) {
        Some(closing) => {
            let rival = payer < Payer::Name && evidence::rival(payment, invoice, books);
            (!rival).then_some(closing)?
        }
        None if !fits => return None,
        None => otherwise(payment, invoice, books)?,
    };
    Some(Booking {
        rest: applied.rest,
        ..one(Part {
            invoice: invoice.key.clone(),
            amount: applied.money,
            split: applied.split,
            why: why(applied.why),
            replaces: None,
        })
    })
}

/// Less or more than closes the claim; the payer fits.
fn otherwise(payment: &Payment, invoice: &Invoice, books: &Books) -> Option<amount::Applied> {
    let costs = invoice.costs_open().sum();
    let all = invoice.unpaid().amount + costs;
    if payment.amount.amount < all {
        // With the principal paid, less than the costs may be anything.
        let owed = invoice.unpaid().is_positive();
        return owed.then(|| amount::part(payment, invoice, &books.rules));
    }
    invoice.address()?; // without an address there is no account for the rest
    if costs > rust_decimal::Decimal::ZERO && !invoice.unpaid().is_positive() {
        return None; // paid twice, or the costs and something else?
    }
    Some(amount::beyond(payment, invoice))
}

/// What the merchant said about an equal amount, if exactly one such word stands on the claim.
fn stated_before(invoice: &Invoice, amount: Money, books: &Books) -> Option<EventKey> {
    let mut stated = invoice.allocations.iter().filter(|part| {
        part.amount == amount
            && !books.went_back.contains_key(&part.payment)
            && books.payments.get(&part.payment).is_some_and(|state| {
                // With a part of it in the customer's credit it is another amount.
                state.kind == PaymentKind::Stated && state.credit.is_none()
            })
    });
    let first = stated.next()?;
    stated.next().is_none().then_some(first.payment)
}

/// A number that several claims share, or one too short to be sure: amount and payer must both fit one claim only.
fn by_ambiguous_number(
    payment: &Payment,
    books: &Books,
    claims: &BTreeSet<&InvoiceKey>,
) -> Option<Booking> {
    let mut fitting = claims
        .iter()
        .filter_map(|key| books.invoices.get(*key))
        .filter(|invoice| {
            invoice.open() == payment.amount && evidence::payer(payment, invoice, books).fits()
        });
    let (first, second) = (fitting.next()?, fitting.next());
    second.is_none().then(|| {
        one(Part {
            invoice: first.key.clone(),
            amount: payment.amount,
            why: vec![
                format!("the purpose holds the number of {}", first.key),
                format!("{} is exactly what is open", en(payment.amount)),
                "the payer fits, and no other claim does".into(),
            ],
            split: Split::default(),
            replaces: None,
        })
    })
}

/// The payer's address is the customer's, and no other claim at all has this amount.
fn by_address(payment: &Payment, books: &Books) -> Option<Booking> {
    let email = payment.payer_email.as_deref()?;
    let invoice = only_closing(payment, books)?;
    let same = invoice
        .address()
        .is_some_and(|address| address.as_str().eq_ignore_ascii_case(email));
    same.then(|| {
        one(Part {
            invoice: invoice.key.clone(),
            amount: payment.amount,
            why: vec![
                "the payer's e-mail address is the customer's".into(),
                format!(
                    "{} is exactly what is open, and no other claim has this amount",
                    en(payment.amount)
                ),
            ],
            split: Split::default(),
            replaces: None,
        })
    })
}

/// A number one slip away, an amount that closes, a payer who fits, and no rival.
fn by_near_miss(payment: &Payment, books: &Books) -> Option<Booking> {
    let invoice = only_closing(payment, books)?;
    let numbers = reference::long_numbers(payment);
    let near = evidence::near_number(invoice, &numbers, books)?;
    let payer = evidence::payer(payment, invoice, books);
    payer.fits().then(|| {
        let mut why = vec![
            format!(
                "{near} in the purpose is one slip away from the number of {}",
                invoice.key
            ),
            format!(
                "{} is exactly what is open, and no other claim has this amount",
                en(payment.amount)
            ),
        ];
        why.extend(payer.in_words().map(|note| note.en));
        Booking {
            near: true,
            ..one(Part {
                invoice: invoice.key.clone(),
                amount: payment.amount,
                why,
                split: Split::default(),
                replaces: None,
            })
        }
    })
}

/// The only claim that the amount closes.
fn only_closing<'a>(payment: &Payment, books: &'a Books) -> Option<&'a Invoice> {
    let mut closing = books.closing(payment.amount);
    let first = closing.next()?;
    closing
        .next()
        .is_none()
        .then(|| books.invoices.get(first))?
}
