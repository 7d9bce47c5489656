//! `why`: the reasons of the function that decides, as it gave them.

use jiff::civil::Date;
use serde::Serialize;

use super::json_text;
use super::table::item;
use crate::ledger::policy::{Outcome, Verdict};
use crate::ledger::{InvoiceKey, Language, Note};

#[derive(Serialize)]
struct WhyRow {
    claim: String,
    on: Date,
    outcome: &'static str,
    until: Option<Date>,
    reminded: bool,
    reasons: Vec<NoteRow>,
}

#[derive(Serialize)]
pub(super) struct NoteRow {
    holds: bool,
    en: String,
    de: String,
}

pub(super) fn note_rows(notes: &[Note]) -> Vec<NoteRow> {
    notes
        .iter()
        .map(|note| NoteRow {
            holds: note.holds,
            en: note.en.clone(),
            de: note.de.clone(),
        })
        .collect()
}

pub(super) fn note_lines(notes: &[Note], indent: &str) -> String {
    notes
        .iter()
        .map(|note| {
            let mark = if note.holds { "held: " } else { "      " };
            item(&format!("{indent}{mark}"), note.text(Language::En))
        })
        .collect()
}

/// What a claim does on a day: a word for programs, words for people.
fn headline(outcome: Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Take => ("letter", "a letter goes out".into()),
        Outcome::Wait(day) => ("waits", format!("no letter before {day}")),
        Outcome::Asked => (
            "asked",
            "no letter before your yes (mahnwerk list questions)".into(),
        ),
        Outcome::End => (
            "end",
            "no further letter; you are asked how to go on (mahnwerk list questions)".into(),
        ),
        Outcome::Held => ("held", "held, no letter".into()),
        Outcome::Done => ("done", "nothing to remind".into()),
    }
}

/// Why a claim takes a step on a day, or does not: what the deciding function decided and its reasons.
pub fn why(claim: &InvoiceKey, on: Date, verdict: &Verdict, json: bool) -> String {
    let (outcome, words) = headline(verdict.outcome);
    if json {
        return json_text(&WhyRow {
            claim: claim.to_string(),
            on,
            outcome,
            until: match verdict.outcome {
                Outcome::Wait(day) => Some(day),
                _ => None,
            },
            reminded: verdict.outcome == Outcome::Take,
            reasons: note_rows(&verdict.notes),
        });
    }
    item("", &format!("{claim} on {on}: {words}")) + &note_lines(&verdict.notes, "  ")
}
