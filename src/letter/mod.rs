//! What we say. Pure: an action and the ledger in, finished bytes out; same input, same bytes. Templates are the
//! merchant's; extracted text is data and never template. Bank details come from the configuration only.

mod alarm;
pub mod compose;
pub mod context;
mod digest;
pub mod filters;
mod layout;
pub mod mime;
mod names;
mod orders;
mod phrases;
mod problems;
mod proof;
mod sample;
mod sample_digest;
mod shipped;
pub mod templates;
pub mod variables;

use jiff::Timestamp;

use crate::ledger::{CustomerAddress, Event, Language, SourceId};

pub use templates::Letters;

/// A finished mail: the store keeps it, the outbox sends exactly these bytes.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Letter {
    /// Identity; in the Message-ID and in the sealed events.
    pub id: SourceId,
    /// Envelope sender.
    pub from: CustomerAddress,
    /// Envelope recipients, one transaction: the customer (if it is a customer letter) and the merchant's mailbox.
    pub recipients: Vec<CustomerAddress>,
    /// The customer, of a customer letter.
    pub customer: Option<CustomerAddress>,
    /// Facts that become true when the server accepts it; sealed inside its header too.
    pub events: Vec<Event>,
    /// When it was composed.
    pub at: Timestamp,
    /// The message, CRLF line ends, at most 998 bytes a line.
    #[serde(with = "as_text")]
    pub bytes: Vec<u8>,
}

/// Who writes: from the configuration only.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Business name in the From header.
    pub name: String,
    /// From address.
    pub address: CustomerAddress,
    /// Where the merchant reads his digests.
    pub merchant: CustomerAddress,
    /// The mailbox that Mahnwerk reads: second envelope recipient of every letter.
    pub mailbox: CustomerAddress,
    /// Language of the digest.
    pub language: Language,
    /// Lines of the business identity (§ 35a GmbHG, §§ 37a, 125a HGB), printed under each letter.
    pub identity: Vec<String>,
    /// Accounts by IBAN without blanks.
    pub accounts: Vec<PayTo>,
    /// Shop name -> how customers know the shop, and the account it is paid to.
    pub shops: Vec<ShopIdentity>,
    /// Zone in which dates are written.
    pub zone: jiff::tz::TimeZone,
    /// Rehearsal: every customer letter goes to the merchant instead, marked as such.
    pub rehearsal: bool,
}

/// An account as printed in letters.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PayTo {
    /// IBAN without blanks.
    pub iban: String,
    /// Account holder exactly as the bank has it.
    pub holder: String,
    /// BIC, if configured.
    pub bic: Option<String>,
    /// Bank's name, if configured.
    pub bank: Option<String>,
}

/// A shop as customers know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopIdentity {
    /// Name in the configuration.
    pub shop: String,
    /// Name that customers know.
    pub title: String,
    /// IBAN of the account that its claims are payable to.
    pub account: String,
}

mod as_text {
    //! Mail bytes inside JSON: as text, since a finished letter is 7-bit (every part is encoded).
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        let text = std::str::from_utf8(bytes).map_err(serde::ser::Error::custom)?;
        s.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        Ok(String::deserialize(d)?.into_bytes())
    }
}
