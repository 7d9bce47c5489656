//! What a replay read, booked, asked and reminded, taken from its desk.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::Desk;
use crate::ledger::Fact;
use crate::ledger::books::Fate;
use crate::mail::Outcome;
use crate::report::list::without_tag;
use crate::report::replay::{Past, PastLetter, Unread};

/// The account of a replay of these days that ended with this desk.
pub(super) fn account(desk: &Desk, from: Date, until: Date) -> Past {
    let (mut mails, mut review) = (BTreeMap::new(), Vec::new());
    for record in desk.store.mails(None, usize::MAX).unwrap_or_default() {
        let word = match record.outcome {
            Outcome::Booked => "booked",
            Outcome::Ignored => "ignored",
            Outcome::Review => "review",
            Outcome::Error => "error",
        };
        *mails.entry(word).or_default() += 1;
        if matches!(record.outcome, Outcome::Review | Outcome::Error) {
            review.push(Unread {
                subject: without_tag(&record.subject),
                reason: record.reason,
            });
        }
    }
    let mut payments = BTreeMap::new();
    for payment in desk.ledger.payments() {
        *payments.entry(fate(&payment.fate)).or_default() += 1;
    }
    let end = desk
        .timestamp(until.at(23, 59, 59, 0))
        .unwrap_or(Timestamp::MAX);
    let questions = desk.at_present(end, |policy, ledger, present| {
        policy.questions(ledger, present)
    });
    Past {
        from,
        until,
        mails,
        review,
        claims: desk.ledger.invoices().count(),
        open: desk.ledger.open_total(),
        payments,
        questions: questions
            .into_iter()
            .map(|question| question.text)
            .collect(),
        letters: letters(desk),
        digests: desk.ledger.told().len(),
    }
}

fn letters(desk: &Desk) -> Vec<PastLetter> {
    desk.ledger
        .events()
        .filter_map(|event| match event.fact {
            Fact::Reminded(reminded) => Some(PastLetter {
                on: reminded.on,
                template: reminded.template,
                to: reminded.to.to_string(),
                claims: reminded
                    .steps
                    .iter()
                    .map(|step| format!("{} level {}", step.invoice, step.level))
                    .collect(),
            }),
            _ => None,
        })
        .collect()
}

fn fate(fate: &Fate) -> &'static str {
    match fate {
        Fate::Booked(_) | Fate::Short(_) => "booked",
        Fate::Duplicate(_) => "seen twice",
        Fate::Asked(_) => "asked",
        Fate::Waiting => "waiting for a claim",
        Fate::Ignored(_) => "no customer's money",
        Fate::Reopened(_) => "gone back",
        Fate::Announced(_) => "announced",
    }
}
