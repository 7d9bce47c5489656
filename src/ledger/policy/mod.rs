//! What is due, to whom, when and why. Pure: the same function decides (`plan`), looks ahead (`forecast`) and
//! explains (`why`), so they cannot disagree. Knows the ledger and a civil date and time in the merchant's zone.
//!
//! Defaults are those of the product description's section K; each has its reason beside it where it is defined.

mod account;
mod ask;
mod ask_money;
mod brake;
mod day;
mod due;
mod forecast;
mod letters;
mod offer;
mod plan;
mod standard;
mod step;
mod told_words;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::calendar::Region;
use super::customer::{CustomerAddress, Language};
use super::event::{Choice, SourceId};
use super::invoice::{InvoiceKey, PaymentMethod};
use super::note::Note;

pub use step::{Outcome, Verdict};

/// Position of a reminder in its ladder: 1 is the first.
pub type Level = u8;

/// One claim taking one level.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Step {
    /// The claim.
    pub invoice: InvoiceKey,
    /// The level it takes.
    pub level: Level,
}

/// The rules in force.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Zone of every civil date.
    pub zone: TimeZone,
    /// Language of digest and notes.
    pub language: Language,
    /// Claims from before this day are listed, not reminded.
    pub start: Date,
    /// Payment term in days where neither mail nor shop says one.
    pub term_days: u16,
    /// Days between a letter and the deadline it names.
    pub deadline_days: u16,
    /// Ladder of orders on invoice.
    pub levels: Vec<LevelRule>,
    /// Ladder of orders to be paid in advance; ends with the question whether to cancel.
    pub prepayment: Vec<LevelRule>,
    /// When letters may go out.
    pub window: Window,
    /// Time of the digest on working days.
    pub digest_at: Time,
    /// Oldest bank data, in banking days, on which a reminder may go out.
    pub freshness_days: u16,
    /// Days between two letters to one customer.
    pub gap_days: u16,
    /// Nothing goes out for less than this in all.
    pub minimum: Decimal,
    /// Circuit breaker: a day may have `max(floor, factor x mean of the last 60 days' sending days)` letters.
    pub breaker: Breaker,
    /// Terms by shop name.
    pub shops: BTreeMap<String, ShopTerms>,
    /// Send the payment information letter after an order on invoice or prepayment.
    pub payment_information: bool,
    /// Send a receipt when a reminded claim is paid.
    pub receipt: bool,
    /// Holidays of the merchant's own working days (digest).
    pub region: Region,
    /// How long a letter in flight waits for its copy, and how long nothing is sent after an unclean start.
    pub evidence_wait: jiff::SignedDuration,
}

/// One level of a ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelRule {
    /// Name in lists (`friendly`).
    pub name: String,
    /// Template of the letter.
    pub letter: String,
    /// Counted from the due date (first level), the previous letter's deadline (later ones) or the order (prepayment).
    pub days: u16,
    /// Banking days counted from the same point; the later of both counts.
    pub banking_days: u16,
    /// What the merchant must have said or heard before.
    pub approval: Approval,
}

/// What has to happen before a level goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Nothing.
    None,
    /// Announced in an earlier digest and not vetoed.
    Forewarn,
    /// The merchant's explicit yes.
    Ask,
}

/// Hours and days on which letters go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// First minute.
    pub from: Time,
    /// First minute after it.
    pub to: Time,
    /// Days of the week.
    pub weekdays: Vec<Weekday>,
}

/// Circuit breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    /// Letters that any day may have.
    pub floor: u32,
    /// Multiple of the mean of the last 60 days' sending days.
    pub factor: u32,
    /// First-ever recipients a day ...
    pub first_recipients: u32,
    /// ... until so many letters are out.
    pub until_letters: u32,
}

/// What one shop agreed with its customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopTerms {
    /// Account (IBAN without blanks) that its claims are payable to.
    pub account: String,
    /// Method of orders whose mail does not print one.
    pub default_method: Option<PaymentMethod>,
    /// Its own payment term.
    pub term_days: Option<u16>,
}

/// What is to be done now. The daemon carries it out and decides nothing.
#[derive(Clone, Debug, PartialEq)]
// A plan holds few answers, and each is looked at once: not worth a box.
#[allow(clippy::large_enum_variant)]
pub enum Action {
    /// A letter to a customer.
    Write(CustomerLetter),
    /// The digest of this day to the merchant.
    Tell(Box<super::Digest>),
    /// An answer to the merchant, once per event: the receipt of a shell command (so that the mailbox alone suffices
    /// to rebuild), or the possible words after an unclear reply.
    Reply(super::Event),
}

/// A letter to one customer with everything decided but the words.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerLetter {
    /// To whom: the address stored with the claims.
    pub to: CustomerAddress,
    /// Template.
    pub template: String,
    /// Claims that take a level.
    pub steps: Vec<Step>,
    /// Other overdue claims of the customer, listed without a new deadline.
    pub listed: Vec<InvoiceKey>,
    /// Day of sending.
    pub on: Date,
    /// Deadline named in it.
    pub deadline: Option<Date>,
    /// Language of the customer.
    pub language: Language,
    /// Why, in notes: what `why` and `simulate` print.
    pub why: Vec<Note>,
}

/// A letter that was intended and whose end is not known: in the store, not yet a fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Flight {
    /// Identity of the letter.
    pub letter: SourceId,
    /// Customer, or `None` for mails to the merchant.
    pub to: Option<CustomerAddress>,
    /// Steps it takes.
    pub steps: Vec<Step>,
    /// Day of sending.
    pub on: Date,
    /// When the last attempt went into the unknown; `None`: intended only.
    pub tried: Option<Timestamp>,
}

/// Stable identity of a question; its text form is its serde form and stands in sealed digests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionId {
    /// To which claim does this money belong?
    Payment {
        /// Source of the payment's event.
        source: SourceId,
        /// Its index.
        index: u16,
    },
    /// May this claim take this level?
    Step(Step),
    /// The ladder is at its end: hand over, pause, write off (or, for prepayment, cancel)?
    End(InvoiceKey),
    /// An unusual number of letters on this day: let them go?
    Breaker(Date),
    /// A letter whose fate is unknown: sent, send again, skip?
    Doubt(SourceId),
    /// A claim from before the start: remind it?
    Old(InvoiceKey),
    /// Is it true what this mail seems to say about a claim?
    Proposal {
        /// Source of the proposal's event.
        source: SourceId,
        /// Its index.
        index: u16,
    },
}

/// A question as it is put to the merchant.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Identity.
    pub id: QuestionId,
    /// In words, in the merchant's language.
    pub text: String,
    /// What can be answered: the reply to write (`ja`, `nein`, `nochmal` ...), its meaning in words, its effect.
    pub choices: Vec<(String, String, Choice)>,
}

/// What the daemon knows besides the ledger when it asks for a plan.
#[derive(Clone, Copy, Debug)]
pub struct Present<'a> {
    /// Civil date and time in the zone.
    pub now: DateTime,
    /// Same instant.
    pub at: Timestamp,
    /// Letters in flight.
    pub flights: &'a [Flight],
    /// What became of the mails read since the last digest.
    pub mails: &'a super::digest::MailAccount,
}
