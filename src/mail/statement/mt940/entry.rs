//! `:61:`, the statement line: dates, mark, amount, type, references. Knows no text of a payer.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use regex::Regex;
use rust_decimal::Decimal;

use crate::mail::parts::clean;
use crate::mail::statement::{Class, Line, in_cents, meant};

/// An entry and its amount, which has its currency from the balances.
///
/// # Errors
/// It is not written as the norm says.
pub(super) fn entry(lines: &[&str]) -> Result<(Line, Decimal), String> {
    let first = lines.first().copied().unwrap_or_default();
    // Some writers break the line at 65 characters, or anywhere else.
    let whole = parts(first).or_else(|| {
        let joined = format!("{first}{}", lines.get(1).copied().unwrap_or_default());
        parts(&joined)
    });
    whole.ok_or_else(|| {
        let shown: String = first.chars().take(60).collect();
        format!("`:61:{}` is no statement line", clean(&shown))
    })
}

fn parts(text: &str) -> Option<(Line, Decimal)> {
    // SWIFT MT940, field 61: 6!n[4!n]2a[1!a]15d1!a3!c16x[//16x]
    static ENTRY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>R[CD]|E[CD]|[CD])[A-Z]?\s?(?P<amount>\d{1,15}(?:[,.]\d{0,5})?)(?P<kind>[A-Z][A-Z0-9]{3})(?P<refs>.*)$",
        )
        .ok()
    });
    let found = ENTRY.as_ref()?.captures(text.trim_end())?;
    let part = |name: &str| found.name(name).map(|m| m.as_str());
    let amount = amount(part("amount")?)?;
    let value = day(part("value")?)?;
    let booked = match part("entry") {
        Some(entry) => Some(near(value, entry)?),
        None => None,
    };
    let (class, incoming) = class(part("mark")?, part("kind")?)?;
    let refs = part("refs").unwrap_or_default();
    let bank = refs
        .split_once("//")
        .map(|(_, bank)| clean(bank).trim().to_owned());
    let line = Line {
        class: if amount.is_zero() { Class::Zero } else { class },
        incoming,
        booking_date: Some(booked.unwrap_or(value)),
        transaction_id: bank.filter(|id| !id.is_empty() && meant(id)),
        ..Line::default()
    };
    Some((line, amount))
}

/// What the mark says. `RC` takes a credit back, so the balance falls; `EC` is only expected (MT942).
fn class(mark: &str, kind: &str) -> Option<(Class, bool)> {
    let returned = kind.ends_with("RTI"); // returned item
    Some(match mark {
        "C" if returned => (Class::Return, true),
        "D" if returned => (Class::Return, false),
        "C" => (Class::Credit, true),
        "D" => (Class::Debit, false),
        "RC" => (Class::Reversal, false),
        "RD" => (Class::Reversal, true),
        "EC" => (Class::Pending, true),
        "ED" => (Class::Pending, false),
        _ => return None,
    })
}

/// The comma is the decimal mark, also where nothing follows it (`9,`). A point only with two places behind it.
pub(super) fn amount(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (whole, cents) = match text.split_once(',') {
        Some(parts) => parts,
        None => match text.split_once('.') {
            Some((whole, cents)) if cents.len() == 2 => (whole, cents),
            Some(_) => return None,
            None => (text, ""),
        },
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(cents) || cents.len() > 5 {
        return None;
    }
    let zero = if cents.is_empty() { "0" } else { cents };
    Decimal::from_str_exact(&format!("{whole}.{zero}"))
        .ok()
        .map(in_cents)
}

/// `YYMMDD`. Banks that count 30 days a month write days that do not exist: the month's last is meant.
pub(super) fn day(text: &str) -> Option<Date> {
    let number = |at: std::ops::Range<usize>| text.get(at)?.parse::<i16>().ok();
    let (year, month, day) = (number(0..2)?, number(2..4)?, number(4..6)?);
    let year = if year >= 80 { 1900 + year } else { 2000 + year };
    exact_or_last(year, month, day)
}

fn exact_or_last(year: i16, month: i16, day: i16) -> Option<Date> {
    if !(1..=31).contains(&day) {
        return None;
    }
    let first = Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
    let last = first.last_of_month();
    Some(last.min(first.saturating_add(i64::from(day - 1).days())))
}

/// `MMDD` in the year that is nearest to the value date: over New Year the two differ.
fn near(value: Date, entry: &str) -> Option<Date> {
    let (month, day) = (entry.get(..2)?.parse().ok()?, entry.get(2..)?.parse().ok()?);
    let years = [value.year() - 1, value.year(), value.year() + 1];
    let days = years
        .into_iter()
        .filter_map(|year| exact_or_last(year, month, day));
    days.min_by_key(|day| (*day - value).get_days().abs())
}
