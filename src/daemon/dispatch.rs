//! From what is due to what is done: plan, compose, intend, try, send, settle (the crash table of ARCHITECTURE.md).
//!
//! Decides nothing about reminders. Invariant: `tried` is durable before the first byte leaves, and a letter whose fate
//! is unknown is never sent again without evidence or the merchant's word.

use jiff::{SignedDuration, Timestamp, ToSpan};

use super::{Daemon, Turn};
use crate::ledger::event::{Bounced, Choice};
use crate::ledger::policy::QuestionId;
use crate::ledger::{Action, Event, EventKey, Evidence, Fact, Language, SourceId};
use crate::letter::Letter;
use crate::world::store::{InFlight, StoreError};
use crate::world::{Inbox, Outbox, Trouble};

/// Waits after the first, second ... certain failure, in minutes; the last one repeats.
const BACK_OFF: [i64; 5] = [5, 30, 120, 360, 1440];

/// When the hourly limit or a failing server ended a turn, the next one comes after this.
const RETRY: SignedDuration = SignedDuration::from_mins(10);

/// After so many certain failures in a row the server is the trouble, not the letters: wait for the next turn.
const FAILURES_A_TURN: u32 = 3;

impl<I: Inbox, O: Outbox> Daemon<I, O> {
    /// Carries out what is due.
    pub(super) async fn act(&mut self, now: Timestamp, turn: &mut Turn) {
        if let Err(error) = self.try_to_act(now, turn).await {
            self.desk.store_failed(&error);
            turn.troubles.push(error.text);
            self.alarm(now, turn).await;
        }
    }

    async fn try_to_act(&mut self, now: Timestamp, turn: &mut Turn) -> Result<(), StoreError> {
        self.resolve_flights(now, turn).await?;
        if self
            .idle_until
            .is_some_and(|until| self.desk.civil(now) < until)
        {
            return Ok(());
        }
        let actions = self
            .desk
            .at_present(now, |policy, ledger, present| policy.plan(ledger, present));
        let sent_before = turn.sent;
        let mut failures = 0;
        let mut limited = false;
        for action in actions {
            if failures >= FAILURES_A_TURN || !self.within_hourly_limit(now) {
                limited = true;
                break;
            }
            let rules = &self.desk.rules;
            match rules.letters.compose(
                &action,
                &self.desk.ledger,
                &rules.policy,
                &rules.sender,
                now,
                &rules.key,
            ) {
                // The plan does not know which answers to the merchant are on their way.
                Ok(letter)
                    if self
                        .desk
                        .flights
                        .iter()
                        .any(|flight| flight.letter.id == letter.id) => {}
                Ok(letter) => {
                    self.desk.intend(&letter)?;
                    failures += u32::from(!self.send(&letter, now, turn).await?);
                }
                Err(note) => {
                    self.refuse(&action, note.text(rules.sender.language).to_string(), turn)
                }
            }
        }
        self.idle_until = None;
        if turn.sent == sent_before {
            let planned = self.desk.at_present(now, |policy, ledger, present| {
                policy.next_moment(ledger, present)
            });
            let retry = limited.then(|| self.desk.civil(now + RETRY));
            self.idle_until = retry.into_iter().chain([planned]).min();
        }
        Ok(())
    }

