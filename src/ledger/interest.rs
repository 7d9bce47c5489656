//! Interest of default: so many points above the base rate, by the day (§§ 247, 288 BGB).
//!
//! Exact decimals, act/365, both days included, rounded once and half up on the total; the parts are shown so that they
//! add up to it. No interest on interest or on fees (§ 289 BGB): only the principal comes in. Beyond the last known
//! half-year nothing is computed, and never zero instead: a rate that nobody knows is no rate.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::{Decimal, RoundingStrategy};

/// Whose default it is. Unknown counts as a consumer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Debtor {
    /// A consumer is involved: 5 points above the base rate (§ 288 (1) BGB).
    #[default]
    Consumer,
    /// A business owes a business: 9 points (§ 288 (2) BGB).
    Business,
}

impl Debtor {
    /// Points above the base rate.
    pub fn points(self) -> Decimal {
        match self {
            Debtor::Consumer => Decimal::from(5),
            Debtor::Business => Decimal::from(9),
        }
    }

    /// The lump sum of § 288 (5) BGB in euro: of businesses only, and once per claim.
    pub fn lump_sum(self, charged_before: bool) -> Option<Decimal> {
        (self == Debtor::Business && !charged_before).then(|| Decimal::from(40))
    }
}

/// Base rates of the Bundesbank (§ 247 BGB, published in the Bundesanzeiger): from this day until the next line, in
/// hundredths of a percent. As of August 2026; what was not confirmed then is not in it.
const PUBLISHED: [(Date, i64); 27] = [
    (date(2002, 1, 1), 257),
    (date(2002, 7, 1), 247),
    (date(2003, 1, 1), 197),
    (date(2003, 7, 1), 122),
    (date(2004, 1, 1), 114),
    (date(2004, 7, 1), 113),
    (date(2005, 1, 1), 121),
    (date(2005, 7, 1), 117),
    (date(2006, 1, 1), 137),
    (date(2006, 7, 1), 195),
    (date(2007, 1, 1), 270),
    (date(2007, 7, 1), 319),
    (date(2008, 1, 1), 332),
    (date(2008, 7, 1), 319),
    (date(2009, 1, 1), 162),
    (date(2009, 7, 1), 12),
    (date(2011, 7, 1), 37),
    (date(2012, 1, 1), 12),
    (date(2013, 1, 1), -13),
    (date(2013, 7, 1), -38),
    (date(2014, 1, 1), -63),
    (date(2014, 7, 1), -73),
    (date(2015, 1, 1), -83),
    (date(2016, 7, 1), -88),
    (date(2023, 1, 1), 162),
    (date(2023, 7, 1), 312),
    (date(2024, 1, 1), 362),
];
/// The rates after those, one a half-year.
const RECENT: [(Date, i64); 4] = [
    (date(2024, 7, 1), 337),
    (date(2025, 1, 1), 227),
    (date(2025, 7, 1), 127),
    (date(2026, 1, 1), 127),
];

/// Base rates by the day from which they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseRates {
    rates: Vec<(Date, Decimal)>,
}

impl BaseRates {
    /// The published rates.
    pub fn published() -> BaseRates {
        let rates = PUBLISHED.iter().chain(&RECENT);
        BaseRates {
            rates: rates
                .map(|&(from, hundredths)| (from, Decimal::new(hundredths, 2)))
                .collect(),
        }
    }

    /// The same with a rate that the merchant adds or sets right, in percent.
    pub fn with(mut self, from: Date, percent: Decimal) -> BaseRates {
        self.rates.retain(|(day, _)| *day != from);
        self.rates.push((from, percent));
        self.rates.sort();
        self
    }

    /// The last day that is known: the end of the half-year of the last rate.
    pub fn known_until(&self) -> Option<Date> {
        let (last, _) = self.rates.last()?;
        let (year, month) = if last.month() < 7 {
            (last.year(), 6)
        } else {
            (last.year(), 12)
        };
        Date::new(year, month, 1)
            .ok()
            .map(|day| day.last_of_month())
    }

    /// The rate of a day in percent; `None`: not known.
    pub fn on(&self, day: Date) -> Option<Decimal> {
        (day <= self.known_until()?).then_some(())?;
        let mut before = self.rates.iter().rev().skip_while(|(from, _)| *from > day);
        before.next().map(|(_, percent)| *percent)
    }
}

/// Days at one rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First day.
    pub from: Date,
    /// Last day, included.
    pub to: Date,
    /// How many days.
    pub days: i32,
    /// Percent a year.
    pub percent: Decimal,
    /// Interest of these days, in cents that add up to the total.
    pub interest: Decimal,
}

/// Interest of a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interest {
    /// By rate, in order.
    pub stretches: Vec<Stretch>,
    /// Without rounding.
    pub exact: Decimal,
    /// Rounded half up to the cent.
    pub total: Decimal,
}

/// Interest on a principal from the first day of default to the day before the money is credited, both included.
///
/// # Errors
/// Says the first day whose base rate is not known.
pub fn interest(
    principal: Decimal,
    debtor: Debtor,
    first: Date,
    last: Date,
    rates: &BaseRates,
) -> Result<Interest, String> {
    let mut stretches = Vec::new();
    let (mut exact, mut shown) = (Decimal::ZERO, Decimal::ZERO);
    let mut from = first;
    while from <= last {
        let base = rates
            .on(from)
            .ok_or_else(|| format!("the base rate of {from} is not known (§ 247 BGB)"))?;
        let half = if from.month() < 7 { 6 } else { 12 };
        let end = Date::new(from.year(), half, 1).map(|day| day.last_of_month());
        let to = end.unwrap_or(last).min(last);
        let days = (to - from).get_days() + 1;
        let percent = base + debtor.points();
        exact += principal * percent * Decimal::from(days) / Decimal::from(36_500);
        let interest = cents(exact) - shown;
        shown += interest;
        push(
            &mut stretches,
            Stretch {
                from,
                to,
                days,
                percent,
                interest,
            },
        );
        let Ok(next) = to.checked_add(1.day()) else {
            break; // the calendar ends
        };
        from = next;
    }
    Ok(Interest {
        stretches,
        exact,
        total: cents(exact),
    })
}

/// Half-years of one rate are one stretch.
fn push(stretches: &mut Vec<Stretch>, next: Stretch) {
    match stretches.last_mut() {
        Some(last) if last.percent == next.percent => {
            last.to = next.to;
            last.days += next.days;
            last.interest += next.interest;
        }
        _ => stretches.push(next),
    }
}

fn cents(exact: Decimal) -> Decimal {
    exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
