//! How things are filed: one tree, the first byte of a key says what it is. Fixed width or last in the key, never text
//! before something else, so that no value of a mail can reach another entry.
//!
//! Invariant: an event's key is its identity (source, index), so writing it again changes nothing.

use jiff::Timestamp;

use crate::ledger::{EventKey, SourceId};
use crate::mail::Outcome;

/// Facts by identity.
pub(super) const EVENT: u8 = b'e';
/// Mail records by identity.
pub(super) const MAIL: u8 = b'm';
/// The order in which mails were read: time, identity -> outcome.
pub(super) const READ: u8 = b'r';
/// Letters in flight by identity.
pub(super) const FLIGHT: u8 = b'f';
/// Attempts at mails that have not ended.
pub(super) const ATTEMPT: u8 = b'a';
/// Cursors by mailbox.
pub(super) const CURSOR: u8 = b'c';
/// Short notes of the daemon by name.
pub(super) const NOTE: u8 = b'n';

/// Format version of everything in the tree.
pub(super) const FORMAT: &[u8] = b"x-format";
/// Set while a process runs.
pub(super) const RUNNING: &[u8] = b"x-running";
/// Number of the last step, compared with the witness after a restart.
pub(super) const STEP: &[u8] = b"x-step";
/// How many events there are, compared with what can be read.
pub(super) const EVENTS: &[u8] = b"x-events";

/// Key of an event.
pub(super) fn event(key: &EventKey) -> Vec<u8> {
    let mut out = source(EVENT, key.source);
    out.extend_from_slice(&key.index.to_be_bytes());
    out
}

/// Key of something that is filed by an identity.
pub(super) fn source(kind: u8, id: SourceId) -> Vec<u8> {
    let mut out = Vec::with_capacity(32);
    out.push(kind);
    out.extend_from_slice(id.bytes());
    out
}

/// Key of something that is filed by a name.
pub(super) fn name(kind: u8, name: &str) -> Vec<u8> {
    let mut out = vec![kind];
    out.extend_from_slice(name.as_bytes());
    out
}

/// Start of the entries read at or after this instant.
pub(super) fn read_from(at: Timestamp) -> Vec<u8> {
    let mut out = vec![READ];
    // Sign bit flipped: the order of bytes is then the order of times, before 1970 too.
    let nanos = (at.as_nanosecond() as u128) ^ (1 << 127);
    out.extend_from_slice(&nanos.to_be_bytes());
    out
}

/// Key of a mail in the order of reading.
pub(super) fn read(at: Timestamp, id: SourceId) -> Vec<u8> {
    let mut out = read_from(at);
    out.extend_from_slice(id.bytes());
    out
}

/// Key of the mail record that an entry of the order of reading points to.
pub(super) fn mail_of_read(key: &[u8]) -> Option<Vec<u8>> {
    let id = key.get(17..33)?;
    let mut out = Vec::with_capacity(17);
    out.push(MAIL);
    out.extend_from_slice(id);
    Some(out)
}

/// Outcome as one byte, so that lists of one outcome read only their own records.
pub(super) fn outcome(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Booked => b'b',
        Outcome::Ignored => b'i',
        Outcome::Review => b'r',
        Outcome::Error => b'e',
    }
}

/// Past the last key of a kind.
pub(super) fn end(kind: u8) -> Vec<u8> {
    vec![kind + 1]
}
