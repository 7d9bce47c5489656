//! What a replay read, booked, asked and reminded: the report by which a merchant judges Mahnwerk on his own past.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::Desk;
use crate::ledger::books::Fate;
use crate::ledger::{Fact, Money};
use crate::mail::Outcome;

/// The whole report; its JSON form is stable.
#[derive(Debug, Serialize)]
struct Account {
    until: Date,
    mails: BTreeMap<&'static str, usize>,
    review: Vec<(String, String)>,
    claims: usize,
    open: Vec<Money>,
    payments: BTreeMap<&'static str, usize>,
    questions: Vec<String>,
    letters: Vec<LetterLine>,
    digests: usize,
}

#[derive(Debug, Serialize)]
struct LetterLine {
    on: Date,
    template: String,
    to: String,
    claims: Vec<String>,
}

/// The report of a replay that ended with this desk.
pub(super) fn replay_report(desk: &Desk, until: Date, json: bool) -> String {
    let account = account(desk, until);
    if json {
        return format!("{}\n", serde_json::to_string(&account).unwrap_or_default());
    }
    text(&account)
}

fn account(desk: &Desk, until: Date) -> Account {
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
            review.push((record.subject, record.reason));
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
    Account {
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

fn letters(desk: &Desk) -> Vec<LetterLine> {
    desk.ledger
        .events()
        .filter_map(|event| match event.fact {
            Fact::Reminded(reminded) => Some(LetterLine {
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
        Fate::Booked(_) => "booked",
        Fate::Duplicate(_) => "seen twice",
        Fate::Asked(_) => "asked",
        Fate::Waiting => "waiting for a claim",
        Fate::Ignored(_) => "no customer's money",
        Fate::Reopened(_) => "gone back",
        Fate::Announced(_) => "announced",
    }
}

fn text(account: &Account) -> String {
    let counts = |map: &BTreeMap<&str, usize>| {
        let parts: Vec<String> = map
            .iter()
            .map(|(word, count)| format!("{count} {word}"))
            .collect();
        if parts.is_empty() {
            "none".to_string()
        } else {
            parts.join(", ")
        }
    };
    let open: Vec<String> = account.open.iter().map(ToString::to_string).collect();
    let mut out = format!("Replayed up to {}\n\n", account.until);
    out += &format!("Mails      {}\n", counts(&account.mails));
    out += &format!(
        "Claims     {}, open in all: {}\n",
        account.claims,
        open.join(", ")
    );
    out += &format!("Payments   {}\n", counts(&account.payments));
    out += &format!("Digests    {}\n", account.digests);
    out += &format!("Letters    {}\n", account.letters.len());
    for letter in &account.letters {
        out += &format!(
            "  {}  {:<20} {}  {}\n",
            letter.on,
            letter.template,
            letter.to,
            letter.claims.join(", ")
        );
    }
    out += &format!("Questions  {}\n", account.questions.len());
    for question in &account.questions {
        out += &format!("  {question}\n");
    }
    out += &format!("For review {}\n", account.review.len());
    for (subject, reason) in &account.review {
        out += &format!("  {subject}: {reason}\n");
    }
    out
}
