//! Dates in explicit formats: a recipe names by example how its system writes them, nothing is guessed between day and
//! month. German (also Austrian) and English month names, in full or cut. Knows no label and no shop.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

/// How dates are written, taken from an example for 31 December 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFormat {
    /// `31.12.2026`
    DayDots,
    /// `2026-12-31`
    Iso,
    /// `31. Dezember 2026`, `31 Dec 2026`
    DayMonth,
    /// `December 31, 2026`
    MonthDay,
    /// `31/12/2026`
    DaySlashes,
    /// `12/31/2026`
    MonthSlashes,
}

impl DateFormat {
    /// A format from its example for 31 December 2026.
    ///
    /// # Errors
    /// Lists the known examples.
    pub fn by_example(example: &str) -> Result<DateFormat, String> {
        match example {
            "31.12.2026" => Ok(DateFormat::DayDots),
            "2026-12-31" => Ok(DateFormat::Iso),
            "31. Dezember 2026" | "31 December 2026" => Ok(DateFormat::DayMonth),
            "December 31, 2026" => Ok(DateFormat::MonthDay),
            "31/12/2026" => Ok(DateFormat::DaySlashes),
            "12/31/2026" => Ok(DateFormat::MonthSlashes),
            _ => Err(format!(
                "`{example}` is none of `31.12.2026`, `2026-12-31`, `31. Dezember 2026`, `31 December 2026`, \
                 `December 31, 2026`, `31/12/2026`, `12/31/2026`"
            )),
        }
    }

    /// The first date in the text that is written so.
    fn find(self, text: &str) -> Option<(usize, Date)> {
        type Order = [usize; 3]; // groups of year, month, day
        static NUMERIC: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
            [
                r"(?:^|[^\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?:$|[^\d])",
                r"(?:^|[^\d-])(\d{4})-(\d{2})-(\d{2})(?:$|[^\d-])",
                r"(?:^|[^\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?:$|[^\d/])",
                r"(?:^|[^\d.,])(\d{1,2})\.?\s(\p{L}{3,9})\.?,?\s(\d{4})(?:$|\D)",
                r"(?:^|[^\p{L}])(\p{L}{3,9})\.?\s(\d{1,2}),?\s(\d{4})(?:$|\D)",
            ]
            .iter()
            .map(|pattern| Regex::new(pattern).ok())
            .collect()
        });
        let (at, order): (usize, Order) = match self {
            DateFormat::DayDots => (0, [3, 2, 1]),
            DateFormat::Iso => (1, [1, 2, 3]),
            DateFormat::DaySlashes => (2, [3, 2, 1]),
            DateFormat::MonthSlashes => (2, [3, 1, 2]),
            DateFormat::DayMonth => (3, [3, 2, 1]),
            DateFormat::MonthDay => (4, [3, 1, 2]),
        };
        let pattern = NUMERIC.get(at)?.as_ref()?;
        pattern.captures_iter(text).find_map(|found| {
            let part = |i: usize| found.get(order[i]).map(|m| m.as_str());
            let month = part(1)?;
            let month = month.parse().ok().or_else(|| month_number(month))?;
            let date = Date::new(part(0)?.parse().ok()?, month, part(2)?.parse().ok()?).ok()?;
            Some((found.get(0)?.start(), date))
        })
    }
}

/// The date in a text, in one of the formats; two formats that find two dates at one place give none.
pub fn date(text: &str, formats: &[DateFormat]) -> Option<Date> {
    let mut found: Vec<(usize, Date)> = formats
        .iter()
        .filter_map(|format| format.find(text))
        .collect();
    found.sort();
    match found.as_slice() {
        [] => None,
        [(at, first), rest @ ..] => {
            (!rest.iter().any(|(a, d)| a == at && d != first)).then_some(*first)
        }
    }
}

/// The number of a German or English month, in full or cut to three or more letters.
pub fn month_number(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let months: [&[&str]; 12] = [
        &["januar", "january", "jänner", "jaenner"],
        &["februar", "february", "feber"],
        &["märz", "march", "maerz", "mrz"],
        &["april"],
        &["mai", "may"],
        &["juni", "june"],
        &["juli", "july"],
        &["august"],
        &["september", "sept"],
        &["oktober", "october"],
        &["november"],
        &["dezember", "december"],
    ];
    let cut = |full: &&&str| name.chars().count() >= 3 && full.starts_with(&name);
    let hits: Vec<usize> = (0..12)
        .filter(|&i| months[i].iter().any(|full| cut(&full)))
        .collect();
    match hits.as_slice() {
        [one] => i8::try_from(one + 1).ok(),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_their_format_only() {
        let read = |text: &str, examples: &[&str]| {
            let formats: Vec<_> = examples
                .iter()
                .map(|e| DateFormat::by_example(e).unwrap())
                .collect();
            date(text, &formats).map(|d| d.to_string())
        };
        let day = Some("2026-01-07".to_owned());
        assert_eq!(read("am 07.01.2026, 14:31", &["31.12.2026"]), day);
        assert_eq!(read("(7. Jänner 2026)", &["31. Dezember 2026"]), day);
        assert_eq!(read("from 7 Jan 2026, 19:44", &["31 December 2026"]), day);
        assert_eq!(read("January 7, 2026 09:20", &["December 31, 2026"]), day);
        assert_eq!(read("1/7/2026", &["12/31/2026"]), day);
        assert_eq!(read("1/7/2026", &["12/31/2026", "31/12/2026"]), None);
        assert_eq!(read("30.02.2026", &["31.12.2026"]), None);
        assert_eq!(read("Nr. 1.07.01.2026", &["31.12.2026"]), None);
        assert_eq!(month_number("Mär"), Some(3));
        assert_eq!(month_number("ju"), None);
    }
}
