//! What a certain booking leaves to the merchant: a discount that is not due, cents, ignored costs, credit, a charge.

use serde::Serialize;

use crate::ledger::Language::{De, En};
use crate::ledger::invoice::InvoiceKey;
use crate::ledger::money::Money;
use crate::ledger::note::{Note, money_in};

/// What the merchant still has to decide about booked money.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// A discount was taken that is not due.
    Discount {
        /// On which claim.
        claim: InvoiceKey,
        /// How much is missing.
        amount: Money,
        /// One was agreed, but for another day or amount.
        agreed: bool,
    },
    /// So little is missing that it is hardly meant.
    Missing {
        /// On which claim.
        claim: InvoiceKey,
        /// How much.
        amount: Money,
    },
    /// The principal is paid, costs and interest are not.
    Costs {
        /// On which claim.
        claim: InvoiceKey,
        /// How much.
        amount: Money,
    },
    /// More came than was owed.
    Credit(Money),
    /// The bank charged for a return.
    Charge(Money),
    /// A provider took the money back: the debtor disputes it.
    Chargeback(Money),
    /// Money for a claim that is void: nothing is owed.
    NotOwed(Money),
}

impl Rest {
    /// The claim that no letter may go out for until it is decided, and how much is open on it.
    pub fn open(&self) -> Option<(&InvoiceKey, Money)> {
        match self {
            Rest::Discount { claim, amount, .. }
            | Rest::Missing { claim, amount }
            | Rest::Costs { claim, amount } => Some((claim, *amount)),
            Rest::Credit(_) | Rest::Charge(_) | Rest::Chargeback(_) | Rest::NotOwed(_) => None,
        }
    }

    /// The question in words.
    pub fn in_words(&self) -> Note {
        let both = |amount: &Money| (money_in(De, *amount), money_in(En, *amount));
        let (de, en) = match self {
            Rest::Discount { amount, agreed, .. } => {
                let (de, en) = both(amount);
                let (spaet, late) = match agreed {
                    true => ("zu spät oder zu viel", "too late or too much"),
                    false => ("nicht vereinbart", "not agreed"),
                };
                (
                    format!("{de} Abzug, {spaet}: gewähren oder fordern?"),
                    format!("{en} deducted, {late}: grant or claim?"),
                )
            }
            Rest::Missing { amount, .. } => {
                let (de, en) = both(amount);
                (
                    format!("{de} fehlen: ausbuchen oder fordern?"),
                    format!("{en} missing: write off or claim?"),
                )
            }
            Rest::Costs { amount, .. } => {
                let (de, en) = both(amount);
                (
                    format!("{de} Kosten und Zinsen offen: erlassen oder fordern?"),
                    format!("{en} of costs and interest open: waive or claim?"),
                )
            }
            Rest::Credit(amount) | Rest::NotOwed(amount) => {
                let (de, en) = both(amount);
                (
                    format!("{de} zu viel: erstatten oder verrechnen?"),
                    format!("{en} too much: refund or set off?"),
                )
            }
            Rest::Charge(amount) => {
                let (de, en) = both(amount);
                (
                    format!("{de} Entgelt der Bank: weiterbelasten?"),
                    format!("{en} charged by the bank: charge it on?"),
                )
            }
            Rest::Chargeback(amount) => {
                let (de, en) = both(amount);
                (
                    format!("{de} zurückgebucht: fordern oder hinnehmen?"),
                    format!("{en} charged back: dun, or accept it?"),
                )
            }
        };
        Note::plain(de, en)
    }
}
