//! Amounts of a column: which mark divides the cents is never guessed for one cell, but proven by all cells together.

use rust_decimal::Decimal;

use crate::mail::statement::in_cents;

/// The sign that divides the cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Comma,
    Point,
}

/// The mark by which all these cells are amounts, if there is exactly one such.
///
/// # Errors
/// No or two marks fit, in words.
pub(super) fn mark<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> Result<Mark, String> {
    let all = |mark: Mark| cells.clone().all(|cell| read(cell, mark).is_some());
    // `1.234` fits one mark alone, as a group of thousands, but that proves nothing.
    let cents = |sign: char| cells.clone().any(|cell| cell.contains(sign));
    match (all(Mark::Comma), all(Mark::Point)) {
        (true, _) if cents(',') => Ok(Mark::Comma),
        (_, true) if cents('.') => Ok(Mark::Point),
        (true, true) => Ok(Mark::Comma), // whole numbers read the same in both ways
        (false, false) => Err("the amounts are not written in one way".into()),
        _ => Err("the amounts can be read in two ways".into()),
    }
}

/// The signed amount of a cell: `-1.234,50 €`, `1,234.5`, `49,90-`, `+ 12`, `1'250.75`.
pub(super) fn read(cell: &str, mark: Mark) -> Option<Decimal> {
    let mut text: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    for unit in ["EUR", "CHF", "USD", "GBP", "€", "$", "£"] {
        text = text.strip_prefix(unit).unwrap_or(&text).to_owned();
        text = text.strip_suffix(unit).unwrap_or(&text).to_owned();
    }
    let (mut negative, mut body) = (false, text.as_str());
    if let Some(rest) = body.strip_prefix(['-', '−', '–']) {
        (negative, body) = (true, rest);
    } else if let Some(rest) = body.strip_prefix('+') {
        body = rest;
    } else if let Some(rest) = body.strip_suffix('-') {
        (negative, body) = (true, rest);
    }
    for unit in ["€", "$", "£"] {
        body = body.strip_prefix(unit).unwrap_or(body);
    }
    let (point, group) = match mark {
        Mark::Comma => (',', '.'),
        Mark::Point => ('.', ','),
    };
    let (whole, cents) = body.split_once(point).unwrap_or((body, ""));
    if body.contains(point) && !(1..=2).contains(&cents.len()) && !is_long_zero(cents) {
        return None;
    }
    let whole = ungrouped(whole, group)?;
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || !digits(&whole) || !digits(cents) {
        return None;
    }
    let cents = if cents.is_empty() { "0" } else { cents };
    let value = in_cents(Decimal::from_str_exact(&format!("{whole}.{cents}")).ok()?);
    Some(if negative { -value } else { value })
}

/// `49.9000`
fn is_long_zero(cents: &str) -> bool {
    (4..=8).contains(&cents.len())
        && cents.bytes().all(|b| b.is_ascii_digit())
        && cents.bytes().skip(2).all(|b| b == b'0')
}

/// Groups of three behind the first one.
fn ungrouped(whole: &str, group: char) -> Option<String> {
    let parts: Vec<&str> = whole.split([group, '\'', '’']).collect();
    let (first, rest) = parts.split_first()?;
    let grouped = !rest.is_empty();
    let fits =
        !grouped || ((1..=3).contains(&first.len()) && rest.iter().all(|part| part.len() == 3));
    fits.then(|| parts.concat())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(cells: &[&str]) -> Result<Mark, String> {
        mark(cells.iter().copied())
    }

    #[test]
    fn the_mark_is_proven_by_the_column() {
        assert_eq!(of(&["1.234,50", "-3"]), Ok(Mark::Comma));
        assert_eq!(of(&["1,234.50", "7"]), Ok(Mark::Point));
        assert_eq!(of(&["49.9", "-12.34"]), Ok(Mark::Point));
        assert_eq!(of(&["1.234", "0,5"]), Ok(Mark::Comma));
        assert!(of(&["1.234"]).is_err());
        assert!(of(&["1.234", "1,234"]).is_err());
        assert!(of(&["1.234,50", "1,234.50"]).is_err());
        assert_eq!(of(&["12", "-7"]), Ok(Mark::Comma));
    }

    #[test]
    fn signs_units_and_groups() {
        let value = |text: &str, mark| read(text, mark).map(|v| v.to_string());
        assert_eq!(
            value("-1.234,50 €", Mark::Comma).as_deref(),
            Some("-1234.50")
        );
        assert_eq!(value("49,90-", Mark::Comma).as_deref(), Some("-49.90"));
        assert_eq!(value("1'250.75", Mark::Point).as_deref(), Some("1250.75"));
        assert_eq!(value("−8,50", Mark::Comma).as_deref(), Some("-8.50"));
        for odd in [
            "", "-", "1,2,3", "12.34.56", "1.23,4", "--1", "1e5", "offen", "12,345",
        ] {
            assert_eq!(value(odd, Mark::Comma), None, "{odd}");
        }
    }
}
