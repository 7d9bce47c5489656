//! What is done: sockets, files, the clock. Decides nothing about money or reminders.
//!
//! Two traits, three implementors each: [`Inbox`] (IMAP, Maildir, simulated) and [`Outbox`] (SMTP, Maildir, simulated).

pub mod control;
pub mod guard;
pub mod imap;
pub mod library;
pub mod maildir;
pub mod memory;
pub mod service;
pub mod smtp;
pub mod statements;
pub mod store;
pub mod tls;

use std::collections::BTreeMap;
use std::future::Future;

use crate::letter::Letter;
use crate::mail::RawMail;

/// How far a mailbox has been read: by folder, the UIDVALIDITY and the next UID (or their like).
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cursor(pub BTreeMap<String, Position>);

/// Place in one folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// UIDVALIDITY; another value means: read the folder from its beginning (known mails are known by their bytes).
    pub validity: u64,
    /// First UID not yet read.
    pub next: u64,
}

/// Some mails and the cursor behind them.
#[derive(Debug, Default)]
pub struct Batch {
    /// The mails, at most about 20 MiB together.
    pub mails: Vec<RawMail>,
    /// Mails that were not fetched (too large, unreadable): what and why.
    pub skipped: Vec<Skipped>,
    /// Where to go on.
    pub cursor: Cursor,
    /// Every folder was read to its end.
    pub complete: bool,
}

/// A mail that was not fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Folder and UID (or file name), for a person.
    pub place: String,
    /// Reason.
    pub reason: String,
}

/// What went wrong, named by the reaction it asks for. The text says what happened and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Certainly nothing happened: try again later.
    Later(String),
    /// It may or may not have happened: never repeat without evidence.
    Unknown(String),
    /// It will not work as it is: for good.
    Never(String),
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::Later(text) | Trouble::Unknown(text) | Trouble::Never(text) => {
                f.write_str(text)
            }
        }
    }
}

/// Where mails come from. Read-only: an inbox never changes the mailbox.
pub trait Inbox {
    /// Name in the configuration, for cursors and messages.
    fn name(&self) -> &str;

    /// The next mails after `since`, oldest first.
    fn fetch(&mut self, since: &Cursor) -> impl Future<Output = Result<Batch, Trouble>>;

    /// Returns when something new may be there; never is a legal answer (the daemon polls behind it).
    fn changed(&mut self) -> impl Future<Output = ()>;
}

/// Where letters go.
pub trait Outbox {
    /// Sends to all recipients of the letter in one transaction.
    fn send(&mut self, letter: &Letter) -> impl Future<Output = Result<(), Trouble>>;
}
