//! One simulated merchant from a seed: mails arrive, the daemon turns, dies, starts again; the checker looks at every
//! letter that really went out.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::SeqCst;

use jiff::{SignedDuration, Timestamp, ToSpan};
use mahnwerk::daemon::{Daemon, Desk, Rules};
use mahnwerk::ledger::{Fact, SealKey};
use mahnwerk::letter::Letter;
use mahnwerk::mail::{Outcome, RawMail};
use mahnwerk::world::store::{SimDisk, Store};

use crate::check::Checker;
use crate::dice::Dice;
use crate::peers::{Death, Outside, SimInbox, SimOutbox};
use crate::script::{self, Arrival, Script};

/// In the last days nothing fails, so that everything comes to its end.
const CALM_DAYS: i64 = 20;

/// What one life was like, for the summary.
#[derive(Debug, Default)]
pub struct Summary {
    pub letters: usize,
    pub deaths: usize,
    pub turns: usize,
    pub digests: usize,
}

pub struct Life {
    outside: Outside,
    dice: Dice,
    script: Script,
    checker: Checker,
    replies: BTreeMap<(Timestamp, usize), Vec<u8>>,
    next_arrival: usize,
    seen_letters: usize,
    summary: Summary,
}

type SimDaemon = Daemon<SimInbox, SimOutbox>;

impl Life {
    pub fn new(seed: u64) -> Life {
        let mut dice = Dice::new(seed);
        let script = script::script(&mut dice);
        let start = script::at(script::FIRST_DAY, 0, 30);
        Life {
            outside: Outside::new(dice.next(), start),
            checker: Checker::new(&script),
            dice,
            script,
            replies: BTreeMap::new(),
            next_arrival: 0,
            seen_letters: 0,
            summary: Summary::default(),
        }
    }

    /// Lives to the end; the rules come back for the next life.
    pub async fn live(mut self, rules: Rules) -> (Rules, Result<Summary, String>) {
        let end = script::at(script::FIRST_DAY + script::DAYS.days(), 20, 0);
        let calm = end - SignedDuration::from_hours(24 * CALM_DAYS);
        let mut daemon = self.start(rules);
        loop {
            let now = self.outside.now.get();
            self.outside.calm.set(now >= calm);
            self.arrive(now);
            self.arm();
            daemon.turn(now).await;
            self.summary.turns += 1;
            if let Err(wrong) = self.look_at_letters(&daemon.desk.rules.key) {
                let unread = unread(&daemon.desk.store);
                let text = format!("{now}: {wrong} (mails left unread: {unread})");
                return (daemon.desk.rules, Err(text));
            }
            let mut next = self.next_moment(&daemon, now);
            let dead = self.outside.dead.load(SeqCst) || daemon.desk.store_trouble().is_some();
            if dead || (now < calm && self.dice.percent(1)) {
                let (down, rules) = self.fall(daemon, dead);
                next = now + down;
                daemon = self.start_at(rules, next);
            }
            if next >= end {
                let unread = unread(&daemon.desk.store);
                let result = self
                    .end(&daemon)
                    .map_err(|wrong| format!("{wrong} (mails left unread: {unread})"));
                let (rules, rebuilt) = self.rebuild(daemon, end).await;
                return (rules, result.and(rebuilt).map(|()| self.summary));
            }
            self.outside.now.set(next);
        }
    }

    fn start(&mut self, rules: Rules) -> SimDaemon {
        let now = self.outside.now.get();
        self.start_at(rules, now)
    }

    fn start_at(&mut self, rules: Rules, now: Timestamp) -> SimDaemon {
        self.outside.dead.store(false, SeqCst);
        self.outside.steps_to_live.store(0, SeqCst);
        self.outside.kill_at_send.set(None);
        let store = Store::simulated(self.outside.disk.clone()).expect("the simulated disk opens");
        let desk = Desk::open(store, rules, now).expect("the simulated store is readable");
        let inbox = SimInbox {
            outside: self.outside.clone(),
            backwards: false,
        };
        Daemon::new(
            desk,
            vec![inbox],
            SimOutbox {
                outside: self.outside.clone(),
            },
            now,
        )
    }

    /// The process ends: killed, or by plan; sometimes the machine loses power with it.
    fn fall(&mut self, mut daemon: SimDaemon, dead: bool) -> (SignedDuration, Rules) {
        self.summary.deaths += 1;
        if !dead {
            daemon.end();
        }
        let rules = daemon.desk.rules;
        drop(daemon.desk.store);
        if self.dice.percent(50) {
            self.outside.disk.crash(self.dice.below(4) as usize);
        } else {
            self.outside.disk.kill();
        }
        let minutes = if self.dice.percent(10) {
            self.dice.below(60 * 24 * 6)
        } else {
            self.dice.below(90)
        };
        (SignedDuration::from_mins(1 + minutes as i64), rules)
    }

    /// Now and then the process will die at one of the next steps.
    fn arm(&mut self) {
        if self.outside.calm.get() || !self.dice.percent(12) {
            return;
        }
        match self.dice.below(4) {
            0 => self.outside.kill_at_send.set(Some(Death::Before)),
            1 => self.outside.kill_at_send.set(Some(Death::After)),
            2 if self.dice.percent(20) => self.outside.disk.fail_next(1 + self.dice.below(6)),
            _ => self
                .outside
                .steps_to_live
                .store(1 + self.dice.below(16), SeqCst),
        }
    }

