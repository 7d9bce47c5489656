//! The simple values of both syntaxes: amounts, dates, identifiers, account numbers. What is not written as the norm
//! writes it is no value.

use std::str::FromStr;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::mail::parts::clean;
use crate::mail::xml::Node;

/// The cleaned text at this path; `None` if there is none or it is empty.
pub fn text(node: &Node, path: &[&str]) -> Option<String> {
    node.text_at(path).and_then(line)
}

/// One line of cleaned text.
pub fn line(text: &str) -> Option<String> {
    let text = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty() && text.len() <= 1000).then_some(text)
}

/// The amount at this path.
pub fn amount(node: &Node, path: &[&str]) -> Option<Decimal> {
    node.text_at(path).and_then(decimal)
}

/// A decimal number as XML Schema writes it: no exponent, no grouping.
pub fn decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let any = digits.bytes().any(|b| b.is_ascii_digit());
    let text = text.strip_prefix('+').unwrap_or(text);
    (plain && any && text.len() <= 28).then(|| Decimal::from_str(text).ok())?
}

/// A date of UBL (xs:date, with or without a zone) or of CII (`102`: 20261231; `203`, `204`: with a time behind it).
pub fn date(text: &str) -> Option<Date> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if [8, 12, 14].contains(&digits) && digits == text.len() {
        let part = |from: usize, to: usize| text.get(from..to);
        return Date::new(
            part(0, 4)?.parse().ok()?,
            part(4, 6)?.parse().ok()?,
            part(6, 8)?.parse().ok()?,
        )
        .ok();
    }
    let day = text.get(..10)?;
    let rest = text.get(10..).unwrap_or_default();
    let shaped = day.bytes().enumerate().all(|(at, b)| match at {
        4 | 7 => b == b'-',
        _ => b.is_ascii_digit(),
    });
    let zone = rest.is_empty() || rest.starts_with(['T', 'Z', '+', '-']);
    (shaped && zone).then(|| day.parse().ok())?
}

/// The date at this path.
pub fn date_at(node: &Node, path: &[&str]) -> Option<Date> {
    node.text_at(path).and_then(date)
}

/// An IBAN by its shape, without blanks. Its check digits are not asked for: it is only compared, never paid to.
pub fn iban(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = bare.to_ascii_uppercase();
    let bytes = bare.as_bytes();
    let shaped = (14..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(u8::is_ascii_alphanumeric);
    shaped.then_some(bare)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_what_the_norm_writes_is_a_value() {
        assert_eq!(decimal("-8.790").unwrap(), Decimal::new(-879, 2));
        assert_eq!(decimal("+5.").unwrap(), Decimal::from(5));
        for odd in [
            "",
            ".",
            "1e2",
            "1,50",
            "1 000",
            "--1",
            "NaN",
            "1.2.3",
            "99999999999999999999999999999",
        ] {
            assert_eq!(decimal(odd), None, "{odd}");
        }
        let day = Date::new(2026, 12, 31).ok();
        for written in [
            "20261231",
            "2026-12-31",
            "2026-12-31+01:00",
            "2026-12-31Z",
            "202612310930",
        ] {
            assert_eq!(date(written), day, "{written}");
        }
        for odd in [
            "",
            "31.12.2026",
            "2026-13-01",
            "2026123",
            "20261232",
            "2026-12-31x",
        ] {
            assert_eq!(date(odd), None, "{odd}");
        }
        assert_eq!(
            iban("de12 3456 7890 1234 56").as_deref(),
            Some("DE1234567890123456")
        );
        assert_eq!(iban("12345678"), None);
        assert_eq!(line(" a\n\t b\u{200b} ").as_deref(), Some("a b"));
    }
}
