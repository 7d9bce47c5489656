//! What the command line asks and what it gets: one JSON value each way over the control socket.
//!
//! A [`Reply`] is final: text for stdout, talk for stderr, the exit code. So a command prints the same whether the
//! daemon runs or not.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A question or an order from the command line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the fields are the flags and arguments of the same name
pub enum Request {
    /// What the daemon is doing: last turn, mailboxes, freshness, flights, holds, counts.
    Status { json: bool },
    /// Lists.
    List {
        what: Listing,
        all: bool,
        json: bool,
    },
    /// One claim with everything known of it.
    Show { number: String, json: bool },
    /// Why a claim is (not) reminded on a day.
    Why {
        number: String,
        on: Option<Date>,
        json: bool,
    },
    /// The letters of the next days with reasons.
    Simulate { days: u16, json: bool },
    /// One letter as it would go out: the finished mail; `template` instead of the level that is next.
    Preview {
        number: String,
        template: Option<String>,
    },
    /// Everything, as JSON or as CSV (claims).
    Export { csv: bool },
    /// The merchant's orders.
    Order(Order),
    /// Look for mail and act now.
    Turn,
    /// Read configuration, templates and recipes again.
    Reload,
}

/// What `list` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Listing {
    Claims,
    Questions,
    Payments,
    Customers,
    Letters,
    Mails,
    Review,
}

/// An order as typed; numbers are looked up by the daemon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // as above
pub enum Order {
    /// Money came another way.
    Pay {
        number: String,
        amount: Option<Decimal>,
        on: Option<Date>,
    },
    /// No letters until the day.
    Pause { number: String, until: Option<Date> },
    /// Ends every hold of the claim and its customer.
    Resume { number: String },
    /// Disputed.
    Dispute { number: String, reason: String },
    /// Void.
    Cancel { number: String },
    /// The latest booking on it is taken back.
    Undo { number: String },
    /// Answers question `question` of `list questions` with one of its words (`yes`, `no`, `sent`, `again`, `skip`) or a
    /// claim's number.
    Assign { question: u32, answer: String },
    /// The accounts were looked through up to the day.
    Checked { on: Option<Date> },
    /// Nothing goes to any customer.
    StopAll,
    /// Ends `StopAll`.
    StartAll,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// For stdout.
    pub text: String,
    /// For stderr.
    pub talk: String,
    /// Exit code (see the README): 0 done, 1 failed, 2 usage, 3 done but questions are open, 4 configuration, 5 mailbox,
    /// 6 bank data stale.
    pub exit: u8,
}

impl Reply {
    /// A failure with its exit code and what to say about it.
    pub fn failed(exit: u8, talk: impl Into<String>) -> Reply {
        Reply {
            text: String::new(),
            talk: talk.into(),
            exit,
        }
    }
}
