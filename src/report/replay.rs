//! The report of `replay`: what was read, booked, asked and reminded. By it a merchant judges Mahnwerk on his own past.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::table::{Table, item};
use super::{count, customers::sums, json_text};
use crate::ledger::Money;

/// What happened up to a day; its JSON form is stable.
#[derive(Clone, Debug, Serialize)]
pub struct Past {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Mails by outcome.
    pub mails: BTreeMap<&'static str, usize>,
    /// Mails that were not understood or not trusted.
    pub review: Vec<Unread>,
    /// Claims.
    pub claims: usize,
    /// What is open at the end, per currency.
    pub open: Vec<Money>,
    /// Payments by what became of them.
    pub payments: BTreeMap<&'static str, usize>,
    /// Questions open at the end.
    pub questions: Vec<String>,
    /// Letters to customers.
    pub letters: Vec<PastLetter>,
    /// Digests to the merchant.
    pub digests: usize,
}

/// A mail of the review list.
#[derive(Clone, Debug, Serialize)]
pub struct Unread {
    /// Its subject.
    pub subject: String,
    /// Why it was not read.
    pub reason: String,
}

/// A letter that went (into the folder).
#[derive(Clone, Debug, Serialize)]
pub struct PastLetter {
    /// Day.
    pub on: Date,
    /// Template.
    pub template: String,
    /// Customer's address.
    pub to: String,
    /// Claims with their levels.
    pub claims: Vec<String>,
}

/// The report as text or JSON.
pub fn replay(past: &Past, json: bool) -> String {
    if json {
        return json_text(past);
    }
    let counts = |map: &BTreeMap<&str, usize>| {
        let parts = map.iter().map(|(word, count)| format!("{count} {word}"));
        let parts: Vec<String> = parts.collect();
        match parts.is_empty() {
            true => "none".to_owned(),
            false => parts.join(", "),
        }
    };
    let mut text = format!("Played {} to {}\n\n", past.from, past.until);
    for (name, value) in [
        ("mails", counts(&past.mails)),
        (
            "claims",
            format!("{}, open at the end: {}", past.claims, sums(&past.open)),
        ),
        ("payments", counts(&past.payments)),
        ("digests", past.digests.to_string()),
        ("letters", past.letters.len().to_string()),
        ("questions", past.questions.len().to_string()),
        ("review", count(past.review.len(), "mail", "mails")),
    ] {
        text.push_str(&item(&format!("{name:<11}"), &value));
    }
    if !past.letters.is_empty() {
        text.push_str("\nLetters\n");
        let mut table = Table::new(&["day", "letter", "to", "claims"]);
        for letter in &past.letters {
            table.row([
                letter.on.to_string(),
                letter.template.clone(),
                letter.to.clone(),
                letter.claims.join(", "),
            ]);
        }
        text.push_str(&table.text(""));
    }
    if !past.questions.is_empty() {
        text.push_str("\nQuestions open at the end\n");
        for (number, question) in (1..).zip(&past.questions) {
            text.push_str(&item(&format!("{number:>3}. "), question));
        }
    }
    if !past.review.is_empty() {
        text.push_str("\nMails for review\n");
        let mut table = Table::new(&["subject", "reason"]);
        for mail in &past.review {
            table.row([mail.subject.clone(), mail.reason.clone()]);
        }
        text.push_str(&table.text(""));
    }
    text
}
