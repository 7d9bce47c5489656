//! The lines of the digest in German and English: what came, what went, what was ordered. Knows no rule.

use jiff::civil::Date;

use super::account::{claims_in_words, money_in_both};
use crate::ledger::books::{Fate, PaymentState};
use crate::ledger::event::{Answered, Bounced, Choice, ClaimOrder, Command, Reminded, ReplyWord};
use crate::ledger::note::{count, date_in};
use crate::ledger::policy::QuestionId;
use crate::ledger::reasons::said;
use crate::ledger::{InvoiceKey, Language, Note};

use Language::{De, En};

fn keys<'a>(claims: impl IntoIterator<Item = &'a InvoiceKey>) -> String {
    claims
        .into_iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// What became of a payment, and what the merchant still has to say or look at.
pub(super) fn became(state: &PaymentState) -> Note {
    let mut note = fate(&state.fate);
    if state.near && state.fate.booked().is_some() {
        note.de
            .push_str(" (die Nummer war nicht genau: bitte ansehen)");
        note.en.push_str(" (the number was not exact: please look)");
    }
    let settled = matches!(state.fate, Fate::Booked(_))
        && state
            .rest
            .as_ref()
            .is_some_and(|rest| rest.open().is_some());
    if let Some(rest) = state.rest.as_ref().filter(|_| !settled) {
        let words = rest.in_words();
        note.de.push_str(&format!("; {}", words.de));
        note.en.push_str(&format!("; {}", words.en));
    }
    note
}

fn fate(fate: &Fate) -> Note {
    match fate {
        Fate::Booked(parts) if parts.is_empty() => {
            Note::plain("Guthaben des Kunden", "credit of the customer")
        }
        Fate::Booked(parts) | Fate::Short(parts) => {
            let claims = keys(parts.iter().map(|(claim, _)| claim));
            Note::plain(
                format!("gebucht auf {claims}"),
                format!("booked to {claims}"),
            )
        }
        Fate::Reopened(parts) => {
            let claims = keys(parts.iter().map(|(claim, _)| claim));
            Note::plain(
                format!("zurückgegangen, wieder offen: {claims}"),
                format!("went back, open again: {claims}"),
            )
        }
        Fate::Duplicate(_) => Note::plain(
            "dasselbe Geld war schon gebucht",
            "the same money was known already",
        ),
        Fate::Asked(_) => Note::plain("unklar, siehe Fragen", "unclear, see the questions"),
        Fate::Announced(_) => Note::plain(
            "angekündigt, noch nicht gebucht",
            "announced, not booked yet",
        ),
        Fate::Waiting => Note::plain("passt zu keiner Forderung", "fits no claim"),
        Fate::Ignored(why) => Note::plain(
            format!("nicht gebucht: {}", said(why, De)),
            format!("not booked: {}", said(why, En)),
        ),
    }
}

pub(super) fn customer_wrote(on: Date, answered: &Answered) -> Note {
    let (from, text) = (&answered.from, answered.excerpt.trim());
    if answered.automatic {
        return Note::plain(
            format!(
                "{}: {from} hat automatisch geantwortet: {text}",
                date_in(De, on)
            ),
            format!("{}: {from} replied automatically: {text}", date_in(En, on)),
        );
    }
    Note::plain(
        format!("{}: {from} schreibt: {text}", date_in(De, on)),
        format!("{}: {from} writes: {text}", date_in(En, on)),
    )
}

pub(super) fn came_back(on: Date, bounced: &Bounced, to: Option<&str>) -> Note {
    let to = bounced.address.as_deref().or(to).unwrap_or("?");
    let reason = &bounced.reason;
    let (de, en) = match bounced.permanent {
        true => ("kam zurück", "came back"),
        false => ("verzögert sich", "is delayed"),
    };
    Note::plain(
        format!("{}: ein Schreiben an {to} {de}: {reason}", date_in(De, on)),
        format!("{}: a letter to {to} {en}: {reason}", date_in(En, on)),
    )
}

pub(super) fn letter_sent(letter: &Reminded) -> Note {
    let (to, template) = (&letter.to, &letter.template);
    let claims = keys(
        letter
            .steps
            .iter()
            .map(|step| &step.invoice)
            .chain(&letter.listed),
    );
    Note::plain(
        format!("{}: `{template}` an {to}: {claims}", date_in(De, letter.on)),
        format!("{}: `{template}` to {to}: {claims}", date_in(En, letter.on)),
    )
}

pub(super) fn not_understood(on: Date, words: &str) -> Note {
    Note::plain(
        format!("{}: nicht verstanden: {words}", date_in(De, on)),
        format!("{}: not understood: {words}", date_in(En, on)),
    )
}

pub(super) fn shop_says(on: Date, claim: &InvoiceKey, de: &str, en: &str) -> Note {
    Note::plain(
        format!("{}: der Shop meldet zu {claim}: {de}", date_in(De, on)),
        format!("{}: the shop reports of {claim}: {en}", date_in(En, on)),
    )
}

pub(super) fn ordered_by_merchant(on: Date, command: &Command, remark: Option<&str>) -> Note {
    let (de, en) = order(command);
    let (nicht, not) = match remark {
        Some(remark) => (
            format!(" (nicht ausgeführt: {})", said(remark, De)),
            format!(" (not carried out: {})", said(remark, En)),
        ),
        None => (String::new(), String::new()),
    };
    Note::plain(
        format!("{}: {de}{nicht}", date_in(De, on)),
        format!("{}: {en}{not}", date_in(En, on)),
    )
}

fn order(command: &Command) -> (String, String) {
    let same = |text: String| (text.clone(), text);
    match command {
        Command::Paid {
            invoice, amount, ..
        } => paid(&invoice.to_string(), amount.map(money_in_both)),
        Command::Pause { invoice, until } => pause(&invoice.to_string(), *until),
        Command::Resume { invoice } => (format!("{invoice}: weiter"), format!("{invoice}: resume")),
        Command::Dispute { invoice, .. } => (
            format!("{invoice}: bestritten"),
            format!("{invoice}: disputed"),
        ),
        Command::Cancel { invoice } => (
            format!("{invoice}: storniert"),
            format!("{invoice}: cancelled"),
        ),
        Command::Undo { invoice } => undone(&invoice.to_string()),
        Command::Answer { question, choice } => answer(question, choice),
        Command::Checked { on } => (
            format!("Konten geprüft bis {}", date_in(De, *on)),
            format!("accounts checked until {}", date_in(En, *on)),
        ),
        Command::Reply {
            number, word, take, ..
        } => reply(*number, *word, take.as_deref()),
        Command::ByNumber { number, order, .. } => {
            by_number(number.as_deref().unwrap_or("?"), order)
        }
        Command::StopAll => same("stop".into()),
        Command::StartAll => same("start".into()),
    }
}

fn paid(claim: &str, amount: Option<(String, String)>) -> (String, String) {
    let (de, en) = amount.unwrap_or_else(|| ("alles".into(), "everything".into()));
    (
        format!("{claim}: bezahlt, {de}"),
        format!("{claim}: paid, {en}"),
    )
}

fn undone(claim: &str) -> (String, String) {
    (
        format!("{claim}: letzte Buchung zurückgenommen"),
        format!("{claim}: latest booking taken back"),
    )
}

fn pause(claim: &str, until: Option<Date>) -> (String, String) {
    match until {
        Some(day) => (
            format!("{claim}: Pause bis {}", date_in(De, day)),
            format!("{claim}: pause until {}", date_in(En, day)),
        ),
        None => (format!("{claim}: Pause"), format!("{claim}: pause")),
    }
}

fn by_number(claim: &str, order: &ClaimOrder) -> (String, String) {
    match order {
        ClaimOrder::Paid { amount, .. } => paid(
            claim,
            amount.map(|amount| {
                (
                    format!("{amount:.2}").replace('.', ","),
                    format!("{amount:.2}"),
                )
            }),
        ),
        ClaimOrder::Pause { until } => pause(claim, *until),
        ClaimOrder::Resume => (format!("{claim}: weiter"), format!("{claim}: resume")),
        ClaimOrder::Dispute { .. } => {
            (format!("{claim}: bestritten"), format!("{claim}: disputed"))
        }
        ClaimOrder::Cancel => (format!("{claim}: storniert"), format!("{claim}: cancelled")),
        ClaimOrder::Undo => undone(claim),
    }
}

fn reply(number: Option<u16>, word: ReplyWord, take: Option<&str>) -> (String, String) {
    let (de, en) = match word {
        ReplyWord::Yes => ("ja", "yes"),
        ReplyWord::No => ("nein", "no"),
        ReplyWord::WasSent => ("gesendet", "sent"),
        ReplyWord::SendAgain => ("nochmal", "again"),
        ReplyWord::Skip => ("überspringen", "skip"),
    };
    let take = take.map(|take| format!(" {take}")).unwrap_or_default();
    match number {
        Some(number) => (
            format!("{de} {number}{take}"),
            format!("{en} {number}{take}"),
        ),
        None => (format!("{de} alle"), format!("{en} all")),
    }
}

fn answer(question: &QuestionId, choice: &Choice) -> (String, String) {
    let (wozu, about) = match question {
        QuestionId::Payment { .. } => ("Zahlung".to_string(), "payment".to_string()),
        QuestionId::Step(step) => (
            format!("{} Stufe {}", step.invoice, step.level),
            format!("{} level {}", step.invoice, step.level),
        ),
        QuestionId::End(claim) => (format!("{claim} am Ende"), format!("{claim} at its end")),
        QuestionId::Breaker(day) => (
            format!("viele Schreiben am {}", date_in(De, *day)),
            format!("many letters on {}", date_in(En, *day)),
        ),
        QuestionId::Doubt(_) => (
            "Schreiben im Zweifel".to_string(),
            "letter in doubt".to_string(),
        ),
        QuestionId::Old(claim) => (format!("{claim} von früher"), format!("{claim} of old")),
        QuestionId::Proposal { .. } => ("Vorschlag".to_string(), "proposal".to_string()),
    };
    let (de, en) = match choice {
        Choice::Yes => ("ja".to_string(), "yes".to_string()),
        Choice::No => ("nein".to_string(), "no".to_string()),
        Choice::Take(claim) => (claim.to_string(), claim.to_string()),
        Choice::WasSent => ("gesendet".to_string(), "sent".to_string()),
        Choice::SendAgain => ("nochmal".to_string(), "again".to_string()),
        Choice::Skip => ("überspringen".to_string(), "skip".to_string()),
    };
    (format!("{wozu}: {de}"), format!("{about}: {en}"))
}

pub(super) fn more(rest: usize) -> Note {
    Note::plain(
        format!("… und {rest} weitere"),
        format!("… and {rest} more"),
    )
}

pub(super) fn more_old(rest: usize) -> Note {
    let n = rest as u64;
    Note::plain(
        format!(
            "weitere {} von vor dem Beginn nur gelistet (`mahnwerk list claims`)",
            count(n, "Forderung", "Forderungen")
        ),
        format!(
            "{} more from before the start, listed only (`mahnwerk list claims`)",
            count(n, "claim", "claims")
        ),
    )
}

pub(super) fn more_questions(rest: usize) -> Note {
    let n = rest as u64;
    Note::plain(
        format!(
            "weitere {} kommen, wenn diese beantwortet sind (`mahnwerk list questions`)",
            count(n, "Frage", "Fragen")
        ),
        format!(
            "{} more come when these are answered (`mahnwerk list questions`)",
            count(n, "question", "questions")
        ),
    )
}

pub(super) fn more_money(rest: usize) -> Note {
    let n = rest as u64;
    Note::plain(
        format!(
            "weitere {} sind hier nicht aufgeführt (`mahnwerk list payments --all`)",
            count(n, "Zahlung", "Zahlungen")
        ),
        format!(
            "{} more are not listed here (`mahnwerk list payments --all`)",
            count(n, "payment", "payments")
        ),
    )
}

pub(super) fn more_claims(rest: usize) -> Note {
    let n = rest as u64;
    Note::plain(
        format!(
            "weitere {} sind hier nicht aufgeführt (`mahnwerk list claims`)",
            count(n, "neue Forderung", "neue Forderungen")
        ),
        format!(
            "{} more are not listed here (`mahnwerk list claims`)",
            count(n, "new claim", "new claims")
        ),
    )
}

pub(super) fn breaker_holds() -> Note {
    Note::hold(
        "ungewöhnlich viele Schreiben: sie gehen erst nach Ihrem Ja hinaus (siehe Fragen)",
        "unusually many letters: they go out only after your yes (see the questions)",
    )
}

pub(super) fn capped(letters: usize) -> Note {
    let n = letters as u64;
    Note::hold(
        format!(
            "{} an neue Empfänger warten auf die nächsten Tage",
            count(n, "Schreiben", "Schreiben")
        ),
        format!(
            "{} to new recipients wait for the next days",
            count(n, "letter", "letters")
        ),
    )
}

pub(super) fn several(claims: &[&InvoiceKey], reason: &str) -> Note {
    let (de, en) = claims_in_words(claims);
    Note::hold(format!("{de}: {reason}"), format!("{en}: {reason}"))
}
