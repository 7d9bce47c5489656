//! What a mail says whose sender or layout is not proof enough to act on: shown to the merchant, who says yes or no.
//!
//! Knows no mail. Invariant: a proposal changes no claim before the merchant's yes; while one that would end or lower a
//! claim is open, that claim gets no letter.

use serde::{Deserialize, Serialize};

use super::event::{EventKey, Fact};
use super::invoice::InvoiceKey;

/// A fact about a claim that waits for the merchant's yes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposed {
    /// What would be true: a claim comes into being, ends or is lowered.
    pub fact: Fact,
    /// Why he is asked.
    pub why: Doubt,
}

/// Why a proposal is none of the facts that are simply believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The merchant passed the mail on by hand: its sender is not proven any more (DESIGN 6).
    Forwarded,
    /// No recipe knows the layout; the sums agree.
    UnknownLayout,
}

/// A proposal and where it was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Waiting {
    /// Its event.
    pub key: EventKey,
    /// What it says.
    pub proposed: Proposed,
}

impl Proposed {
    /// The claim that it is about; `None` for a fact that is about no claim and is never proposed.
    pub fn claim(&self) -> Option<&InvoiceKey> {
        match &self.fact {
            Fact::Issued(issued) => Some(&issued.invoice),
            Fact::Credited(credited) => Some(&credited.invoice),
            Fact::Cancelled { invoice } | Fact::PaidAtShop { invoice } => Some(invoice),
            _ => None,
        }
    }

    /// It would open a claim.
    pub fn opens(&self) -> bool {
        matches!(self.fact, Fact::Issued(_))
    }
}
