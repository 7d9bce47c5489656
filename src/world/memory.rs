//! A mailbox in memory: what `replay` and the simulation read from. Mails appear when they are pushed.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Batch, Cursor, Inbox, Position, Trouble};
use crate::mail::RawMail;

/// Mails of one batch at most.
const BATCH: usize = 200;

/// The mailbox; clones share it.
#[derive(Clone, Debug, Default)]
pub struct MemoryMailbox(Arc<Mutex<Vec<RawMail>>>);

impl MemoryMailbox {
    /// Delivers a mail.
    pub fn push(&self, mail: RawMail) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(mail);
    }

    /// All mails, in the order of delivery.
    pub fn mails(&self) -> Vec<RawMail> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Reads a [`MemoryMailbox`].
#[derive(Clone, Debug)]
pub struct MemoryInbox {
    name: String,
    mailbox: MemoryMailbox,
}

impl MemoryInbox {
    /// An inbox of this name.
    pub fn new(name: &str, mailbox: MemoryMailbox) -> MemoryInbox {
        MemoryInbox {
            name: name.to_string(),
            mailbox,
        }
    }
}

impl Inbox for MemoryInbox {
    fn name(&self) -> &str {
        &self.name
    }

    async fn fetch(&mut self, since: &Cursor) -> Result<Batch, Trouble> {
        let from = since
            .0
            .get("INBOX")
            .map_or(0, |position| position.next as usize);
        let mails = self
            .mailbox
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let to = mails.len().min(from.saturating_add(BATCH));
        let mut cursor = since.clone();
        cursor.0.insert(
            "INBOX".into(),
            Position {
                validity: 1,
                next: to as u64,
            },
        );
        let taken = mails.get(from..to).unwrap_or_default().to_vec();
        Ok(Batch {
            mails: taken,
            skipped: Vec::new(),
            cursor,
            complete: to == mails.len(),
        })
    }

    async fn changed(&mut self) {
        std::future::pending().await
    }
}
