//! What a mail says. Pure: bytes in, a [`Reading`] out, never an error and never a panic; imports only the ledger's
//! types. Everything that comes in is hostile: limits come before parsing, trust before meaning, and what is not
//! understood or not proven goes to review with the reason.

pub mod bank;
pub mod dates;
pub mod einvoice;
pub mod forward;
pub mod general;
pub mod head;
pub mod html;
pub mod microdata;
pub mod numbers;
pub mod ours;
pub mod parts;
pub mod read;
pub mod reading;
pub mod recipe;
pub mod schema_org;
pub mod shop;
pub mod statement;
pub mod trust;
pub mod xml;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::ledger::terms::Terms;
use crate::ledger::{Event, Money, PaymentMethod, SourceId};

pub use read::{is_file, read, read_file};
pub use recipe::Recipe;
pub use trust::Trust;

/// A mail as the mailbox holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawMail {
    /// The whole message, CRLF or LF.
    pub bytes: Vec<u8>,
    /// When the mailbox received it (IMAP INTERNALDATE): the only date we believe.
    pub received: Timestamp,
}

impl RawMail {
    /// Identity: equal bytes are the same mail, whichever folder it lies in.
    pub fn source(&self) -> SourceId {
        SourceId::of(&self.bytes)
    }
}

/// What a mail is, in the words of `explain --json`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An order (or its merchant's copy) with a total.
    Order,
    /// An order without a total: no claim can be made.
    OrderIncomplete,
    /// A claim is void or smaller.
    Cancellation,
    /// Money goes back to the customer.
    Refund,
    /// Money came in (also the shop's "paid" mail).
    PaymentReceived,
    /// A direct debit or payment went back.
    PaymentReturned,
    /// Money is announced.
    PaymentPending,
    /// Money went out.
    PaymentSent,
    /// A letter of ours (or any mail) could not be delivered.
    Bounce,
    /// All else.
    #[default]
    None,
}

/// What became of a mail: exactly one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Facts were taken.
    Booked,
    /// Understood; nothing to take.
    Ignored,
    /// Not understood or not trusted: the merchant is shown it.
    Review,
    /// A limit or a broken structure.
    Error,
}

/// An order as read; the form of `explain --json`. `None` is what the mail does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct OrderReading {
    pub order_number: Option<String>,
    pub invoice_number: Option<String>,
    pub order_date: Option<Date>,
    pub invoice_date: Option<Date>,
    pub customer_name: Option<String>,
    pub customer_email: Option<String>,
    pub company: Option<String>,
    pub billing_country: Option<String>,
    pub billing_postcode: Option<String>,
    #[serde(serialize_with = "amount_only")]
    pub total: Option<Money>,
    #[serde(serialize_with = "amount_only")]
    pub amount_due: Option<Money>,
    pub currency: Option<crate::ledger::Currency>,
    pub payment_method: Option<PaymentMethod>,
    pub paid: bool,
    pub due_date: Option<Date>,
    pub payment_terms_days: Option<u16>,
    #[serde(skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
    pub partial: bool,
    #[serde(serialize_with = "amount_only")]
    pub refund_amount: Option<Money>,
}

/// A booking as read; the form of `explain --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PaymentReading {
    pub kind: Kind,
    #[serde(serialize_with = "amount_only_always")]
    pub amount: Money,
    pub currency: crate::ledger::Currency,
    pub booking_date: Option<Date>,
    pub payer_name: Option<String>,
    pub payer_iban: Option<String>,
    pub payer_email: Option<String>,
    pub remittance: Option<String>,
    pub references: Vec<String>,
    pub transaction_id: Option<String>,
    pub end_to_end_id: Option<String>,
    pub original_transaction_id: Option<String>,
    pub return_reason: Option<String>,
    /// The merchant's account as printed: IBAN, masked number (`*8600`) or provider.
    pub account: Option<String>,
    /// The payer's name was cut by the bank.
    pub payer_cut: bool,
    /// From a statement (full line), not from a notification.
    pub from_statement: bool,
}

/// Everything that one mail said and how it was understood. Total: there is always a reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it is.
    pub kind: Kind,
    /// The order in it.
    pub order: Option<OrderReading>,
    /// Its bookings, in the order of the mail.
    pub payments: Vec<PaymentReading>,
    /// Every line of the statements in it, also what is no customer's money; the form of `explain --json`.
    pub transactions: Vec<statement::Line>,
    /// The e-invoice in it.
    pub invoice: Option<einvoice::EInvoice>,
    /// The address in a bounce.
    pub failed_recipient: Option<String>,
    /// The facts, ready for the ledger; empty unless `outcome` is `Booked`.
    pub events: Vec<Event>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, in one sentence (English; shown by `explain`, lists and the digest).
    pub reason: String,
    /// From, cleaned for display.
    pub from: String,
    /// Subject, cleaned for display.
    pub subject: String,
    /// Every step of understanding, in order: what `explain` prints.
    pub trace: Vec<Trace>,
}

impl Reading {
    /// A reading of this kind and outcome that has taken nothing yet.
    pub fn new(kind: Kind, outcome: Outcome, reason: String) -> Reading {
        Reading {
            kind,
            order: None,
            payments: Vec::new(),
            transactions: Vec::new(),
            invoice: None,
            failed_recipient: None,
            events: Vec::new(),
            outcome,
            reason,
            from: String::new(),
            subject: String::new(),
            trace: Vec::new(),
        }
    }
}

/// One step of understanding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// Who speaks: `limits`, `trust`, `recipe shopware6`, `check` ...
    pub reader: String,
    /// What it found or refused, in words; values with the place where they stand.
    pub text: String,
}

fn amount_only<S: serde::Serializer>(money: &Option<Money>, s: S) -> Result<S::Ok, S::Error> {
    match money {
        Some(money) => s.collect_str(&money.amount),
        None => s.serialize_none(),
    }
}

fn amount_only_always<S: serde::Serializer>(money: &Money, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(&money.amount)
}
