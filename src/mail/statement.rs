//! Bank statements: camt.053, and the intraday report and notification of the same family (camt.052, camt.054), as XML
//! or in a ZIP. Knows the format; whose statement it is and who sent it is judged in [`facts`].
//!
//! Direction, status and currency of every line are read or the file is refused: a line that could be read in two ways
//! is never money.

mod archive;
mod camt;
mod facts;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::xml;
use crate::ledger::{Money, SourceId};

pub use archive::{is_camt, unpack};
pub use facts::{read_attached, read_file, take};

/// One statement of one account.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The account's IBAN without blanks, where it has one.
    pub account: Option<String>,
    /// The account as printed.
    pub account_text: Option<String>,
    /// Its owner as the bank names him.
    pub owner: Option<String>,
    /// Last day that it is complete for; only of a statement proper.
    pub until: Option<Date>,
    /// A statement proper (camt.053), not an intraday report or notification.
    pub complete: bool,
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
        }
    }
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
    /// For whom the other side pays, if named.
    pub ultimate_name: Option<String>,
    /// The purpose in the pieces that the bank made of it; a number may be cut between two of them.
    pub remittance: Vec<String>,
    /// Structured creditor references.
    pub references: Vec<String>,
    /// End-to-end id, if it says something.
    pub end_to_end_id: Option<String>,
    /// The bank's own reference.
    pub transaction_id: Option<String>,
    /// Reason code of a return.
    pub return_reason: Option<String>,
    /// The amount that was ordered, where the bank booked another one (with its fee).
    pub instructed: Option<Money>,
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
        map.serialize_entry("currency", &self.amount.map(|a| a.currency))?;
        map.serialize_entry("booking_date", &self.booking_date)?;
        map.serialize_entry("counterparty_name", &self.counterparty_name)?;
        map.serialize_entry("counterparty_iban", &self.counterparty_iban)?;
        let remittance = self.remittance.join("\n");
        map.serialize_entry(
            "remittance",
            &(!remittance.is_empty()).then_some(remittance),
        )?;
        map.serialize_entry("references", &self.references)?;
        map.serialize_entry("end_to_end_id", &self.end_to_end_id)?;
        map.serialize_entry("transaction_id", &self.transaction_id)?;
        map.end()
    }
}

/// A statement file: the identity of its own bytes, and what stands in it.
pub type StatementFile = (SourceId, Vec<Statement>);

/// Reads one XML file: all its statements.
///
/// # Errors
/// Why it is not readable as camt, in words.
pub fn read(bytes: &[u8]) -> Result<Vec<Statement>, String> {
    camt::statements(&xml::parse(bytes)?)
}

/// Everything in a file or attachment, each member with the identity of its own bytes: the same statement mailed twice
/// or dropped into the folder is the same source. `None`: there is no camt in it.
pub fn read_any(bytes: &[u8]) -> Option<Result<Vec<StatementFile>, String>> {
    let members = match unpack(bytes)? {
        Ok(members) => members,
        Err(why) => return Some(Err(why)),
    };
    let read_one = |xml: &Vec<u8>| Ok((SourceId::of(xml), read(xml)?));
    Some(members.iter().map(read_one).collect())
}
