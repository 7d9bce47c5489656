//! When a claim is due, how it is to be paid and which days are sending days: what every step is counted from.
//!
//! Knows dates only. Invariant: a due date or deadline never falls on a Saturday, Sunday or holiday (§ 193 BGB).

use jiff::ToSpan;
use jiff::civil::Date;

use super::{LevelRule, Policy};
use crate::ledger::calendar::{
    Region, is_holiday, is_working_day, moved_to_working_day, plus_banking_days,
};
use crate::ledger::customer::Customer;
use crate::ledger::note::{Note, count};
use crate::ledger::{Invoice, PaymentMethod};

/// Which letters a claim can get at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// On invoice: dunned.
    Invoice,
    /// Paid in advance: reminded kindly, then the question whether to cancel.
    Prepayment,
}

/// Where a due date comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Basis {
    /// Printed in the mail.
    Printed,
    /// So many days that the mail prints.
    MailTerms(u16),
    /// So many days that the shop agreed.
    ShopTerms(u16),
    /// So many days by default.
    Default(u16),
}

impl Policy {
    /// The due date: printed, or counted by the terms of the mail, the shop, the default; moved by § 193 BGB.
    pub fn due_date(&self, invoice: &Invoice) -> Date {
        self.due(invoice).0
    }

    /// How the claim is to be paid: as printed, else by the shop's default; `None`: nobody knows.
    pub fn method(&self, invoice: &Invoice) -> Option<PaymentMethod> {
        let shop = self.shops.get(&invoice.key.shop);
        invoice
            .issued
            .method
            .or_else(|| shop.and_then(|shop| shop.default_method))
    }

    pub(super) fn due(&self, invoice: &Invoice) -> (Date, Basis) {
        let issued = &invoice.issued;
        let shop = self.shops.get(&invoice.key.shop);
        let (day, basis) = match (issued.due_date, issued.terms_days) {
            (Some(day), _) => (day, Basis::Printed),
            (None, Some(days)) => (plus_days(issued.order_date, days), Basis::MailTerms(days)),
            (None, None) => match shop.and_then(|shop| shop.term_days) {
                Some(days) => (plus_days(issued.order_date, days), Basis::ShopTerms(days)),
                None => (
                    plus_days(issued.order_date, self.term_days),
                    Basis::Default(self.term_days),
                ),
            },
        };
        // § 193 BGB, before anything is counted from it.
        (
            moved_to_working_day(day, region_of(&issued.customer)),
            basis,
        )
    }

    /// Deadline of a letter that goes out on this day.
    pub(super) fn deadline(&self, on: Date, customer: &Customer) -> Date {
        moved_to_working_day(plus_days(on, self.deadline_days), region_of(customer))
    }

    /// The ladder of a kind.
    pub(super) fn ladder(&self, kind: Kind) -> &[LevelRule] {
        match kind {
            Kind::Invoice => &self.levels,
            Kind::Prepayment => &self.prepayment,
        }
    }

    /// A day of the window that is no holiday for this customer.
    pub(super) fn is_sending_day(&self, day: Date, region: Region) -> bool {
        self.window.weekdays.contains(&day.weekday()) && !is_holiday(day, region)
    }

    /// The first sending day on or after a day.
    pub(super) fn sending_day_from(&self, day: Date, region: Region) -> Date {
        let mut day = day;
        // A window without weekdays never opens: give up after a year.
        for _ in 0..366 {
            if self.is_sending_day(day, region) {
                break;
            }
            day = plus_days(day, 1);
        }
        day
    }

    /// The next day after this one on which a digest is written.
    pub(super) fn next_digest_day(&self, day: Date) -> Date {
        let mut next = plus_days(day, 1);
        while !is_working_day(next, self.region) && next < Date::MAX {
            next = plus_days(next, 1);
        }
        next
    }

    /// The last day before this one on which a digest was due.
    pub(super) fn last_digest_day(&self, day: Date) -> Date {
        let mut last = minus_days(day, 1);
        while !is_working_day(last, self.region) && last > Date::MIN {
            last = minus_days(last, 1);
        }
        last
    }
}

impl LevelRule {
    /// The first day on which this rule's time has come, counted from a due date, a deadline or an order.
    pub(super) fn counted_from(&self, start: Date) -> Date {
        plus_days(start, self.days).max(plus_banking_days(start, self.banking_days))
    }
}

impl Basis {
    /// In words, for the reasons of a letter.
    pub(super) fn note(self, day_de: &str, day_en: &str) -> Note {
        let (de, en) = match self {
            Basis::Printed => ("laut Mail".to_string(), "as the mail says".to_string()),
            Basis::MailTerms(days) => (
                format!("{} ab Bestellung laut Mail", count(days, "Tag", "Tage")),
                format!(
                    "{} from the order, as the mail says",
                    count(days, "day", "days")
                ),
            ),
            Basis::ShopTerms(days) => (
                format!(
                    "{} ab Bestellung, Zahlungsziel des Shops",
                    count(days, "Tag", "Tage")
                ),
                format!(
                    "{} from the order, the shop's terms",
                    count(days, "day", "days")
                ),
            ),
            Basis::Default(days) => (
                format!(
                    "{} ab Bestellung, Zahlungsziel der Vorgabe",
                    count(days, "Tag", "Tage")
                ),
                format!(
                    "{} from the order, the default terms",
                    count(days, "day", "days")
                ),
            ),
        };
        Note::plain(
            format!("fällig am {day_de} ({de})"),
            format!("due on {day_en} ({en})"),
        )
    }
}

/// Whose holidays count for a customer. No mail names a state, and a postcode does not name it safely: the later date is
/// the safe side.
pub(super) fn region_of(_customer: &Customer) -> Region {
    Region::Any
}

pub(super) fn plus_days(day: Date, days: u16) -> Date {
    day.saturating_add(i64::from(days).days())
}

pub(super) fn minus_days(day: Date, days: u16) -> Date {
    day.saturating_sub(i64::from(days).days())
}
