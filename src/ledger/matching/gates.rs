//! Money that is no customer's payment, whatever its amount says: transfers between the merchant's own accounts and
//! payouts of providers, which are sums of what others paid.

use super::names;
use crate::ledger::books::Books;
use crate::ledger::event::Payment;

/// Why the money is no customer's payment, if it is none.
pub(super) fn shut(payment: &Payment, books: &Books) -> Option<String> {
    let rules = &books.rules;
    if let Some(iban) = &payment.payer_iban
        && (rules.own_ibans.contains(iban) || books.accounts.contains(iban))
    {
        return Some("a transfer between own accounts".into());
    }
    let payer = names::words(payment.payer.as_deref()?);
    let paid_out = rules.payout_payers.iter().find(|name| {
        let words = names::words(name);
        !words.is_empty() && words.iter().all(|word| payer.contains(word))
    })?;
    Some(format!("a payout of {paid_out}, no customer's payment"))
}
