//! What was sent and what came back: letters and the levels they took, bounces, customers' answers, digests, and up to
//! which day the accounts are known.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::Books;
use crate::ledger::event::{Answered, Bounced, Event, EventKey, Evidence, Reminded, Seen, Told};
use crate::ledger::invoice::{InvoiceKey, Taken};

impl Books {
    /// A letter left: its levels are taken, its day is counted, once per letter.
    pub(super) fn reminded(&mut self, event: &Event, reminded: &Reminded) {
        if self.letters.contains_key(&reminded.letter) {
            return;
        }
        self.letters.insert(reminded.letter, reminded.clone());
        *self.letters_by_day.entry(reminded.on).or_default() += 1;
        let days = match self.customers.get_mut(&reminded.to) {
            Some(customer) => &mut customer.letters,
            None => self.letters_before.entry(reminded.to.clone()).or_default(),
        };
        let place = days.partition_point(|day| *day <= reminded.on);
        days.insert(place, reminded.on);
        for step in &reminded.steps {
            self.on_claim(&step.invoice, event);
        }
        for early in self
            .early_letters
            .remove(&reminded.letter)
            .unwrap_or_default()
        {
            self.step(&early);
        }
    }

    /// Each level of a claim is taken once.
    pub(super) fn take_steps(&mut self, key: &InvoiceKey, reminded: &Reminded) {
        self.change(key, |invoice| {
            for step in reminded.steps.iter().filter(|step| step.invoice == *key) {
                if invoice.taken.iter().all(|taken| taken.level != step.level) {
                    invoice.taken.push(Taken {
                        level: step.level,
                        letter: reminded.letter,
                        on: reminded.on,
                        deadline: reminded.deadline,
                    });
                    invoice.taken.sort_by_key(|taken| taken.level);
                }
            }
        });
    }

    /// A letter came back for good: nothing more goes to that address until the merchant says so. A bounce that names
    /// no letter of ours proves nothing.
    pub(super) fn bounced(&mut self, event: &Event, bounced: &Bounced) {
        let Some(letter) = self.letters.get(&bounced.letter) else {
            self.early_letters
                .entry(bounced.letter)
                .or_default()
                .push(event.clone());
            return;
        };
        let Some(customer) = self.customers.get_mut(&letter.to) else {
            return;
        };
        if bounced.permanent {
            customer.bounced = Some((event.key, bounced.clone()));
        }
    }

    /// A human answer of a known customer, or to a letter of ours, holds his case. A machine's never does, and a mail
    /// that nothing proves only if it knows one of our letters.
    pub(super) fn answered(&mut self, event: &Event, answered: &Answered) {
        let letter = answered.letter.and_then(|letter| self.letters.get(&letter));
        let proven = matches!(event.by, Evidence::Verdict { .. } | Evidence::Assumed);
        let address = match letter {
            Some(letter) => Some(&letter.to),
            None => Some(&answered.from).filter(|from| proven && self.customers.contains_key(from)),
        };
        match (address.cloned(), answered.letter) {
            (Some(address), _) if !answered.automatic => {
                if let Some(customer) = self.customers.get_mut(&address) {
                    customer.answered = Some((event.key, answered.clone()));
                }
            }
            (None, Some(unknown)) => self
                .early_letters
                .entry(unknown)
                .or_default()
                .push(event.clone()),
            _ => {}
        }
    }

    /// A digest: its questions can be answered from now on, what it announced may go out.
    pub(super) fn told(&mut self, event: &Event, told: &Told) {
        if self.digests.contains_key(&told.digest) {
            return;
        }
        self.digests.insert(told.digest, self.told.len());
        self.carried.extend(told.carried.iter().copied());
        self.told.push((event.key.at, told.clone()));
        for step in &told.forewarned {
            self.on_claim(&step.invoice, event);
        }
        for early in self.early_letters.remove(&told.digest).unwrap_or_default() {
            self.step(&early);
        }
    }

    /// Levels of a claim that a digest announced.
    pub(super) fn forewarned(&mut self, key: &InvoiceKey, told: &Told) {
        self.change(key, |invoice| {
            for step in told.forewarned.iter().filter(|step| step.invoice == *key) {
                if !invoice.forewarned.contains(&(step.level, told.on)) {
                    invoice.forewarned.push((step.level, told.on));
                }
            }
        });
    }

    /// An account is known up to a day; a day that is not over yet anywhere cannot be complete.
    pub(super) fn seen(&mut self, by: EventKey, seen: &Seen) {
        let until = seen.until.min(latest_day(by));
        let Some(account) = &seen.account else {
            self.checked = self.checked.max(Some(until));
            return;
        };
        if let Some((opening, closing)) = seen.between.filter(|_| seen.statement) {
            let chain = self.chains.entry(account.clone()).or_default();
            chain.add(opening, closing.amount, seen.until);
        }
        let days = if seen.statement {
            &mut self.seen_statements
        } else {
            &mut self.seen_mails
        };
        let day = days.entry(account.clone()).or_insert(until);
        *day = until.max(*day);
    }
}

/// The latest civil day that it can be anywhere at this moment.
pub(super) fn latest_day(by: EventKey) -> Date {
    let date = Offset::UTC.to_datetime(by.at).date();
    date.saturating_add(1.days())
}
