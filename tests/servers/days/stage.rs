//! The merchant on real servers: his configuration, his mailbox, the daemon on both ends, and a calendar that the test
//! turns by hand.

use std::cell::Cell;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use mahnwerk::config::{Config, MailSource, OutgoingWay};
use mahnwerk::daemon::{Daemon, Desk, Turn, open};
use mahnwerk::ledger::calendar::is_banking_day;
use mahnwerk::ledger::policy::QuestionId;
use mahnwerk::world::Outbox;
use mahnwerk::world::imap::{ImapInbox, Limits};
use mahnwerk::world::smtp::{SmtpLimits, SmtpOutbox};
use mahnwerk::world::store::Store;

use super::found::{Mail, digests};
use super::mails::{self, Order, Transfer};
use crate::rig::{PASSWORD, Rig};

pub const MERCHANT: &str = "kasse@lindner.example";

pub fn zone() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

pub fn at(day: Date, hour: i8, minute: i8) -> Timestamp {
    let moment = day.at(hour, minute, 0, 0).to_zoned_datetime(zone());
    moment.unwrap().timestamp()
}

/// Servers and merchant of one test.
pub struct Stage {
    pub rig: Rig,
    pub config: Config,
    /// How long the mailbox may take to answer before the daemon gives up.
    pub patience: Duration,
    /// Mails that the test put into the merchant's mailbox, and letters that the server took: each is there in the end.
    arrivals: Cell<usize>,
}

/// The configuration of ../days/mahnwerk.toml on a rig, with this first day of reminders.
pub fn configuration(rig: &Rig, first_day: Date, home: &str) -> String {
    include_str!("mahnwerk.toml")
        .replace("IMAP-PORT", &rig.imap_login(MERCHANT).port.to_string())
        .replace("SMTP-PORT", &rig.smtp_login(MERCHANT).port.to_string())
        .replace("CA-FILE", &rig.ca().display().to_string())
        .replace("PASSWORD", PASSWORD)
        .replace("EVIDENCE-WAIT", "30 min")
        .replace("HOME", home)
        .replace("FIRST-DAY", &first_day.to_string())
}

impl Stage {
    /// `None`: the servers are not installed and may be left out.
    pub fn new(first_day: Date) -> Option<Stage> {
        let rig = Rig::start()?;
        let home = rig.path().join("home").display().to_string();
        let text = configuration(&rig, first_day, &home);
        let config = Config::parse(&text).unwrap_or_else(|problems| panic!("{problems:?}"));
        Some(Stage {
            rig,
            config,
            patience: Duration::from_secs(30),
            arrivals: Cell::new(0),
        })
    }

    /// A mail reaches the merchant.
    pub fn put(&self, bytes: &[u8], received: Timestamp) {
        self.rig.put(MERCHANT, "INBOX", bytes, received);
        self.arrivals.set(self.arrivals.get() + 1);
    }

    pub fn put_order(&self, order: &Order) {
        self.put(&order.mail(), at(order.day, 10, 13));
    }

    /// The statement that comes in the morning of a banking day, with what was booked since the last one.
    pub fn put_statement(&self, day: Date, transfers: &[Transfer]) {
        let until = day.yesterday().unwrap();
        let mut from = until;
        while !is_banking_day(from) {
            from = from.yesterday().unwrap();
        }
        self.put(&mails::statement(from, until, transfers), at(day, 6, 45));
    }

    /// The merchant answers the digest that he got that day.
    pub fn put_reply(&self, day: Date, words: &str, received: Timestamp) {
        let digests = digests(self);
        let digest = digests.iter().find(|digest| digest.day == day);
        let digest = digest.unwrap_or_else(|| panic!("no digest of {day}"));
        self.put(&mails::reply(&digest.subject, words, day), received);
    }

