//! Dates of a column: in which order day and month stand is proven by all cells together or the file is refused.

use jiff::civil::Date;

/// How a file writes its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `2025-11-24`, `2025/11/24`, `20251124`, also with a time behind.
    YearFirst,
    /// `24.11.2025`, `24/11/25`, `24-11-2025`.
    DayFirst,
    /// `11/24/2025`.
    MonthFirst,
    /// `24 Nov 2025`, `Nov 24, 2025`.
    Words,
}

/// The form in which all these cells are dates.
///
/// # Errors
/// No form fits, or two that say different days.
pub(super) fn form<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> Result<Form, String> {
    let forms = [
        Form::YearFirst,
        Form::DayFirst,
        Form::MonthFirst,
        Form::Words,
    ];
    let mut fitting = forms
        .into_iter()
        .filter(|form| cells.clone().all(|cell| read(cell, *form).is_some()));
    match (fitting.next(), fitting.next()) {
        (Some(form), None) => Ok(form),
        (Some(a), Some(b)) if cells.clone().all(|cell| read(cell, a) == read(cell, b)) => Ok(a),
        (Some(_), Some(_)) => Err("day and month cannot be told apart".into()),
        (None, _) => Err("the dates are not written in one way".into()),
    }
}

/// The day in a cell.
pub(super) fn read(cell: &str, form: Form) -> Option<Date> {
    let cell = cell.trim();
    if form == Form::Words {
        return crate::mail::dates::date(
            cell,
            &[
                crate::mail::dates::DateFormat::DayMonth,
                crate::mail::dates::DateFormat::MonthDay,
            ],
        );
    }
    let day = cell.split(['T', ' ']).next()?.trim_end_matches(',');
    let parts: Vec<&str> = day.split(['.', '-', '/']).collect();
    let number = |text: &str| {
        text.parse::<i16>()
            .ok()
            .filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
    };
    let (year, month, day) = match (form, parts.as_slice()) {
        (Form::YearFirst, [whole]) if whole.len() == 8 => {
            (whole.get(..4)?, whole.get(4..6)?, whole.get(6..)?)
        }
        (Form::YearFirst, [y, m, d]) if y.len() == 4 => (*y, *m, *d),
        // A point stands behind the day only.
        (Form::MonthFirst, [m, d, y]) if day.contains('/') => (*y, *m, *d),
        (Form::DayFirst, [d, m, y]) => (*y, *m, *d),
        _ => return None,
    };
    let full = match year.len() {
        4 => number(year)?,
        2 => 2000 + number(year)?,
        _ => return None,
    };
    let small = |text: &str| {
        number(text)
            .filter(|_| text.len() <= 2)
            .and_then(|n| i8::try_from(n).ok())
    };
    Date::new(full, small(month)?, small(day)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Result<Form, String> {
        form(cells.iter().copied())
    }

    #[test]
    fn day_and_month_are_proven_or_refused() {
        assert_eq!(of(&["24.11.25", "01.02.2025"]), Ok(Form::DayFirst));
        assert_eq!(
            of(&["2025-11-24 08:00:00", "2025-11-02T10:00:00Z"]),
            Ok(Form::YearFirst)
        );
        assert_eq!(of(&["24/11/2025", "01/02/2025"]), Ok(Form::DayFirst));
        assert_eq!(of(&["11/24/2025", "01/02/2025"]), Ok(Form::MonthFirst));
        assert_eq!(of(&["24-11-2025"]), Ok(Form::DayFirst));
        assert_eq!(of(&["20251124"]), Ok(Form::YearFirst));
        assert_eq!(of(&["24 Nov 2025"]), Ok(Form::Words));
        assert_eq!(of(&["05.06.2025"]), Ok(Form::DayFirst));
        assert!(of(&["05/06/2025"]).is_err());
        assert!(of(&["24.11.2025", "2025-11-24"]).is_err());
        assert!(of(&["31.02.2025"]).is_err());
    }
}
