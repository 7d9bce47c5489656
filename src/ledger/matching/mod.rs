//! Which claim does this money belong to? Rules decide; what is not proven by two facts becomes a question.
//!
//! Two independent facts book: a checked reference or an exact number, together with an amount that closes; a confirmed
//! IBAN together with an amount that closes exactly one claim. A third fact that speaks against it makes it a question.
//! A score only sorts proposals. Claims are found by number, amount, IBAN and address, never by walking through all.

mod evidence;
pub mod names;

use std::collections::BTreeSet;

pub use evidence::Candidate;
use evidence::Payer;

use super::books::{Books, Ledger, PaymentKind};
use super::customer::Language;
use super::event::{EventKey, Payment};
use super::invoice::{Invoice, InvoiceKey};
use super::money::Money;
use super::note::money_in;
use super::reference;

/// What the rules say about a payment.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Certain: book these parts; what remains is the customer's credit.
    Book(Vec<Part>),
    /// The merchant decides; these claims come into question, best first.
    Ask(Vec<InvoiceKey>),
    /// Nothing known fits.
    Wait,
}

/// A part of a payment for one claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The claim.
    pub invoice: InvoiceKey,
    /// How much; nothing where all of it is credit.
    pub amount: Money,
    /// Why, in words.
    pub why: Vec<String>,
    /// What the merchant had said about the same money, which the booking replaces.
    pub replaces: Option<EventKey>,
}

/// Claims that the payment may belong to, best first, for questions: at most five, none without a reason.
pub fn candidates(payment: &Payment, ledger: &Ledger) -> Vec<Candidate> {
    evidence::candidates(payment, &ledger.books)
}

