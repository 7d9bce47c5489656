//! The plan of a moment and the next moment at which there may be another one.
//!
//! Knows digest time and send window; what a letter is was decided in `step` and `letters`. Invariant: nothing is
//! planned for a customer outside the window, and one digest a day.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use super::day::Day;
use super::due::plus_days;
use super::{Action, CustomerLetter, Flight, Policy, Present, Question};
use crate::ledger::calendar::is_working_day;
use crate::ledger::{Digest, Invoice, Ledger, Note};

/// An order or an unclear word that is older than this gets no answer any more: a rebuilt store answers nothing of old.
const REPLY_HOURS: i64 = 72;

impl Policy {
    /// Everything that is to be done at this moment, most important first: the digest if it is due, then answers to the
    /// merchant, then letters if the window is open. Caps, breaker, freshness, gaps, approvals and letters in flight are
    /// all considered here.
    pub fn plan(&self, ledger: &Ledger, present: &Present<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.digest_is_due(ledger, present) {
            actions.push(Action::Tell(Box::new(self.digest(ledger, present))));
        }
        let since = present
            .at
            .saturating_sub(jiff::SignedDuration::from_hours(REPLY_HOURS))
            .unwrap_or(Timestamp::MIN);
        let unanswered = ledger
            .unanswered()
            .into_iter()
            .filter(|event| event.key.at >= since);
        actions.extend(unanswered.cloned().map(Action::Reply));
        if self.window_is_open(present.now) && !ledger.stopped() {
            let letters = Day::of(self, ledger, present).plan().letters;
            actions.extend(letters.into_iter().map(Action::Write));
        }
        actions
    }

    /// The next civil moment after `now` at which `plan` could say something new without a new event
    /// (next digest time, next window opening). The daemon sleeps until then.
    pub fn next_moment(&self, ledger: &Ledger, present: &Present<'_>) -> DateTime {
        let told = ledger.told().last().map(|(_, told)| told.on);
        let mut day = present.now.date();
        // Holidays and weekends are never longer than this; the end is only reached by a window without weekdays.
        for _ in 0..15 {
            let digest = is_working_day(day, self.region) && told.is_none_or(|told| told < day);
            let window = self.window.weekdays.contains(&day.weekday());
            let digest = digest.then(|| day.to_datetime(self.digest_at));
            let opening = window.then(|| day.to_datetime(self.window.from));
            let next = [digest, opening]
                .into_iter()
                .flatten()
                .filter(|&at| at > present.now)
                .min();
            if let Some(next) = next {
                return next;
            }
            day = plus_days(day, 1);
        }
        day.to_datetime(self.digest_at)
    }

    /// Every letter from this moment to `days` days from now, if nothing else happens and the merchant lets forewarned
    /// ones go and says yes to the others: `plan` run day by day on a copy of the ledger. Accounts that are fresh now are
    /// taken to stay so.
    pub fn forecast(
        &self,
        ledger: &Ledger,
        present: &Present<'_>,
        days: u16,
    ) -> Vec<(Date, CustomerLetter)> {
        super::forecast::run(self, ledger, present, days)
    }

    /// Why this claim takes a step on this day or does not: the notes of the very function that decides.
    pub fn why(&self, ledger: &Ledger, invoice: &Invoice, present: &Present<'_>) -> Vec<Note> {
        self.step(ledger, invoice, present).notes
    }

    /// All open questions, in the order in which they are numbered.
    pub fn questions(&self, ledger: &Ledger, present: &Present<'_>) -> Vec<Question> {
        super::ask::questions(self, ledger, present, &self.outlook(ledger, present))
    }

    /// The digest of this day. `mails` is the account of the mails read since the last digest.
    pub fn digest(&self, ledger: &Ledger, present: &Present<'_>) -> Digest {
        super::account::digest(self, ledger, present)
    }

    pub(super) fn digest_is_due(&self, ledger: &Ledger, present: &Present<'_>) -> bool {
        let today = present.now.date();
        is_working_day(today, self.region)
            && present.now.time() >= self.digest_at
            && ledger.told().last().is_none_or(|(_, told)| told.on < today)
            && !present
                .flights
                .iter()
                .any(|flight| flight.may_be_digest_of(today))
    }

    pub(super) fn window_is_open(&self, now: DateTime) -> bool {
        self.window.weekdays.contains(&now.weekday())
            && now.time() >= self.window.from
            && now.time() < self.window.to
    }
}

impl Flight {
    /// A mail to the merchant of that day, or of no day: it may be the digest.
    fn may_be_digest_of(&self, day: Date) -> bool {
        self.to.is_none() && (self.on == day || self.on == Date::MIN)
    }
}
