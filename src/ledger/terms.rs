//! What is known of a claim beside its sum: the customer's number, agreed cash discount, printed references; what the
//! default of its debtor costs; and the merchant's own rules of booking.
//!
//! All of it are facts like any other: rules hold from the moment at which they were set, and a later change does not
//! book anything anew.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::invoice::InvoiceKey;
use super::money::Money;

/// What a shop's paper says beside the sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The customer's number as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_number: Option<String>,
    /// Agreed cash discounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skonto: Vec<Skonto>,
    /// References printed for the payer (RF, QR reference, OGM, viite), and ids under which it is collected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// A credit note: money that the customer has to get; its total is negative.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub credit_note: bool,
}

impl Terms {
    /// Nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Terms::default()
    }
}

/// So many percent less for who pays by this day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skonto {
    /// Percent of the total.
    pub percent: Decimal,
    /// Last day on which the money may come in; moved by § 193 BGB.
    pub until: Date,
}

/// Costs and interest of default that the merchant demands of a debtor, beyond what he demanded before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charged {
    /// For which claim.
    pub invoice: InvoiceKey,
    /// Costs of reminding, lump sum (§ 288 (5) BGB).
    pub fees: Money,
    /// Interest of default (§ 288 BGB).
    pub interest: Money,
}

/// The merchant's rules of booking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingRules {
    /// Further accounts of his own; money from there is a transfer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_ibans: Vec<String>,
    /// Names of those who pay out what others paid (providers): net sums, never a customer's payment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payout_payers: Vec<String>,
    /// So much may be missing and is written off.
    #[serde(default)]
    pub write_off_limit: Decimal,
    /// Money pays principal, costs, interest; not costs, interest, principal (§ 367 (1) BGB).
    #[serde(default)]
    pub principal_first: bool,
}
