//! Reasons, as values with a text in both languages: what `why`, `simulate`, the digest and `explain` print.
//!
//! Knows how a date, an amount and a count are written in each language; knows no rule. Invariant: both texts of a note
//! say the same.

use jiff::civil::Date;

use super::customer::Language;
use super::invoice::InvoiceKey;
use super::money::{Currency, Money};

/// One reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// It holds the letter back.
    pub holds: bool,
    /// In German.
    pub de: String,
    /// In English.
    pub en: String,
}

impl Note {
    /// The reason in a language.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::De => &self.de,
            Language::En => &self.en,
        }
    }

    /// A reason that explains and holds nothing.
    pub fn plain(de: impl Into<String>, en: impl Into<String>) -> Note {
        Note {
            holds: false,
            de: de.into(),
            en: en.into(),
        }
    }

    /// A reason that holds the letter back.
    pub fn hold(de: impl Into<String>, en: impl Into<String>) -> Note {
        Note {
            holds: true,
            ..Note::plain(de, en)
        }
    }

    /// The same reason with the claim's name before it.
    pub fn about(self, claim: &InvoiceKey) -> Note {
        Note {
            de: format!("{claim}: {}", self.de),
            en: format!("{claim}: {}", self.en),
            ..self
        }
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A day as the language writes it: `15.12.2026`, `15 Dec 2026`.
pub fn date_in(language: Language, date: Date) -> String {
    let (day, month, year) = (date.day(), date.month(), date.year());
    match language {
        Language::De => format!("{day:02}.{month:02}.{year}"),
        Language::En => {
            let name = MONTHS
                .get(usize::from(month.unsigned_abs()).wrapping_sub(1))
                .unwrap_or(&"");
            format!("{day} {name} {year}")
        }
    }
}

/// An amount as the language writes it: `1.234,50 €`, `€1,234.50`, `80,00 CHF`, `CHF 80.00`.
pub fn money_in(language: Language, money: Money) -> String {
    let digits = format!("{:.2}", money.amount.abs());
    let (whole, cents) = digits.split_once('.').unwrap_or((&digits, "00"));
    let (thousands, point) = match language {
        Language::De => ('.', ','),
        Language::En => (',', '.'),
    };
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(thousands);
        }
        grouped.push(digit);
    }
    let sign = if money.amount.is_sign_negative() && !money.is_zero() {
        "-"
    } else {
        ""
    };
    let euro = money.currency == Currency::EUR;
    match (language, euro) {
        (Language::De, true) => format!("{sign}{grouped}{point}{cents} €"),
        (Language::De, false) => format!("{sign}{grouped}{point}{cents} {}", money.currency),
        (Language::En, true) => format!("{sign}€{grouped}{point}{cents}"),
        (Language::En, false) => format!("{} {sign}{grouped}{point}{cents}", money.currency),
    }
}

/// A number with its noun: `1 Tag`, `3 Tage`.
pub(super) fn count(number: impl Into<u64>, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn dates_and_amounts_are_written_in_the_language() {
        let day = Date::constant(2026, 12, 15);
        assert_eq!(date_in(Language::De, day), "15.12.2026");
        assert_eq!(date_in(Language::En, day), "15 Dec 2026");
        assert_eq!(
            date_in(Language::De, Date::constant(2026, 1, 2)),
            "02.01.2026"
        );
        assert_eq!(
            date_in(Language::En, Date::constant(2026, 1, 2)),
            "2 Jan 2026"
        );
        for (amount, de, en) in [
            ("89.90 EUR", "89,90 €", "€89.90"),
            ("1234.5 EUR", "1.234,50 €", "€1,234.50"),
            ("1234567.00 EUR", "1.234.567,00 €", "€1,234,567.00"),
            ("-100 CHF", "-100,00 CHF", "CHF -100.00"),
            ("0 EUR", "0,00 €", "€0.00"),
        ] {
            assert_eq!(money_in(Language::De, money(amount)), de);
            assert_eq!(money_in(Language::En, money(amount)), en);
        }
    }

    #[test]
    fn a_note_has_one_meaning_in_two_languages() {
        let key = InvoiceKey {
            shop: "laden".into(),
            number: "10247".into(),
        };
        let note = Note::hold("pausiert", "paused").about(&key);
        assert!(note.holds);
        assert_eq!(note.text(Language::De), "laden/10247: pausiert");
        assert_eq!(note.text(Language::En), "laden/10247: paused");
        assert!(!Note::plain("a", "b").holds);
    }

    #[test]
    fn one_thing_is_singular() {
        assert_eq!(count(1u32, "Tag", "Tage"), "1 Tag");
        assert_eq!(count(0u32, "day", "days"), "0 days");
    }
}
