//! `turn` is the whole program: read, fold, plan, act; timer, IDLE and command all cause the same turn. `handle`
//! answers what the command line asks, over the control socket while the daemon runs and directly on the store while
//! it does not.
//!
//! Knows the order of things and nothing else: what a mail says, what is due and how it is written is decided in the
//! pure rooms. Time comes in once, as the argument of `turn`.
//!
//! Invariants: a turn that could not read every mailbox to its end sends nothing; nothing is sent for one evidence wait
//! after an unclean start or with a new store; every outward step is durable before it is taken.

mod account;
mod answer;
mod boxes;
mod desk;
mod dispatch;
mod handle;
mod intake;
pub mod load;
pub mod open;
mod rebuild;
mod replay;
pub mod request;
mod run;
pub mod settings;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::future::Future;
use std::task::{Context, Poll};

use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::ledger::SourceId;
use crate::world::{Cursor, Inbox, Outbox};

pub use desk::{Desk, Rules};
pub use handle::offline;
pub use rebuild::rebuild;
pub use replay::replay;
pub use request::{Listing, Order, Reply, Request};
pub use run::run;

/// The daemon on its mailboxes.
#[derive(Debug)]
pub struct Daemon<I, O> {
    /// Books, store and rules.
    pub desk: Desk,
    inboxes: Vec<I>,
    outbox: O,
    /// How far each mailbox is read; the store holds the same, as long as it works.
    cursors: BTreeMap<String, Cursor>,
    /// Statement files already looked at, by path, time and size.
    files: crate::world::statements::Seen,
    /// After an unclean start mails are read one by one, so that a mail that stops the program is found.
    careful: bool,
    /// The last process did not end cleanly, or the store is new: nothing is sent before this.
    quiet_until: Option<Timestamp>,
    /// Nothing new can be planned before this moment unless an event comes in.
    idle_until: Option<DateTime>,
    /// When letters left, for the hourly limit.
    sent_at: VecDeque<Timestamp>,
    /// Certain failures of a letter in this process, for the back-off.
    failures: HashMap<SourceId, usize>,
    /// The merchant was told about the failing store.
    alarm_sent: bool,
}

/// What a turn did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Mails read.
    pub mails: usize,
    /// Facts that were new.
    pub learned: usize,
    /// Letters accepted by the server.
    pub sent: usize,
    /// Every mailbox was read to its end.
    pub complete: bool,
    /// What went wrong, in words, without personal data.
    pub troubles: Vec<String>,
}

impl<I: Inbox, O: Outbox> Daemon<I, O> {
    /// A daemon on an open desk. `now` starts the evidence wait after an unclean start or with a new store.
    pub fn new(mut desk: Desk, inboxes: Vec<I>, outbox: O, now: Timestamp) -> Daemon<I, O> {
        let new = desk.store.is_new();
        let unclean = match desk.store.begin() {
            Ok(clean) => !clean,
            Err(error) => {
                desk.store_failed(&error);
                true
            }
        };
        desk.running = true;
        let wait = desk.rules.policy.evidence_wait;
        Daemon {
            careful: unclean,
            quiet_until: (new || unclean).then(|| now.checked_add(wait).unwrap_or(Timestamp::MAX)),
            desk,
            inboxes,
            outbox,
            cursors: BTreeMap::new(),
            files: Default::default(),
            idle_until: None,
            sent_at: VecDeque::new(),
            failures: HashMap::new(),
            alarm_sent: false,
        }
    }

    /// Read everything, then do what is due. Total: troubles are told in the result and in the log.
    pub async fn turn(&mut self, now: Timestamp) -> Turn {
        let mut turn = Turn {
            complete: true,
            ..Turn::default()
        };
        self.read_files(now, &mut turn);
        self.read_mailboxes(now, &mut turn).await;
        self.careful &= !turn.complete;
        if turn.learned > 0 {
            self.idle_until = None;
        }
        if self.desk.store_trouble().is_some() {
            self.alarm(now, &mut turn).await;
        } else if turn.complete && self.quiet_until.is_none_or(|until| now >= until) {
            self.quiet_until = None;
            self.act(now, &mut turn).await;
        }
        self.desk.last_turn = Some(now);
        self.desk.next_turn = Some(self.next_turn(now)).filter(|at| *at < Timestamp::MAX);
        turn
    }

    /// When the next turn is needed if nothing comes in; `now` if this one was not the last of the moment.
    pub fn next_turn(&self, now: Timestamp) -> Timestamp {
        let sending = self.quiet_until.is_none() && self.desk.store_trouble().is_none();
        if sending && self.idle_until.is_none() {
            return now;
        }
        let planned = self
            .idle_until
            .and_then(|moment| self.desk.timestamp(moment));
        let retry = self
            .desk
            .flights
            .iter()
            .filter_map(|flight| match flight.tried {
                Some(tried) => tried.checked_add(self.desk.rules.policy.evidence_wait).ok(),
                None => flight.not_before,
            });
        let soonest = planned
            .into_iter()
            .chain(retry)
            .chain(self.quiet_until)
            .filter(|&at| at > now)
            .min();
        soonest.unwrap_or(Timestamp::MAX)
    }

    /// Marks a clean end: the next start does not have to wait for evidence.
    pub fn end(&mut self) {
        if let Err(error) = self.desk.store.end() {
            self.desk.store_failed(&error);
        }
    }

    /// Returns when one of the mailboxes may hold something new.
    pub async fn changed(&mut self) {
        let mut waits: Vec<_> = self
            .inboxes
            .iter_mut()
            .map(|inbox| Box::pin(inbox.changed()))
            .collect();
        let any = |context: &mut Context<'_>| {
            let mut ready = false;
            for wait in &mut waits {
                ready = ready || wait.as_mut().poll(context).is_ready();
            }
            if ready {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        };
        std::future::poll_fn(any).await;
    }

    /// The way out.
    pub fn outbox(&self) -> &O {
        &self.outbox
    }

    /// The way out, to change it.
    pub fn outbox_mut(&mut self) -> &mut O {
        &mut self.outbox
    }

    /// Says that rules changed: plan again at the next turn.
    pub fn wake(&mut self) {
        self.idle_until = None;
    }
}