    fn arrive(&mut self, now: Timestamp) {
        self.outside.deliver_copies();
        while let Some(Arrival { at, bytes }) = self.script.arrivals.get(self.next_arrival)
            && *at <= now
        {
            self.outside.put(RawMail {
                bytes: bytes.clone(),
                received: *at,
            });
            self.next_arrival += 1;
        }
        while let Some(entry) = self.replies.first_entry()
            && entry.key().0 <= now
        {
            let ((received, _), bytes) = entry.remove_entry();
            self.outside.put(RawMail { bytes, received });
        }
    }

    fn next_moment(&self, daemon: &SimDaemon, now: Timestamp) -> Timestamp {
        let arrival = self
            .script
            .arrivals
            .get(self.next_arrival)
            .map(|arrival| arrival.at);
        let reply = self.replies.first_key_value().map(|((at, _), _)| *at);
        let copy = self
            .outside
            .on_the_way
            .borrow()
            .iter()
            .map(|(at, _)| *at)
            .min();
        let poll = now + SignedDuration::from_hours(6);
        let soonest = [
            arrival,
            reply,
            copy,
            Some(daemon.next_turn(now)),
            Some(poll),
        ]
        .into_iter()
        .flatten()
        .min();
        soonest
            .unwrap_or(poll)
            .max(now + SignedDuration::from_secs(30))
    }

    fn look_at_letters(&mut self, key: &SealKey) -> Result<(), String> {
        let delivered = self.outside.delivered.borrow();
        for (at, letter) in delivered.iter().skip(self.seen_letters) {
            self.checker.letter(*at, letter)?;
            let reply = reply_to(letter, key, &mut self.dice, self.outside.calm.get());
            if let Some(reply) = reply {
                let minutes = 20 + self.dice.below(600) as i64;
                self.replies.insert(
                    (
                        *at + SignedDuration::from_mins(minutes),
                        self.summary.digests,
                    ),
                    reply,
                );
                self.summary.digests += 1;
            }
            self.summary.letters += usize::from(letter.customer.is_some());
        }
        self.seen_letters = delivered.len();
        Ok(())
    }

    fn end(&self, daemon: &SimDaemon) -> Result<(), String> {
        let delivered = self.outside.delivered.borrow();
        for (at, letter) in delivered.iter() {
            let known = letter
                .events
                .iter()
                .all(|e| daemon.desk.ledger.knows(e.key.source, e.key.index));
            let asked = daemon
                .desk
                .flights
                .iter()
                .any(|flight| flight.letter.id == letter.id);
            if !known && !asked {
                return Err(format!(
                    "the letter {} of {at} went out and nobody knows it",
                    letter.id
                ));
            }
        }
        self.checker.end(&daemon.desk)
    }

    /// A new machine with nothing but the mailbox, read backwards, knows the same.
    async fn rebuild(&mut self, daemon: SimDaemon, end: Timestamp) -> (Rules, Result<(), String>) {
        let old = daemon.desk.ledger.clone();
        // A mail at which the process died twice is shown to the merchant unread; the new machine reads it.
        let unread = unread(&daemon.desk.store);
        let rules = daemon.desk.rules;
        drop(daemon.desk.store);
        let store = Store::simulated(SimDisk::new()).expect("a new disk opens");
        let desk = Desk::open(store, rules, end).expect("a new store is readable");
        let inbox = SimInbox {
            outside: self.outside.clone(),
            backwards: true,
        };
        // An evidence wait lies before the first letter of a new store: this turn only reads.
        let mut daemon = Daemon::new(
            desk,
            vec![inbox],
            SimOutbox {
                outside: self.outside.clone(),
            },
            end,
        );
        daemon.turn(end).await;
        let result = crate::check::same_books(&old, &daemon.desk.ledger, unread);
        (daemon.desk.rules, result)
    }
}

/// Whether a mail at which the process died twice was shown to the merchant unread.
fn unread(store: &Store) -> bool {
    let mails = store
        .mails(Some(Outcome::Review), usize::MAX)
        .expect("the store is readable");
    mails
        .iter()
        .any(|mail| mail.reason.contains("stopped the program"))
}

/// The merchant answers some digests: mostly yes to everything, sometimes a veto, sometimes he writes nonsense.
fn reply_to(letter: &Letter, key: &SealKey, dice: &mut Dice, calm: bool) -> Option<Vec<u8>> {
    let told = letter.events.iter().find_map(|event| match &event.fact {
        Fact::Told(told) => Some(told),
        _ => None,
    })?;
    let mut lines = Vec::new();
    for number in 1..=told.questions.len() {
        match dice.below(10) {
            0 if !calm => {}
            1 if !calm => lines.push(format!("nein {number}")),
            _ => lines.push(format!("ja {number}")),
        }
    }
    if dice.percent(2) {
        lines.push("bitte kümmert euch".into());
    }
    if lines.is_empty() {
        return None;
    }
    let tag = key.reply_tag(told.digest, told.on);
    let (from, host) = (script::MERCHANT, script::HOST);
    Some(
        format!(
            "Authentication-Results: {host}; dkim=pass header.d=laden.example; dmarc=pass header.from=laden.example\r\n\
             From: {from}\r\nTo: {from}\r\nSubject: Re: Mahnwerk {tag}\r\nMessage-ID: <{}r@laden.example>\r\n\
             Date: Mon, 02 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
            letter.id,
            lines.join("\r\n")
        )
        .into_bytes(),
    )
}
