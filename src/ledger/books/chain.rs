//! The chain of statements: where one ends with a balance, the next begins with it, or one is missing between them.
//!
//! Knows balances and days only. A gap is never guessed away: it is closed by the statement that was missing, by one that
//! covers it, or by the merchant's word that he looked through the account.

use jiff::civil::Date;

use crate::ledger::event::Balance;
use crate::ledger::money::{Currency, Money};

/// A statement is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Gap {
    /// Last day known before it.
    pub after: Date,
    /// The balance of that day.
    pub closing: Money,
    /// Day of the balance with which the account goes on.
    pub on: Date,
    /// That balance.
    pub opening: Money,
}

/// The statements of one account.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Ascending by their last day.
    spans: Vec<Span>,
    /// Ascending by the day on which the account goes on.
    gaps: Vec<Gap>,
}

/// What one statement covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    opening: Balance,
    closing: Money,
    until: Date,
    gap: Option<Gap>,
}

impl Chain {
    /// Adds a statement; the same one again changes nothing.
    pub(super) fn add(&mut self, opening: Balance, closing: Money, until: Date) {
        let span = Span {
            opening,
            closing,
            until,
            gap: None,
        };
        let at = self.spans.partition_point(|known| known.until <= until);
        let same = |known: &&Span| (known.opening, known.closing) == (opening, closing);
        let of_day = self.spans[..at]
            .iter()
            .rev()
            .take_while(|known| known.until == until);
        if opening.amount.currency != closing.currency
            || of_day.into_iter().any(|known| same(&known))
        {
            return;
        }
        self.spans.insert(at, span);
        // Only statements that end behind the beginning of this one can be joined by it.
        let from = self
            .spans
            .partition_point(|known| known.until < opening.day);
        for at in from..self.spans.len() {
            self.spans[at].gap = self.gap_before(at);
        }
        self.gaps = self.spans.iter().filter_map(|span| span.gap).collect();
        self.gaps.sort_by_key(|gap| (gap.on, gap.after));
    }

    /// The first gap that the merchant has not looked through.
    pub(super) fn gap(&self, checked: Option<Date>) -> Option<Gap> {
        self.gaps.iter().find(|gap| checked < Some(gap.on)).copied()
    }

    /// What is missing before this statement.
    fn gap_before(&self, at: usize) -> Option<Gap> {
        let span = self.spans[at];
        let currency: Currency = span.closing.currency;
        let others = || {
            let all = self.spans.iter().enumerate();
            all.filter(move |(i, known)| *i != at && known.closing.currency == currency)
        };
        let before = others().rfind(|(_, known)| known.until < span.until)?.1;
        // Several statements of one day follow each other within it.
        let joined = others().any(|(_, known)| {
            (known.until == before.until || known.until == span.until)
                && known.closing == span.opening.amount
        });
        // A month's statement covers what a week's begins with.
        let covered = others().any(|(_, known)| {
            known.opening.day <= span.opening.day && span.opening.day < known.until
        });
        (!joined && !covered).then_some(Gap {
            after: before.until,
            closing: before.closing,
            on: span.opening.day.max(before.until),
            opening: span.opening.amount,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rust_decimal::Decimal;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn euros(amount: i64) -> Money {
        Money::new(Decimal::from(amount), Currency::EUR)
    }

    /// `(opening day, opening, until, closing)`
    fn chain(statements: &[(&str, i64, &str, i64)]) -> Chain {
        let mut chain = Chain::default();
        for (on, opening, until, closing) in statements {
            let opening = Balance {
                amount: euros(*opening),
                day: day(on),
            };
            chain.add(opening, euros(*closing), day(until));
        }
        chain
    }

    #[test]
    fn a_missing_statement_is_a_gap_in_any_order() {
        let all = [
            ("2026-03-02", 100, "2026-03-02", 150),
            ("2026-03-04", 120, "2026-03-04", 130),
            ("2026-03-05", 130, "2026-03-05", 90),
        ];
        let mut turned = all;
        turned.reverse();
        for statements in [all, turned] {
            let gap = chain(&statements).gap(None).unwrap();
            assert_eq!((gap.after, gap.on), (day("2026-03-02"), day("2026-03-04")));
            assert_eq!((gap.closing, gap.opening), (euros(150), euros(120)));
        }
        let mut whole = all.to_vec();
        whole.push(("2026-03-03", 150, "2026-03-03", 120));
        assert_eq!(chain(&whole).gap(None), None);
        // The merchant looked through the account on a later day.
        assert_eq!(chain(&all).gap(Some(day("2026-03-05"))), None);
        assert!(chain(&all).gap(Some(day("2026-03-03"))).is_some());
    }

    #[test]
    fn what_joins_is_no_gap() {
        // MT940 dates the opening balance by the day before; two statements of one day; one again.
        let joined = [
            ("2026-03-01", 100, "2026-03-02", 150),
            ("2026-03-02", 150, "2026-03-03", 160),
            ("2026-03-03", 160, "2026-03-03", 170),
            ("2026-03-01", 100, "2026-03-02", 150),
        ];
        assert_eq!(chain(&joined).gap(None), None);
        let month_and_week = [
            ("2026-02-28", 100, "2026-03-31", 500),
            ("2026-03-24", 400, "2026-03-31", 500),
            ("2026-03-31", 500, "2026-04-01", 510),
        ];
        assert_eq!(chain(&month_and_week).gap(None), None);
        assert_eq!(
            chain(&[("2026-03-01", 100, "2026-03-02", 150)]).gap(None),
            None
        );
    }
}