/// Where the payment belongs.
pub fn decide(payment: &Payment, books: &Books) -> Decision {
    let booked = if payment.proposal_only {
        None
    } else {
        rules(payment, books)
    };
    booked
        .map(Decision::Book)
        .unwrap_or_else(|| ask(payment, books))
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

/// An amount in the reasons of a booking, which only the command line shows.
fn en(money: Money) -> String {
    money_in(Language::En, money)
}

/// The rules in their order; the first that has something to go on has the last word.
fn rules(payment: &Payment, books: &Books) -> Option<Vec<Part>> {
    let named = named(payment, books);
    let sure: BTreeSet<&InvoiceKey> = named
        .iter()
        .filter(|n| n.sure)
        .flat_map(|n| &n.claims)
        .collect();
    let ambiguous = named.iter().any(|n| n.sure && n.claims.len() > 1);
    match sure.len() {
        0 => {}
        1 => {
            let checked = named.iter().any(|n| n.checked);
            return by_number(payment, books, books.invoices.get(*sure.first()?)?, checked);
        }
        _ if ambiguous => return by_ambiguous_number(payment, books, &sure),
        _ => return by_several_numbers(payment, books, &sure),
    }
    let unsure: BTreeSet<&InvoiceKey> = named.iter().flat_map(|n| &n.claims).collect();
    if !unsure.is_empty() {
        return by_ambiguous_number(payment, books, &unsure);
    }
    by_iban(payment, books)
        .or_else(|| by_address(payment, books))
        .or_else(|| by_near_miss(payment, books))
}

/// One exact number.
fn by_number(
    payment: &Payment,
    books: &Books,
    invoice: &Invoice,
    checked: bool,
) -> Option<Vec<Part>> {
    let amount = payment.amount;
    let unpaid = invoice.unpaid();
    let (paid, open) = (en(amount), en(unpaid));
    if invoice.cancelled.is_some() || amount.currency != invoice.total.currency {
        return None;
    }
    let payer = evidence::payer(payment, invoice, books);
    let why = |last: String| {
        let number = if checked {
            "a creditor reference with right check digits"
        } else {
            "its number in the purpose"
        };
        let mut why = vec![format!("{number} names {}", invoice.key), last];
        why.extend(payer.in_words().map(|note| note.en));
        why
    };
    let part = |amount, last: String, replaces| {
        Some(vec![Part {
            invoice: invoice.key.clone(),
            amount,
            why: why(last),
            replaces,
        }])
    };
    if let Some(stated) = stated_before(invoice, amount, books) {
        let last = "the merchant had said that this amount was paid";
        // It could also be a second instalment of the same amount: then only the merchant knows.
        return (amount != unpaid).then(|| part(amount, last.into(), Some(stated)))?;
    }
    if amount == unpaid {
        let rival = payer < Payer::Name && evidence::rival(payment, invoice, books);
        let last = format!("{paid} is exactly what is open");
        return (!rival).then(|| part(amount, last, None))?;
    }
    if !(checked || payer.fits()) {
        return None;
    }
    if amount.amount < unpaid.amount {
        return part(
            amount,
            format!("{paid} is a part of the open {open}, and the payer fits"),
            None,
        );
    }
    invoice.address()?; // without an address there is no account for the rest
    part(
        unpaid,
        format!("{paid} is more than the open {open}; the rest is credit, and the payer fits"),
        None,
    )
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
) -> Option<Vec<Part>> {
    let mut fitting = claims
        .iter()
        .filter_map(|key| books.invoices.get(*key))
        .filter(|invoice| {
            invoice.open() == payment.amount && evidence::payer(payment, invoice, books).fits()
        });
    let (first, second) = (fitting.next()?, fitting.next());
    second.is_none().then(|| {
        vec![Part {
            invoice: first.key.clone(),
            amount: payment.amount,
            why: vec![
                format!("the purpose holds the number of {}", first.key),
                format!("{} is exactly what is open", en(payment.amount)),
                "the payer fits, and no other claim does".into(),
            ],
            replaces: None,
        }]
    })
}

/// Several exact numbers: all of one customer, and together exactly the amount.
fn by_several_numbers(
    payment: &Payment,
    books: &Books,
    claims: &BTreeSet<&InvoiceKey>,
) -> Option<Vec<Part>> {
    let invoices: Vec<&Invoice> = claims
        .iter()
        .filter_map(|key| books.invoices.get(*key))
        .collect();
    let owner = super::books::owner(invoices.first()?);
    let mut sum = Money::zero(payment.amount.currency);
    for invoice in &invoices {
        if invoice.cancelled.is_some() || super::books::owner(invoice) != owner {
            return None;
        }
        sum = sum.plus(invoice.open())?;
    }
    if sum != payment.amount {
        return None;
    }
    let part = |invoice: &&Invoice| Part {
        invoice: invoice.key.clone(),
        amount: invoice.open(),
        why: vec![
            format!("its number in the purpose names {}", invoice.key),
            format!(
                "{} is exactly what is open on the {} named claims together",
                en(sum),
                claims.len()
            ),
        ],
        replaces: None,
    };
    Some(
        invoices
            .iter()
            .filter(|invoice| invoice.open().is_positive())
            .map(part)
            .collect(),
    )
}

/// A confirmed IBAN of exactly one customer, who has exactly one claim that the amount closes.
fn by_iban(payment: &Payment, books: &Books) -> Option<Vec<Part>> {
    let owners = books.ibans.get(payment.payer_iban.as_ref()?)?;
    let owner = owners.first().filter(|_| owners.len() == 1)?;
    let mut closing = books
        .closing(payment.amount)
        .take(evidence::MOST_OF_ONE_AMOUNT)
        .filter_map(|key| books.invoices.get(key))
        .filter(|invoice| super::books::owner(invoice) == *owner);
    let first = closing.next()?;
    closing.next().is_none().then(|| {
        vec![Part {
            invoice: first.key.clone(),
            amount: payment.amount,
            why: vec![
                "the payer's IBAN has paid for this customer before".into(),
                format!("{} closes exactly one claim of his", en(payment.amount)),
            ],
            replaces: None,
        }]
    })
}

/// The payer's address is the customer's, and no other claim at all has this amount.
fn by_address(payment: &Payment, books: &Books) -> Option<Vec<Part>> {
    let email = payment.payer_email.as_deref()?;
    let invoice = only_closing(payment, books)?;
    let same = invoice
        .address()
        .is_some_and(|address| address.as_str().eq_ignore_ascii_case(email));
    same.then(|| {
        vec![Part {
            invoice: invoice.key.clone(),
            amount: payment.amount,
            why: vec![
                "the payer's e-mail address is the customer's".into(),
                format!(
                    "{} is exactly what is open, and no other claim has this amount",
                    en(payment.amount)
                ),
            ],
            replaces: None,
        }]
    })
}

/// A number one slip away, an amount that closes, a payer who fits, and no rival.
fn by_near_miss(payment: &Payment, books: &Books) -> Option<Vec<Part>> {
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
        vec![Part {
            invoice: invoice.key.clone(),
            amount: payment.amount,
            why,
            replaces: None,
        }]
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
