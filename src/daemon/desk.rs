//! The books with their store and the rules in force: everything the program knows between two turns.
//!
//! Knows no mailbox and no server; whoever holds a desk can answer questions and take orders, but sends nothing.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::ledger::digest::MailAccount;
use crate::ledger::policy::Present;
use crate::ledger::{Event, Fact, Flight, Ledger, Policy, SealKey, SourceId};
use crate::letter::{Letter, Letters, Sender};
use crate::mail::{Outcome, Recipe, Trust};
use crate::report::status::MailboxStatus;
use crate::world::store::{InFlight, Learned, Store, StoreError};

/// What the merchant's files say: replaced as a whole by a reload.
#[derive(Debug)]
pub struct Rules {
    /// Reminder rules.
    pub policy: Policy,
    /// Templates.
    pub letters: Letters,
    /// Recipes.
    pub recipes: Vec<Recipe>,
    /// Known senders.
    pub trust: Trust,
    /// Who writes.
    pub sender: Sender,
    /// Key of seals and tokens.
    pub key: SealKey,
    /// Watched folder for statements.
    pub statements: Option<PathBuf>,
    /// Letters an hour at most.
    pub per_hour: u32,
    /// The configuration names the first day of reminders; otherwise the ledger knows it.
    pub fixed_start: bool,
}

/// Books, store and rules.
#[derive(Debug)]
pub struct Desk {
    /// Everything known.
    pub ledger: Ledger,
    /// Its durable index.
    pub store: Store,
    /// The merchant's files.
    pub rules: Rules,
    /// Letters in flight; the store holds the same.
    pub flights: Vec<InFlight>,
    /// Letters that could not be written, with the reason; told in the next digest.
    pub refused: Vec<(String, String)>,
    /// A daemon holds this desk.
    pub running: bool,
    /// End of the last turn.
    pub last_turn: Option<Timestamp>,
    /// When the next turn is planned, if nothing comes in before.
    pub next_turn: Option<Timestamp>,
    /// How reading each mailbox went last.
    pub mailboxes: Vec<MailboxStatus>,
    store_trouble: Option<String>,
}

