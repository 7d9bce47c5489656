//! What must always hold (ARCHITECTURE.md), checked on every letter that really went out, by means of its own: the
//! checker knows the script and the letters, not the ledger.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use mahnwerk::daemon::Desk;
use mahnwerk::ledger::calendar::banking_days_between;
use mahnwerk::ledger::{Fact, Ledger, SourceId};
use mahnwerk::letter::Letter;

use crate::script::{self, Script};

struct Claim {
    customer: String,
    paid_at: Option<Timestamp>,
    /// Days on which levels 1, 2, ... went out.
    levels: Vec<Date>,
}

pub struct Checker {
    claims: BTreeMap<String, Claim>,
    answers: BTreeMap<String, Timestamp>,
    statements: Vec<(Timestamp, Date)>,
    letters: BTreeMap<String, Vec<Date>>,
    digests: BTreeSet<Date>,
}

impl Checker {
    pub fn new(script: &Script) -> Checker {
        let claims = script
            .orders
            .iter()
            .zip(&script.paid_at)
            .map(|(order, paid_at)| {
                let claim = Claim {
                    customer: order.customer.clone(),
                    paid_at: *paid_at,
                    levels: Vec::new(),
                };
                (order.number.clone(), claim)
            });
        let mut answers: BTreeMap<String, Timestamp> = BTreeMap::new();
        for order in &script.orders {
            if let Some(at) = order.answer {
                let first = answers.entry(order.customer.clone()).or_insert(at);
                *first = at.min(*first);
            }
        }
        Checker {
            claims: claims.collect(),
            answers,
            statements: script.statements.clone(),
            letters: BTreeMap::new(),
            digests: BTreeSet::new(),
        }
    }

    /// One letter that the server accepted at this time.
    pub fn letter(&mut self, at: Timestamp, letter: &Letter) -> Result<(), String> {
        let day = at.to_zoned_datetime(script::zone()).date();
        for event in &letter.events {
            match &event.fact {
                Fact::Reminded(reminded) => {
                    self.reminder(at, day, letter, &reminded.to.to_string())?;
                    for step in &reminded.steps {
                        self.step(
                            at,
                            day,
                            &step.invoice.number,
                            usize::from(step.level),
                            reminded.to.as_str(),
                        )?;
                    }
                }
                Fact::Told(told) if !self.digests.insert(told.on) => {
                    return Err(format!("two digests for {}", told.on));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn reminder(
        &mut self,
        at: Timestamp,
        day: Date,
        letter: &Letter,
        to: &str,
    ) -> Result<(), String> {
        let time = at.to_zoned_datetime(script::zone()).time();
        if !(9..17).contains(&time.hour()) {
            return Err(format!("a letter to {to} went out at {time}"));
        }
        let others = letter
            .recipients
            .iter()
            .filter(|r| r.as_str() != script::MERCHANT)
            .count();
        if others != 1 || letter.customer.as_ref().map(|c| c.as_str()) != Some(to) {
            return Err(format!(
                "a letter to {to} has {others} recipients besides the merchant"
            ));
        }
        if let Some(answered) = self.answers.get(to).filter(|answered| **answered <= at) {
            return Err(format!(
                "a letter to {to} went out although he wrote at {answered}"
            ));
        }
        let fresh = self
            .statements
            .iter()
            .filter(|(received, _)| *received <= at)
            .map(|(_, until)| *until)
            .max();
        if fresh.is_none_or(|until| banking_days_between(until, day) > 3) {
            return Err(format!(
                "a letter to {to} went out on bank data of {fresh:?}"
            ));
        }
        let days = self.letters.entry(to.to_string()).or_default();
        if let Some(last) = days.last().filter(|last| (day - **last).get_days() < 7) {
            return Err(format!("letters to {to} on {last} and {day}"));
        }
        days.push(day);
        Ok(())
    }

    fn step(
        &mut self,
        at: Timestamp,
        day: Date,
        number: &str,
        level: usize,
        to: &str,
    ) -> Result<(), String> {
        let claim = self
            .claims
            .get_mut(number)
            .ok_or(format!("a letter about {number}, which was never ordered"))?;
        if claim.customer != to {
            return Err(format!("a letter about {number} went to {to}"));
        }
        if let Some(paid) = claim.paid_at.filter(|paid| *paid <= at) {
            return Err(format!(
                "level {level} of {number}, which was paid at {paid}"
            ));
        }
        if level != claim.levels.len() + 1 {
            return Err(format!(
                "level {level} of {number} after levels on {:?}",
                claim.levels
            ));
        }
        claim.levels.push(day);
        Ok(())
    }

    /// At the end nothing due is forgotten: what is overdue was reminded or has a reason to wait.
    pub fn end(&self, desk: &Desk) -> Result<(), String> {
        for invoice in desk.ledger.open_invoices() {
            let number = &invoice.key.number;
            let claim = self
                .claims
                .get(number)
                .ok_or(format!("a claim {number} that was never ordered"))?;
            if invoice.taken.len() < claim.levels.len() {
                return Err(format!(
                    "{number}: {} letters went out, {} are known",
                    claim.levels.len(),
                    invoice.taken.len()
                ));
            }
            if claim.paid_at.is_some() {
                return Err(format!(
                    "{number} was paid in full and is still open with {}",
                    invoice.total
                ));
            }
        }
        Ok(())
    }
}

/// The rebuilt ledger knows what the old one knew: what no mail says was carried by a digest, but for the last day's.
/// `unread`: the old one left mails unread that had stopped it twice.
pub fn same_books(old: &Ledger, new: &Ledger, unread: bool) -> Result<(), String> {
    let waiting: BTreeSet<(SourceId, u16)> = old
        .unmailed(usize::MAX)
        .iter()
        .map(|e| (e.key.source, e.key.index))
        .collect();
    let of_old: BTreeSet<(SourceId, u16)> = old
        .events()
        .map(|e| (e.key.source, e.key.index))
        .filter(|identity| !waiting.contains(identity))
        .collect();
    let of_new: BTreeSet<(SourceId, u16)> =
        new.events().map(|e| (e.key.source, e.key.index)).collect();
    let lost = of_old.difference(&of_new).next();
    let found = of_new.difference(&of_old).next().filter(|_| !unread);
    if let Some((source, index)) = lost.or(found) {
        let event = old
            .events()
            .chain(new.events())
            .find(|e| e.key.source == *source && e.key.index == *index);
        return Err(format!("after a rebuild one side does not know {event:?}"));
    }
    if !unread && waiting.is_empty() && old.snapshot() != new.snapshot() {
        return Err("after a rebuild the books differ".into());
    }
    Ok(())
}
