//! The one file: types, defaults, and every problem at once with its line and the next step.
//!
//! Knows no secret (only where one is found) and opens no socket. `config.example.toml` explains every key; a test
//! holds the two together.

mod business;
pub mod iban;
mod nearest;
mod rules;
mod secret;
mod sections;
#[cfg(test)]
mod tests;
mod values;
mod walk;

use std::path::PathBuf;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, tz::TimeZone};
use rust_decimal::Decimal;
use toml::de::DeTable;

use walk::{Part, Walk};

use crate::ledger::calendar::Region;
use crate::ledger::policy::{Breaker, LevelRule, Window};
use crate::ledger::{CustomerAddress, Language, PaymentMethod};

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The merchant.
    pub merchant: Merchant,
    /// Mailboxes to read, at least one.
    pub mailboxes: Vec<Mailbox>,
    /// How letters leave.
    pub outgoing: Outgoing,
    /// Shops, at least one.
    pub shops: Vec<Shop>,
    /// Bank accounts and provider accounts, at least one bank account.
    pub accounts: Vec<Account>,
    /// Reminder rules.
    pub reminders: Reminders,
    /// Folders and files.
    pub paths: Paths,
    /// Where the seal key is found.
    pub seal_key: Secret,
}

/// Who the merchant is.
#[derive(Clone, Debug)]
pub struct Merchant {
    /// Business name.
    pub name: String,
    /// Where digests go, and the first address whose replies are obeyed.
    pub address: CustomerAddress,
    /// Further addresses whose replies are obeyed.
    pub also: Vec<CustomerAddress>,
    /// Language of digest and command answers.
    pub language: Language,
    /// Zone of every civil date.
    pub zone: TimeZone,
    /// Name of that zone.
    pub zone_name: String,
    /// State of the merchant's own holidays.
    pub region: Region,
    /// Lines of the business identity printed under each letter.
    pub identity: Vec<String>,
}

/// One mailbox to read.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// Name for cursors and messages.
    pub name: String,
    /// Its address: second envelope recipient of what we send (of the first mailbox).
    pub address: CustomerAddress,
    /// authserv-ids of the server that receives for it.
    pub authserv_ids: Vec<String>,
    /// How to read it.
    pub source: MailSource,
}

/// How to read a mailbox.
#[derive(Clone, Debug)]
pub enum MailSource {
    /// IMAP over TLS.
    Imap {
        /// Server and login.
        login: Login,
        /// Folders to read, e.g. INBOX and Sent.
        folders: Vec<String>,
        /// How long between two looks when IDLE says nothing.
        poll: SignedDuration,
    },
    /// A Maildir on this machine.
    Maildir(PathBuf),
}

/// How letters leave.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// From address.
    pub from: CustomerAddress,
    /// From name; default the merchant's.
    pub from_name: String,
    /// The way out.
    pub way: OutgoingWay,
    /// Letters an hour at most.
    pub per_hour: u32,
    /// Everything goes to the merchant instead.
    pub rehearsal: bool,
    /// How long a letter whose fate is unknown waits for its copy.
    pub evidence_wait: SignedDuration,
}

/// The way out.
#[derive(Clone, Debug)]
pub enum OutgoingWay {
    /// Submission server.
    Smtp(Login),
    /// A Maildir on this machine (demo, replay, tests).
    Maildir(PathBuf),
}

/// Server and login. TLS always: at once (`implicit`), or required by STARTTLS.
#[derive(Clone, Debug)]
pub struct Login {
    /// Host name, as in its certificate.
    pub host: String,
    /// Port.
    pub port: u16,
    /// STARTTLS instead of TLS at once.
    pub starttls: bool,
    /// User name.
    pub user: String,
    /// Where the password is found.
    pub password: Secret,
    /// A further certificate authority (PEM), e.g. of a private server.
    pub ca: Option<PathBuf>,
}

/// Where a secret is found; never the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// A systemd credential of this name (`$CREDENTIALS_DIRECTORY`).
    Credential(String),
    /// A file with mode 0600 or stricter.
    File(PathBuf),
    /// The first line that a program prints.
    Command(Vec<String>),
}