    /// The store as it lies on the disk, and the rules of the configuration.
    pub fn desk(&self, now: Timestamp) -> Desk {
        let rules =
            open::rules(&self.config, now).unwrap_or_else(|problems| panic!("{problems:?}"));
        let store =
            Store::open(&self.config.paths.state).unwrap_or_else(|error| panic!("{error:?}"));
        Desk::open(store, rules, now).unwrap()
    }

    /// The process starts.
    pub fn daemon(&self, now: Timestamp) -> Daemon<ImapInbox, SmtpOutbox> {
        self.daemon_with(self.outbox(), now)
    }

    pub fn daemon_with<O: Outbox>(&self, outbox: O, now: Timestamp) -> Daemon<ImapInbox, O> {
        Daemon::new(self.desk(now), vec![self.inbox()], outbox, now)
    }

    pub fn outbox(&self) -> SmtpOutbox {
        let OutgoingWay::Smtp(login) = &self.config.outgoing.way else {
            panic!("the letters go to a server");
        };
        let outbox = SmtpOutbox::new(login.clone(), self.rig.password(), "lindner.example");
        outbox.with_limits(SmtpLimits {
            connect: Duration::from_secs(20),
            command: Duration::from_secs(20),
            dot: Duration::from_secs(20),
        })
    }

    fn inbox(&self) -> ImapInbox {
        let mailbox = &self.config.mailboxes[0];
        let MailSource::Imap {
            login,
            folders,
            poll,
        } = &mailbox.source
        else {
            panic!("the mailbox is on a server");
        };
        let (name, password) = (&mailbox.name, self.rig.password());
        let inbox = ImapInbox::new(name, login.clone(), password, folders.clone(), *poll);
        inbox.with_limits(Limits {
            connect: self.patience,
            command: self.patience,
            body: self.patience,
        })
    }

    /// Turns at one moment until nothing more happens; what each letter's copy says is read too. The letters sent.
    pub async fn turns<O: Outbox>(
        &self,
        daemon: &mut Daemon<ImapInbox, O>,
        now: Timestamp,
    ) -> usize {
        let mut sent = 0;
        for _ in 0..12 {
            let turn = daemon.turn(now).await;
            assert!(turn.complete && turn.troubles.is_empty(), "{now}: {turn:?}");
            self.wait_for_copies(&turn);
            sent += turn.sent;
            if turn.sent == 0 && turn.mails == 0 {
                return sent;
            }
        }
        panic!("{now}: the daemon finds no end");
    }

    /// Waits until the copies of what a turn sent are in the mailbox.
    pub fn wait_for_copies(&self, turn: &Turn) {
        self.expect_copies(turn.sent);
    }

    /// So many letters were taken by the server: waits for their copies.
    pub fn expect_copies(&self, count: usize) {
        if count > 0 {
            self.arrivals.set(self.arrivals.get() + count);
            self.rig.wait_for_mails(MERCHANT, self.arrivals.get());
        }
    }

    /// Everything that lies in the merchant's mailbox.
    pub fn mailbox(&self) -> Vec<Mail> {
        let mails = self.rig.mails(MERCHANT);
        mails.iter().map(|mail| Mail::read(mail)).collect()
    }

    /// The mailbox holds what the test knows of and nothing more.
    pub fn assert_nothing_else_came(&self) {
        assert_eq!(self.rig.mails(MERCHANT).len(), self.arrivals.get());
    }
}

/// Numbers in the latest digest of the questions that `wanted` picks.
pub fn asked(desk: &Desk, day: Date, wanted: impl Fn(&QuestionId) -> bool) -> Vec<usize> {
    let told = desk.ledger.told().last().filter(|(_, told)| told.on == day);
    let questions = told
        .map(|(_, told)| told.questions.as_slice())
        .unwrap_or_default();
    let numbered = questions.iter().zip(1..);
    numbered
        .filter(|(question, _)| wanted(question))
        .map(|(_, number)| number)
        .collect()
}

/// Days from the first to the last, both included.
pub fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    first.series(1.day()).take_while(move |day| *day <= last)
}
