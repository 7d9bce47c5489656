//! A day as a merchant types it. Knows no clock: what `15.12.` means is decided by the command, with today's date.

use std::str::FromStr;

use jiff::civil::Date;

/// `2026-12-15`, `15.12.2026` or `15.12.`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// With its year.
    Full(Date),
    /// Without: month, day.
    OfYear(i8, i8),
}

impl Day {
    /// Of days without a year, the first one that is not before `today` (a pause, a look ahead).
    pub fn coming(self, today: Date) -> Date {
        self.search(today, 1)
    }

    /// Of days without a year, the last one that is not after `today` (money that came).
    pub fn past(self, today: Date) -> Date {
        self.search(today, -1)
    }

    fn search(self, today: Date, direction: i16) -> Date {
        let (month, day) = match self {
            Day::Full(date) => return date,
            Day::OfYear(month, day) => (month, day),
        };
        // 29 February comes at the latest after eight years (1896 to 1904, 2096 to 2104).
        (0..=8)
            .filter_map(|n| Date::new(today.year() + n * direction, month, day).ok())
            .find(|&date| {
                if direction > 0 {
                    date >= today
                } else {
                    date <= today
                }
            })
            .unwrap_or(today)
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Day, String> {
        let form = || "write a day as 2026-12-15, 15.12.2026 or 15.12.".to_owned();
        let none = || "there is no such day in the calendar".to_owned();
        let number = |part: &str, longest: usize| -> Result<i16, String> {
            if part.is_empty() || part.len() > longest || !part.bytes().all(|b| b.is_ascii_digit())
            {
                return Err(form());
            }
            part.parse().map_err(|_| form())
        };
        let full = |y: i16, m: i16, d: i16| {
            if !(2000..=2199).contains(&y) {
                return Err("its year is not between 2000 and 2199".to_owned());
            }
            Date::new(y, m as i8, d as i8)
                .map(Day::Full)
                .map_err(|_| none())
        };
        if let [y, m, d] = text.split('-').collect::<Vec<_>>()[..] {
            if y.len() != 4 {
                return Err(form());
            }
            return full(number(y, 4)?, number(m, 2)?, number(d, 2)?);
        }
        match text.trim_end_matches('.').split('.').collect::<Vec<_>>()[..] {
            [d, m, y] if y.len() == 4 => full(number(y, 4)?, number(m, 2)?, number(d, 2)?),
            [d, m] => {
                let (d, m) = (number(d, 2)? as i8, number(m, 2)? as i8);
                Date::new(2024, m, d).map_err(|_| none())?; // a leap year: 29.2. is a day
                Ok(Day::OfYear(m, d))
            }
            _ => Err(form()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn three_ways_to_write_a_day() {
        let today = date(2026, 11, 24);
        for text in ["2026-12-15", "15.12.2026", "15.12.", "15.12"] {
            assert_eq!(
                text.parse::<Day>().unwrap().coming(today),
                date(2026, 12, 15),
                "{text}"
            );
        }
        for text in [
            "",
            "tomorrow",
            "31.02.2026",
            "2026-13-01",
            "15/12/2026",
            "1.2.26",
            "+1.2.",
            "0001-01-01",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_without_year_looks_ahead_or_back() {
        let today = date(2026, 11, 24);
        let day: Day = "1.3.".parse().unwrap();
        assert_eq!(day.coming(today), date(2027, 3, 1));
        assert_eq!(day.past(today), date(2026, 3, 1));
        assert_eq!(
            "29.2.".parse::<Day>().unwrap().coming(today),
            date(2028, 2, 29)
        );
        assert_eq!("24.11.".parse::<Day>().unwrap().coming(today), today);
        assert_eq!("24.11.".parse::<Day>().unwrap().past(today), today);
    }
}