    /// Ends flights whose fate became known, takes up those whose time has come.
    async fn resolve_flights(&mut self, now: Timestamp, turn: &mut Turn) -> Result<(), StoreError> {
        let wait = self.desk.rules.policy.evidence_wait;
        for InFlight {
            letter,
            tried,
            not_before,
            ..
        } in self.desk.flights.clone()
        {
            let evidenced = letter
                .events
                .iter()
                .all(|e| self.desk.ledger.knows(e.key.source, e.key.index));
            if evidenced {
                self.desk.settle(letter.id, &[])?;
                continue;
            }
            let Some(tried) = tried else {
                // S1: certainly not sent. Dropped, and said again by the plan if it is still right today.
                if not_before.is_none_or(|at| now >= at) {
                    self.desk.settle(letter.id, &[])?;
                    self.idle_until = None;
                }
                continue;
            };
            let answer = self.desk.ledger.answer_to(&QuestionId::Doubt(letter.id));
            match answer
                .filter(|(at, _)| *at > tried)
                .map(|(_, choice)| choice.clone())
            {
                Some(Choice::SendAgain) => {
                    self.send(&letter, now, turn).await?;
                }
                // Skipping counts as sent: the level is never repeated behind the merchant's back.
                Some(Choice::WasSent | Choice::Skip | Choice::Yes) => {
                    let events: Vec<Event> = letter
                        .events
                        .iter()
                        .cloned()
                        .map(|e| Event {
                            by: Evidence::Token,
                            ..e
                        })
                        .collect();
                    turn.learned += self.desk.settle(letter.id, &events)?;
                }
                // A mail to the merchant himself: without a copy he did not get it; the plan writes a fresh one.
                _ if letter.customer.is_none()
                    && tried.checked_add(wait).is_ok_and(|end| now >= end) =>
                {
                    self.desk.settle(letter.id, &[])?;
                    self.idle_until = None;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// One attempt; `false` if it certainly failed.
    async fn send(
        &mut self,
        letter: &Letter,
        now: Timestamp,
        turn: &mut Turn,
    ) -> Result<bool, StoreError> {
        self.desk.tried(letter.id, now)?;
        match self.outbox.send(letter).await {
            Ok(()) => {
                self.desk.settle(letter.id, &letter.events)?;
                self.failures.remove(&letter.id);
                self.sent_at.push_back(now);
                turn.sent += 1;
                if letter.customer.is_none() {
                    self.desk.refused.clear();
                }
                tracing::info!(letter = %letter.id, "sent");
            }
            // A digest that is refused for good is still due: only a customer's address can be wrong for good.
            Err(Trouble::Never(text)) if letter.customer.is_some() => {
                tracing::warn!(letter = %letter.id, "refused for good: {text}");
                let refusal = refusal(letter, text, now);
                turn.learned += self.desk.settle(letter.id, &refusal)?;
            }
            Err(Trouble::Later(text) | Trouble::Never(text)) => {
                tracing::warn!(letter = %letter.id, "not sent, tried again later: {text}");
                turn.troubles.push(text);
                let not_before = now + self.back_off(letter.id);
                self.desk.failed(letter.id, not_before)?;
                return Ok(false);
            }
            Err(Trouble::Unknown(text)) => {
                tracing::warn!(letter = %letter.id, "fate unknown, waiting for its copy: {text}");
                turn.troubles.push(text);
            }
        }
        Ok(true)
    }

    fn back_off(&mut self, letter: SourceId) -> SignedDuration {
        let failures = self.failures.entry(letter).or_default();
        let minutes = BACK_OFF[(*failures).min(BACK_OFF.len() - 1)];
        *failures += 1;
        SignedDuration::from_mins(minutes)
    }

    fn within_hourly_limit(&mut self, now: Timestamp) -> bool {
        let hour_ago = now.checked_sub(1.hour()).unwrap_or(Timestamp::MIN);
        while self.sent_at.front().is_some_and(|at| *at < hour_ago) {
            self.sent_at.pop_front();
        }
        self.sent_at.len() < self.desk.rules.per_hour as usize
    }

    fn refuse(&mut self, action: &Action, why: String, turn: &mut Turn) {
        let what = match (action, self.desk.rules.sender.language) {
            (Action::Write(letter), Language::De) => {
                format!("Brief `{}` an {}", letter.template, letter.to)
            }
            (Action::Write(letter), Language::En) => {
                format!("letter `{}` to {}", letter.template, letter.to)
            }
            (Action::Tell(_), Language::De) => "Tagesbericht".to_string(),
            (Action::Tell(_), Language::En) => "daily report".to_string(),
            (Action::Reply(_), Language::De) => "Antwort an Sie".to_string(),
            (Action::Reply(_), Language::En) => "answer to you".to_string(),
        };
        tracing::error!("a letter could not be written: {why}");
        turn.troubles
            .push(format!("a letter could not be written: {why}"));
        if !self
            .desk
            .refused
            .iter()
            .any(|(w, y)| *w == what && *y == why)
        {
            self.desk.refused.push((what, why));
        }
    }

    /// Tells the merchant once that the store fails; the only mail that leaves without being stored first, and one that
    /// may be repeated without harm.
    pub(super) async fn alarm(&mut self, now: Timestamp, turn: &mut Turn) {
        let Some(trouble) = self.desk.store_trouble().map(str::to_string) else {
            return;
        };
        turn.troubles.push(trouble.clone());
        if self.alarm_sent {
            return;
        }
        let rules = &self.desk.rules;
        if let Ok(letter) = rules
            .letters
            .alarm(&trouble, &rules.sender, now, &rules.key)
        {
            self.alarm_sent = self.outbox.send(&letter).await.is_ok();
        }
    }
}

/// A permanent refusal is a fact too: it holds the customer's case until the merchant resumes it.
fn refusal(letter: &Letter, reason: String, now: Timestamp) -> Vec<Event> {
    let Some(customer) = &letter.customer else {
        return Vec::new();
    };
    let key = EventKey {
        at: now,
        source: letter.id,
        index: u16::MAX,
    };
    let fact = Fact::Bounced(Bounced {
        letter: letter.id,
        address: Some(customer.to_string()),
        status: None,
        permanent: true,
        reason,
    });
    vec![Event {
        key,
        fact,
        by: Evidence::Sent,
    }]
}
