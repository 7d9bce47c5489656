//! What a single value of the file may be: each reader takes a TOML value and gives the typed one, or says in words
//! what is wrong and how to write it. The words continue "`key` ...".

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use toml::de::DeValue;

use super::iban;
use super::nearest::nearest;
use crate::ledger::calendar::Region;
use crate::ledger::policy::Approval;
use crate::ledger::{CustomerAddress, Language, Money, PaymentMethod};

/// Result of a reader.
pub(super) type Read<T> = Result<T, String>;

fn string<'v>(value: &'v DeValue<'_>, form: &str) -> Read<&'v str> {
    match value.as_str() {
        Some(text) => Ok(text),
        None => Err(format!("must be a text in quotes, {form}")),
    }
}

/// One printable line.
pub(super) fn line(value: &DeValue) -> Read<String> {
    let text = string(value, "e.g. \"Alpenblick GmbH\"")?.trim();
    if text.is_empty() || text.chars().count() > 200 {
        return Err("is empty or longer than 200 characters".into());
    }
    match text.chars().find(|&c| c.is_control() || unseen(c)) {
        Some(c) => Err(format!(
            "holds the invisible character U+{:04X}; write it without",
            c as u32
        )),
        None => Ok(text.to_owned()),
    }
}

/// Characters that change how the others are shown (Unicode bidi controls, zero width).
fn unseen(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// A short name used in keys, lists and commands.
pub(super) fn short_name(value: &DeValue) -> Read<String> {
    let text = string(value, "e.g. \"garden\"")?;
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if text.is_empty() || text.len() > 40 || !text.chars().all(fits) {
        return Err("must be 1 to 40 letters a-z, digits, dots or hyphens, without blanks".into());
    }
    Ok(text.to_owned())
}

/// A mail address.
pub(super) fn address(value: &DeValue) -> Read<CustomerAddress> {
    let text = string(value, "e.g. \"orders@shop.example\"")?;
    CustomerAddress::new(text).map_err(|why| {
        let why = why
            .trim_start_matches("the address is refused: ")
            .to_owned();
        format!("is no plain mail address ({why}); write it like \"orders@shop.example\"")
    })
}

/// true or false.
pub(super) fn flag(value: &DeValue) -> Read<bool> {
    value
        .as_bool()
        .ok_or_else(|| "must be true or false, without quotes".into())
}

/// A whole number in a range.
pub(super) fn number<T>(range: RangeInclusive<u32>) -> impl Fn(&DeValue) -> Read<T>
where
    T: TryFrom<u32>,
{
    move |value| {
        let wrong = || {
            format!(
                "must be a whole number from {} to {}, without quotes",
                range.start(),
                range.end()
            )
        };
        let number = value.as_integer().ok_or_else(wrong)?;
        let number = u32::from_str_radix(number.as_str(), number.radix()).map_err(|_| wrong())?;
        if !range.contains(&number) {
            return Err(wrong());
        }
        T::try_from(number).map_err(|_| wrong())
    }
}

/// A duration such as `15 min`, in a range.
pub(super) fn duration(
    range: RangeInclusive<SignedDuration>,
) -> impl Fn(&DeValue) -> Read<SignedDuration> {
    move |value| {
        let form = "write it like \"5 min\", \"1 h\" or \"2 h 30 min\"";
        let text = string(value, form)?;
        let length: SignedDuration = match jiff::Span::from_str(text) {
            // A civil day has no fixed length; as a waiting time it is 24 hours.
            Ok(span) => span
                .to_duration(jiff::SpanRelativeTo::days_are_24_hours())
                .map_err(|_| format!("has a unit without a fixed length; {form}"))?,
            Err(_) => return Err(format!("is no duration; {form}")),
        };
        if !range.contains(&length) {
            return Err(format!(
                "must be from {:#} to {:#}",
                range.start(),
                range.end()
            ));
        }
        Ok(length)
    }
}

/// An amount without currency: `5.00`, `"5.00"` or `5`.
pub(super) fn amount(value: &DeValue) -> Read<Decimal> {
    let form = || "must be an amount such as 5.00".to_owned();
    let text = match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        DeValue::String(text) => text.as_ref(),
        _ => return Err(form()),
    };
    let amount = Decimal::from_str_exact(text).map_err(|_| form())?;
    if amount.is_sign_negative() || amount > Money::LIMIT || amount.normalize().scale() > 2 {
        return Err("must be from 0.00 to 1000000.00 with at most two decimals".into());
    }
    Ok(amount)
}

/// A day: a TOML date, or the same in quotes.
pub(super) fn date(value: &DeValue) -> Read<Date> {
    moment(value, "must be a day such as 2026-12-01")
}

/// A time of day: a TOML time, or the same in quotes.
pub(super) fn time(value: &DeValue) -> Read<Time> {
    moment(value, "must be a time of day such as \"08:00\"")
}

