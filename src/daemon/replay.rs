//! A past mailbox played through the same `turn`, each mail at the time it was received, nothing sent: letters and
//! digests go into a Maildir. The same mailbox gives the same bytes.

use std::path::Path;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Daemon, Desk, Reply, Rules, open};
use crate::config::Config;
use crate::letter::Letter;
use crate::mail::RawMail;
use crate::world::maildir::{self, MaildirOutbox};
use crate::world::memory::{MemoryInbox, MemoryMailbox};
use crate::world::store::{SimDisk, Store};
use crate::world::{Outbox, Trouble};

/// Turns at one moment at most: a guard against rules that never come to rest.
const TURNS_A_MOMENT: usize = 200;

/// Plays `mails` (a Maildir, a folder of .eml files or an mbox file) up to and including `until`.
pub fn replay(config: &Config, mails: &Path, until: Date, letters: &Path, json: bool) -> Reply {
    match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime
            .block_on(replayed(config, mails, until, letters, json))
            .unwrap_or_else(|reply| reply),
        Err(error) => Reply::failed(1, format!("the async runtime did not start: {error}")),
    }
}

async fn replayed(
    config: &Config,
    mails: &Path,
    until: Date,
    letters: &Path,
    json: bool,
) -> Result<Reply, Reply> {
    let mut past = maildir::read_any(mails).map_err(|error| Reply::failed(1, error))?;
    past.sort_by(|a, b| (a.received, &a.bytes).cmp(&(b.received, &b.bytes)));
    let Some(first) = past.first().map(|mail| mail.received) else {
        let text = format!(
            "{} holds no mail; name a Maildir, a folder of .eml files or an mbox file",
            mails.display()
        );
        return Err(Reply::failed(1, text));
    };
    if std::fs::read_dir(letters).is_ok_and(|mut entries| entries.next().is_some()) {
        let text = format!(
            "{} is not empty; name a new folder, so that old letters are not mixed with new ones",
            letters.display()
        );
        return Err(Reply::failed(1, text));
    }
    let rules =
        open::rules(config, first).map_err(|problems| Reply::failed(4, problems.join("\n")))?;
    let zone = rules.policy.zone.clone();
    let end = until
        .tomorrow()
        .ok()
        .and_then(|day| day.to_zoned_datetime(zone).ok())
        .map(|end| end.timestamp());
    let end = end.ok_or_else(|| Reply::failed(2, "the day --until is out of range"))?;
    if first >= end {
        return Err(Reply::failed(
            2,
            format!("the first mail was received at {first}, after --until {until}"),
        ));
    }
    let daemon = play(rules, past, end, letters).await?;
    let text = super::account::replay_report(&daemon.desk, until, json);
    Ok(Reply {
        text,
        talk: format!("letters and digests lie in {}", letters.display()),
        exit: 0,
    })
}

async fn play(
    mut rules: Rules,
    past: Vec<RawMail>,
    end: Timestamp,
    letters: &Path,
) -> Result<Daemon<MemoryInbox, ReplayOutbox>, Reply> {
    let first = past.first().map_or(end, |mail| mail.received);
    // The first day of a replay is its day of setup, whatever the configuration says about the real one.
    rules.policy.start = first.to_zoned_datetime(rules.policy.zone.clone()).date();
    rules.fixed_start = true;
    let mailbox = MemoryMailbox::default();
    let outbox = ReplayOutbox {
        letters: MaildirOutbox::new(letters),
        mailbox: mailbox.clone(),
    };
    let desk = Store::simulated(SimDisk::default())
        .and_then(|store| Desk::open(store, rules, first))
        .map_err(|e| Reply::failed(1, e.text))?;
    let inbox = MemoryInbox::new("replay", mailbox.clone());
    let mut daemon = Daemon::new(desk, vec![inbox], outbox, first);
    let mut past = past.into_iter().peekable();
    let (mut now, mut turns) = (first, 0);
    loop {
        while let Some(mail) = past.next_if(|mail| mail.received <= now) {
            mailbox.push(mail);
        }
        daemon.turn(now).await;
        let planned = daemon.next_turn(now);
        let arrival = past.peek().map_or(Timestamp::MAX, |mail| mail.received);
        let next = planned.min(arrival);
        turns = if next <= now { turns + 1 } else { 0 };
        now = if turns >= TURNS_A_MOMENT {
            now + SignedDuration::from_mins(1)
        } else {
            next.max(now)
        };
        if now >= end {
            return Ok(daemon);
        }
    }
}

/// Letters into a Maildir, and our own copy into the mailbox, as a provider would do.
#[derive(Debug)]
struct ReplayOutbox {
    letters: MaildirOutbox,
    mailbox: MemoryMailbox,
}

impl Outbox for ReplayOutbox {
    async fn send(&mut self, letter: &Letter) -> Result<(), Trouble> {
        self.letters.send(letter).await?;
        self.mailbox.push(RawMail {
            bytes: letter.bytes.clone(),
            received: letter.at,
        });
        Ok(())
    }
}
