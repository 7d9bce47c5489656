//! From mailboxes and the watched folder into the books: fetch, note the attempt, read, learn, one batch at a time.
//!
//! Invariant: the cursor moves only in the transaction that stores what the mails before it said. A mail that stopped
//! the program again and again is not parsed again but shown to the merchant.

use jiff::Timestamp;

use super::{Daemon, Turn};
use crate::ledger::{Event, Fact, SourceId};
use crate::mail::{self, Outcome, RawMail, Reading};
use crate::world::store::{Learned, MailRecord};
use crate::world::{Batch, Cursor, Inbox, Outbox, Skipped, statements};

/// Attempts at a mail that may end with the process. The first may have been the fault of another mail of its batch;
/// after it mails are read alone, so that two of three are this one's own.
const STRIKES: u8 = 3;

impl<I: Inbox, O: Outbox> Daemon<I, O> {
    /// Reads every mailbox to its end, or says why not.
    pub(super) async fn read_mailboxes(&mut self, now: Timestamp, turn: &mut Turn) {
        for index in 0..self.inboxes.len() {
            let name = self.inboxes[index].name().to_string();
            loop {
                let since = match self.cursor(&name) {
                    Ok(cursor) => cursor,
                    Err(error) => {
                        self.desk.store_failed(&error);
                        Cursor::default()
                    }
                };
                match self.inboxes[index].fetch(&since).await {
                    Ok(batch) => {
                        let complete = batch.complete;
                        self.take(&name, &since, batch, now, turn);
                        if complete {
                            self.desk.note_mailbox(&name, now, None);
                            break;
                        }
                    }
                    Err(trouble) => {
                        tracing::warn!(mailbox = name, "could not be read to its end: {trouble}");
                        self.desk
                            .note_mailbox(&name, now, Some(trouble.to_string()));
                        turn.troubles.push(format!("mailbox {name}: {trouble}"));
                        turn.complete = false;
                        break;
                    }
                }
            }
        }
    }

    /// Reads statements that were put into the watched folder.
    pub(super) fn read_files(&mut self, now: Timestamp, turn: &mut Turn) {
        let Some(folder) = self.desk.rules.statements.clone() else {
            return;
        };
        match statements::new_files(&folder, &mut self.files, now) {
            Ok(files) => {
                for file in files {
                    let source = SourceId::of(&file.bytes);
                    if self.desk.store.knows_mail(source).unwrap_or(false) {
                        continue;
                    }
                    let reading =
                        mail::read_file(&file.bytes, file.received, &self.desk.rules.trust);
                    let mut record = record(source, file.received, now, &reading);
                    record.subject = file.name;
                    turn.mails += 1;
                    turn.learned += self.learn(reading.events, &[record], None);
                }
            }
            Err(trouble) => turn.troubles.push(trouble),
        }
    }

    fn cursor(&mut self, name: &str) -> Result<Cursor, crate::world::store::StoreError> {
        if let Some(cursor) = self.cursors.get(name) {
            return Ok(cursor.clone());
        }
        let cursor = self.desk.store.cursor(name)?;
        self.cursors.insert(name.to_string(), cursor.clone());
        Ok(cursor)
    }

    fn take(
        &mut self,
        mailbox: &str,
        since: &Cursor,
        batch: Batch,
        now: Timestamp,
        turn: &mut Turn,
    ) {
        let Batch {
            mails,
            skipped,
            cursor,
            ..
        } = batch;
        let mut fresh: Vec<(SourceId, RawMail)> = Vec::with_capacity(mails.len());
        for raw in mails {
            let source = raw.source();
            let known = self.desk.store.knows_mail(source).unwrap_or(false)
                || fresh.iter().any(|(s, _)| *s == source);
            if !known {
                fresh.push((source, raw));
            }
        }
        turn.mails += fresh.len();
        let size = if self.careful { 1 } else { fresh.len().max(1) };
        for group in fresh.chunks(size) {
            turn.learned += self.read_group(group, now);
        }
        let records: Vec<MailRecord> = skipped
            .iter()
            .map(|skip| refused(mailbox, skip, now))
            .collect();
        if cursor != *since || !records.is_empty() {
            self.learn(Vec::new(), &records, Some((mailbox, &cursor)));
            self.cursors.insert(mailbox.to_string(), cursor);
        }
    }

    fn read_group(&mut self, group: &[(SourceId, RawMail)], now: Timestamp) -> usize {
        let sources: Vec<SourceId> = group.iter().map(|(source, _)| *source).collect();
        let attempts = self.desk.store.attempt(&sources).unwrap_or_else(|error| {
            self.desk.store_failed(&error);
            vec![0; sources.len()]
        });
        let rules = &self.desk.rules;
        let (mut events, mut records) = (Vec::new(), Vec::new());
        for ((source, raw), attempts) in group.iter().zip(attempts) {
            if attempts >= STRIKES {
                records.push(poisonous(*source, raw, now));
                continue;
            }
            let reading = mail::read(raw, &rules.recipes, &rules.trust, &rules.key);
            records.push(record(*source, raw.received, now, &reading));
            events.extend(reading.events);
        }
        for record in &mut records {
            let facts = || {
                events
                    .iter()
                    .filter(|event| event.key.source == record.source)
            };
            if facts().count() == 1 && facts().all(|event| self.concerns_nobody(event, &events)) {
                record.outcome = Outcome::Ignored;
                record.reason = "a mail by a person who has no claim".into();
            }
        }
        self.learn(events, &records, None)
    }

    /// Somebody's words that answer no letter, from an address that has no claim: they hold nothing and are told to nobody.
    fn concerns_nobody(&self, event: &Event, batch: &[Event]) -> bool {
        let Fact::Answered(answered) = &event.fact else {
            return false;
        };
        let ordered = |event: &Event| match &event.fact {
            Fact::Issued(issued) => issued.customer.address.as_ref() == Some(&answered.from),
            _ => false,
        };
        answered.letter.is_none()
            && self.desk.ledger.customer(&answered.from).is_none()
            && !batch.iter().any(ordered)
    }

    fn learn(
        &mut self,
        events: Vec<Event>,
        mails: &[MailRecord],
        cursor: Option<(&str, &Cursor)>,
    ) -> usize {
        let ledger = &self.desk.ledger;
        let new: Vec<Event> = events
            .into_iter()
            .filter(|e| !ledger.knows(e.key.source, e.key.index))
            .collect();
        self.desk.learn(Learned {
            events: &new,
            mails,
            cursor,
        })
    }
}

fn record(source: SourceId, received: Timestamp, now: Timestamp, reading: &Reading) -> MailRecord {
    MailRecord {
        source,
        received,
        read: now,
        outcome: reading.outcome,
        reason: reading.reason.clone(),
        from: reading.from.clone(),
        subject: reading.subject.clone(),
    }
}

fn poisonous(source: SourceId, raw: &RawMail, now: Timestamp) -> MailRecord {
    MailRecord {
        source,
        received: raw.received,
        read: now,
        outcome: Outcome::Review,
        reason: "reading it stopped the program three times, so it was not read again; look at it in the mailbox".into(),
        from: String::new(),
        subject: format!("mail of {} bytes, received {}", raw.bytes.len(), raw.received),
    }
}

fn refused(mailbox: &str, skip: &Skipped, now: Timestamp) -> MailRecord {
    MailRecord {
        source: SourceId::of(format!("{mailbox}\0{}", skip.place).as_bytes()),
        received: now,
        read: now,
        outcome: Outcome::Error,
        reason: skip.reason.clone(),
        from: String::new(),
        subject: format!("{mailbox}: {}", skip.place),
    }
}
