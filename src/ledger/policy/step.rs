//! The one function that decides: whether a claim takes a step on a day, waits, is held or is done, with its reasons.
//! Plan, forecast, questions, digest and `why` all ask it, so they cannot disagree.
//!
//! Knows one claim, its customer and one day. Invariant: a claim takes a step only if nothing holds it, its level is the
//! next one, its time has come, the customer's gap is kept, it was forewarned or approved, and the bank data are fresh.

use jiff::civil::Date;

use super::day::{Day, Party};
use super::due::{Kind, plus_days};
use super::offer;
use super::words;
use super::{Approval, Level, LevelRule, Policy, Present, QuestionId, Step};
use crate::ledger::calendar::{banking_days_between, plus_banking_days};
use crate::ledger::event::Choice;
use crate::ledger::{Invoice, Ledger, Note, PaymentMethod};

/// Banking days after the last letter's deadline until the merchant is asked how to go on.
const END_BANKING_DAYS: u16 = 2;

/// What a claim does on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It takes the step in a letter of this day.
    Take,
    /// Nothing before this day.
    Wait(Date),
    /// Everything but the merchant's yes is there.
    Asked,
    /// The ladder is at its end and the merchant is asked how to go on.
    End,
    /// Something holds it until it is answered, resumed or set right.
    Held,
    /// There is nothing to remind.
    Done,
}

/// A decision and its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What happens.
    pub outcome: Outcome,
    /// The step that is next, where there is one.
    pub step: Option<Step>,
    /// When that step's time comes (came), holds and gaps aside.
    pub due: Option<Date>,
    /// Why, the deciding reason last.
    pub notes: Vec<Note>,
}

/// The next rung of a claim's ladder.
struct Next<'a> {
    kind: Kind,
    level: Level,
    /// `None`: the ladder is at its end.
    rule: Option<&'a LevelRule>,
    due: Date,
    notes: Vec<Note>,
}

impl Policy {
    /// What this claim does at this moment, and why.
    pub fn step(&self, ledger: &Ledger, invoice: &Invoice, present: &Present<'_>) -> Verdict {
        let day = Day::of(self, ledger, present);
        let party = day.party_of(invoice);
        day.step(&party, invoice)
    }

    /// Accounts whose bank data are too old for reminders, with the last day known.
    pub fn stale_accounts(&self, ledger: &Ledger, on: Date) -> Vec<(String, Option<Date>)> {
        let mut accounts: Vec<&String> = self.shops.values().map(|shop| &shop.account).collect();
        accounts.sort();
        accounts.dedup();
        let stale = accounts.into_iter().filter_map(|account| {
            let seen = ledger.seen_until(account);
            // What a missing statement would have said may be a payment of yesterday: no grace.
            let whole = ledger.statement_gap(account).is_none();
            (!whole || !self.is_fresh(seen, on)).then(|| (account.clone(), seen))
        });
        stale.collect()
    }

    /// Why the bank data of an account are too old: a statement is missing, or none came.
    pub(super) fn stale_note(&self, ledger: &Ledger, account: &str, seen: Option<Date>) -> Note {
        match ledger.statement_gap(account) {
            Some(gap) => words::statement_missing(account, &gap),
            None => words::stale(account, seen, self.freshness_days),
        }
    }

    fn is_fresh(&self, seen: Option<Date>, on: Date) -> bool {
        seen.is_some_and(|day| banking_days_between(day, on) <= u32::from(self.freshness_days))
    }
}

