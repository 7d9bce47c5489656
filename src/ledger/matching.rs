//! Which claim does this money belong to? Rules decide; what is not proven by two facts becomes a question.

use super::books::Ledger;
use super::event::Payment;
use super::invoice::InvoiceKey;

/// A claim that a payment may belong to.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The claim.
    pub invoice: InvoiceKey,
    /// Reasons for, in words.
    pub reasons: Vec<String>,
    /// Reasons against, in words.
    pub against: Vec<String>,
    /// Sort key only; a score never books.
    pub score: i32,
}

/// Claims that the payment may belong to, best first, for questions.
pub fn candidates(_payment: &Payment, _ledger: &Ledger) -> Vec<Candidate> {
    todo!()
}
