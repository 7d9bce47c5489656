//! The facts that everything is made of, and the key that orders them.
//!
//! A key comes from the mail (when the mailbox received it, a hash of its bytes, the position in it), never from
//! the order in which we happened to read. Nothing downstream of a [`Fact`] asks whether a statement, a mail, a
//! reply or a shell command said it; [`Evidence`] is kept for explanations only.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use super::command::{Choice, ClaimOrder, Command, ReplyWord};
use super::customer::{Customer, CustomerAddress};
use super::invoice::{InvoiceKey, PaymentMethod};
use super::money::Money;
pub use super::payment::Payment;
use super::policy::{QuestionId, Step};
pub use super::proposal::{Doubt, Proposed};
use super::terms::{BookingRules, Charged, Terms};

/// Identity of what an event was read from: the first 16 bytes of a SHA-256, written as 32 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId([u8; 16]);

impl SourceId {
    /// The identity of these bytes (a whole mail, a statement file, the text of a command).
    pub fn of(bytes: &[u8]) -> SourceId {
        let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
        let mut id = [0; 16];
        id.copy_from_slice(&digest.as_ref()[..16]);
        SourceId(id)
    }

    /// Later in order than any other identity.
    pub const LAST: SourceId = SourceId([u8::MAX; 16]);

    /// The raw 16 bytes, for store keys.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl FromStr for SourceId {
    type Err = String;

    fn from_str(text: &str) -> Result<SourceId, String> {
        let wrong = || format!("`{text}` is not an identity of 32 hex digits");
        if text.len() != 32 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut id = [0; 16];
        for (i, byte) in id.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|_| wrong())?;
        }
        Ok(SourceId(id))
    }
}

impl Serialize for SourceId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SourceId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<SourceId, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Order and identity of an event. Ordered by time first; `source` and `index` alone are the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventKey {
    /// When the mailbox received the mail, or when we composed the letter or took the command.
    pub at: Timestamp,
    /// What it was read from.
    pub source: SourceId,
    /// Position within the source, from 0.
    pub index: u16,
}

impl EventKey {
    /// Earlier than any other key.
    pub const FIRST: EventKey = EventKey {
        at: Timestamp::MIN,
        source: SourceId([0; 16]),
        index: 0,
    };
    /// Later than any other key.
    pub const LAST: EventKey = EventKey {
        at: Timestamp::MAX,
        source: SourceId::LAST,
        index: u16::MAX,
    };
}

/// One fact, its place in time and what allowed us to believe it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Order and identity.
    pub key: EventKey,
    /// What happened.
    pub fact: Fact,
    /// Why it was believed.
    pub by: Evidence,
}

impl Event {
    /// No mail says it: a statement from the watched folder, a refusal at sending, the merchant's word on the shell that
    /// a letter without a copy arrived. Shell commands are mailed as receipts of their own.
    pub fn is_unmailed(&self) -> bool {
        let told = || {
            matches!(
                self.fact,
                Fact::Reminded(_) | Fact::Told(_) | Fact::Replied { .. }
            )
        };
        match self.by {
            Evidence::File => true,
            Evidence::Sent => matches!(self.fact, Fact::Bounced(_)),
            Evidence::Token => told(),
            _ => false,
        }
    }
}

/// On what evidence a fact was believed (DESIGN 6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// E2: the receiving server's verdict for this sender domain.
    Verdict {
        /// authserv-id that gave the verdict.
        host: String,
        /// Domain of the From that passed.
        domain: String,
    },
    /// Our own seal in a copy of our letter.
    Seal,
    /// A valid token in a reply from the merchant's authenticated address.
    Token,
    /// A command on this machine's shell.
    Shell,
    /// A file that somebody with access to this machine put into the watched folder.
    File,
    /// Read without a configuration (`explain --assume-trusted`).
    Assumed,
    /// Our own sending: the server's reply to our letter.
    Sent,
    /// A mail that needs no authentication because it only ever holds letters back.
    Unproven,
}

