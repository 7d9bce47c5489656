//! From an action to a finished mail.

use jiff::Timestamp;

use super::{Letter, Letters, Sender};
use crate::ledger::{Action, Ledger, Note, Policy, SealKey};

impl Letters {
    /// The finished mail of an action. Same input, same bytes.
    ///
    /// # Errors
    /// The reason in words why this letter cannot be written (it is then held and the merchant told).
    pub fn compose(
        &self,
        _action: &Action,
        _ledger: &Ledger,
        _policy: &Policy,
        _sender: &Sender,
        _at: Timestamp,
        _key: &SealKey,
    ) -> Result<Letter, Note> {
        todo!()
    }
}
