//! `why`: the reasons of the function that decides, as it gave them.

use jiff::civil::Date;
use serde::Serialize;

use super::json_text;
use super::table::item;
use crate::ledger::{InvoiceKey, Language, Note};

#[derive(Serialize)]
struct WhyRow {
    claim: String,
    on: Date,
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

/// Why a claim takes a step on a day, or does not.
pub fn why(claim: &InvoiceKey, on: Date, notes: &[Note], json: bool) -> String {
    let held = notes.iter().any(|note| note.holds);
    if json {
        return json_text(&WhyRow {
            claim: claim.to_string(),
            on,
            reminded: !held && !notes.is_empty(),
            reasons: note_rows(notes),
        });
    }
    let mut text = item(
        "",
        &format!(
            "{claim} on {on}: {}",
            if held {
                "nothing is sent"
            } else {
                "a letter is due"
            }
        ),
    );
    text.push_str(&note_lines(notes, "  "));
    text
}
