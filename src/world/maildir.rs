//! Mailboxes that are folders on this machine: read like a mail server's, written like one's (demo, replay, tests), and a
//! merchant's past mails from a Maildir, an mbox file or a folder of single mails.
//!
//! Invariant: an inbox changes nothing in the folder, and a mail that moves from `new` to `cur` or gets flags stays the
//! same mail.

mod folder;
mod outbox;
mod past;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{Batch, Cursor, Inbox, Position, Skipped, Trouble};
use crate::mail::RawMail;
use folder::{Entry, Got};

pub use outbox::MaildirOutbox;
pub use past::{Mbox, read_any, read_mbox, received_of};

/// Longest mail that is read; asked before a byte of it is.
const MAIL: u64 = 10 * 1024 * 1024;
/// Bytes of one batch.
const BATCH: usize = 20 * 1024 * 1024;
/// Mails of one batch.
const MAILS: usize = 500;
/// Between two looks at the folders.
const LOOK: Duration = Duration::from_secs(2);

/// A Maildir that is read.
///
/// Its cursor: `next` is the second of the last mail read (mails of that second are read again after a restart and known
/// by their bytes), `validity` a fingerprint of the names before that second. A mail that arrives late, with an older
/// second, changes the fingerprint: then everything that this process has not read yet is read.
#[derive(Debug)]
pub struct MaildirInbox {
    name: String,
    root: PathBuf,
    /// Names that this process has handed out, by folder.
    seen: HashSet<(String, String)>,
    /// The cursor it handed out last; another one means that the batch was not kept.
    last: Option<Cursor>,
    /// State of the folders when they were read last.
    looked: Vec<Option<SystemTime>>,
}

impl MaildirInbox {
    /// A Maildir at this place.
    pub fn new(name: &str, root: &Path) -> MaildirInbox {
        MaildirInbox {
            name: name.to_owned(),
            root: root.to_owned(),
            seen: HashSet::new(),
            last: None,
            looked: Vec::new(),
        }
    }

    fn read(&mut self, since: &Cursor) -> Result<Batch, Trouble> {
        if self.last.as_ref() != Some(since) {
            self.seen.clear();
        }
        self.looked = folder::times(&self.root);
        let mut batch = Batch {
            cursor: since.clone(),
            complete: true,
            ..Batch::default()
        };
        for (folder, path) in folder::folders(&self.root)? {
            let entries = folder::entries(&path).map_err(|error| {
                Trouble::Later(format!("{} cannot be read: {error}", path.display()))
            })?;
            let position = since.0.get(&folder).copied().unwrap_or_default();
            let position = self.read_folder(&folder, &path, &entries, position, &mut batch);
            batch.cursor.0.insert(folder, position);
        }
        batch.mails.sort_by_key(|mail| mail.received);
        self.last = Some(batch.cursor.clone());
        Ok(batch)
    }

    fn read_folder(
        &mut self,
        folder: &str,
        path: &Path,
        entries: &[Entry],
        position: Position,
        batch: &mut Batch,
    ) -> Position {
        let late = fingerprint(entries, position.next) != position.validity;
        let mut next = position.next;
        let mut whole = true;
        let mut bytes: usize = batch.mails.iter().map(|mail| mail.bytes.len()).sum();
        for entry in entries {
            let known = entry.second() < position.next && !late;
            let key = (folder.to_owned(), entry.base.clone());
            if known || self.seen.contains(&key) {
                continue;
            }
            if bytes >= BATCH || batch.mails.len() >= MAILS {
                whole = false;
                break;
            }
            match folder::read(path, entry) {
                Got::Mail(mail) => {
                    bytes += mail.bytes.len();
                    batch.mails.push(mail);
                }
                Got::Skipped(reason) => batch.skipped.push(Skipped {
                    place: format!("{folder} {}", entry.base),
                    reason,
                }),
                Got::Gone => {}
            }
            self.seen.insert(key);
            next = next.max(entry.second());
        }
        batch.complete &= whole;
        let validity = match (late, whole) {
            // Not all late ones are read: stays unequal, so that a restart reads them.
            (true, false) => position.validity.wrapping_add(1),
            _ => fingerprint(entries, next),
        };
        Position {
            validity,
            next: if late && !whole { position.next } else { next },
        }
    }
}

/// Of the names before a second; independent of their order.
fn fingerprint(entries: &[Entry], before: u64) -> u64 {
    let names = entries.iter().filter(|entry| entry.second() < before);
    names.fold(0, |sum, entry| {
        // Fixed keys: the same names have the same fingerprint in the next process.
        let mut hasher = DefaultHasher::new();
        entry.base.hash(&mut hasher);
        sum ^ hasher.finish()
    })
}

impl Inbox for MaildirInbox {
    fn name(&self) -> &str {
        &self.name
    }

    async fn fetch(&mut self, since: &Cursor) -> Result<Batch, Trouble> {
        self.read(since)
    }

    async fn changed(&mut self) {
        loop {
            tokio::time::sleep(LOOK).await;
            if folder::times(&self.root) != self.looked {
                return;
            }
        }
    }
}

/// A mail from bytes.
fn mail(bytes: Vec<u8>, received: jiff::Timestamp) -> RawMail {
    RawMail { bytes, received }
}
