//! Dates in explicit formats: a recipe names by example how its system writes them, nothing is guessed between day and
//! month. Names of months in the languages of European banks, in full or cut. Knows no label and no shop.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

/// How dates are written, taken from an example for 31 December 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFormat {
    /// `31.12.2026`
    DayDots,
    /// `31.12.26`, of this century
    DayDotsShort,
    /// `31-12-2026`
    DayDashes,
    /// `31-Dec-2026`, `31-Dec-26`
    DayMonthDashes,
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
            "31.12.26" => Ok(DateFormat::DayDotsShort),
            "31-12-2026" => Ok(DateFormat::DayDashes),
            "31-Dec-26" | "31-Dec-2026" => Ok(DateFormat::DayMonthDashes),
            "2026-12-31" => Ok(DateFormat::Iso),
            "31. Dezember 2026" | "31 December 2026" => Ok(DateFormat::DayMonth),
            "December 31, 2026" => Ok(DateFormat::MonthDay),
            "31/12/2026" => Ok(DateFormat::DaySlashes),
            "12/31/2026" => Ok(DateFormat::MonthSlashes),
            _ => Err(format!(
                "`{example}` is none of `31.12.2026`, `31.12.26`, `31-12-2026`, `31-Dec-26`, `2026-12-31`, `31. Dezember 2026`, `31 December 2026`, \
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
                r"(?:^|[^\d.,])(\d{1,2})(?:\.|er|º|st|nd|rd|th)?\s(?:de\s)?(\p{L}{3,12})\.?,?\s(?:de\s)?(\d{4})(?:$|\D)",
                r"(?:^|[^\p{L}])(\p{L}{3,9})\.?\s(\d{1,2}),?\s(\d{4})(?:$|\D)",
                r"(?:^|[^\d.])(\d{1,2})\.(\d{1,2})\.(\d{2})(?:$|[^\d.]|\.(?:$|\D))",
                r"(?:^|[^\d-])(\d{1,2})-(\d{1,2})-(\d{4})(?:$|[^\d-])",
                r"(?:^|[^\d-])(\d{1,2})-(\p{L}{3,9})-(\d{4}|\d{2})(?:$|[^\d-])",
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
            DateFormat::DayDotsShort => (5, [3, 2, 1]),
            DateFormat::DayDashes => (6, [3, 2, 1]),
            DateFormat::DayMonthDashes => (7, [3, 2, 1]),
        };
        let pattern = NUMERIC.get(at)?.as_ref()?;
        pattern.captures_iter(text).find_map(|found| {
            let part = |i: usize| found.get(order[i]).map(|m| m.as_str());
            let month = part(1)?;
            let month = month.parse().ok().or_else(|| month_number(month))?;
            let year: i16 = part(0)?.parse().ok()?;
            let year = if year < 100 { 2000 + year } else { year };
            let date = Date::new(year, month, part(2)?.parse().ok()?).ok()?;
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

/// The number of a month by its name in German, English, French, Italian, Dutch, Spanish, Portuguese, Polish or Czech, in
/// full or cut to three or more letters. A cut that fits two months (`čer`, `jui`) is none.
pub fn month_number(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let months = [
        "januar january jänner jaenner janvier gennaio januari enero janeiro styczeń stycznia leden ledna januára",
        "februar february feber février fevrier febbraio februari febrero fevereiro luty lutego únor února februára",
        "märz march maerz mrz mars marzo maart mrt março marco marzec marca březen března",
        "april avril aprile abril kwiecień kwietnia duben dubna apríla",
        "mai may maggio mei mayo maio maj maja květen května mája",
        "juni june juin giugno junio junho czerwiec czerwca červen června júna",
        "juli july juillet luglio julio julho lipiec lipca červenec července júla",
        "august août aout agosto augustus sierpień sierpnia srpen srpna augusta",
        "september sept septembre settembre septiembre setembro wrzesień września září septembra",
        "oktober october octobre ottobre octubre outubro październik października říjen října októbra",
        "november novembre noviembre novembro listopad listopada listopadu novembra",
        "dezember december décembre decembre dicembre diciembre dezembro grudzień grudnia prosinec prosince decembra",
    ];
    if name.chars().count() < 3 {
        return None;
    }
    // A full name counts before a cut of another month: `červen` is June, not the start of `červenec`.
    let hits = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let month = |&i: &usize| months[i].split(' ').any(fits);
        (0..12).filter(month).collect()
    };
    let exact = hits(&|full| full == name);
    let hits = if exact.is_empty() {
        hits(&|full| full.starts_with(&name))
    } else {
        exact
    };
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
        let november = Some("2025-11-27".to_owned());
        assert_eq!(read("27 novembre 2025", &["31 December 2026"]), november);
        assert_eq!(
            read("27 de noviembre de 2025", &["31 December 2026"]),
            november
        );
        assert_eq!(
            read("27 NOV 2025 às 09:29", &["31 December 2026"]),
            november
        );
        assert_eq!(read("27. listopadu 2025", &["31. Dezember 2026"]), november);
        assert_eq!(read("vom 27.11.25: EUR", &["31.12.26"]), november);
        assert_eq!(read("27.11.2025", &["31.12.26"]), None);
        assert_eq!(read("on 27-11-2025.", &["31-12-2026"]), november);
        assert_eq!(read("on 27-Nov-25. Info", &["31-Dec-26"]), november);
        assert_eq!(
            (month_number("červen"), month_number("července")),
            (Some(6), Some(7))
        );
        assert_eq!((month_number("čer"), month_number("jui")), (None, None));
        assert_eq!(month_number("Mär"), Some(3));
        assert_eq!(month_number("ju"), None);
        assert_eq!(month_number("jui"), None);
        assert_eq!(
            read("el 7 de enero de 2026, 9:20", &["31 December 2026"]),
            day
        );
        assert_eq!(read("le 7 janvier 2026 à 9:20", &["31 December 2026"]), day);
        assert_eq!(read("7 stycznia 2026 09:20", &["31 December 2026"]), day);
        assert_eq!(read("07-01-2026", &["31-12-2026"]), day);
        assert_eq!(read("07.01.26", &["31.12.26"]), day);
        assert_eq!(read("2026-01-07", &["31-12-2026"]), None);
    }
}
