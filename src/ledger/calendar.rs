//! Working days, banking days and the holidays of the German states, as civil dates.
//!
//! Knows no clock and no zone: a date comes in, a date or a yes comes out. Parish holidays and 24 and 31 December are
//! quiet days, but working days where a legal date favours the merchant; they are left out on purpose.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// A German state, or the union of all states' holidays where the state is unknown (the later date is the safe side).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)]
pub enum Region {
    Bw,
    By,
    Be,
    Bb,
    Hb,
    Hh,
    He,
    Mv,
    Ni,
    Nw,
    Rp,
    Sl,
    Sn,
    St,
    Sh,
    Th,
    /// Unknown: a day is a holiday if it is one in any state.
    #[default]
    Any,
}

/// Public holiday in the region.
pub fn is_holiday(date: Date, region: Region) -> bool {
    holiday_everywhere(date) || holiday_of_state(date, region)
}

/// The nine days that every state keeps.
fn holiday_everywhere(date: Date) -> bool {
    matches!(
        (date.month(), date.day()),
        (1, 1) | (5, 1) | (10, 3) | (12, 25) | (12, 26)
    ) || matches!(days_after_easter(date), Some(-2 | 1 | 39 | 50))
        // The 500th year of the Reformation was kept in all states, once.
        || (date.year(), date.month(), date.day()) == (2017, 10, 31)
}

/// Days that only some states keep, with the year from which they do.
fn holiday_of_state(date: Date, region: Region) -> bool {
    use Region::*;
    let in_any = |states: &[Region]| region == Any || states.contains(&region);
    let year = date.year();
    match (date.month(), date.day()) {
        (1, 6) => in_any(&[Bw, By, St]),
        (3, 8) => (year >= 2019 && in_any(&[Be])) || (year >= 2023 && in_any(&[Mv])),
        (8, 15) => in_any(&[Sl]),
        (9, 20) => year >= 2019 && in_any(&[Th]),
        (10, 31) => in_any(&[Bb, Mv, Sn, St, Th]) || (year >= 2018 && in_any(&[Hb, Hh, Ni, Sh])),
        (11, 1) => in_any(&[Bw, By, Nw, Rp, Sl]),
        // Buß- und Bettag: the Wednesday before 23 November.
        (11, 16..=22) => date.weekday() == Weekday::Wednesday && in_any(&[Sn]),
        // Berlin, once each: 75 and 80 years of the end of the war, 75 years of the rising of 1953.
        (5, 8) if year == 2020 || year == 2025 => in_any(&[Be]),
        (6, 17) if year == 2028 => in_any(&[Be]) || movable_of_state(date, region),
        _ => movable_of_state(date, region),
    }
}

/// Easter and Whit Sunday in Brandenburg; Corpus Christi.
fn movable_of_state(date: Date, region: Region) -> bool {
    use Region::*;
    match days_after_easter(date) {
        Some(0 | 49) => matches!(region, Any | Bb),
        Some(60) => matches!(region, Any | Bw | By | He | Nw | Rp | Sl),
        _ => false,
    }
}

/// Monday to Friday and no public holiday of the region.
pub fn is_working_day(date: Date, region: Region) -> bool {
    is_weekday(date) && !is_holiday(date, region)
}

/// TARGET day: Monday to Friday except 1 Jan, Good Friday, Easter Monday, 1 May, 25 and 26 Dec.
pub fn is_banking_day(date: Date) -> bool {
    is_weekday(date)
        && !matches!(
            (date.month(), date.day()),
            (1, 1) | (5, 1) | (12, 25) | (12, 26)
        )
        && !matches!(days_after_easter(date), Some(-2 | 1))
}

/// The date itself if it is a working day, else the next one (§ 193 BGB).
pub fn moved_to_working_day(date: Date, region: Region) -> Date {
    let mut day = date;
    while !is_working_day(day, region) {
        let Ok(next) = day.tomorrow() else {
            return day; // the calendar ends in the year 9999
        };
        day = next;
    }
    day
}

/// The date `n` banking days after `date` (0: the date itself).
pub fn plus_banking_days(date: Date, n: u16) -> Date {
    let mut day = date;
    let mut left = n;
    while left > 0 {
        let Ok(next) = day.tomorrow() else {
            return day; // the calendar ends in the year 9999
        };
        day = next;
        left -= u16::from(is_banking_day(day));
    }
    day
}

/// Banking days after `from` up to and including `to`; 0 if `to` is not later.
pub fn banking_days_between(from: Date, to: Date) -> u32 {
    let mut count = 0;
    let mut day = from;
    while day < to {
        let Ok(next) = day.tomorrow() else {
            return count;
        };
        day = next;
        count += u32::from(is_banking_day(day));
    }
    count
}

