//! The index of the mailbox plus the letters in flight: sled behind one file, one durable transaction per step of the
//! crash table, and a barrier that survives power loss (sled's `flush` is no fsync) before anything leaves.
//!
//! What each step promises when it has returned:
//!
//! | step | promise |
//! |---|---|
//! | `intend`, `tried`, `settle`, `begin`, `end`, `note` | survives the loss of power |
//! | `learn` | likewise, if it carries a fact that no mailbox holds (shell command, file, our own sending); else it survives the death of the process, and what a loss of power takes back is read from the mailbox again, since the cursor goes back with it |
//! | `attempt`, `failed` | survives the death of the process; lost with the power they leave the careful state (an attempt too few, a letter in doubt) |
//!
//! Steps are lost only in order from the end, so a barrier makes everything before it durable too. After an error every
//! later write fails until the store is opened again: what is in memory and what is on the disk may then differ.

mod disk;
mod keys;
mod mails;
mod medium;
mod owner;
mod rebuild;
mod simulated;
mod steps;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_damage;
mod trouble;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::disk::Disk;
use self::medium::{Change, Medium, Sure};
use self::simulated::Simulated;
use super::Cursor;
use crate::ledger::{Event, Evidence, SourceId};
use crate::letter::Letter;
use crate::mail::Outcome;

pub use simulated::{OnStep, SimDisk};

/// Version of the keys and values below.
const FORMAT: u32 = 1;

/// The store. Cheap to clone is not promised; one per process.
#[derive(Debug)]
pub struct Store {
    medium: Medium,
    directory: PathBuf,
    is_new: bool,
    counts: Mutex<Counts>,
}

/// What every batch carries besides its changes.
#[derive(Debug)]
struct Counts {
    steps: u64,
    events: u64,
    /// The first error of a write.
    broken: Option<StoreError>,
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
    pub fn open(directory: &Path) -> Result<Store, StoreError> {
        let disk = Disk::open(directory, rebuild::CURRENT)?;
        Store::over(Medium::Disk(Box::new(disk)), directory)
    }

    /// Opens the store on a simulated disk.
    ///
    /// # Errors
    /// Another store is open on it.
    pub fn simulated(disk: SimDisk) -> Result<Store, StoreError> {
        let medium = Medium::Simulated(Simulated::open(disk)?);
        Store::over(medium, Path::new("memory"))
    }

    fn over(medium: Medium, directory: &Path) -> Result<Store, StoreError> {
        let mut store = Store {
            medium,
            directory: directory.to_owned(),
            is_new: true,
            counts: Mutex::new(Counts {
                steps: 0,
                events: 0,
                broken: None,
            }),
        };
        let format: Option<u32> = store.get(keys::FORMAT)?;
        if let Some(newer) = format.filter(|format| *format > FORMAT) {
            return Err(StoreError::new(format!(
                "the store in {} has format {newer}, this Mahnwerk knows {FORMAT}: start the newer Mahnwerk again, or \
                 `mahnwerk rebuild` with this one",
                directory.display()
            )));
        }
        let number = |key: &[u8]| -> Result<u64, StoreError> {
            let bytes: Option<[u8; 8]> = store.medium.get(key)?.and_then(|v| v.try_into().ok());
            Ok(bytes.map_or(0, u64::from_be_bytes))
        };
        let (steps, events) = (number(keys::STEP)?, number(keys::EVENTS)?);
        store.is_new = events == 0;
        store.counts = Mutex::new(Counts {
            steps,
            events,
            broken: None,
        });
        Ok(store)
    }

    /// Whether there were no events yet when it was opened.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Marks the process as running (durably) and says whether the last one ended cleanly.
    pub fn begin(&self) -> Result<bool, StoreError> {
        let clean = self.medium.get(keys::RUNNING)?.is_none();
        let running = Change::Put(keys::RUNNING.to_vec(), b"true".to_vec());
        self.write("begin", vec![running], Sure::Barrier)?;
        Ok(clean)
    }

    /// Marks a clean end.
    pub fn end(&self) -> Result<(), StoreError> {
        let ended = Change::Drop(keys::RUNNING.to_vec());
        self.write("end", vec![ended], Sure::Barrier)
    }

    /// All events, in key order of the store (the ledger sorts them itself).
    ///
    /// # Errors
    /// Also when fewer can be read than were written.
    pub fn events(&self) -> Result<Vec<Event>, StoreError> {
        let events: Vec<Event> = self.all(keys::EVENT)?;
        let written = self.counts().events;
        if events.len() as u64 != written {
            let what = format!("{} of its {written} events can be read", events.len());
            return Err(StoreError::damaged(&self.directory, &what));
        }
        Ok(events)
    }

