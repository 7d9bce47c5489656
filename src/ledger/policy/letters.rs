//! From decisions about claims to letters to customers: one letter per customer, naming every overdue claim; the payment
//! information and the receipt; caps and circuit breaker over all of them.
//!
//! Knows one day. Invariant: no customer gets two letters on one day, and no letter names a claim that something holds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::brake::Braked;
use super::day::{Day, Party};
use super::due::{Kind, minus_days, region_of};
use super::step::{Outcome, Verdict};
use super::{CustomerLetter, QuestionId, Step, words};
use crate::ledger::{CustomerAddress, Fact, Invoice, InvoiceKey, Note};

/// Template of the payment information at order time.
pub(super) const PAYMENT_INFORMATION: &str = "payment_information";
/// Template of the receipt.
pub(super) const RECEIPT: &str = "receipt";
/// A claim or payment older than this gets no such letter any more (first start, long downtime).
const NEWS_DAYS: u16 = 7;

/// What a day brings if it is worked off.
#[derive(Default)]
pub(super) struct DayPlan {
    pub(super) letters: Vec<CustomerLetter>,
    /// The circuit breaker holds the letters of this day and asks this.
    pub(super) tripped: Option<QuestionId>,
    /// Letters that wait for the next day because of the cap on new recipients.
    pub(super) capped: usize,
    /// Steps that only the merchant's yes keeps back.
    pub(super) asked: Vec<(Step, Verdict)>,
    /// Ladders that are at their end.
    pub(super) ended: Vec<InvoiceKey>,
    /// Claims that something holds although their time has come.
    pub(super) held: Vec<(InvoiceKey, Verdict)>,
}