impl Desk {
    /// Folds the store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn open(store: Store, rules: Rules, now: Timestamp) -> Result<Desk, StoreError> {
        let ledger = Ledger::fold(store.events()?);
        let flights = store.flights()?;
        let mut desk = Desk {
            ledger,
            store,
            rules,
            flights,
            refused: Vec::new(),
            running: false,
            last_turn: None,
            next_turn: None,
            mailboxes: Vec::new(),
            store_trouble: None,
        };
        desk.settle_start(now);
        Ok(desk)
    }

    /// The start date, where the configuration names none: the day of the first digest (which a rebuild finds again in
    /// the mailbox), else today.
    pub fn settle_start(&mut self, now: Timestamp) {
        if !self.rules.fixed_start {
            let first = self.ledger.told().first().map(|(_, told)| told.on);
            self.rules.policy.start = first.unwrap_or_else(|| self.civil(now).date());
        }
    }

    /// The instant in the merchant's zone.
    pub fn civil(&self, at: Timestamp) -> DateTime {
        at.to_zoned_datetime(self.rules.policy.zone.clone())
            .datetime()
    }

    /// The instant of a civil moment in the merchant's zone (the later one where a clock change makes two).
    pub fn timestamp(&self, moment: DateTime) -> Option<Timestamp> {
        Some(
            moment
                .to_zoned_datetime(self.rules.policy.zone.clone())
                .ok()?
                .timestamp(),
        )
    }

    /// Asks the policy something about this moment.
    pub fn at_present<T>(
        &self,
        at: Timestamp,
        ask: impl FnOnce(&Policy, &Ledger, &Present<'_>) -> T,
    ) -> T {
        let zone = &self.rules.policy.zone;
        let flights: Vec<Flight> = self
            .flights
            .iter()
            .map(|flight| flight_of(flight, zone))
            .collect();
        let now = self.civil(at);
        let told_today = self
            .ledger
            .told()
            .last()
            .is_some_and(|(_, told)| told.on == now.date());
        let digest_near = !told_today && now.time() >= self.rules.policy.digest_at;
        let mails = if digest_near {
            self.mail_account()
        } else {
            MailAccount::default()
        };
        ask(
            &self.rules.policy,
            &self.ledger,
            &Present {
                now,
                at,
                flights: &flights,
                mails: &mails,
            },
        )
    }

    /// Stores facts and adds them to the books; the number of new ones. A failing store is noted and the books go on.
    pub fn learn(&mut self, learned: Learned<'_>) -> usize {
        if self.store_trouble.is_none()
            && let Err(error) = self.store.learn(&learned)
        {
            self.store_failed(&error);
        }
        self.ledger.apply_all(learned.events)
    }

    /// Ends a flight with these facts.
    pub fn settle(&mut self, letter: SourceId, events: &[Event]) -> Result<usize, StoreError> {
        self.store.settle(letter, events)?;
        self.flights.retain(|flight| flight.letter.id != letter);
        Ok(self.ledger.apply_all(events))
    }

    /// Notes a letter as intended.
    pub fn intend(&mut self, letter: &Letter) -> Result<(), StoreError> {
        self.store.intend(letter)?;
        self.flights.retain(|flight| flight.letter.id != letter.id);
        self.flights.push(InFlight {
            letter: letter.clone(),
            tried: None,
            failures: 0,
            not_before: None,
        });
        Ok(())
    }

    /// Notes that an attempt begins.
    pub fn tried(&mut self, letter: SourceId, at: Timestamp) -> Result<(), StoreError> {
        self.store.tried(letter, at)?;
        self.flight_mut(letter, |flight| flight.tried = Some(at));
        Ok(())
    }

    /// Notes that the attempt certainly failed.
    pub fn failed(&mut self, letter: SourceId, not_before: Timestamp) -> Result<(), StoreError> {
        self.store.failed(letter, not_before)?;
        self.flight_mut(letter, |flight| {
            flight.tried = None;
            flight.failures += 1;
            flight.not_before = Some(not_before);
        });
        Ok(())
    }

    /// A store error stops sending until the process is started again.
    pub fn store_failed(&mut self, error: &StoreError) {
        if self.store_trouble.is_none() {
            tracing::error!("the store failed, nothing is sent any more: {}", error.text);
        }
        self.store_trouble.get_or_insert_with(|| error.text.clone());
    }

    /// What is wrong with the store.
    pub fn store_trouble(&self) -> Option<&str> {
        self.store_trouble.as_deref()
    }

    /// Notes how reading a mailbox went.
    pub fn note_mailbox(&mut self, name: &str, now: Timestamp, trouble: Option<String>) {
        let index = self
            .mailboxes
            .iter()
            .position(|mailbox| mailbox.name == name)
            .unwrap_or_else(|| {
                self.mailboxes.push(MailboxStatus {
                    name: name.to_string(),
                    read: None,
                    trouble: None,
                });
                self.mailboxes.len() - 1
            });
        let mailbox = &mut self.mailboxes[index];
        if trouble.is_none() {
            mailbox.read = Some(now);
        }
        mailbox.trouble = trouble;
    }

    fn flight_mut(&mut self, letter: SourceId, change: impl FnOnce(&mut InFlight)) {
        if let Some(flight) = self
            .flights
            .iter_mut()
            .find(|flight| flight.letter.id == letter)
        {
            change(flight);
        }
    }

    /// What became of the mails read since the last digest.
    fn mail_account(&self) -> MailAccount {
        let since = self
            .ledger
            .told()
            .last()
            .map_or(Timestamp::MIN, |(at, _)| *at);
        let mut account = MailAccount {
            errors: self.refused.clone(),
            ..MailAccount::default()
        };
        let Ok(records) = self.store.mails_since(since) else {
            return account;
        };
        for record in records {
            match record.outcome {
                Outcome::Booked => account.booked += 1,
                Outcome::Ignored => account.ignored += 1,
                Outcome::Review => {
                    account
                        .review
                        .push((record.from, record.subject, record.reason))
                }
                Outcome::Error => account.errors.push((record.subject, record.reason)),
            }
        }
        account
    }
}

fn flight_of(flight: &InFlight, zone: &TimeZone) -> Flight {
    let (mut steps, mut on) = (
        Vec::new(),
        flight.letter.at.to_zoned_datetime(zone.clone()).date(),
    );
    for event in &flight.letter.events {
        match &event.fact {
            Fact::Reminded(reminded) => (steps, on) = (reminded.steps.clone(), reminded.on),
            Fact::Told(told) => on = told.on,
            _ => {}
        }
    }
    Flight {
        letter: flight.letter.id,
        to: flight.letter.customer.clone(),
        steps,
        on,
        tried: flight.tried,
    }
}
