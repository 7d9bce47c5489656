//! What an amount means for one claim: it closes it, pays a part, or is more than was owed.
//!
//! Knows one claim and the merchant's rules. Principal, costs and interest are kept apart: a payment of exactly the
//! principal is the debtor's own designation (§ 367 (2) BGB), any other sum goes to costs, interest, principal
//! (§ 367 (1) BGB) unless the merchant ruled otherwise.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Rest, en};
use crate::ledger::calendar::{Region, moved_to_working_day};
use crate::ledger::event::Payment;
use crate::ledger::invoice::{Costs, Invoice, Split};
use crate::ledger::money::Money;
use crate::ledger::reference::fold;
use crate::ledger::terms::{BookingRules, Skonto};

/// One cent: by so much a customer may round a discount otherwise than we do.
const CENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
/// So little that is missing is a question of its own and no part payment.
const LITTLE: Decimal = Decimal::from_parts(500, 0, 0, false, 2);
/// ... if it is at most one such part of the total.
const PART_OF: Decimal = Decimal::from_parts(20, 0, 0, false, 0);
/// A deduction of more than so many percent is no cash discount.
const MOST_DISCOUNT: Decimal = Decimal::from_parts(10, 0, 0, false, 0);

/// An amount, applied to one claim.
pub(super) struct Applied {
    /// Money for the claim.
    pub(super) money: Money,
    /// What of it is no principal, and what settles the rest.
    pub(super) split: Split,
    /// How it fits, in words.
    pub(super) why: String,
    /// What the merchant still has to decide.
    pub(super) rest: Option<Rest>,
}

/// The amount closes the claim, by itself or with what was agreed. `None`: it does not.
pub(super) fn closing(
    payment: &Payment,
    day: Date,
    invoice: &Invoice,
    rules: &BookingRules,
) -> Option<Applied> {
    let (amount, open, costs) = (payment.amount, invoice.unpaid(), invoice.costs_open());
    if !open.is_positive() {
        return only_costs(amount, invoice);
    }
    let money = |sum: Decimal| Money::new(sum, open.currency);
    let done = |split, why| {
        Some(Applied {
            money: amount,
            split,
            why,
            rest: None,
        })
    };
    if amount == open {
        return done(
            Split::default(),
            format!("{} is exactly what is open", en(amount)),
        );
    }
    if costs.sum() > Decimal::ZERO && amount.amount == open.amount + costs.sum() {
        let why = format!(
            "{} is what is open with {} of costs and {} of interest",
            en(amount),
            en(money(costs.fees)),
            en(money(costs.interest))
        );
        return done(with_costs(costs), why);
    }
    let missing = open.amount - amount.amount;
    if let Some(skonto) = discount_taken(invoice, missing, Some(day)) {
        let split = Split {
            discount: missing,
            ..Split::default()
        };
        let why = format!(
            "{} less is the agreed discount of {} % until {}",
            en(money(missing)),
            skonto.percent.normalize(),
            skonto.until
        );
        return done(split, why);
    }
    (missing > Decimal::ZERO && missing <= rules.write_off_limit).then_some(())?;
    let split = Split {
        write_off: missing,
        ..Split::default()
    };
    let why = format!(
        "{} is missing, at most {} are written off",
        en(money(missing)),
        en(money(rules.write_off_limit))
    );
    done(split, why)
}

fn with_costs(costs: Costs) -> Split {
    Split {
        fees: costs.fees,
        interest: costs.interest,
        ..Split::default()
    }
}

/// The principal is paid, costs are open, and just they came.
fn only_costs(amount: Money, invoice: &Invoice) -> Option<Applied> {
    let costs = invoice.costs_open();
    (costs.sum() > Decimal::ZERO && amount.amount == costs.sum()).then(|| Applied {
        money: amount,
        split: with_costs(costs),
        why: format!(
            "{} is exactly what is open of costs and interest",
            en(amount)
        ),
        rest: None,
    })
}

/// The agreed discount that the missing amount is, to the cent; on this day or on any.
pub(super) fn discount_taken(
    invoice: &Invoice,
    missing: Decimal,
    day: Option<Date>,
) -> Option<Skonto> {
    let untouched = invoice.unpaid() == invoice.total && missing > Decimal::ZERO;
    let fits = |skonto: &&Skonto| {
        let off = (discount_of(invoice, skonto) - missing).abs() <= CENT;
        off && day.is_none_or(|day| day <= last_day(skonto))
    };
    let found = invoice.issued.terms.skonto.iter().find(fits);
    found.filter(|_| untouched).copied()
}