fn moment<T: FromStr>(value: &DeValue, form: &str) -> Read<T> {
    let text = match value {
        DeValue::Datetime(moment) => moment.to_string(),
        DeValue::String(text) => text.to_string(),
        _ => return Err(form.to_owned()),
    };
    // A whole date-time would be cut silently.
    if text.contains(['T', 't', ' ']) || text.len() > 12 {
        return Err(form.to_owned());
    }
    text.parse().map_err(|_| form.to_owned())
}

/// A time zone of the IANA list, and its name.
pub(super) fn zone(value: &DeValue) -> Read<(TimeZone, String)> {
    let name = string(value, "e.g. \"Europe/Berlin\"")?;
    match TimeZone::get(name) {
        Ok(zone) => Ok((zone, name.to_owned())),
        Err(_) => {
            let names: Vec<String> = jiff::tz::db()
                .available()
                .map(|name| name.to_string())
                .collect();
            let near = nearest(name, names.iter().map(String::as_str)).unwrap_or("Europe/Berlin");
            Err(format!(
                "is no time zone of the IANA list; write e.g. \"{near}\""
            ))
        }
    }
}

/// A word of a list, compared without regard to case.
pub(super) fn word<T: Copy>(words: &'static [(&'static str, T)]) -> impl Fn(&DeValue) -> Read<T> {
    move |value| {
        let all = || {
            words
                .iter()
                .map(|(word, _)| format!("\"{word}\""))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let text = value
            .as_str()
            .ok_or_else(|| format!("must be one of {}", all()))?;
        words
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text))
            .map(|&(_, value)| value)
            .ok_or_else(
                || match nearest(text, words.iter().map(|(word, _)| *word)) {
                    Some(near) => format!("must be one of {}; do you mean \"{near}\"?", all()),
                    None => format!("must be one of {}", all()),
                },
            )
    }
}

/// Languages.
pub(super) const LANGUAGES: &[(&str, Language)] = &[("de", Language::De), ("en", Language::En)];

/// German states by their usual two letters.
pub(super) const STATES: &[(&str, Region)] = &[
    ("BW", Region::Bw),
    ("BY", Region::By),
    ("BE", Region::Be),
    ("BB", Region::Bb),
    ("HB", Region::Hb),
    ("HH", Region::Hh),
    ("HE", Region::He),
    ("MV", Region::Mv),
    ("NI", Region::Ni),
    ("NW", Region::Nw),
    ("RP", Region::Rp),
    ("SL", Region::Sl),
    ("SN", Region::Sn),
    ("ST", Region::St),
    ("SH", Region::Sh),
    ("TH", Region::Th),
    ("any", Region::Any),
];

/// Payment methods.
pub(super) const METHODS: &[(&str, PaymentMethod)] = &[
    ("invoice", PaymentMethod::Invoice),
    ("prepayment", PaymentMethod::Prepayment),
    ("bank_transfer", PaymentMethod::BankTransfer),
    ("direct_debit", PaymentMethod::DirectDebit),
    ("cod", PaymentMethod::Cod),
    ("card", PaymentMethod::Card),
    ("paypal", PaymentMethod::Paypal),
    ("other", PaymentMethod::Other),
];

/// Approvals.
pub(super) const APPROVALS: &[(&str, Approval)] = &[
    ("none", Approval::None),
    ("forewarn", Approval::Forewarn),
    ("ask", Approval::Ask),
];

/// Days of the week.
pub(super) const WEEKDAYS: &[(&str, Weekday)] = &[
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// A path from the root: what is relative would depend on where a command is called.
pub(super) fn path(value: &DeValue) -> Read<PathBuf> {
    let path = PathBuf::from(string(value, "e.g. \"/var/lib/mahnwerk\"")?);
    if !path.is_absolute() {
        return Err("must be a whole path that begins with /".into());
    }
    Ok(path)
}

/// A host name.
pub(super) fn host(value: &DeValue) -> Read<String> {
    let text = string(value, "e.g. \"imap.shop.example\"")?.trim();
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    if text.len() > 253 || !text.trim_end_matches('.').split('.').all(label) {
        return Err("is no host name; write it without https:// and without a port, e.g. \"imap.shop.example\"".into());
    }
    Ok(text.to_ascii_lowercase())
}

/// An IBAN with a right checksum, without blanks.
pub(super) fn iban(value: &DeValue) -> Read<String> {
    iban::checked(string(value, "e.g. \"DE89 3704 0044 0532 0130 00\"")?)
}

/// A BIC (ISO 9362).
pub(super) fn bic(value: &DeValue) -> Read<String> {
    let text = string(value, "e.g. \"COBADEFFXXX\"")?.to_ascii_uppercase();
    let fits = matches!(text.len(), 8 | 11)
        && text.chars().all(|c| c.is_ascii_alphanumeric())
        && text[..6].chars().all(|c| c.is_ascii_alphabetic());
    if fits {
        Ok(text)
    } else {
        Err("is no BIC: it has 8 or 11 letters and digits, e.g. COBADEFFXXX".into())
    }
}

/// Helps to say several names in one sentence.
pub(super) fn quoted<T: Display>(names: impl IntoIterator<Item = T>) -> String {
    names
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
