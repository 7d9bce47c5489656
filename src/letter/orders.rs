//! What the merchant ordered, in words: for the receipt of a shell order.

use super::filters::{date_text, money_text};
use super::phrases::plain;
use jiff::civil::Date;

use crate::ledger::InvoiceKey;
use crate::ledger::Language::{self, De, En};
use crate::ledger::command::{Choice, ClaimOrder, Command, ReplyWord};

/// The order in one sentence without a full stop.
pub(super) fn order_text(command: &Command, language: Language) -> String {
    let date = |day| date_text(day, language);
    let said = |de: String, en: String| match language {
        De => de,
        En => en,
    };
    match command {
        Command::Paid {
            invoice,
            amount,
            on,
        } => {
            let (what, day) = (amount.map(|amount| money_text(amount, language)), date(*on));
            let (de, en) = match what {
                Some(sum) => (format!("{sum} auf"), format!("{sum} on")),
                None => (
                    "die ganze offene Summe auf".into(),
                    "the whole open sum on".into(),
                ),
            };
            said(
                format!("bezahlt: {de} {invoice} sind am {day} anders eingegangen"),
                format!("paid: {en} {invoice} came in another way on {day}"),
            )
        }
        Command::Pause { invoice, until } => pause_text(invoice, *until, language),
        Command::Resume { invoice } => said(
            format!("weiter: Pause und andere Sperren von {invoice} sind beendet"),
            format!("resume: pause and other holds of {invoice} are over"),
        ),
        Command::Dispute { invoice, reason } => {
            let reason = plain(reason);
            said(
                format!("bestritten: {invoice} ({reason}); es gehen keine Briefe mehr dazu hinaus"),
                format!("disputed: {invoice} ({reason}); no more letters about it"),
            )
        }
        Command::Cancel { invoice } => said(
            format!("storno: die Forderung {invoice} entfällt"),
            format!("cancel: the claim {invoice} is void"),
        ),
        Command::Undo { invoice } => said(
            format!("zurück: die letzte Buchung auf {invoice} ist zurückgenommen"),
            format!("undo: the latest booking on {invoice} is taken back"),
        ),
        Command::Answer { .. }
        | Command::Reply { .. }
        | Command::ByNumber { .. }
        | Command::Checked { .. }
        | Command::StopAll
        | Command::StartAll => general_text(command, language),
    }
}

fn pause_text(invoice: &InvoiceKey, until: Option<Date>, language: Language) -> String {
    let date = |day| date_text(day, language);
    let said = |de: String, en: String| match language {
        De => de,
        En => en,
    };
    match until {
        Some(day) => said(
            format!(
                "pause: keine Briefe zu {invoice} bis einschließlich {}",
                date(day)
            ),
            format!(
                "pause: no letters about {invoice} up to and including {}",
                date(day)
            ),
        ),
        None => said(
            format!("pause: keine Briefe zu {invoice}, bis Sie `weiter` sagen"),
            format!("pause: no letters about {invoice} until you say `resume`"),
        ),
    }
}

/// Orders that are not about one claim known by its key.
fn general_text(command: &Command, language: Language) -> String {
    let said = |de: String, en: String| match language {
        De => de,
        En => en,
    };
    match command {
        Command::Answer { choice, .. } => {
            let word = choice_text(choice, language);
            said(
                format!("Antwort auf eine Frage: {word}"),
                format!("answer to a question: {word}"),
            )
        }
        Command::Reply {
            number, word, take, ..
        } => {
            let number = number.map_or_else(String::new, |number| format!(" {number}"));
            let take = take
                .as_deref()
                .map_or_else(String::new, |take| format!(" {}", plain(take)));
            let word = format!("{}{number}{take}", reply_word(*word, language));
            said(
                format!("Antwort auf den Tagesbericht: {word}"),
                format!("answer to the daily report: {word}"),
            )
        }
        Command::ByNumber { number, order, .. } => {
            let number = number.as_deref().map(plain).unwrap_or_default();
            format!("{} {number}", claim_order(order, language))
                .trim_end()
                .to_owned()
        }
        Command::Checked { on } => said(
            format!(
                "geprüft: die Konten sind bis einschließlich {} durchgesehen",
                date_text(*on, language)
            ),
            format!(
                "checked: the accounts were looked through up to and including {}",
                date_text(*on, language)
            ),
        ),
        Command::StopAll => said(
            "stop: es geht nichts mehr an Kunden hinaus".into(),
            "stop: nothing goes to any customer".into(),
        ),
        Command::StartAll => said(
            "start: Briefe an Kunden gehen wieder hinaus".into(),
            "start: letters to customers go out again".into(),
        ),
        _ => String::new(), // `order_text` names which ones come here
    }
}

fn choice_text(choice: &Choice, language: Language) -> String {
    let (de, en) = match choice {
        Choice::Yes => ("ja", "yes"),
        Choice::No => ("nein", "no"),
        Choice::Take(invoice) => {
            let number = plain(&invoice.to_string());
            return match language {
                De => format!("auf {number} buchen"),
                En => format!("book to {number}"),
            };
        }
        Choice::WasSent => ("der Brief ist angekommen", "the letter arrived"),
        Choice::SendAgain => (
            "denselben Brief noch einmal senden",
            "send the same letter again",
        ),
        Choice::Skip => ("den Brief verwerfen", "drop the letter"),
    };
    match language {
        De => de.into(),
        En => en.into(),
    }
}

fn reply_word(word: ReplyWord, language: Language) -> &'static str {
    let (de, en) = match word {
        ReplyWord::Yes => ("ja", "yes"),
        ReplyWord::No => ("nein", "no"),
        ReplyWord::WasSent => ("gesendet", "sent"),
        ReplyWord::SendAgain => ("nochmal", "again"),
        ReplyWord::Skip => ("überspringen", "skip"),
    };
    match language {
        De => de,
        En => en,
    }
}

fn claim_order(order: &ClaimOrder, language: Language) -> &'static str {
    let (de, en) = match order {
        ClaimOrder::Paid { .. } => ("bezahlt", "paid"),
        ClaimOrder::Pause { .. } => ("pause", "pause"),
        ClaimOrder::Resume => ("weiter", "resume"),
        ClaimOrder::Dispute { .. } => ("bestritten", "disputed"),
        ClaimOrder::Cancel => ("storno", "cancel"),
        ClaimOrder::Undo => ("zurück", "undo"),
    };
    match language {
        De => de,
        En => en,
    }
}
