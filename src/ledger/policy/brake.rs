//! The cap on new recipients and the circuit breaker: what keeps a mistake (a wrong recipe, a lost bank mail, a clock that
//! jumped) from becoming a hundred letters.
//!
//! The question is asked in the digest before the day, if it can be foreseen, else in the next one; one question at a time.
//! A yes or no counts on the day it is given and on the sending day after it, because the digest that asks may come
//! after the day it asks about. After that a new batch asks anew.

use jiff::civil::Date;

use super::day::Day;
use super::due::minus_days;
use super::{CustomerLetter, Policy, QuestionId};
use crate::ledger::event::Choice;
use crate::ledger::{CustomerAddress, Ledger};

/// Days over which the usual day is measured.
const MEMORY_DAYS: u16 = 60;

/// Letters after the brake.
pub(super) struct Braked {
    /// What may go.
    pub(super) letters: Vec<CustomerLetter>,
    /// The question that holds all of them.
    pub(super) tripped: Option<QuestionId>,
    /// Letters that wait because too many are to new recipients.
    pub(super) capped: usize,
}

impl Day<'_> {
    /// Applies the cap on new recipients, then the breaker. Looking ahead nothing is taken away by the breaker: what may
    /// go after a yes must be forewarned.
    pub(super) fn brake(&self, letters: Vec<CustomerLetter>) -> Braked {
        let planned = letters.len();
        let letters = self.cap_new_recipients(letters);
        let capped = planned - letters.len();
        let sent = self
            .ledger
            .letters_by_day()
            .get(&self.on)
            .copied()
            .unwrap_or(0);
        let under_way = self
            .flights_to_customers()
            .filter(|(_, on)| *on == self.on)
            .count();
        let in_all = u64::from(sent) + (under_way + letters.len()) as u64;
        if letters.is_empty() || in_all <= self.policy.day_limit(self.ledger, self.on) {
            return Braked {
                letters,
                tripped: None,
                capped,
            };
        }
        match self.breaker_question() {
            None => Braked {
                letters,
                tripped: None,
                capped,
            },
            tripped if self.looks_ahead => Braked {
                letters,
                tripped,
                capped,
            },
            tripped => Braked {
                letters: Vec::new(),
                tripped,
                capped,
            },
        }
    }

    fn flights_to_customers(&self) -> impl Iterator<Item = (&CustomerAddress, Date)> {
        self.flights
            .iter()
            .filter_map(|flight| Some((flight.to.as_ref()?, flight.on)))
    }

    fn cap_new_recipients(&self, letters: Vec<CustomerLetter>) -> Vec<CustomerLetter> {
        let breaker = self.policy.breaker;
        let out: u64 = self
            .ledger
            .letters_by_day()
            .values()
            .map(|&n| u64::from(n))
            .sum();
        let out = out + self.flights_to_customers().count() as u64;
        if out >= u64::from(breaker.until_letters) {
            return letters;
        }
        let first_letter = |address: &CustomerAddress| {
            self.ledger
                .customer(address)
                .and_then(|customer| customer.letters.first().copied())
        };
        let new_today = self
            .ledger
            .customers()
            .filter(|(_, customer)| customer.letters.first() == Some(&self.on));
        let new_under_way = self
            .flights_to_customers()
            .filter(|(address, _)| first_letter(address).is_none());
        let mut room = (breaker.first_recipients as usize).saturating_sub(
            new_today.count() + new_under_way.filter(|(_, on)| *on == self.on).count(),
        );
        letters
            .into_iter()
            .filter(|letter| {
                if first_letter(&letter.to).is_some() {
                    return true;
                }
                let free = room > 0;
                room = room.saturating_sub(1);
                free
            })
            .collect()
    }

    /// The question that holds a day above the limit; `None`: a yes lets it go.
    fn breaker_question(&self) -> Option<QuestionId> {
        let fresh = QuestionId::Breaker(self.on);
        let last_asked = self.ledger.told().iter().rev().find_map(|(_, told)| {
            told.questions
                .iter()
                .find(|question| matches!(question, QuestionId::Breaker(_)))
        });
        // Answered on the shell before any digest asked it.
        if let Some((at, choice)) = self.ledger.answer_to(&fresh) {
            return self.after_answer(fresh, at, choice);
        }
        let Some(asked) = last_asked else {
            return Some(fresh);
        };
        match self.ledger.answer_to(asked) {
            Some((at, choice)) => self.after_answer(asked.clone(), at, choice),
            // Still open: the same batch is not asked twice.
            None if self
                .ledger
                .told()
                .last()
                .is_some_and(|(_, told)| told.questions.contains(asked)) =>
            {
                Some(asked.clone())
            }
            None => Some(fresh),
        }
    }

    fn after_answer(
        &self,
        asked: QuestionId,
        at: jiff::Timestamp,
        choice: &Choice,
    ) -> Option<QuestionId> {
        let answered_on = self.civil(at);
        let policy = self.policy;
        let next = policy.sending_day_from(super::due::plus_days(answered_on, 1), policy.region);
        match choice {
            _ if self.on > next => Some(QuestionId::Breaker(self.on)),
            Choice::Yes => None,
            _ => Some(asked),
        }
    }
}

impl Policy {
    /// Letters that this day may have without a question: `max(floor, factor x mean of the last 60 days' sending days)`.
    pub(super) fn day_limit(&self, ledger: &Ledger, on: Date) -> u64 {
        let since = minus_days(on, MEMORY_DAYS);
        let sent: u64 = ledger
            .letters_by_day()
            .range(since..on)
            .map(|(_, &n)| u64::from(n))
            .sum();
        let factor = u64::from(self.breaker.factor);
        if sent * factor <= u64::from(self.breaker.floor) {
            return u64::from(self.breaker.floor); // whatever the number of days: no need to count them
        }
        let mut days = 0u64;
        let mut day = since;
        while day < on {
            days += u64::from(self.is_sending_day(day, self.region));
            day = super::due::plus_days(day, 1);
        }
        // "more than": the exact product is compared in whole letters, so rounding down is exact.
        let usual = (sent * factor).checked_div(days).unwrap_or(0);
        u64::from(self.breaker.floor).max(usual)
    }
}