fn is_weekday(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Days since Easter Sunday of the date's year; `None` outside the months in which any movable holiday can lie.
fn days_after_easter(date: Date) -> Option<i16> {
    if !(3..=6).contains(&date.month()) {
        return None;
    }
    let easter = easter(date.year())?;
    Some(date.day_of_year() - easter.day_of_year())
}

/// Easter Sunday of the Gregorian calendar, from the golden number, the epact with its solar and lunar corrections,
/// and the Sunday after the Paschal full moon.
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let century = y.div_euclid(100);
    let lunar = (8 * century + 13).div_euclid(25);
    let shift = 15 + century - century.div_euclid(4) - lunar;
    let moon = (19 * y.rem_euclid(19) + shift).rem_euclid(30);
    // The lunar month is 29 days where the epact would give the 19 or a second 18 April.
    let late = i32::from(moon == 29 || (moon == 28 && y.rem_euclid(19) > 10));
    let full_moon = Date::new(year, 3, 21)
        .ok()?
        .saturating_add((moon - late).days());
    let to_sunday = 7 - i32::from(full_moon.weekday().to_sunday_zero_offset());
    Some(full_moon.saturating_add(to_sunday.days()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn easter_sundays() {
        for text in [
            "1818-03-22",
            "1943-04-25",
            "1954-04-18",
            "1981-04-19",
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2028-04-16",
            "2038-04-25",
            "2049-04-18",
            "2076-04-19",
            "2285-03-22",
        ] {
            assert_eq!(easter(day(text).year()), Some(day(text)), "{text}");
        }
    }

    #[test]
    fn due_dates_move_over_holidays() {
        // § 193 BGB: Labour Day on a Friday, Good Friday over the whole of Easter.
        for region in [Region::Any, Region::Nw, Region::Bb] {
            assert_eq!(
                moved_to_working_day(day("2026-05-01"), region),
                day("2026-05-04")
            );
            assert_eq!(
                moved_to_working_day(day("2026-04-03"), region),
                day("2026-04-07")
            );
        }
        assert_eq!(
            moved_to_working_day(day("2026-05-05"), Region::Any),
            day("2026-05-05")
        );
        // All Saints: not in Hamburg; the union takes the later day.
        assert_eq!(
            moved_to_working_day(day("2027-11-01"), Region::Hh),
            day("2027-11-01")
        );
        assert_eq!(
            moved_to_working_day(day("2027-11-01"), Region::Any),
            day("2027-11-02")
        );
    }

    #[test]
    fn holidays_begin_in_their_year() {
        for (text, region, expected) in [
            ("2018-03-08", Region::Be, false),
            ("2019-03-08", Region::Be, true),
            ("2022-03-08", Region::Mv, false),
            ("2023-03-08", Region::Mv, true),
            ("2018-09-20", Region::Th, false),
            ("2019-09-20", Region::Th, true),
            ("2016-10-31", Region::Hh, false),
            ("2017-10-31", Region::By, true),
            ("2018-10-31", Region::By, false),
            ("2018-10-31", Region::Hh, true),
            ("2016-10-31", Region::Sn, true),
            ("2020-05-08", Region::Be, true),
            ("2021-05-08", Region::Be, false),
            ("2025-05-08", Region::Be, true),
            ("2025-05-08", Region::Bb, false),
            ("2028-06-17", Region::Be, true),
            ("2026-11-18", Region::Sn, true),
            ("2026-11-18", Region::Th, false),
            ("2022-11-16", Region::Sn, true),
            ("2023-11-22", Region::Sn, true),
            ("2026-06-04", Region::Nw, true),
            ("2026-06-04", Region::Sn, false),
            ("2026-04-05", Region::Bb, true),
            ("2026-04-05", Region::Be, false),
            ("2026-05-24", Region::Bb, true),
            ("2026-05-14", Region::Sh, true),
            ("2026-05-25", Region::Sh, true),
            ("2026-08-15", Region::Sl, true),
            ("2026-08-15", Region::By, false),
            ("2026-12-24", Region::Any, false),
            ("2026-12-31", Region::Any, false),
        ] {
            assert_eq!(is_holiday(day(text), region), expected, "{text} {region:?}");
        }
    }

    #[test]
    fn the_union_holds_every_state() {
        let states = [
            Region::Bw,
            Region::By,
            Region::Be,
            Region::Bb,
            Region::Hb,
            Region::Hh,
            Region::He,
            Region::Mv,
            Region::Ni,
            Region::Nw,
            Region::Rp,
            Region::Sl,
            Region::Sn,
            Region::St,
            Region::Sh,
            Region::Th,
        ];
        let mut date = day("2016-01-01");
        while date < day("2031-01-01") {
            let in_a_state = states.iter().any(|&state| is_holiday(date, state));
            assert_eq!(in_a_state, is_holiday(date, Region::Any), "{date}");
            date = date.tomorrow().unwrap();
        }
    }

    #[test]
    fn banking_days_are_those_of_the_clearing() {
        // Whit Monday and 3 October are holidays, but banks clear.
        assert!(is_banking_day(day("2026-05-25")) && is_banking_day(day("2025-10-03")));
        assert!(!is_banking_day(day("2026-04-03")) && !is_banking_day(day("2026-04-06")));
        assert_eq!(plus_banking_days(day("2026-04-02"), 1), day("2026-04-07"));
        assert_eq!(plus_banking_days(day("2026-04-04"), 0), day("2026-04-04"));
        assert_eq!(plus_banking_days(day("2025-12-24"), 2), day("2025-12-30"));
        assert_eq!(
            banking_days_between(day("2026-04-02"), day("2026-04-07")),
            1
        );
        assert_eq!(
            banking_days_between(day("2026-04-07"), day("2026-04-02")),
            0
        );
        assert_eq!(
            banking_days_between(day("2026-11-20"), day("2026-11-27")),
            5
        );
    }

    #[test]
    fn the_end_of_the_calendar_ends_the_search() {
        assert_eq!(plus_banking_days(Date::MAX, 3), Date::MAX);
        assert_eq!(banking_days_between(Date::MAX, Date::MAX), 0);
        assert!(!is_holiday(day("-009999-04-01"), Region::Nw) || easter(-9999).is_some());
    }
}
