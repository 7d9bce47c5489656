//! The merchant's answers: which question or claim he means, and what his word does to it.
//!
//! What he names must be one single thing that the digest told him about, in the state in which it told him; anything
//! else is not carried out, and a remark says why.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Books, Fate, PaymentKind};
use crate::ledger::event::{Choice, Command, Event, EventKey, ReplyWord, SourceId, Told};
use crate::ledger::invoice::{InvoiceKey, Pause};
use crate::ledger::policy::QuestionId;

impl Books {
    /// A word about a numbered question, or an order about a claim named by its printed number.
    pub(super) fn reply(&mut self, event: &Event, command: &Command) -> Result<(), String> {
        let by = event.key;
        match command {
            Command::Reply {
                digest,
                number,
                word,
                take,
            } => {
                let Some((told_at, told)) = self.digest(*digest) else {
                    return self.wait_for_digest(*digest, event);
                };
                match number {
                    Some(number) => {
                        let Some(question) = told.numbered(*number) else {
                            return Err(format!("that digest has no question {number}"));
                        };
                        self.answer_by_word(by, told_at, &question, *word, take.as_deref())
                    }
                    None => self.answer_all(by, told_at, &told, *word),
                }
            }
            Command::ByNumber {
                number,
                digest,
                order,
            } => {
                let claim = match (number, digest) {
                    (Some(number), _) => self.one_claim(number)?,
                    (None, Some(digest)) => match self.digest(*digest) {
                        Some((_, told)) => self.only_claim_of(&told)?,
                        None => return self.wait_for_digest(*digest, event),
                    },
                    (None, None) => return Err("no claim is named".into()),
                };
                self.order(&claim, by, order)
            }
            _ => Ok(()),
        }
    }

    fn digest(&self, digest: SourceId) -> Option<(Timestamp, Told)> {
        self.digests
            .get(&digest)
            .and_then(|&place| self.told.get(place))
            .cloned()
    }

    /// Clocks of two machines differ: a reply may be stamped before the digest that it answers.
    fn wait_for_digest(&mut self, digest: SourceId, event: &Event) -> Result<(), String> {
        self.early_letters
            .entry(digest)
            .or_default()
            .push(event.clone());
        Ok(())
    }

