//! Money that goes out: is it a refund, or a return that does not say that it is one?
//!
//! A debit without an id, a reason or a number never opens a claim by itself; it only asks.

use super::names::{self, Fit};
use super::surely_named;
use crate::ledger::books::Books;
use crate::ledger::event::Payment;
use crate::ledger::invoice::{Invoice, InvoiceKey};
use crate::ledger::money::Money;
use rust_decimal::Decimal;

/// The most that a bank charges for a returned debit.
const MOST_CHARGED: Decimal = Decimal::from_parts(15, 0, 0, false, 0);
/// Claims that one debit asks about.
const MOST_ASKED: usize = 5;

/// The claim of which the merchant pays money back: the text names it, and so much was paid on it.
pub fn refunded(payment: &Payment, books: &Books) -> Option<InvoiceKey> {
    let claims = surely_named(payment, books);
    let [claim] = claims.as_slice() else {
        return None;
    };
    let invoice = books.invoices.get(claim)?;
    let left = invoice.paid_in_money().amount - invoice.refunded;
    let fits = payment.amount.currency == invoice.total.currency && payment.amount.amount <= left;
    fits.then(|| claim.clone())
}

/// Claims of a customer of the payee's name that were paid with just this amount, or with the bank's charge less.
pub fn collected_like(payment: &Payment, books: &Books) -> Vec<InvoiceKey> {
    let words = payment.payer.as_deref().map(names::words);
    let known = words.unwrap_or_default();
    let owners: std::collections::BTreeSet<_> = known
        .iter()
        .filter_map(|word| books.by_word.get(word))
        .flat_map(|owners| owners.iter().take(super::evidence::MOST_OF_ONE_AMOUNT))
        .collect();
    let claims = owners
        .into_iter()
        .flat_map(|owner| books.claims_of(owner))
        .filter(|invoice| could_be(payment, invoice));
    claims
        .take(MOST_ASKED)
        .map(|invoice| invoice.key.clone())
        .collect()
}

fn could_be(payment: &Payment, invoice: &Invoice) -> bool {
    let money = |amount: Money| {
        let more = payment.amount.amount - amount.amount;
        amount.currency == payment.amount.currency
            && amount.is_positive()
            && (Decimal::ZERO..=MOST_CHARGED).contains(&more)
    };
    let paid = invoice.allocations.iter().any(|part| money(part.amount));
    (paid || money(invoice.paid_before))
        && names::fit(payment, &invoice.issued.customer) > Fit::None
}