impl Day<'_> {
    /// The letters of this day, whatever the hour, with everything that keeps others back.
    pub(super) fn plan(&self) -> DayPlan {
        let mut plan = DayPlan::default();
        let mut written: BTreeSet<&CustomerAddress> = BTreeSet::new();
        for (address, claims) in self.by_customer() {
            let party = self.party(address);
            let decided: Vec<(&Invoice, Verdict)> = claims
                .into_iter()
                .map(|claim| (claim, self.step(&party, claim)))
                .collect();
            if let (Some(address), Some(letter)) = (address, self.letter(&party, &decided)) {
                written.insert(address);
                plan.letters.push(letter);
            }
            // Who has a letter under way is told of nothing but a doubt, which is a question of its own.
            if party.flight.is_none() {
                self.sort_out(decided, &mut plan);
            }
        }
        if !self.ledger.stopped() {
            self.news(&written, &mut plan.letters);
        }
        // The furthest level first: where a cap cuts, the least urgent waits.
        plan.letters.sort_by_key(|letter| {
            (
                std::cmp::Reverse(letter.steps.iter().map(|step| step.level).max()),
                letter.to.clone(),
            )
        });
        let Braked {
            letters,
            tripped,
            capped,
        } = self.brake(std::mem::take(&mut plan.letters));
        DayPlan {
            letters,
            tripped,
            capped,
            ..plan
        }
    }

    fn by_customer(&self) -> BTreeMap<Option<&CustomerAddress>, Vec<&Invoice>> {
        let mut customers: BTreeMap<Option<&CustomerAddress>, Vec<&Invoice>> = BTreeMap::new();
        for invoice in self.ledger.open_invoices() {
            customers
                .entry(invoice.issued.customer.address.as_ref())
                .or_default()
                .push(invoice);
        }
        customers
    }

    fn sort_out(&self, decided: Vec<(&Invoice, Verdict)>, plan: &mut DayPlan) {
        for (claim, verdict) in decided {
            match (verdict.outcome, verdict.step.clone()) {
                (Outcome::Asked, Some(step)) => plan.asked.push((step, verdict)),
                (Outcome::End, _) => plan.ended.push(claim.key.clone()),
                // A hold matters when it holds something back: before its time it is not worth a line.
                (Outcome::Held, _) if verdict.due.is_none_or(|due| due <= self.on) => {
                    plan.held.push((claim.key.clone(), verdict));
                }
                _ => {}
            }
        }
    }

    /// The one reminder of a customer.
    fn letter(&self, party: &Party<'_>, decided: &[(&Invoice, Verdict)]) -> Option<CustomerLetter> {
        let kind_of = |claim: &Invoice| self.kind_of(claim);
        let takes = decided
            .iter()
            .filter(|(_, verdict)| verdict.outcome == Outcome::Take);
        // A prepaid order is never named in a dunning letter; if both are due, the invoice goes first.
        let kind = takes
            .clone()
            .filter_map(|(claim, _)| kind_of(claim))
            .min()?;
        let mut letter = CustomerLetter {
            to: party.address?.clone(),
            template: String::new(),
            steps: Vec::new(),
            listed: Vec::new(),
            on: self.on,
            deadline: None,
            language: self.policy.language,
            why: Vec::new(),
        };
        let mut highest = 0;
        for (claim, verdict) in takes.filter(|(claim, _)| kind_of(claim) == Some(kind)) {
            let Some(step) = verdict.step.clone() else {
                continue;
            };
            if step.level > highest {
                highest = step.level;
                let rule = self
                    .policy
                    .ladder(kind)
                    .get(usize::from(step.level).wrapping_sub(1))?;
                letter.template = rule.letter.clone();
                letter.language = claim.issued.customer.language;
                letter.deadline = Some(self.policy.deadline(self.on, &claim.issued.customer));
            }
            letter.why.extend(
                verdict
                    .notes
                    .iter()
                    .cloned()
                    .map(|note| note.about(&claim.key)),
            );
            letter.steps.push(step);
        }
        for (claim, verdict) in decided {
            if self.is_listed(claim, verdict, kind) {
                letter.why.push(words::listed().about(&claim.key));
                letter.listed.push(claim.key.clone());
            }
        }
        letter.steps.sort();
        Some(letter)
    }

    fn kind_of(&self, claim: &Invoice) -> Option<Kind> {
        self.kind(claim).ok()
    }

    /// Overdue, of the same ladder, takes no step, and nothing holds it.
    fn is_listed(&self, claim: &Invoice, verdict: &Verdict, kind: Kind) -> bool {
        let free = matches!(
            verdict.outcome,
            Outcome::Wait(_) | Outcome::Asked | Outcome::End
        );
        let late = match kind {
            Kind::Invoice => self.policy.due_date(claim) < self.on,
            // Not overdue before the first kind word about it.
            Kind::Prepayment => !claim.taken.is_empty(),
        };
        free && late && self.kind_of(claim) == Some(kind)
    }

    /// Payment information and receipts, to customers who get no other letter today.
    fn news<'b>(
        &'b self,
        written: &BTreeSet<&'b CustomerAddress>,
        letters: &mut Vec<CustomerLetter>,
    ) {
        if !self.policy.payment_information && !self.policy.receipt {
            return;
        }
        let since = minus_days(self.on, NEWS_DAYS);
        let said = self.said(since);
        let mut written = written.clone();
        for claim in self.ledger.invoices() {
            let Some((template, why)) = self.news_of(claim, since) else {
                continue;
            };
            let Some(address) = claim.issued.customer.address.as_ref() else {
                continue;
            };
            if said.contains(&(template, claim.key.clone())) || written.contains(address) {
                continue;
            }
            let party = self.party(Some(address));
            let region = region_of(&claim.issued.customer);
            if party.flight.is_some()
                || party.letter_today
                || !self.policy.is_sending_day(self.on, region)
            {
                continue;
            }
            if party.state.is_some_and(|state| {
                state.answered.is_some() || state.bounced.as_ref().is_some_and(|(_, b)| b.permanent)
            }) {
                continue;
            }
            written.insert(address);
            letters.push(CustomerLetter {
                to: address.clone(),
                template: template.to_string(),
                steps: Vec::new(),
                listed: vec![claim.key.clone()],
                on: self.on,
                deadline: None,
                language: claim.issued.customer.language,
                why: vec![why.about(&claim.key)],
            });
        }
    }

    /// Which of the two letters a claim could get now.
    fn news_of(&self, claim: &Invoice, since: Date) -> Option<(&'static str, Note)> {
        let untouched =
            self.ledger.touching(&claim.key).is_empty() && claim.contradictions.is_empty();
        if self.policy.receipt
            && !claim.taken.is_empty()
            && claim.cancelled.is_none()
            && !claim.open().is_positive()
        {
            let paid = claim.allocations.iter().map(|part| part.payment.at).max()?;
            return (self.civil(paid) >= since && untouched).then(|| (RECEIPT, words::receipt()));
        }
        let fresh =
            self.civil(claim.opened_by.at) >= since && claim.issued.order_date >= self.policy.start;
        let free = claim.taken.is_empty()
            && claim.open().is_positive()
            && claim.paid_at_shop.is_none()
            && claim.cancelled.is_none()
            && claim.disputed.is_none()
            && claim.paused.is_none();
        (self.policy.payment_information
            && fresh
            && free
            && untouched
            && self.kind_of(claim).is_some())
        .then(|| (PAYMENT_INFORMATION, words::payment_information()))
    }

    /// Payment informations and receipts that went out already, by claim; none about news of these days can be older.
    fn said(&self, since: Date) -> BTreeSet<(&'static str, InvoiceKey)> {
        let mut said = BTreeSet::new();
        let since = self
            .policy
            .instant(minus_days(since, 1).to_datetime(jiff::civil::Time::MIN));
        for event in self.ledger.events_after(since) {
            if let Fact::Reminded(letter) = &event.fact {
                let template = match letter.template.as_str() {
                    PAYMENT_INFORMATION => PAYMENT_INFORMATION,
                    RECEIPT => RECEIPT,
                    _ => continue,
                };
                said.extend(letter.listed.iter().map(|claim| (template, claim.clone())));
            }
        }
        said
    }
}
