//! Money on one of the merchant's accounts as a bank or provider names it. What the payer wrote is attacker's input.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::money::Money;

/// Money on one of the merchant's accounts. The fact around it gives the direction; the amount is positive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// The merchant's account: IBAN without blanks, or a provider's name (`paypal`).
    pub account: String,
    /// Positive amount.
    pub amount: Money,
    /// Booking date, where printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booked: Option<Date>,
    /// Payer as printed; may be cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// The bank cut the payer's name.
    #[serde(default)]
    pub payer_cut: bool,
    /// Payer's IBAN without blanks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_iban: Option<String>,
    /// Payer's e-mail address (providers print it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_email: Option<String>,
    /// Purpose as written by the payer, with the bank's line breaks. Attacker's input.
    #[serde(default)]
    pub remittance: String,
    /// Structured creditor references (camt `Strd`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// The bank's or provider's own id of this booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// End-to-end id, if the payer gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_to_end_id: Option<String>,
    /// Of a return: the id of the payment that went back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_transaction_id: Option<String>,
    /// Of a return: the printed reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_reason: Option<String>,
    /// Read from a statement (full line) rather than from a notification mail (poor line).
    #[serde(default)]
    pub from_statement: bool,
    /// The evidence is too thin to book (SPF without DKIM): such money only ever becomes a question to the merchant.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proposal_only: bool,
    /// The bank's own charge that the line names: of a return on top, of a transfer taken off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charges: Option<Money>,
    /// Of a return: the amount that had been paid, without the bank's charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_amount: Option<Money>,
}

impl Payment {
    /// An amount on an account, of which nothing else is known.
    pub fn plain(account: impl Into<String>, amount: Money) -> Payment {
        Payment {
            account: account.into(),
            amount,
            booked: None,
            payer: None,
            payer_cut: false,
            payer_iban: None,
            payer_email: None,
            remittance: String::new(),
            references: Vec::new(),
            transaction_id: None,
            end_to_end_id: None,
            original_transaction_id: None,
            return_reason: None,
            from_statement: false,
            proposal_only: false,
            charges: None,
            original_amount: None,
        }
    }
}