/// What happened, in the merchant's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// A claim came into being: an order on invoice or prepayment.
    Issued(Issued),
    /// Its total was lowered (part cancellation, refund, credit note).
    Credited(Credited),
    /// The whole claim is void.
    Cancelled {
        /// Which.
        invoice: InvoiceKey,
    },
    /// The shop says the order is paid (a "paid" status mail); closes the claim.
    PaidAtShop {
        /// Which.
        invoice: InvoiceKey,
    },
    /// One of the facts above, on evidence too thin to act on: the merchant is asked.
    Proposed(Box<Proposed>),
    /// Money came in.
    Paid(Payment),
    /// Money is announced but not booked: holds letters, books nothing.
    Pending(Payment),
    /// Money that had come in went back (returned debit, chargeback).
    Returned(Payment),
    /// Money went out: a refund, or a return that does not say that it is one.
    Sent(Payment),
    /// The merchant demands costs and interest of default.
    Charged(Charged),
    /// The merchant's rules of booking from now on.
    Rules(BookingRules),
    /// A customer letter left this machine.
    Reminded(Reminded),
    /// The account was seen complete up to a day (statement end, bank mail, merchant's word).
    Seen(Seen),
    /// A digest told the merchant this.
    Told(Told),
    /// A letter came back or was refused for good.
    Bounced(Bounced),
    /// A human or automatic mail from (possibly) a customer.
    Answered(Answered),
    /// The merchant said so.
    Ordered(Command),
    /// The merchant wrote something that no command fits: he gets an answer with the possible words.
    Unclear {
        /// What he wrote, cleaned and cut.
        words: String,
    },
    /// A mail or shell command of the merchant was answered (receipt of a command, answer to unclear words).
    Replied {
        /// Source of the event that was answered.
        to: SourceId,
    },
}

/// A claim as the shop's mail states it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Issued {
    /// Shop and order number: the business key, the same order in several mails is one claim.
    pub invoice: InvoiceKey,
    /// Invoice number, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<String>,
    /// Day of the order (or of the invoice, if known).
    pub order_date: Date,
    /// Who owes.
    pub customer: Customer,
    /// Gross total that the customer is to pay in all.
    pub total: Money,
    /// What is still due if the mail says that a part is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_due: Option<Money>,
    /// How it is to be paid; `None` where the mail does not say (then the shop's default counts).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<PaymentMethod>,
    /// The mail says, or the method implies, that it is paid.
    #[serde(default)]
    pub paid: bool,
    /// Printed due date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_date: Option<Date>,
    /// Printed terms in days from the order date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms_days: Option<u16>,
    /// What is known beside the sum.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
}

/// A lower total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Credited {
    /// Which claim.
    pub invoice: InvoiceKey,
    /// The new total, if the mail names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_total: Option<Money>,
    /// The amount taken off, if the mail names that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduced_by: Option<Money>,
}

/// A letter that a mail server accepted for a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reminded {
    /// Identity of the letter; also in its Message-ID.
    pub letter: SourceId,
    /// To whom.
    pub to: CustomerAddress,
    /// Template it was made from (`friendly`, `receipt`, ...).
    pub template: String,
    /// Claims that take a level with this letter. Empty for payment information and receipts.
    pub steps: Vec<Step>,
    /// Further claims that it names without a step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<InvoiceKey>,
    /// Civil day of sending in the merchant's zone.
    pub on: Date,
    /// Deadline named in the letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Date>,
}

/// An account is known complete up to and including a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// IBAN without blanks; `None`: every account (the merchant's `checked`).
    pub account: Option<String>,
    /// Last day that is known completely.
    pub until: Date,
    /// By a statement; a bank mail counts only for accounts that never had a statement.
    pub statement: bool,
    /// Balances before and behind a statement's lines: the next statement begins where this one ends, or one is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<(Balance, Balance)>,
}

/// A balance of an account at the end of a day, negative below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The balance.
    pub amount: Money,
    /// Its day as the bank writes it.
    pub day: Date,
}

/// What a digest said, so that a reply `yes 2` finds its question and a forewarned letter may go out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Identity of the digest letter.
    pub digest: SourceId,
    /// Its civil day.
    pub on: Date,
    /// Steps that it announced for the next sending day.
    pub forewarned: Vec<Step>,
    /// Its numbered questions: number 1 is the first.
    pub questions: Vec<QuestionId>,
    /// Facts that no other mail says and that this one carries sealed, so that the mailbox alone suffices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<(SourceId, u16)>,
}

impl Told {
    /// What the number of an answer means: the questions come first, then the announced steps, which a `no` holds back.
    pub fn numbered(&self, number: u16) -> Option<QuestionId> {
        let place = usize::from(number).checked_sub(1)?;
        let announced = || self.forewarned.get(place - self.questions.len()).cloned();
        match self.questions.get(place) {
            Some(question) => Some(question.clone()),
            None => announced().map(QuestionId::Step),
        }
    }
}

/// A letter that did not arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounced {
    /// Our letter, proven by seal or unguessable Message-ID.
    pub letter: SourceId,
    /// Address that failed, if named.
    pub address: Option<String>,
    /// RFC 3463 status, if given.
    pub status: Option<String>,
    /// Permanent (5.x.x) or only delayed.
    pub permanent: bool,
    /// Short reason in the server's words, cleaned.
    pub reason: String,
}

/// A mail that came back from the customer's side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// Sender's address.
    pub from: CustomerAddress,
    /// Our letter that it answers, if its References name one.
    pub letter: Option<SourceId>,
    /// Machine-made (RFC 3834): told, never a hold.
    pub automatic: bool,
    /// The first lines, cleaned and cut, for the merchant.
    pub excerpt: String,
}