/// A shop.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Short name; first half of every claim's key.
    pub name: String,
    /// Name that customers know.
    pub title: String,
    /// Exact addresses that its order mails come from.
    pub senders: Vec<CustomerAddress>,
    /// Recipe to use, if it is to be one only.
    pub system: Option<String>,
    /// Method where the mail prints none (Shopware 6 prints none).
    pub default_method: Option<PaymentMethod>,
    /// Payment term in days.
    pub term_days: Option<u16>,
    /// Name of the account that its claims are payable to.
    pub account: String,
}

/// A bank or provider account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Short name.
    pub name: String,
    /// IBAN without blanks; `None` for a provider.
    pub iban: Option<String>,
    /// `paypal`, of a provider account.
    pub provider: Option<String>,
    /// Account holder exactly as the bank has it.
    pub holder: String,
    /// BIC.
    pub bic: Option<String>,
    /// Bank's name.
    pub bank: Option<String>,
    /// Senders of its mails and mailed statements.
    pub senders: Vec<CustomerAddress>,
    /// Address under which the provider knows the merchant.
    pub address: Option<CustomerAddress>,
}

/// Reminder rules; the defaults are those of the product description.
#[derive(Clone, Debug)]
pub struct Reminders {
    /// Claims from before this day are listed only. `None`: the day of the first start.
    pub start: Option<Date>,
    /// Payment term.
    pub term_days: u16,
    /// Days from a letter to its deadline.
    pub deadline_days: u16,
    /// Ladder on invoice.
    pub levels: Vec<LevelRule>,
    /// Ladder in advance.
    pub prepayment: Vec<LevelRule>,
    /// Send window.
    pub window: Window,
    /// Digest time.
    pub digest_at: Time,
    /// Oldest bank data in banking days.
    pub freshness_days: u16,
    /// Days between two letters to a customer.
    pub gap_days: u16,
    /// Minimum in all.
    pub minimum: Decimal,
    /// Circuit breaker.
    pub breaker: Breaker,
    /// Payment information letter at order time.
    pub payment_information: bool,
    /// Receipt when a reminded claim is paid.
    pub receipt: bool,
}

/// Folders and files.
#[derive(Clone, Debug)]
pub struct Paths {
    /// Store and lock.
    pub state: PathBuf,
    /// Control socket.
    pub socket: PathBuf,
    /// The merchant's templates, laid over the shipped ones.
    pub templates: Option<PathBuf>,
    /// The merchant's recipes, laid over the shipped ones.
    pub recipes: Option<PathBuf>,
    /// Watched folder for statements.
    pub statements: Option<PathBuf>,
}

/// One problem of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1; 0 where it belongs to none.
    pub line: usize,
    /// What is wrong and what to do.
    pub text: String,
}

impl Config {
    /// Reads the text of a configuration file.
    ///
    /// # Errors
    /// All problems at once, in the order of the file.
    pub fn parse(text: &str) -> Result<Config, Vec<Problem>> {
        read(text, &Walk::new(text))
    }
}

fn read(text: &str, walk: &Walk) -> Result<Config, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let line = error.span().map_or(0, |span| walk.line(span.start));
        let message = error.message().trim().replace('\n', ", ");
        walk.broken(line, format!("this line is no TOML: {message}"));
    }
    let root = walk.root(&table);
    let config = sections(&root);
    root.finish();
    let problems = walk.problems();
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        None if problems.is_empty() => Err(vec![Problem {
            line: 0,
            text: "The configuration is incomplete.".into(),
        }]),
        _ => Err(problems),
    }
}

/// Every section is read, whatever is wrong with the others.
fn sections(root: &Part) -> Option<Config> {
    let seal_key = sections::seal_key(root);
    let merchant = sections::merchant(&root.section("merchant"));
    let mailboxes = sections::mailboxes(root);
    let outgoing = sections::outgoing(&root.section("outgoing"), merchant.as_ref());
    let accounts = business::accounts(root, merchant.as_ref());
    let shops = business::shops(root, accounts.as_deref());
    let reminders = rules::reminders(&root.section("reminders"));
    let paths = sections::paths(&root.section("paths"));
    Some(Config {
        merchant: merchant?,
        mailboxes: mailboxes?,
        outgoing: outgoing?,
        shops: shops?,
        accounts: accounts?,
        reminders: reminders?,
        paths: paths?,
        seal_key,
    })
}
