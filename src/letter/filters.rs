//! What a merchant may write behind `|` in a template: money, dates, accounts and numbers in the letter's language.
//!
//! Knows text forms only. The language is the context's `language`, so one filter serves both folders. A filter fails
//! on a missing value instead of printing a gap: the trial run of every template finds that when it is loaded.

use jiff::civil::Date;
use rust_decimal::Decimal;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::ledger::{Currency, Language, Money};

/// Every filter of ours: its name, what it does, an example with its German result.
pub const FILTERS: &[(&str, &str, &str)] = &[
    (
        "money",
        "an amount in the letter's language",
        "{{ claim.open | money }}: 1.234,50 €",
    ),
    (
        "date",
        "a day in the letter's language",
        "{{ deadline | date }}: 15.12.2026",
    ),
    (
        "iban",
        "an account number in groups of four",
        "{{ way.iban | iban }}: DE02 1203 0000 0000 2020 51",
    ),
    (
        "days",
        "a number of days",
        "{{ claim.overdue_days | days }}: 3 Tage",
    ),
    (
        "number",
        "a whole number with its thousands marked",
        "{{ mails.booked | number }}: 1.204",
    ),
    (
        "count",
        "a number and the word that fits it",
        "{{ 2 | count(one=\"Frage\", many=\"Fragen\") }}: 2 Fragen",
    ),
];

/// Registers the filters.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("money", money);
    tera.register_filter("date", date);
    tera.register_filter("iban", iban);
    tera.register_filter("days", days);
    tera.register_filter("number", number);
    tera.register_filter("count", count);
}

fn money(value: &str, _: Kwargs, state: &State) -> TeraResult<String> {
    let money: Money = value.parse().map_err(Error::message)?;
    Ok(money_text(money, language(state)?))
}

fn date(value: &str, _: Kwargs, state: &State) -> TeraResult<String> {
    let date: Date = value
        .parse()
        .map_err(|_| Error::message(format!("`{value}` is not a day like 2026-12-15")))?;
    Ok(date_text(date, language(state)?))
}

fn iban(value: &str, _: Kwargs, _: &State) -> TeraResult<String> {
    Ok(iban_text(value))
}

fn days(value: i64, _: Kwargs, state: &State) -> TeraResult<String> {
    let language = language(state)?;
    let word = match (language, value) {
        (Language::De, 1) => "Tag",
        (Language::De, _) => "Tage",
        (Language::En, 1) => "day",
        (Language::En, _) => "days",
    };
    Ok(format!("{} {word}", number_text(value, language)))
}

fn number(value: i64, _: Kwargs, state: &State) -> TeraResult<String> {
    Ok(number_text(value, language(state)?))
}

fn count(value: i64, kwargs: Kwargs, state: &State) -> TeraResult<String> {
    let word: &str = kwargs.must_get(if value == 1 { "one" } else { "many" })?;
    Ok(format!("{} {word}", number_text(value, language(state)?)))
}

fn language(state: &State) -> TeraResult<Language> {
    let language: Option<Value> = state.get("language")?;
    match language.as_ref().and_then(|value| value.as_str()) {
        Some("de") => Ok(Language::De),
        Some("en") => Ok(Language::En),
        _ => Err(Error::message("the context has no `language`")),
    }
}

/// `1.234,50 €` or `€1,234.50`; currencies other than the euro with their code.
pub fn money_text(money: Money, language: Language) -> String {
    let exact = money.amount.normalize();
    let mut digits = exact.abs();
    digits.rescale(exact.scale().max(2)); // never rounds: the scale only grows
    let text = digits.to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let sign = if money.amount < Decimal::ZERO {
        "-"
    } else {
        ""
    };
    let code = money.currency.code();
    let euro = money.currency == Currency::EUR;
    match language {
        Language::De if euro => format!("{sign}{},{cents} €", grouped(whole, '.')),
        Language::De => format!("{sign}{},{cents} {code}", grouped(whole, '.')),
        Language::En if euro => format!("{sign}€{}.{cents}", grouped(whole, ',')),
        Language::En => format!("{sign}{code} {}.{cents}", grouped(whole, ',')),
    }
}

/// `15.12.2026` or `15 December 2026`.
pub fn date_text(date: Date, language: Language) -> String {
    match language {
        Language::De => format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year()),
        Language::En => date.strftime("%-d %B %Y").to_string(),
    }
}

/// Groups of four, as on paper (ISO 13616-1).
pub fn iban_text(iban: &str) -> String {
    let plain: Vec<char> = iban.chars().filter(|c| !c.is_whitespace()).collect();
    let groups: Vec<String> = plain
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

fn number_text(value: i64, language: Language) -> String {
    let mark = match language {
        Language::De => '.',
        Language::En => ',',
    };
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(&value.unsigned_abs().to_string(), mark))
}

fn grouped(digits: &str, mark: char) -> String {
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn money_in_both_languages() {
        let cases = [
            ("1234.5 EUR", "1.234,50 €", "€1,234.50"),
            ("0.05 EUR", "0,05 €", "€0.05"),
            ("-12.30 EUR", "-12,30 €", "-€12.30"),
            ("1000000.00 CHF", "1.000.000,00 CHF", "CHF 1,000,000.00"),
            ("0.125 USD", "0,125 USD", "USD 0.125"),
            ("999.000 EUR", "999,00 €", "€999.00"),
        ];
        for (money, de, en) in cases {
            let money: Money = money.parse().unwrap();
            assert_eq!(money_text(money, Language::De), de);
            assert_eq!(money_text(money, Language::En), en);
        }
    }

    #[test]
    fn dates_accounts_numbers() {
        let day = Date::constant(2026, 3, 5);
        assert_eq!(date_text(day, Language::De), "05.03.2026");
        assert_eq!(date_text(day, Language::En), "5 March 2026");
        assert_eq!(
            iban_text("DE02120300000000202051"),
            "DE02 1203 0000 0000 2020 51"
        );
        assert_eq!(number_text(1204, Language::De), "1.204");
        assert_eq!(number_text(-1204000, Language::En), "-1,204,000");
    }
}
