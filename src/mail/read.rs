//! One mail from bytes to facts: limits, parts, forward, trust, readers in a fixed order, one clean-up.

use super::{RawMail, Reading, Recipe, Trust};
use crate::ledger::SealKey;

/// Reads one mail. Total: never an error, never a panic.
pub fn read(_mail: &RawMail, _recipes: &[Recipe], _trust: &Trust, _key: &SealKey) -> Reading {
    todo!()
}

/// Reads a file that lies alone (a statement in the watched folder): content decides what it is, not its name.
/// `received` is when it was put there.
pub fn read_file(_bytes: &[u8], _received: jiff::Timestamp, _trust: &Trust) -> Reading {
    todo!()
}
