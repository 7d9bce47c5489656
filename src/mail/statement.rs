//! Statement files of banks and providers: camt.052, camt.053, camt.054, MT940, MT942 and CSV exports, alone or in a ZIP.
//! Content decides what a file is, never its name. Knows the formats; whose statement it is and who sent it is judged in
//! [`facts`].
//!
//! Direction, status and currency of every line are read or the file is refused: a line that could be read in two ways
//! is never money.

mod archive;
mod camt;
mod csv;
mod facts;
mod mt940;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;

use jiff::civil::Date;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::ledger::event::Balance;
use crate::ledger::{Money, SourceId};

pub use archive::{is_statement, unpack};
pub use facts::{read_attached, read_file, take};

/// Largest statement file, bytes: that of a mail.
pub(crate) const MAX_FILE: usize = 10 * 1024 * 1024;

/// One statement of one account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// What it is, for a person: `camt.053`, `MT940`, `CSV of DKB`.
    pub format: String,
    /// The account's IBAN without blanks, where it has one.
    pub account: Option<String>,
    /// The account as printed.
    pub account_text: Option<String>,
    /// Its owner as the bank names him.
    pub owner: Option<String>,
    /// Last day that it is complete for; only of a statement proper.
    pub until: Option<Date>,
    /// A statement proper (camt.053, MT940, CSV), not an intraday report or notification.
    pub complete: bool,
    /// Balance before its first line.
    pub opening: Option<Balance>,
    /// Balance behind its last line.
    pub closing: Option<Balance>,
    /// Why it cannot be whole, if so: its lines do not add up to its balances.
    pub broken: Option<String>,
    /// Its lines in the order of the file.
    pub lines: Vec<Line>,
}

/// What a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Class {
    /// Money came in.
    #[default]
    Credit,
    /// Money went out.
    Debit,
    /// A direct debit or transfer came back.
    Return,
    /// The bank cancels a booking of its own.
    Reversal,
    /// Not booked yet.
    Pending,
    /// A provider pays out to the merchant's bank.
    Payout,
    /// Money that the merchant gives back to a customer.
    Refund,
    /// A fee of the bank or provider.
    Fee,
    /// Between the merchant's own accounts or currencies, a hold and its end.
    Internal,
    /// It did not happen.
    Failed,
    /// Nothing moved.
    Zero,
    /// Of a kind that is not known: never money.
    Unknown,
}

impl Class {
    /// The word in `explain --json`.
    pub fn word(self) -> &'static str {
        match self {
            Class::Credit => "credit",
            Class::Debit => "debit",
            Class::Return => "return",
            Class::Reversal => "reversal",
            Class::Pending => "pending",
            Class::Payout => "payout",
            Class::Refund => "refund_sent",
            Class::Fee => "fee",
            Class::Internal => "internal",
            Class::Failed => "failed",
            Class::Zero => "zero",
            Class::Unknown => "unknown",
        }
    }
}

/// What seems to stand in a field whose borders are not certain. Matching may use it as a hint, nobody claims it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Aside {
    /// Name of the other side.
    pub name: Option<String>,
    /// IBAN of the other side.
    pub iban: Option<String>,
}