    /// Cursor of a mailbox.
    pub fn cursor(&self, mailbox: &str) -> Result<Cursor, StoreError> {
        let found = self.get(&keys::name(keys::CURSOR, mailbox))?;
        Ok(found.unwrap_or_default())
    }

    /// Notes an attempt at these mails, durably, before they are parsed; the number of earlier attempts of each that did
    /// not end (`learn` ends them).
    pub fn attempt(&self, mails: &[SourceId]) -> Result<Vec<u8>, StoreError> {
        let mut earlier = Vec::with_capacity(mails.len());
        let mut changes = Vec::with_capacity(mails.len());
        for mail in mails {
            let key = keys::source(keys::ATTEMPT, *mail);
            let count: u8 = self.get(&key)?.unwrap_or(0);
            earlier.push(count);
            changes.push(self.put(key, &count.saturating_add(1))?);
        }
        if !changes.is_empty() {
            self.write("attempt", changes, Sure::Flush)?;
        }
        Ok(earlier)
    }

    /// Stores what a batch taught; ends the attempts of its mails. One transaction, durable. An event whose identity is
    /// already known is not written again.
    pub fn learn(&self, learned: &Learned<'_>) -> Result<(), StoreError> {
        let mut changes = Vec::new();
        for mail in learned.mails {
            let key = keys::source(keys::MAIL, mail.source);
            if let Some(old) = self.get::<MailRecord>(&key)? {
                changes.push(Change::Drop(keys::read(old.read, old.source)));
            }
            changes.push(self.put(key, mail)?);
            changes.push(Change::Put(
                keys::read(mail.read, mail.source),
                vec![keys::outcome(mail.outcome)],
            ));
            let attempt = keys::source(keys::ATTEMPT, mail.source);
            if self.medium.get(&attempt)?.is_some() {
                changes.push(Change::Drop(attempt));
            }
        }
        if let Some((mailbox, cursor)) = learned.cursor {
            changes.push(self.put(keys::name(keys::CURSOR, mailbox), cursor)?);
        }
        let alone =
            |event: &Event| matches!(event.by, Evidence::Shell | Evidence::File | Evidence::Sent);
        let sure = match learned.events.iter().any(alone) {
            true => Sure::Barrier,
            false => Sure::Flush,
        };
        self.write_events("learn", changes, learned.events, sure)
    }

    /// S0 -> S1: the letter is to be sent. Durable with a full barrier. A letter that is already in flight stays as it is.
    pub fn intend(&self, letter: &Letter) -> Result<(), StoreError> {
        let key = keys::source(keys::FLIGHT, letter.id);
        if self.medium.get(&key)?.is_some() {
            return Ok(());
        }
        let flight = InFlight {
            letter: letter.clone(),
            tried: None,
            failures: 0,
            not_before: None,
        };
        let change = self.put(key, &flight)?;
        self.write("intend", vec![change], Sure::Barrier)
    }

    /// S1 -> S2: the next attempt begins. Durable with a full barrier before it returns.
    pub fn tried(&self, letter: SourceId, at: Timestamp) -> Result<(), StoreError> {
        self.change_flight("tried", letter, Sure::Barrier, |flight| {
            flight.tried = Some(at);
        })
    }

    /// S2 -> S1: the attempt certainly failed; not before `not_before`.
    pub fn failed(&self, letter: SourceId, not_before: Timestamp) -> Result<(), StoreError> {
        self.change_flight("failed", letter, Sure::Flush, |flight| {
            flight.tried = None;
            flight.failures = flight.failures.saturating_add(1);
            flight.not_before = Some(not_before);
        })
    }

    /// S2 -> S3 (or given up): removes the flight and stores these facts, one transaction.
    pub fn settle(&self, letter: SourceId, events: &[Event]) -> Result<(), StoreError> {
        let removed = Change::Drop(keys::source(keys::FLIGHT, letter));
        self.write_events("settle", vec![removed], events, Sure::Barrier)
    }

    /// Letters in flight.
    pub fn flights(&self) -> Result<Vec<InFlight>, StoreError> {
        self.all(keys::FLIGHT)
    }

    /// A short note of the daemon to itself (day of the first start, what the merchant was told once). Durable.
    pub fn note(&self, name: &str, text: &str) -> Result<(), StoreError> {
        let change = self.put(keys::name(keys::NOTE, name), &text)?;
        self.write("note", vec![change], Sure::Barrier)
    }

    /// The note of this name.
    pub fn noted(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.get(&keys::name(keys::NOTE, name))
    }
}
