//! The index of the mailbox plus the letters in flight: sled behind one file, one durable transaction per step of the
//! crash table, and a barrier that survives power loss (sled's `flush` is no fsync) before anything leaves.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Cursor;
use crate::ledger::{Event, SourceId};
use crate::letter::Letter;
use crate::mail::Outcome;

/// The store. Cheap to clone is not promised; one per process.
#[derive(Debug)]
pub struct Store {
    // sled or memory inside
}

/// A store error. Any of them stops sending, never reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    /// What happened and what to do next.
    pub text: String,
    /// Somebody else holds the lock.
    pub locked: bool,
}

/// One mail's entry in the account of mails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailRecord {
    /// Identity of the mail.
    pub source: SourceId,
    /// When it was received.
    pub received: Timestamp,
    /// When it was read.
    pub read: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// Sender, cleaned.
    pub from: String,
    /// Subject, cleaned.
    pub subject: String,
}

/// What one batch taught: one transaction.
#[derive(Debug, Default)]
pub struct Learned<'a> {
    /// New facts.
    pub events: &'a [Event],
    /// New mail records.
    pub mails: &'a [MailRecord],
    /// Mailbox name and its new cursor.
    pub cursor: Option<(&'a str, &'a Cursor)>,
}

/// A letter in flight, as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InFlight {
    /// The finished letter.
    pub letter: Letter,
    /// When the last attempt began whose end is not known; `None`: intended, certainly not sent.
    pub tried: Option<Timestamp>,
    /// Attempts that certainly failed.
    pub failures: u32,
    /// Not before (back-off).
    pub not_before: Option<Timestamp>,
}

impl Store {
    /// Opens or makes the store in a directory.
    ///
    /// # Errors
    /// Locked by another process, damaged, full disk, not writable: each told apart in words.
    pub fn open(_directory: &Path) -> Result<Store, StoreError> {
        todo!()
    }

    /// Whether there were no events yet when it was opened.
    pub fn is_new(&self) -> bool {
        todo!()
    }

    /// Marks the process as running (durably) and says whether the last one ended cleanly.
    pub fn begin(&self) -> Result<bool, StoreError> {
        todo!()
    }

    /// Marks a clean end.
    pub fn end(&self) -> Result<(), StoreError> {
        todo!()
    }

    /// All events, in key order of the store (the ledger sorts them itself).
    pub fn events(&self) -> Result<Vec<Event>, StoreError> {
        todo!()
    }

    /// Cursor of a mailbox.
    pub fn cursor(&self, _mailbox: &str) -> Result<Cursor, StoreError> {
        todo!()
    }

    /// Notes an attempt at these mails, durably, before they are parsed; the number of earlier attempts of each that did
    /// not end (`learn` ends them).
    pub fn attempt(&self, _mails: &[SourceId]) -> Result<Vec<u8>, StoreError> {
        todo!()
    }

    /// Stores what a batch taught; ends the attempts of its mails. One transaction, durable.
    pub fn learn(&self, _learned: &Learned<'_>) -> Result<(), StoreError> {
        todo!()
    }

    /// Whether this mail already has a record.
    pub fn knows_mail(&self, _source: SourceId) -> Result<bool, StoreError> {
        todo!()
    }

    /// S0 -> S1: the letter is to be sent. Durable.
    pub fn intend(&self, _letter: &Letter) -> Result<(), StoreError> {
        todo!()
    }

    /// S1 -> S2: the next attempt begins. Durable with a full barrier before it returns.
    pub fn tried(&self, _letter: SourceId, _at: Timestamp) -> Result<(), StoreError> {
        todo!()
    }

    /// S2 -> S1: the attempt certainly failed; not before `not_before`.
    pub fn failed(&self, _letter: SourceId, _not_before: Timestamp) -> Result<(), StoreError> {
        todo!()
    }

    /// S2 -> S3 (or given up): removes the flight and stores these facts, one transaction.
    pub fn settle(&self, _letter: SourceId, _events: &[Event]) -> Result<(), StoreError> {
        todo!()
    }

    /// Letters in flight.
    pub fn flights(&self) -> Result<Vec<InFlight>, StoreError> {
        todo!()
    }

    /// Mail records, newest first, at most `limit`; only of one outcome if given.
    pub fn mails(
        &self,
        _outcome: Option<Outcome>,
        _limit: usize,
    ) -> Result<Vec<MailRecord>, StoreError> {
        todo!()
    }

    /// Mail records read after `since`, for the digest's account.
    pub fn mails_since(&self, _since: Timestamp) -> Result<Vec<MailRecord>, StoreError> {
        todo!()
    }
}
