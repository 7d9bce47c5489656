//! A past mailbox played through the same `turn`, each mail at the time it was received, nothing sent: letters and
//! digests go into a Maildir. The same mailbox gives the same bytes.

use std::path::Path;

use jiff::civil::Date;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

use super::{Daemon, Desk, Reply, Rules, open};
use crate::config::Config;
use crate::ledger::SealKey;
use crate::letter::Letter;
use crate::mail::RawMail;
use crate::report;
use crate::world::maildir::{self, MaildirOutbox};
use crate::world::memory::{MemoryInbox, MemoryMailbox};
use crate::world::store::{SimDisk, Store};
use crate::world::{Outbox, Trouble};

/// Turns at one moment at most: a guard against rules that never come to rest.
const TURNS_A_MOMENT: usize = 200;

/// A file's time this near to the mail's date is the time of its delivery.
const NEAR: SignedDuration = SignedDuration::from_hours(48);

/// No merchant's mail is older than the year 2000.
const FIRST_SECOND: i64 = 946_684_800;

/// Lines in which a mail's date is looked for.
const HEADER_LINES: usize = 1000;

/// Seals a replay where the merchant's own key is not at hand; what it seals leaves for nobody.
const THROW_AWAY: &[u8] = b"a key for one replay, which seals nothing that is sent";

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
    let (mut past, skipped) = maildir::read_any(mails).map_err(|error| Reply::failed(1, error))?;
    past.iter_mut()
        .for_each(|mail| mail.received = received(mail));
    past.sort_by(|a, b| (a.received, &a.bytes).cmp(&(b.received, &b.bytes)));
    let Some(first) = past.first().map(|mail| mail.received) else {
        let text = format!(
            "{} holds no mail; name a Maildir, a folder of .eml files or an mbox file",
            mails.display()
        );
        return Err(Reply::failed(1, text));
    };
    let mut talk = String::new();
    let key = open::seal_key(config).or_else(|problem| {
        talk += &format!("{problem}: a throw-away key is used, so letters of earlier runs in these mails count as strangers'\n");
        SealKey::new(THROW_AWAY)
    });
    let rules = open::rules_with(config, key, first)
        .map_err(|problems| Reply::failed(4, problems.join("\n")))?;
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
            format!("--until {until} is before the first mail, which was received at {first}"),
        ));
    }
    new_folder(letters).map_err(|error| Reply::failed(1, error))?;
    let late = past.iter().filter(|mail| mail.received >= end).count();
    let daemon = play(rules, past, end, letters).await?;
    let from = daemon.desk.rules.policy.start;
    let past = super::account::account(&daemon.desk, from, until);
    for skipped in skipped {
        talk += &format!("left out: {} {}\n", skipped.place, skipped.reason);
    }
    if late > 0 {
        talk += &format!("mails received after {until}, not played: {late}\n");
    }
    talk += &format!("letters and digests lie in {}\n", letters.display());
    Ok(Reply {
        text: report::replay::replay(&past, json),
        talk,
        exit: 0,
    })
}

/// A folder for the letters, with nothing in it.
fn new_folder(letters: &Path) -> Result<(), String> {
    let place = letters.display();
    if letters.exists() && !letters.is_dir() {
        return Err(format!(
            "{place} is a file; name a new folder with --letters"
        ));
    }
    std::fs::create_dir_all(letters).map_err(|error| format!("{place} cannot be made: {error}"))?;
    match std::fs::read_dir(letters).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!(
            "{place} is not empty; name a new folder, so that old letters are not mixed with new ones"
        )),
        Err(error) => Err(format!("{place} cannot be read: {error}")),
    }
}

/// When a past mail was received: its top `Received:` says it best. Without one (a BCC filed by hand, a copy of our own)
/// the file's time counts if it is near the mail's own date, else that date: files copied by hand carry the time of copying.
fn received(mail: &RawMail) -> Timestamp {
    let near = |date: Timestamp| mail.received.duration_since(date).abs() <= NEAR;
    maildir::received_of(&mail.bytes).unwrap_or_else(|| match date_of(&mail.bytes) {
        Some(date) if !near(date) => date,
        _ => mail.received,
    })
}

/// The mail's own date (RFC 5322 3.6.1).
fn date_of(bytes: &[u8]) -> Option<Timestamp> {
    let mut lines = bytes.split(|byte| *byte == b'\n').take(HEADER_LINES);
    let line = lines
        .by_ref()
        .take_while(|line| !line.trim_ascii().is_empty())
        .find(|line| {
            line.get(..5)
                .is_some_and(|name| name.eq_ignore_ascii_case(b"date:"))
        })?;
    let mut value = String::from_utf8_lossy(line.get(5..)?).into_owned();
    let folded = |line: &&[u8]| line.starts_with(b" ") || line.starts_with(b"\t");
    for more in lines.take_while(folded) {
        value.push_str(&String::from_utf8_lossy(more));
    }
    let parser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let date = parser.parse_timestamp(value.trim()).ok()?;
    // A clock that was never set tells nothing.
    (date.as_second() > FIRST_SECOND).then_some(date)
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_mail_is_played_when_it_was_received() {
        let dated = "From: a@shop.example\r\nDate: Mon, 2 Mar 2026\r\n 10:00:00 +0100\r\n\r\nDate: Tue, 3 Mar 2026 10:00:00 +0100\r\n";
        let top = "Received: by mx.mail.example;\r\n Mon, 2 Mar 2026 10:05:00 +0100\r\n";
        for (text, file, wanted) in [
            // The top `Received:` counts, whatever the file says.
            (
                format!("{top}{dated}"),
                "2026-03-02T09:30:00Z",
                "2026-03-02T09:05:00Z",
            ),
            (
                format!("{top}{dated}"),
                "2026-11-24T12:00:00Z",
                "2026-03-02T09:05:00Z",
            ),
            // Without one a file's time near the date.
            (dated.into(), "2026-03-02T09:30:00Z", "2026-03-02T09:30:00Z"),
            (dated.into(), "2026-03-04T09:00:00Z", "2026-03-04T09:00:00Z"),
            // Copied by hand, months later: the date.
            (dated.into(), "2026-03-04T09:00:01Z", "2026-03-02T09:00:00Z"),
            (dated.into(), "1970-01-01T00:00:00Z", "2026-03-02T09:00:00Z"),
            // No date at all, or one that is none: the file's time.
            (
                "Subject: x\r\n\r\nDate: Mon, 2 Mar 2026 10:00:00 +0100\r\n".into(),
                "2026-11-24T12:00:00Z",
                "2026-11-24T12:00:00Z",
            ),
            (
                "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n\r\n".into(),
                "2026-11-24T12:00:00Z",
                "2026-11-24T12:00:00Z",
            ),
            (
                "Date: yesterday\r\n\r\n".into(),
                "2026-11-24T12:00:00Z",
                "2026-11-24T12:00:00Z",
            ),
        ] {
            let mail = RawMail {
                bytes: text.into_bytes(),
                received: at(file),
            };
            assert_eq!(
                received(&mail),
                at(wanted),
                "{}",
                String::from_utf8_lossy(&mail.bytes)
            );
        }
    }
}
