//! When a debtor is in default (§ 286 BGB), on what basis, and what shows it.
//!
//! Knows dates only. Interest, lump sum and costs are due only from there; a basis that the claim's papers do not carry is
//! none. A dispute or a delivery of ours that is missing stops the clock (§ 286 (4) BGB): whoever asks here has looked.

use jiff::ToSpan;
use jiff::civil::Date;

use super::calendar::{Region, moved_to_working_day};
use super::interest::Debtor;

/// Why somebody is in default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The contract itself names a calendar date, § 286 (2) no. 1; a date that only the invoice names is none.
    AgreedDate {
        /// The date.
        due: Date,
    },
    /// The contract lets it be counted from an event, § 286 (2) no. 2 (`14 days after receipt of the goods`).
    Computable {
        /// The day that it comes to.
        day: Date,
    },
    /// A clear demand after the due date, § 286 (1).
    Reminder {
        /// The day on which it was received.
        received: Date,
    },
    /// Thirty days after due date and receipt of the invoice, § 286 (3).
    ThirtyDays {
        /// The later of due date and receipt.
        since: Date,
        /// The invoice itself tells the consumer of it.
        notice: bool,
    },
    /// The debtor refuses in earnest, § 286 (2) no. 3; the merchant decides that it was in earnest.
    Refusal {
        /// The day of it.
        on: Date,
    },
}

/// Default, with its beginning and evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InDefault {
    /// First day for which interest is due.
    pub from: Date,
    /// Why.
    pub basis: Basis,
}

impl Basis {
    /// First day for which interest is due; `None`: this basis does not hold against such a debtor.
    pub fn interest_from(&self, debtor: Debtor, region: Region) -> Option<Date> {
        let after = |day: Date| day.checked_add(1.day()).ok();
        // § 193 BGB: what ends on a Saturday, Sunday or holiday ends on the next working day.
        let moved = |day| moved_to_working_day(day, region);
        match *self {
            Basis::AgreedDate { due } | Basis::Computable { day: due } => after(moved(due)),
            Basis::Reminder { received } => after(received),
            Basis::ThirtyDays { since, notice } => {
                (notice || debtor == Debtor::Business).then_some(())?;
                after(moved(since.checked_add(30.days()).ok()?))
            }
            Basis::Refusal { on } => Some(on),
        }
    }

    /// What shows it, with the paragraph.
    pub fn evidence(&self) -> String {
        match self {
            Basis::AgreedDate { due } => {
                format!("the contract names {due} as the day of payment (§ 286 (2) no. 1 BGB)")
            }
            Basis::Computable { day } => {
                format!("by the contract payment was due on {day} (§ 286 (2) no. 2 BGB)")
            }
            Basis::Reminder { received } => {
                format!("a reminder after the due date arrived on {received} (§ 286 (1) BGB)")
            }
            Basis::ThirtyDays { since, .. } => {
                format!(
                    "thirty days have passed since invoice and due date, {since} (§ 286 (3) BGB)"
                )
            }
            Basis::Refusal { on } => {
                format!("the debtor refused payment in earnest on {on} (§ 286 (2) no. 3 BGB)")
            }
        }
    }
}

/// The default that begins first, if any of these bases holds.
pub fn in_default(bases: &[Basis], debtor: Debtor, region: Region) -> Option<InDefault> {
    let begins = |basis: &Basis| {
        let from = basis.interest_from(debtor, region)?;
        let basis = basis.clone();
        Some(InDefault { from, basis })
    };
    bases
        .iter()
        .filter_map(begins)
        .min_by_key(|default| default.from)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn from(basis: &Basis, debtor: Debtor) -> Option<Date> {
        basis.interest_from(debtor, Region::Any)
    }

    #[test]
    fn default_begins_where_the_law_says() {
        let thirty = |notice| Basis::ThirtyDays {
            since: date(2026, 4, 1),
            notice,
        };
        // Day 30 is the 1st of May, a holiday; the 4th is a Monday.
        assert_eq!(
            from(&thirty(true), Debtor::Consumer),
            Some(date(2026, 5, 5))
        );
        assert_eq!(
            from(&thirty(false), Debtor::Business),
            Some(date(2026, 5, 5))
        );
        assert_eq!(from(&thirty(false), Debtor::Consumer), None);
        let due = date(2026, 4, 3); // Good Friday
        let agreed = Basis::AgreedDate { due };
        assert_eq!(from(&agreed, Debtor::Consumer), Some(date(2026, 4, 8)));
        let received = date(2026, 4, 20);
        let reminder = Basis::Reminder { received };
        assert_eq!(from(&reminder, Debtor::Consumer), Some(date(2026, 4, 21)));
        let on = date(2026, 4, 11);
        assert_eq!(from(&Basis::Refusal { on }, Debtor::Consumer), Some(on));
    }

    #[test]
    fn the_earliest_basis_counts_and_says_why() {
        let bases = [
            Basis::Reminder {
                received: date(2026, 4, 20),
            },
            Basis::ThirtyDays {
                since: date(2026, 3, 1),
                notice: false,
            },
        ];
        let consumer = in_default(&bases, Debtor::Consumer, Region::Any).unwrap();
        assert_eq!(consumer.from, date(2026, 4, 21));
        assert!(consumer.basis.evidence().contains("2026-04-20"));
        let business = in_default(&bases, Debtor::Business, Region::Any).unwrap();
        assert_eq!(business.from, date(2026, 4, 1));
        assert_eq!(in_default(&[], Debtor::Business, Region::Any), None);
    }
}