/// The discount in money, rounded half up to the cent.
pub(super) fn discount_of(invoice: &Invoice, skonto: &Skonto) -> Decimal {
    let exact = invoice.total.amount * skonto.percent / Decimal::ONE_HUNDRED;
    exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// The last day of the discount's period (§ 193 BGB; which state's holidays count is not known: the later day).
pub(super) fn last_day(skonto: &Skonto) -> Date {
    moved_to_working_day(skonto.until, Region::Any)
}

/// Less than all that is open, or more than the principal and less than all.
pub(super) fn part(payment: &Payment, invoice: &Invoice, rules: &BookingRules) -> Applied {
    let (amount, open, costs) = (payment.amount, invoice.unpaid(), invoice.costs_open());
    let mut left = amount.amount;
    let mut take = |want: Decimal| {
        let taken = want.min(left);
        left -= taken;
        taken
    };
    let early = rules.principal_first.then(|| take(open.amount));
    let split = Split {
        fees: take(costs.fees),
        interest: take(costs.interest),
        ..Split::default()
    };
    let principal = early.unwrap_or_else(|| take(open.amount));
    let still = open.amount - principal;
    let costs_left = costs.sum() - split.fees - split.interest;
    let money = |sum: Decimal| Money::new(sum, open.currency);
    let claim = || invoice.key.clone();
    let missing = Rest::Missing {
        claim: claim(),
        amount: money(still),
    };
    let rest = if still.is_zero() && costs_left > Decimal::ZERO {
        Some(Rest::Costs {
            claim: claim(),
            amount: money(costs_left),
        })
    } else if costs.sum() > Decimal::ZERO {
        // More than the principal: nothing is dunned before the merchant has looked at it.
        (amount.amount > open.amount).then_some(missing)
    } else {
        short(payment, invoice, still)
            .or_else(|| little(payment, invoice, still).then_some(missing))
    };
    let of = if costs.sum() > Decimal::ZERO {
        format!(
            "the open {} and {} of costs",
            en(open),
            en(money(costs.sum()))
        )
    } else {
        format!("the open {}", en(open))
    };
    Applied {
        money: amount,
        split,
        why: format!("{} is a part of {of}, and the payer fits", en(amount)),
        rest,
    }
}

/// A discount was taken that is not due (any more): the merchant grants or claims it.
fn short(payment: &Payment, invoice: &Invoice, missing: Decimal) -> Option<Rest> {
    let agreed = discount_taken(invoice, missing, None).is_some();
    let text = fold(&payment.remittance);
    let words = [
        "SKONTO", "ABZGL", "ABZUEGL", "DISCOUNT", "RABATT", "ESCOMPTE",
    ];
    let says = words.iter().any(|word| text.contains(word));
    let possible = missing * Decimal::ONE_HUNDRED <= invoice.total.amount * MOST_DISCOUNT;
    (agreed || (says && possible)).then(|| Rest::Discount {
        claim: invoice.key.clone(),
        amount: Money::new(missing, invoice.total.currency),
        agreed: !invoice.issued.terms.skonto.is_empty(),
    })
}

/// So little is missing that it is the bank's charge or a slip rather than an instalment.
fn little(payment: &Payment, invoice: &Invoice, missing: Decimal) -> bool {
    let share = missing * PART_OF <= invoice.total.amount;
    let charged = payment
        .charges
        .is_some_and(|charges| charges.amount == missing);
    charged || (missing < LITTLE && share)
}

/// More than all that is open: the claim is closed, the surplus is the customer's.
pub(super) fn beyond(payment: &Payment, invoice: &Invoice) -> Applied {
    let (amount, open, costs) = (payment.amount, invoice.unpaid(), invoice.costs_open());
    let all = Money::new(open.amount + costs.sum(), open.currency);
    let surplus = amount.minus(all).unwrap_or(Money::zero(open.currency));
    Applied {
        money: all,
        split: with_costs(costs),
        why: format!(
            "{amount} is more than the open {all}; the rest is credit, and the payer fits"
        ),
        rest: Some(Rest::Credit(surplus)),
    }
}