/// One line: a detail of an entry, or the entry where it has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// What it is.
    pub class: Class,
    /// The balance grows.
    pub incoming: bool,
    /// Of the detail; `None` where the file gives none to a detail among several.
    pub amount: Option<Money>,
    /// Booking date, else value date, as the bank's civil day.
    pub booking_date: Option<Date>,
    /// Name of the other side.
    pub counterparty_name: Option<String>,
    /// IBAN of the other side, without blanks.
    pub counterparty_iban: Option<String>,
    /// E-mail address of the other side, as providers print it.
    pub counterparty_email: Option<String>,
    /// The other side, where the file does not tell it apart for certain.
    pub aside: Aside,
    /// For whom the other side pays, if named.
    pub ultimate_name: Option<String>,
    /// The purpose in the pieces that the bank made of it; a number may be cut between two of them.
    pub remittance: Vec<String>,
    /// Whether these pieces are the purpose is not certain: they are not shown as such.
    pub purpose_unsure: bool,
    /// The purpose goes on in a field that banks use for other text too.
    pub continued: Option<String>,
    /// Structured creditor references; of a provider's export the merchant's own invoice number.
    pub references: Vec<String>,
    /// End-to-end id, if it says something.
    pub end_to_end_id: Option<String>,
    /// The bank's own reference.
    pub transaction_id: Option<String>,
    /// Reason code of a return.
    pub return_reason: Option<String>,
    /// The id of the payment that this one reverses or gives back, in a provider's export.
    pub original_transaction_id: Option<String>,
    /// The amount that was ordered, where the bank booked another one (with its fee).
    pub instructed: Option<Money>,
    /// German business transaction code.
    pub gvc: Option<String>,
    /// The bank's text.
    pub additional: Option<String>,
    /// Why this line is no proof of money, if so.
    pub doubt: Option<String>,
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("class", self.class.word())?;
        map.serialize_entry("direction", if self.incoming { "in" } else { "out" })?;
        map.serialize_entry("amount", &self.amount.map(|a| a.amount.to_string()))?;
        // A piece of a file names none: ISO 4217 writes that as XXX.
        let currency = self.amount.map(|a| a.currency);
        map.serialize_entry("currency", &currency.filter(|c| c.code() != "XXX"))?;
        map.serialize_entry("booking_date", &self.booking_date)?;
        map.serialize_entry("counterparty_name", &self.counterparty_name)?;
        map.serialize_entry("counterparty_iban", &self.counterparty_iban)?;
        let remittance = self.remittance.join("\n");
        let known = !remittance.is_empty() && !self.purpose_unsure;
        map.serialize_entry("remittance", &known.then_some(remittance))?;
        map.serialize_entry("references", &self.references)?;
        map.serialize_entry("end_to_end_id", &self.end_to_end_id)?;
        map.serialize_entry("transaction_id", &self.transaction_id)?;
        map.end()
    }
}

impl Statement {
    /// Notes that the statement is not whole where its lines do not lead from its first balance to its last.
    fn prove(&mut self, moved: Option<rust_decimal::Decimal>) {
        let (Some(opening), Some(closing)) = (self.opening, self.closing) else {
            return;
        };
        let reached = moved.and_then(|moved| opening.amount.amount.checked_add(moved));
        let same = opening.amount.currency == closing.amount.currency;
        if !same || reached != Some(closing.amount.amount) {
            self.broken = Some(format!(
                "its lines do not lead from {} to {}",
                opening.amount, closing.amount
            ));
        }
    }
}

/// A statement file: the identity of its own bytes, and what stands in it.
pub type StatementFile = (SourceId, Vec<Statement>);

/// Reads one file: all its statements.
///
/// # Errors
/// Why it is not readable, in words.
pub fn read(bytes: &[u8]) -> Result<Vec<Statement>, String> {
    if archive::is_camt(bytes) {
        return camt::read(bytes);
    }
    if mt940::is_mt940(bytes) {
        return mt940::read(bytes);
    }
    csv::read(bytes)
}

/// Everything in a file or attachment, each member with the identity of its own bytes: the same statement mailed twice
/// or dropped into the folder is the same source. `None`: there is no statement in it.
pub fn read_any(bytes: &[u8]) -> Option<Result<Vec<StatementFile>, String>> {
    let members = match unpack(bytes)? {
        Ok(members) => members,
        Err(why) => return Some(Err(why)),
    };
    let read_one = |file: &Cow<'_, [u8]>| Ok((SourceId::of(file), read(file)?));
    Some(members.iter().map(read_one).collect())
}

/// An identity that says something.
fn meant(id: &str) -> bool {
    !matches!(
        id.to_ascii_uppercase().as_str(),
        "NOTPROVIDED" | "NONREF" | "NOTAVAILABLE" | "NONE" | "NA" | "N/A"
    )
}

/// The IBAN that this text is, without blanks.
fn iban_in(text: &str) -> Option<String> {
    let iban: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let letters = |part: Option<&str>, is: fn(u8) -> bool| part.is_some_and(|p| p.bytes().all(is));
    let fits = (15..=34).contains(&iban.len())
        && letters(iban.get(..2), |b| b.is_ascii_uppercase())
        && letters(iban.get(2..4), |b| b.is_ascii_digit())
        && letters(iban.get(4..), |b| b.is_ascii_alphanumeric());
    fits.then_some(iban)
}

/// With two places at least: banks leave out what is zero.
fn in_cents(mut amount: rust_decimal::Decimal) -> rust_decimal::Decimal {
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount
}

/// Without line ends and double blanks.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
