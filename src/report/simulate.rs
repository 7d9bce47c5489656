//! `simulate`: every letter of the next days with the reasons, day by day.

use jiff::civil::Date;
use serde::Serialize;

use super::table::item;
use super::why::{NoteRow, note_lines, note_rows};
use super::{count, json_text, keys};
use crate::ledger::policy::CustomerLetter;

#[derive(Serialize)]
struct Row<'a> {
    on: Date,
    to: String,
    template: &'a str,
    steps: Vec<StepRow>,
    listed: Vec<String>,
    deadline: Option<Date>,
    reasons: Vec<NoteRow>,
}

#[derive(Serialize)]
struct StepRow {
    claim: String,
    level: u8,
}

/// The forecast of `days` days from `from` on.
pub fn simulate(from: Date, days: u16, letters: &[(Date, CustomerLetter)], json: bool) -> String {
    if json {
        let rows: Vec<Row> = letters
            .iter()
            .map(|(on, letter)| row(*on, letter))
            .collect();
        return json_text(&rows);
    }
    if letters.is_empty() {
        return format!(
            "No letters in the {} from {from} on. Why a claim gets none: mahnwerk why NUMBER\n",
            count(days.into(), "day", "days")
        );
    }
    let mut text = String::new();
    let mut last = None;
    for (on, letter) in letters {
        if last != Some(*on) {
            let blank = if last.is_some() { "\n" } else { "" };
            text.push_str(&format!("{blank}{on} {}\n", on.strftime("%A")));
            last = Some(*on);
        }
        let steps = letter
            .steps
            .iter()
            .map(|step| format!("{} level {}", step.invoice, step.level));
        let mut line = format!(
            "{} to {}: {}",
            letter.template,
            letter.to,
            steps.collect::<Vec<_>>().join(", ")
        );
        if !letter.listed.is_empty() {
            line.push_str(&format!("; also names {}", keys(&letter.listed)));
        }
        if let Some(deadline) = letter.deadline {
            line.push_str(&format!("; deadline {deadline}"));
        }
        text.push_str(&item("  ", &line));
        text.push_str(&note_lines(&letter.why, "    "));
    }
    let sum = count(letters.len(), "letter", "letters");
    text.push_str(&item(
        "",
        &format!(
            "{sum} in {}, if nothing else happens and you let the announced ones go.",
            count(days.into(), "day", "days")
        ),
    ));
    text
}

fn row(on: Date, letter: &CustomerLetter) -> Row<'_> {
    Row {
        on,
        to: letter.to.to_string(),
        template: &letter.template,
        steps: letter
            .steps
            .iter()
            .map(|step| StepRow {
                claim: step.invoice.to_string(),
                level: step.level,
            })
            .collect(),
        listed: letter.listed.iter().map(ToString::to_string).collect(),
        deadline: letter.deadline,
        reasons: note_rows(&letter.why),
    }
}
