//! A mailbox read by IMAP, and only read: EXAMINE, sizes, BODY.PEEK; what is new is told by IDLE, with a look now and then
//! behind it.
//!
//! Knows folders, numbers and bytes; nothing of what a mail says. Keeps one connection between calls, drops it at the first
//! doubt, and tells every failure in words with the next step. Invariant: the mailbox is the same before and after.

mod fetch;
mod folder;
mod idle;
mod rows;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::Notify;
use tokio::time::Instant;

use self::idle::Watch;
pub use self::wire::Limits;
use self::wire::{Problem, Wire};
use super::tls::Password;
use super::{Batch, Cursor, Inbox, Trouble};
use crate::config::Login;

/// A mailbox behind IMAP.
#[derive(Debug)]
pub struct ImapInbox {
    name: String,
    login: Login,
    password: Password,
    folders: Vec<String>,
    poll: Duration,
    limits: Limits,
    state: State,
    news: Arc<Notify>,
    /// When the next look is due, whatever IDLE says.
    look_at: Instant,
    /// First UID of INBOX that was not read.
    inbox_next: Option<u64>,
    refusals: fetch::Refusals,
}

/// Where the connection is.
#[derive(Debug, Default)]
enum State {
    #[default]
    None,
    Kept(Box<Wire>),
    Idle(Watch),
}

impl ImapInbox {
    /// A mailbox by its name in the configuration; nothing is opened yet. `poll` is the longest time between two looks.
    pub fn new(
        name: &str,
        login: Login,
        password: Password,
        folders: Vec<String>,
        poll: SignedDuration,
    ) -> ImapInbox {
        let poll = Duration::try_from(poll).unwrap_or(Duration::from_secs(300));
        ImapInbox {
            name: name.to_owned(),
            login,
            password,
            folders,
            poll: poll.max(Duration::from_secs(1)),
            limits: Limits::default(),
            state: State::None,
            news: Arc::new(Notify::new()),
            look_at: Instant::now(),
            inbox_next: None,
            refusals: fetch::Refusals::new(),
        }
    }

    /// With other time limits.
    pub fn with_limits(mut self, limits: Limits) -> ImapInbox {
        self.limits = limits;
        self
    }

    /// The kept connection or a new one; `true`: a kept one.
    async fn wire(&mut self) -> Result<(Wire, bool), Trouble> {
        let kept = match std::mem::take(&mut self.state) {
            State::Kept(wire) => Some(*wire),
            State::Idle(watch) => watch.stop().await,
            State::None => None,
        };
        match kept {
            Some(wire) => Ok((wire, true)),
            None => Ok((self.fresh().await?, false)),
        }
    }

    async fn fresh(&self) -> Result<Wire, Trouble> {
        Wire::open(&self.login, &self.password, self.limits)
            .await
            .map_err(|why| self.later(why))
    }

    async fn read(&mut self, wire: &mut Wire, since: &Cursor) -> Result<Batch, Problem> {
        let mut batch = Batch {
            cursor: since.clone(),
            complete: true,
            ..Batch::default()
        };
        for folder in &self.folders {
            if !fetch::folder(wire, folder, &mut batch, &mut self.refusals).await? {
                batch.complete = false;
                break;
            }
        }
        self.inbox_next = batch
            .cursor
            .0
            .iter()
            .find(|(folder, _)| folder.eq_ignore_ascii_case("INBOX"))
            .map(|(_, position)| position.next);
        Ok(batch)
    }

    fn later(&self, why: String) -> Trouble {
        Trouble::Later(format!("mailbox `{}`: {why}", self.name))
    }
}

impl Inbox for ImapInbox {
    fn name(&self) -> &str {
        &self.name
    }

    async fn fetch(&mut self, since: &Cursor) -> Result<Batch, Trouble> {
        self.look_at = Instant::now() + self.poll;
        let (mut wire, kept) = self.wire().await?;
        // What was told so far is covered by this look.
        self.news = Arc::new(Notify::new());
        let mut outcome = self.read(&mut wire, since).await;
        if kept && matches!(outcome, Err(Problem::Lost(_))) {
            // A kept connection may have ended unnoticed; that alone is no trouble.
            wire = self.fresh().await?;
            outcome = self.read(&mut wire, since).await;
        }
        match outcome {
            Ok(batch) => {
                self.state = State::Kept(Box::new(wire));
                Ok(batch)
            }
            Err(problem) => {
                if matches!(problem, Problem::Refused(_)) {
                    wire.leave().await;
                }
                Err(self.later(problem.text()))
            }
        }
    }

    async fn changed(&mut self) {
        let watched = self
            .folders
            .iter()
            .any(|folder| folder.eq_ignore_ascii_case("INBOX"));
        match std::mem::take(&mut self.state) {
            State::Kept(wire) if wire.idle && watched => {
                let watch = Watch::start(*wire, self.inbox_next, Arc::clone(&self.news));
                self.state = State::Idle(watch);
            }
            other => self.state = other,
        }
        let _ = tokio::time::timeout_at(self.look_at, self.news.notified()).await;
        // A caller that does not read in between is not answered again at once.
        if self.look_at <= Instant::now() {
            self.look_at = Instant::now() + self.poll;
        }
    }
}

/// Logs in and opens each folder, for `check --online` and `setup`: what was found, line by line.
///
/// # Errors
/// The first thing that does not work, in words with the next step.
pub async fn try_login(
    login: &Login,
    password: &Password,
    folders: &[String],
) -> Result<Vec<String>, String> {
    let mut wire = Wire::open(login, password, Limits::default()).await?;
    let mut findings = vec![format!(
        "{} is reached by TLS and takes the log-in",
        wire.place()
    )];
    for folder in folders {
        let opened = folder::open(&mut wire, folder)
            .await
            .map_err(Problem::text)?;
        let shown = wire.names.get(folder).filter(|name| *name != folder);
        let called = shown.map_or(String::new(), |name| {
            format!(" (there called `{}`)", folder::from_modified_utf7(name))
        });
        findings.push(format!(
            "folder `{folder}`{called}: {} mails",
            opened.exists
        ));
    }
    findings.push(if wire.idle {
        "new mail is told at once (IDLE)".to_owned()
    } else {
        "the server does not tell of new mail (no IDLE): it is looked for at the interval `poll`"
            .to_owned()
    });
    wire.leave().await;
    Ok(findings)
}
