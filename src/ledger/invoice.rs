//! One claim: what the shop said, what was paid on it, what holds it, what was sent for it.
//!
//! A claim is mutated only by `books` while it folds events. Money is exact and of one currency per claim.

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::customer::CustomerAddress;
use super::event::{EventKey, Issued, SourceId};
use super::money::Money;
use super::policy::Level;

/// Business key of a claim: shop (its name in the configuration) and order number as printed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct InvoiceKey {
    /// Name of the shop in the configuration.
    pub shop: String,
    /// Order number as printed, without `#`.
    pub number: String,
}

impl fmt::Display for InvoiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.shop, self.number)
    }
}

/// How an order is to be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// On invoice, or only terms such as net 30.
    Invoice,
    /// Transfer in advance.
    Prepayment,
    /// Printed as just "bank transfer": treated with the care of a prepayment.
    BankTransfer,
    /// SEPA direct debit.
    DirectDebit,
    /// Cash on delivery.
    Cod,
    /// Card.
    Card,
    /// PayPal.
    Paypal,
    /// Any other, and what a marketplace collects.
    Other,
}

/// A claim as folded from all events.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Invoice {
    /// Business key.
    pub key: InvoiceKey,
    /// What the first (then the most complete) shop mail said.
    pub issued: Issued,
    /// The event that opened it.
    pub opened_by: EventKey,
    /// Gross total after credits.
    pub total: Money,
    /// A part that was paid before the claim came, as the shop's mail states it.
    pub paid_before: Money,
    /// What was paid on it, in order; a return is a negative allocation.
    pub allocations: Vec<Allocation>,
    /// The shop or its mail says it is paid: nothing is open whatever the allocations say.
    pub paid_at_shop: Option<EventKey>,
    /// Void since.
    pub cancelled: Option<EventKey>,
    /// Disputed since, with the reason.
    pub disputed: Option<String>,
    /// Paused.
    pub paused: Option<Pause>,
    /// Levels taken, ascending.
    pub taken: Vec<Taken>,
    /// Steps that the merchant agreed to (`ja`) or vetoed (`nein`), by level.
    pub approved: Vec<Level>,
    /// See `approved`.
    pub vetoed: Vec<Level>,
    /// Levels announced in a digest, with the digest's day.
    pub forewarned: Vec<(Level, Date)>,
    /// The merchant said to remind a claim from before the start date.
    pub released: bool,
    /// Further mails about the same order that contradict the first: reason for the merchant.
    pub contradictions: Vec<String>,
    /// Amounts that credits took off, and when: two equal ones within days may be two mails about one.
    pub credits: Vec<(jiff::Timestamp, Money)>,
    /// Costs and interest of default that were demanded, in the claim's currency, beside the total.
    pub costs: Costs,
    /// What the merchant paid back of what was paid on it; it is not open again thereby.
    pub refunded: Decimal,
    /// Bookings that the merchant took back.
    pub taken_back: Vec<TakenBack>,
}

/// Costs and interest of default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Costs {
    /// Costs of reminding, lump sum.
    pub fees: Decimal,
    /// Interest.
    pub interest: Decimal,
}

impl Costs {
    /// Both together.
    pub fn sum(&self) -> Decimal {
        self.fees + self.interest
    }
}

impl Invoice {
    /// What is open and may be asked for: nothing if the claim is void or the shop says that it is paid; never negative.
    pub fn open(&self) -> Money {
        if self.paid_at_shop.is_some() {
            return Money::zero(self.total.currency);
        }
        self.unpaid()
    }

    /// What no payment covers yet, whatever the shop says about it; nothing if the claim is void; never negative.
    pub fn unpaid(&self) -> Money {
        let rest = self.balance();
        if rest.is_positive() {
            rest
        } else {
            Money::zero(self.total.currency)
        }
    }

    /// What no payment covers yet; negative for a credit note that is not used up; nothing if the claim is void.
    pub fn balance(&self) -> Money {
        if self.cancelled.is_some() {
            return Money::zero(self.total.currency);
        }
        self.total.minus(self.paid()).unwrap_or(self.total)
    }

    /// How much of the principal is settled: paid, taken off as discount or written off.
    pub fn paid(&self) -> Money {
        self.settled(|part| part.principal() + part.split.discount + part.split.write_off)
    }

    /// How much money came in for the principal in all.
    pub fn paid_in_money(&self) -> Money {
        self.settled(Allocation::principal)
    }

    fn settled(&self, of: impl Fn(&Allocation) -> Decimal) -> Money {
        self.allocations.iter().fold(self.paid_before, |sum, part| {
            let more = Money::new(of(part), sum.currency);
            sum.plus(more).unwrap_or(sum)
        })
    }

    /// Costs and interest of default that are demanded and not paid.
    pub fn costs_open(&self) -> Costs {
        self.allocations
            .iter()
            .fold(self.costs, |open, part| Costs {
                fees: open.fees - part.split.fees,
                interest: open.interest - part.split.interest,
            })
    }

    /// Money that the customer has to get: a credit note.
    pub fn is_credit_note(&self) -> bool {
        self.issued.terms.credit_note
    }

    /// Where letters about it go.
    pub fn address(&self) -> Option<&CustomerAddress> {
        self.issued.customer.address.as_ref()
    }
}

/// A pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pause {
    /// Last day of the pause; `None`: until resumed.
    pub until: Option<Date>,
}

/// A level that was taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Taken {
    /// Which level.
    pub level: Level,
    /// With which letter.
    pub letter: SourceId,
    /// On which day.
    pub on: Date,
    /// Deadline that the letter named.
    pub deadline: Option<Date>,
}

/// A part of a payment booked on a claim.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Allocation {
    /// The payment's event, or the command's.
    pub payment: EventKey,
    /// Money: positive: paid; negative: went back, or a credit note that is used up.
    pub amount: Money,
    /// What of it is not principal, and what is settled without money.
    #[serde(flatten)]
    pub split: Split,
    /// Why it was booked here, in words.
    pub why: Vec<String>,
}

impl Allocation {
    /// The part of the money that is for the principal.
    pub fn principal(&self) -> Decimal {
        self.amount.amount - self.split.fees - self.split.interest
    }
}

/// A booking that the merchant took back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TakenBack {
    /// When.
    pub at: jiff::Timestamp,
    /// What it was.
    pub part: Allocation,
}

/// What of a booking is not principal, and what it settles without money. All in the claim's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Split {
    /// Of the money: costs of reminding.
    #[serde(skip_serializing_if = "Decimal::is_zero")]
    pub fees: Decimal,
    /// Of the money: interest of default.
    #[serde(skip_serializing_if = "Decimal::is_zero")]
    pub interest: Decimal,
    /// Beside the money: agreed discount.
    #[serde(skip_serializing_if = "Decimal::is_zero")]
    pub discount: Decimal,
    /// Beside the money: written off.
    #[serde(skip_serializing_if = "Decimal::is_zero")]
    pub write_off: Decimal,
}

impl std::ops::Neg for Split {
    type Output = Split;

    fn neg(self) -> Split {
        Split {
            fees: -self.fees,
            interest: -self.interest,
            discount: -self.discount,
            write_off: -self.write_off,
        }
    }
}
