//! The day of a booking in a mail whose way of writing dates nobody knows. `3/4/2026` is two days and so none, unless the
//! mail's language has only one of them.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use crate::mail::numbers::{self, DateFormat};

/// Every way that says by itself which number is the day.
const CLEAR: [DateFormat; 7] = [
    DateFormat::DayDots,
    DateFormat::DayDotsShort,
    DateFormat::DayDashes,
    DateFormat::DayMonthDashes,
    DateFormat::Iso,
    DateFormat::DayMonth,
    DateFormat::MonthDay,
];

/// The first date in a text. `day_first`: the mail's language writes the day before the month.
pub fn date(text: &str, day_first: bool) -> Option<Date> {
    if let Some(day) = numbers::date(text, &CLEAR) {
        return Some(day);
    }
    let european = numbers::date(text, &[DateFormat::DaySlashes]);
    let american = numbers::date(text, &[DateFormat::MonthSlashes]);
    match (european, american) {
        (Some(day), _) if day_first => Some(day),
        (Some(day), None) | (None, Some(day)) => Some(day),
        (Some(day), Some(other)) => (day == other).then_some(day),
        (None, None) => None,
    }
}

/// The line is nothing but a date (and a time).
pub fn alone(line: &str, day_first: bool) -> Option<Date> {
    static BARE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:(?:am|on|le|il|op|el|em|dnia|dne) )?(?:\p{L}{2,10}\.?,? )?(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}\.? (?:de )?\p{L}{3,12}\.?,? (?:de )?\d{4}|\p{L}{3,12}\.? \d{1,2},? \d{4})(?:,? (?:um |at |à |alle |om |a las |às |o |v |· )?\d{1,2}[:h.]\d\d(?::\d\d)?(?: ?(?:uhr|h|am|pm|cet|cest|mez|mesz|utc))?)?\.?$").ok()
    });
    BARE.as_ref()
        .is_some_and(|p| p.is_match(line.trim()))
        .then(|| date(line, day_first))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_count_only_where_one_reading_is_left() {
        let read = |text: &str, first: bool| date(text, first).map(|d| d.to_string());
        assert_eq!(read("25/11/2025", false).as_deref(), Some("2025-11-25"));
        assert_eq!(read("11/25/2025", false).as_deref(), Some("2025-11-25"));
        assert_eq!(read("03/04/2026", false), None);
        assert_eq!(read("03/04/2026", true).as_deref(), Some("2026-04-03"));
        let bare = |text: &str| alone(text, false).map(|d| d.to_string());
        assert_eq!(bare("23.11.2025 16:44").as_deref(), Some("2025-11-23"));
        assert_eq!(bare("24 Nov 2025").as_deref(), Some("2025-11-24"));
        assert_eq!(bare("24 NOV 2025 às 09:29").as_deref(), Some("2025-11-24"));
        assert_eq!(bare("Rechnung vom 24.11.2025"), None);
    }
}