    /// The one claim with this printed number.
    fn one_claim(&self, number: &str) -> Result<InvoiceKey, String> {
        match self.find(number).as_slice() {
            [one] => Ok(one.key.clone()),
            [] => Err(format!("no claim has the number {number}")),
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|invoice| invoice.key.to_string())
                    .collect();
                Err(format!(
                    "several claims have the number {number}: {}",
                    names.join(", ")
                ))
            }
        }
    }

    /// The claim that all questions of a digest are about.
    fn only_claim_of(&self, told: &Told) -> Result<InvoiceKey, String> {
        let mut claims = BTreeSet::new();
        for question in &told.questions {
            match question {
                QuestionId::Step(step) => claims.extend([step.invoice.clone()]),
                QuestionId::End(claim) | QuestionId::Old(claim) => claims.extend([claim.clone()]),
                QuestionId::Payment { source, index } => {
                    let state = self
                        .payment_keys
                        .get(&(*source, *index))
                        .and_then(|key| self.payments.get(key));
                    let touched = state
                        .map(|state| super::state::touches(&state.fate))
                        .unwrap_or_default();
                    claims.extend(touched.into_iter().cloned());
                }
                QuestionId::Doubt(letter) => {
                    let steps = self
                        .letters
                        .get(letter)
                        .map(|letter| letter.steps.as_slice())
                        .unwrap_or_default();
                    claims.extend(steps.iter().map(|step| step.invoice.clone()));
                }
                QuestionId::Proposal { source, index } => {
                    let mut open = self.proposals.values();
                    let waiting = open.find(|w| (w.key.source, w.key.index) == (*source, *index));
                    let claim = waiting.and_then(|waiting| waiting.proposed.claim());
                    claims.extend(claim.cloned());
                }
                QuestionId::Breaker(_) => {}
            }
        }
        let mut claims = claims.into_iter();
        match (claims.next(), claims.next()) {
            (Some(one), None) => Ok(one),
            _ => Err("no claim is named, and the digest is about none or several".into()),
        }
    }

    /// `ja alle`, `nein alle`: every number of the digest that is still open and can be answered so.
    fn answer_all(
        &mut self,
        by: EventKey,
        told_at: Timestamp,
        told: &Told,
        word: ReplyWord,
    ) -> Result<(), String> {
        let mut done = 0;
        // A claim is written off only by its own number, never along with others.
        let together = |question: &QuestionId| !matches!(question, QuestionId::End(_));
        let numbers = 1..=u16::MAX;
        let all = numbers.map_while(|number| told.numbered(number));
        for question in all.filter(together) {
            let answered = self.answer_by_word(by, told_at, &question, word, None);
            done += u32::from(answered.is_ok());
        }
        if done == 0 {
            return Err(
                "none of that digest's questions is open or can be answered with this word".into(),
            );
        }
        Ok(())
    }

    fn answer_by_word(
        &mut self,
        by: EventKey,
        told_at: Timestamp,
        question: &QuestionId,
        word: ReplyWord,
        take: Option<&str>,
    ) -> Result<(), String> {
        if self
            .answers
            .get(question)
            .is_some_and(|(at, _)| *at >= told_at)
        {
            return Err("that question is already answered".into());
        }
        if let QuestionId::Payment { source, index } = question {
            let state = self
                .payment_keys
                .get(&(*source, *index))
                .and_then(|key| self.payments.get(key));
            if take.is_none()
                && state.is_some_and(|state| state.asked_at.is_some_and(|at| at > told_at))
            {
                return Err(
                    "the proposals have changed since that digest; the next one has them".into(),
                );
            }
        }
        let choice = match (word, take) {
            (ReplyWord::Yes, Some(number)) => Choice::Take(self.one_claim(number)?),
            (_, Some(_)) => return Err("a claim can only be named with a yes".into()),
            (ReplyWord::Yes, None) => Choice::Yes,
            (ReplyWord::No, None) => Choice::No,
            (ReplyWord::WasSent, None) => Choice::WasSent,
            (ReplyWord::SendAgain, None) => Choice::SendAgain,
            (ReplyWord::Skip, None) => Choice::Skip,
        };
        self.answer(by, question, &choice)
    }

    /// An answer to a question takes effect and is written down; `Err` if the choice does not fit the question.
    pub(super) fn answer(
        &mut self,
        by: EventKey,
        question: &QuestionId,
        choice: &Choice,
    ) -> Result<(), String> {
        let unfit = || Err("that is no answer to that question".to_owned());
        match (question, choice) {
            (QuestionId::Payment { source, index }, _) => {
                let Some(key) = self.payment_keys.get(&(*source, *index)).copied() else {
                    return Err("that payment is not known".into());
                };
                self.payment_answered(&key, choice, by.at)?;
            }
            (QuestionId::Step(step), Choice::Yes | Choice::No) => {
                let Some(invoice) = self.invoices.get(&step.invoice) else {
                    return Err(format!("{} is not known", step.invoice));
                };
                if invoice.taken.iter().any(|taken| taken.level == step.level) {
                    return Err(format!("that letter about {} is out already", step.invoice));
                }
                let agreed = *choice == Choice::Yes;
                self.change(&step.invoice, |invoice| {
                    let (into, out_of) = if agreed {
                        (&mut invoice.approved, &mut invoice.vetoed)
                    } else {
                        (&mut invoice.vetoed, &mut invoice.approved)
                    };
                    out_of.retain(|level| *level != step.level);
                    if !into.contains(&step.level) {
                        into.push(step.level);
                    }
                });
            }
            (QuestionId::Old(claim), Choice::Yes | Choice::No) => {
                if !self.invoices.contains_key(claim) {
                    return Err(format!("{claim} is not known"));
                }
                self.change(claim, |invoice| invoice.released = *choice == Choice::Yes);
            }
            (QuestionId::Doubt(_), Choice::WasSent | Choice::SendAgain | Choice::Skip) => {}
            // Written off, or the unpaid order is cancelled: the claim is void.
            (QuestionId::End(claim), Choice::Yes) => self.change(claim, |invoice| {
                invoice.cancelled.get_or_insert(by);
            }),
            (QuestionId::End(_), Choice::No) => {}
            (QuestionId::Breaker(_), Choice::Yes | Choice::No) => {}
            (QuestionId::Proposal { source, index }, _) => {
                self.proposal_answered(by, (*source, *index), choice)?;
            }
            _ => return unfit(),
        }
        self.answers
            .insert(question.clone(), (by.at, choice.clone()));
        Ok(())
    }

    fn payment_answered(
        &mut self,
        key: &EventKey,
        choice: &Choice,
        at: Timestamp,
    ) -> Result<(), String> {
        let Some(state) = self.payments.get(key) else {
            return Err("that payment is not known".into());
        };
        let (kind, fate) = (state.kind, state.fate.clone());
        match (fate, choice) {
            (Fate::Reopened(parts), Choice::Yes) => self.set_fate(key, Fate::Booked(parts), at),
            (Fate::Reopened(parts), Choice::No) => {
                for (claim, _) in &parts {
                    self.change(claim, |invoice| {
                        invoice.paused = Some(Pause { until: None })
                    });
                }
                self.set_fate(key, Fate::Booked(parts), at);
            }
            (Fate::Short(parts), Choice::Yes | Choice::No) => {
                if *choice == Choice::Yes {
                    self.let_go(key);
                }
                self.set_fate(key, Fate::Booked(parts), at);
            }
            (Fate::Asked(claims), Choice::Yes) => {
                let Some(first) = claims.first() else {
                    return Err("there is no proposal to say yes to".into());
                };
                return self.assign(key, kind, first, at);
            }
            (Fate::Asked(_) | Fate::Waiting | Fate::Ignored(_), Choice::Take(claim)) => {
                return self.assign(key, kind, claim, at);
            }
            (Fate::Asked(_) | Fate::Waiting | Fate::Announced(_), Choice::No) => {
                self.set_fate(
                    key,
                    Fate::Ignored("the merchant said that it belongs to no claim".into()),
                    at,
                );
            }
            (Fate::Booked(_) | Fate::Duplicate(_), _) => {
                return Err("that payment is settled already".into());
            }
            _ => return Err("that is no answer to that question".into()),
        }
        Ok(())
    }

    fn assign(
        &mut self,
        key: &EventKey,
        kind: PaymentKind,
        claim: &InvoiceKey,
        at: Timestamp,
    ) -> Result<(), String> {
        match kind {
            PaymentKind::Received => {
                self.take(key, claim, vec!["the merchant assigned it".into()], at)
            }
            PaymentKind::Returned | PaymentKind::Sent => self.return_answered(key, claim, at),
            PaymentKind::Pending | PaymentKind::Stated => {
                Err("money that has not come cannot be booked".into())
            }
        }
    }
}
