//! Short phrases that several letters share: titles, greeting, lists of order numbers, foreign text made harmless.
//!
//! Knows words and nothing of books or templates. What comes from a mail leaves here on one line, without characters
//! that could move, hide or break what stands around it.

use super::context::Claim;
use crate::ledger::{Customer, InvoiceKey, Language, Note};

/// What a shipped letter is called.
pub(super) fn letter_title(template: &str, language: Language) -> Option<&'static str> {
    let (de, en) = match template {
        "payment_information" => ("Zahlungsinformation", "payment information"),
        "friendly" => ("freundliche Erinnerung", "friendly reminder"),
        "reminder" => ("Zahlungserinnerung", "reminder"),
        "first_notice" => ("erste Mahnung", "first notice"),
        "final" => ("letzte Mahnung", "final notice"),
        "prepayment" => ("Erinnerung an die Vorkasse", "prepayment reminder"),
        "receipt" => ("Zahlungsbestätigung", "receipt"),
        _ => return None,
    };
    Some(match language {
        Language::De => de,
        Language::En => en,
    })
}

/// A greeting that guesses nothing: nobody's sex is known from a name.
pub(super) fn greeting(customer: &Customer, language: Language) -> String {
    let name = customer.name.as_ref().or(customer.company.as_ref());
    match (language, name) {
        (Language::De, Some(name)) => format!("Guten Tag {name}"),
        (Language::De, None) => "Guten Tag".into(),
        (Language::En, Some(name)) => format!("Dear {name}"),
        (Language::En, None) => "Hello".into(),
    }
}

/// Order numbers for a subject: at most three by name.
pub(super) fn numbers(claims: &[Claim], language: Language) -> String {
    let named: Vec<&str> = claims.iter().take(3).map(|c| c.number.as_str()).collect();
    let text = named.join(", ");
    match (claims.len() - named.len(), language) {
        (0, _) => text,
        (more, Language::De) => format!("{text} und {more} weitere"),
        (more, Language::En) => format!("{text} and {more} more"),
    }
}

/// What to write on the transfer: the order numbers, which is what incoming money is matched by. At most 140
/// characters (SEPA remittance information, EPC069-12), so a long list is cut after a whole number.
pub(super) fn reference<'a>(keys: impl Iterator<Item = &'a InvoiceKey>) -> String {
    let mut text = String::new();
    for number in keys.map(|key| plain(&key.number)) {
        let more = if text.is_empty() { 0 } else { 2 };
        if text.len() + more + number.len() > 140 {
            break;
        }
        if more > 0 {
            text.push_str(", ");
        }
        text.push_str(&number);
    }
    text
}

/// Foreign text on one line, without control, bidi and zero-width characters.
pub(super) fn plain(text: &str) -> String {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
    };
    let clean: String = text.chars().map(|c| if odd(c) { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A reason to hold a letter.
pub(super) fn held(de: &str, en: &str) -> Note {
    Note {
        holds: true,
        de: de.into(),
        en: en.into(),
    }
}
