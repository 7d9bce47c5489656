//! What the merchant orders: commands from the shell and words from his replies, as values.
//!
//! A reply names questions and claims by what was printed for the merchant (number of a question, order number); only
//! the ledger knows which ones those are, so that a command means the same whenever the events are folded again.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::event::SourceId;
use super::invoice::InvoiceKey;
use super::money::Money;
use super::policy::QuestionId;

/// What the merchant ordered, by reply or on the shell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Command {
    /// `bezahlt`: money came another way; without amount the whole open sum.
    Paid {
        /// Which claim.
        invoice: InvoiceKey,
        /// How much; `None`: all that is open.
        amount: Option<Money>,
        /// Day of the payment.
        on: Date,
    },
    /// `pause`: no letters until the day (inclusive), or until `resume`.
    Pause {
        /// Which claim.
        invoice: InvoiceKey,
        /// Last day of the pause.
        until: Option<Date>,
    },
    /// `weiter`: ends pause, dispute, and the holds by answer and bounce of that customer.
    Resume {
        /// Which claim.
        invoice: InvoiceKey,
    },
    /// The customer disputes the claim.
    Dispute {
        /// Which claim.
        invoice: InvoiceKey,
        /// Why, in the customer's or merchant's words.
        reason: String,
    },
    /// `storno`: the claim is void.
    Cancel {
        /// Which claim.
        invoice: InvoiceKey,
    },
    /// `zurück`: the latest booking on the claim is taken back.
    Undo {
        /// Which claim.
        invoice: InvoiceKey,
    },
    /// Answer to a question.
    Answer {
        /// Which question.
        question: QuestionId,
        /// What he chose.
        choice: Choice,
    },
    /// `geprüft`: the accounts were looked through up to and including the day.
    Checked {
        /// The last day that was looked through.
        on: Date,
    },
    /// `ja 1`, `nein 2`, `ja 1 10248`: a word about a numbered question of a digest. The ledger finds the question through
    /// the digest's [`Told`]; a number that the digest did not have, or a question that is already answered, is unclear.
    Reply {
        /// The digest that the reply answers, proven by its token.
        digest: SourceId,
        /// Number of the question, from 1; `None`: every question of the digest (`ja alle`).
        number: Option<u16>,
        /// The word.
        word: ReplyWord,
        /// Printed order or invoice number of the claim to book to (of a payment question).
        take: Option<String>,
    },
    /// `bezahlt 10247`, `pause 10247 bis 15.12.`: an order about a claim named by the number that is printed for it.
    /// The ledger finds the claim by order or invoice number over all shops; several or none: unclear, never a guess.
    ByNumber {
        /// Printed order or invoice number; `None`: the merchant named none, which is clear only if the digest's
        /// questions are about one single claim.
        number: Option<String>,
        /// The digest that the reply answers; `None`: not from a reply.
        digest: Option<SourceId>,
        /// What is ordered.
        order: ClaimOrder,
    },
    /// `stop`: nothing goes to any customer.
    StopAll,
    /// `start`: ends `StopAll`.
    StartAll,
}

/// The merchant's word about a numbered question, before the ledger knows which question it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyWord {
    /// `ja`, `yes`.
    Yes,
    /// `nein`, `no`.
    No,
    /// `gesendet`, `sent`.
    WasSent,
    /// `nochmal`, `again`.
    SendAgain,
    /// `überspringen`, `skip`.
    Skip,
}

/// What is ordered about a claim that is named by its printed number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimOrder {
    /// Money came another way; without amount the whole open sum. Without currency it is the claim's.
    Paid {
        /// How much; `None`: all that is open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<rust_decimal::Decimal>,
        /// Its currency, if he named one.
        #[serde(default)]
        currency: Option<super::money::Currency>,
        /// Day of the payment.
        on: Date,
    },
    /// No letters until the day (inclusive), or until resumed.
    Pause {
        /// Last day of the pause.
        until: Option<Date>,
    },
    /// Ends pause, dispute, and the holds by answer and bounce of that customer.
    Resume,
    /// The customer disputes the claim.
    Dispute {
        /// Why, in his words.
        reason: String,
    },
    /// The claim is void.
    Cancel,
    /// The latest booking on it is taken back.
    Undo,
}

/// Answer to a numbered question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Yes; of a payment question: the first proposal.
    Yes,
    /// No, do not.
    No,
    /// Of a payment question: book to this claim.
    Take(InvoiceKey),
    /// Of a letter in doubt: it arrived.
    WasSent,
    /// Of a letter in doubt: send the same bytes again.
    SendAgain,
    /// Of a letter in doubt: drop it and pause the claims.
    Skip,
}