impl Day<'_> {
    /// The decision.
    pub(super) fn step(&self, party: &Party<'_>, invoice: &Invoice) -> Verdict {
        if let Some(note) = self.closed(invoice) {
            return Verdict::of(Outcome::Done, vec![note]);
        }
        let kind = match self.kind(invoice) {
            Ok(kind) => kind,
            Err((outcome, note)) => return Verdict::of(outcome, vec![note]),
        };
        let next = self.next(invoice, kind);
        let mut verdict = Verdict {
            outcome: Outcome::Held,
            step: next.rule.map(|_| Step {
                invoice: invoice.key.clone(),
                level: next.level,
            }),
            due: Some(next.due),
            notes: next.notes.clone(),
        };
        let holds = self.holds(party, invoice);
        if !holds.is_empty() {
            verdict.notes.extend(holds);
            return verdict;
        }
        let (outcome, note) = match next.rule {
            None => self.end(invoice, &next),
            Some(rule) => self.next_step(party, invoice, &next, rule),
        };
        verdict.outcome = outcome;
        verdict.notes.push(note);
        verdict
    }

    /// Why there is nothing (more) to remind.
    fn closed(&self, invoice: &Invoice) -> Option<Note> {
        if invoice.cancelled.is_some() {
            return Some(Note::plain("storniert", "cancelled"));
        }
        if invoice.paid_at_shop.is_some() {
            return Some(Note::plain(
                "laut Shop bezahlt",
                "paid, as the shop reports",
            ));
        }
        if !invoice.open().is_positive() {
            return Some(Note::plain("bezahlt", "paid"));
        }
        None
    }

    /// Which ladder, or why none.
    pub(super) fn kind(&self, invoice: &Invoice) -> Result<Kind, (Outcome, Note)> {
        match self.policy.method(invoice) {
            Some(PaymentMethod::Invoice) => Ok(Kind::Invoice),
            // "Bank transfer" may be either; the kinder ladder is never wrong.
            Some(PaymentMethod::Prepayment | PaymentMethod::BankTransfer) => Ok(Kind::Prepayment),
            Some(other) => Err((Outcome::Done, words::not_reminded(other))),
            None => Err((Outcome::Held, words::unknown_method(&invoice.key.shop))),
        }
    }

    /// The next rung and when its time comes.
    fn next(&self, invoice: &Invoice, kind: Kind) -> Next<'_> {
        let policy = self.policy;
        let ladder = policy.ladder(kind);
        let last = invoice.taken.last();
        let level = last.map_or(0, |taken| taken.level).saturating_add(1);
        let rule = ladder.get(usize::from(level).wrapping_sub(1));
        let customer = &invoice.issued.customer;
        let region = super::due::region_of(customer);
        let mut notes = Vec::new();
        let (due, basis) = policy.due(invoice);
        // What the next rung is counted from.
        let start = match (kind, last) {
            (Kind::Prepayment, _) if rule.is_some() => {
                notes.push(words::ordered(invoice.issued.order_date));
                invoice.issued.order_date
            }
            (_, Some(taken)) => {
                let deadline = taken
                    .deadline
                    .unwrap_or_else(|| policy.deadline(taken.on, customer));
                let name = ladder.get(usize::from(taken.level).wrapping_sub(1));
                notes.push(words::taken(
                    name.map_or("?", |rule| &rule.name),
                    taken.on,
                    deadline,
                ));
                deadline
            }
            (_, None) => {
                notes.push(words::due(due, basis));
                due
            }
        };
        let counted = match rule {
            Some(rule) => rule.counted_from(start),
            None => plus_banking_days(start, END_BANKING_DAYS),
        };
        let due = match rule {
            Some(_) => policy.sending_day_from(counted, region),
            None => counted,
        };
        if let Some(rule) = rule {
            notes.push(words::level_due(level, &rule.name, due));
        }
        Next {
            kind,
            level,
            rule,
            due,
            notes,
        }
    }

    /// Everything that holds this claim, whatever its time.
    fn holds(&self, party: &Party<'_>, invoice: &Invoice) -> Vec<Note> {
        let mut holds = Vec::new();
        if self.ledger.stopped() {
            holds.push(words::stopped());
        }
        if invoice.issued.order_date < self.policy.start && !invoice.released {
            holds.push(words::old(self.policy.start));
        }
        if party.address.is_none() {
            holds.push(words::no_address());
        }
        if let Some(reason) = &invoice.disputed {
            holds.push(words::disputed(reason));
        }
        if let Some(pause) = invoice.paused
            && pause.until.is_none_or(|until| self.on <= until)
        {
            holds.push(words::paused(pause.until));
        }
        holds.extend(
            invoice
                .contradictions
                .iter()
                .map(|reason| words::contradiction(reason)),
        );
        holds.extend(
            self.ledger
                .touching(&invoice.key)
                .into_iter()
                .map(|payment| words::touched(payment, self.policy)),
        );
        holds.extend(self.ledger.proposed_against(&invoice.key).map(offer::holds));
        if let Some(state) = party.state {
            if let Some((key, answered)) = &state.answered {
                holds.push(words::answered(self.civil(key.at), answered));
            }
            if let Some((key, bounced)) = &state.bounced
                && bounced.permanent
            {
                holds.push(words::bounced(self.civil(key.at), bounced));
            }
        }
        if let Some(flight) = &party.flight {
            holds.push(words::flight(
                flight,
                flight.is_in_doubt(self.at, self.policy),
            ));
        }
        holds
    }

    /// The ladder is at its end.
    fn end(&self, invoice: &Invoice, next: &Next<'_>) -> (Outcome, Note) {
        let answer = self
            .ledger
            .answer_to(&QuestionId::End(invoice.key.clone()))
            .map(|(_, choice)| choice);
        match answer {
            Some(Choice::No) => (Outcome::Done, words::kept_open()),
            Some(_) => (Outcome::Done, words::ended()),
            None if self.on >= next.due => (
                Outcome::End,
                words::end_asked(next.kind == Kind::Prepayment),
            ),
            None => (Outcome::Wait(next.due), words::end_waits(next.due)),
        }
    }

    /// Nothing holds the claim: has its time come, and was everything said that must be said before?
    fn next_step(
        &self,
        party: &Party<'_>,
        invoice: &Invoice,
        next: &Next<'_>,
        rule: &LevelRule,
    ) -> (Outcome, Note) {
        let policy = self.policy;
        let region = super::due::region_of(&invoice.issued.customer);
        if self.on < next.due {
            return (Outcome::Wait(next.due), words::too_early(self.on));
        }
        if !policy.is_sending_day(self.on, region) {
            let next = policy.sending_day_from(self.on, region);
            return (Outcome::Wait(next), words::no_sending_day(self.on));
        }
        if let Some(last) = party.last_reminder
            && let free = plus_days(last, policy.gap_days)
            && self.on < free
        {
            let next = policy.sending_day_from(free, region);
            return (Outcome::Wait(next), words::gap(last, policy.gap_days));
        }
        if party.letter_today {
            let next = policy.sending_day_from(plus_days(self.on, 1), region);
            return (Outcome::Wait(next), words::letter_today());
        }
        let currency = invoice.open().currency;
        let in_all = party.open.get(&currency).copied();
        if let Some(in_all) = in_all.filter(|sum| sum.amount < policy.minimum) {
            return (Outcome::Held, words::minimum(in_all, policy.minimum));
        }
        if let Err(refusal) = self.consent(invoice, next.level, rule) {
            return refusal;
        }
        match self.stale(&invoice.key.shop) {
            Some(note) => (Outcome::Held, note),
            None => (Outcome::Take, words::goes(&rule.name, self.on)),
        }
    }

    /// What the merchant must have heard or said before.
    fn consent(
        &self,
        invoice: &Invoice,
        level: Level,
        rule: &LevelRule,
    ) -> Result<(), (Outcome, Note)> {
        if invoice.vetoed.contains(&level) {
            return Err((Outcome::Held, words::vetoed(&rule.name)));
        }
        match rule.approval {
            Approval::None => Ok(()),
            Approval::Forewarn => {
                // A digest of an earlier day named it, and no later digest could have been written since: what was
                // forewarned before a downtime is forewarned afresh.
                let last = self.policy.last_digest_day(self.on);
                let heard = self.looks_ahead
                    || invoice
                        .forewarned
                        .iter()
                        .any(|&(told, on)| told == level && on >= last && on < self.on);
                let next = plus_days(self.on, 1);
                let refusal = (
                    Outcome::Wait(next),
                    words::not_forewarned(&rule.name, self.policy.digest_at),
                );
                if heard { Ok(()) } else { Err(refusal) }
            }
            Approval::Ask => {
                let question = QuestionId::Step(Step {
                    invoice: invoice.key.clone(),
                    level,
                });
                let yes_on = self
                    .ledger
                    .answer_to(&question)
                    .map(|(at, _)| self.civil(at));
                match (invoice.approved.contains(&level), yes_on) {
                    // "on the first sending day after the yes"
                    (true, Some(on)) if on >= self.on => {
                        Err((Outcome::Wait(plus_days(on, 1)), words::approved_on(on)))
                    }
                    (true, _) => Ok(()),
                    (false, _) => Err((Outcome::Asked, words::asked(&rule.name))),
                }
            }
        }
    }

    /// Why the bank data of a shop's account are too old, if they are.
    fn stale(&self, shop: &str) -> Option<Note> {
        if !self.policy.shops.contains_key(shop) {
            return Some(words::unknown_shop(shop));
        }
        self.stale.get(shop).cloned()
    }
}

impl Verdict {
    fn of(outcome: Outcome, notes: Vec<Note>) -> Verdict {
        Verdict {
            outcome,
            step: None,
            due: None,
            notes,
        }
    }
}
