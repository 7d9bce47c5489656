//! (written by the policy room)

use jiff::civil::{Date, DateTime};

use super::{Action, CustomerLetter, Policy, Present, Question};
use crate::ledger::{Digest, Invoice, Ledger, Note};

impl Policy {
    /// Everything that is to be done at this moment, most important first: the digest if it is due, then letters if
    /// the window is open. Caps, breaker, freshness, gaps, approvals and letters in flight are all considered here.
    pub fn plan(&self, _ledger: &Ledger, _present: &Present<'_>) -> Vec<Action> {
        todo!()
    }

    /// The next civil moment after `now` at which `plan` could say something new without a new event
    /// (next digest time, next window opening with something due). The daemon sleeps until then.
    pub fn next_moment(&self, _ledger: &Ledger, _present: &Present<'_>) -> DateTime {
        todo!()
    }

    /// Every letter of the next `days` days, if nothing else happens and the merchant lets forewarned ones go and says
    /// yes to the others: `plan` run day by day on a copy of the ledger.
    pub fn forecast(
        &self,
        _ledger: &Ledger,
        _present: &Present<'_>,
        _days: u16,
    ) -> Vec<(Date, CustomerLetter)> {
        todo!()
    }

    /// Why this claim takes a step on this day or does not: the notes of the very function that decides.
    pub fn why(&self, _ledger: &Ledger, _invoice: &Invoice, _present: &Present<'_>) -> Vec<Note> {
        todo!()
    }

    /// All open questions, in the order in which they are numbered.
    pub fn questions(&self, _ledger: &Ledger, _present: &Present<'_>) -> Vec<Question> {
        todo!()
    }

    /// The digest of this day. `mails` is the account of the mails read since the last digest.
    pub fn digest(&self, _ledger: &Ledger, _present: &Present<'_>) -> Digest {
        todo!()
    }
}
