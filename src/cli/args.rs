//! Every command and flag, defined once: help, usage errors and tests come from here.
//!
//! Knows no file and does nothing. Days are kept as typed ([`Day`]): which year `15.12.` means depends on the command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use rust_decimal::Decimal;

use super::day::Day;
use super::setup::SetupArgs;
use crate::daemon::Listing;

/// Where the configuration lies if nothing else is said.
pub const CONFIG: &str = "/etc/mahnwerk/mahnwerk.toml";

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed
  2  the command line is wrong, or no claim or question has that number
  3  done, but questions are open (`mahnwerk list questions`)
  4  the configuration, a template or a recipe is wrong
  5  a mailbox or mail server did not answer or refused
  6  the bank data are too old to remind on

Output goes to stdout, messages to stderr. Colours only on a terminal and never with NO_COLOR set.
Days are written 2026-12-15, 15.12.2026 or 15.12.";

/// Reads shop and bank mails, keeps the open claims, reminds customers exactly once.
#[derive(Debug, Parser)]
#[command(name = "mahnwerk", version, after_help = EXIT_CODES, max_term_width = 100)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    infer_subcommands = false
)]
pub struct Cli {
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE", default_value = CONFIG, hide_default_value = false)]
    pub config: PathBuf,
    /// Print JSON instead of text, where a command prints data
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Verb,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run the daemon: read, decide, send, wait
    Run,
    /// Ask for the mailbox, shop and account, test the log-in, write the configuration
    Setup(Box<SetupArgs>),
    /// Check configuration, secrets, folders, templates and recipes; all findings at once
    Check {
        /// Also log in to the mailbox and the mail server
        #[arg(long)]
        online: bool,
        /// Also send a sample letter to this address
        #[arg(long, value_name = "ADDRESS")]
        send: Option<String>,
    },
    /// Play eight weeks of a small shop on this machine, without any network
    Demo {
        /// Folder for the mails and the store of the demo (default: a new one)
        #[arg(long, value_name = "FOLDER")]
        dir: Option<PathBuf>,
    },
    /// Say what a mail file means, step by step (exit 1 if one cannot be read; with --json its `outcome` says so)
    Explain(ExplainArgs),
    /// Draft a recipe from sample mails and the values that they hold
    Learn(LearnArgs),
    /// List claims, questions, payments, customers, letters or mails
    List {
        /// What to list
        #[arg(value_enum, default_value = "claims")]
        what: What,
        /// Also what is closed, answered or old
        #[arg(long)]
        all: bool,
    },
    /// Show one claim with everything that is known of it
    Show {
        /// Order or invoice number, or shop/number
        number: String,
    },
    /// Say why a claim is reminded on a day, or why not
    Why {
        /// Order or invoice number, or shop/number
        number: String,
        /// The day (default: today)
        #[arg(long, value_name = "DAY")]
        on: Option<Day>,
    },
    /// Money came another way: close a claim or a part of it
    Pay {
        /// Order or invoice number, or shop/number
        number: String,
        /// Amount, e.g. 12.30 or 12,30 (default: all that is open)
        #[arg(long, value_parser = amount, allow_negative_numbers = true)]
        amount: Option<Decimal>,
        /// Day on which it came (default: today)
        #[arg(long, value_name = "DAY")]
        on: Option<Day>,
        #[command(flatten)]
        /// Whether anything is ordered
        dry: Dry,
    },
    /// Send no letters for a claim, until a day or until `resume`
    Pause {
        /// Order or invoice number, or shop/number
        number: String,
        /// Last day of the pause (default: until `mahnwerk resume`)
        #[arg(long, value_name = "DAY")]
        until: Option<Day>,
        #[command(flatten)]
        /// Whether anything is ordered
        dry: Dry,
    },
    /// End the pause, dispute or hold of a claim and its customer
    Resume {
        /// Order or invoice number, or shop/number
        number: String,
        #[command(flatten)]
        /// Whether anything is ordered
        dry: Dry,
    },
    /// The customer disputes the claim: nothing more is sent for it
    Dispute {
        /// Order or invoice number, or shop/number
        number: String,
        /// Reason, in words
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
        #[command(flatten)]
        /// Whether anything is ordered
        dry: Dry,
    },
    /// The claim is void
    Cancel {
        /// Order or invoice number, or shop/number
        number: String,
        #[command(flatten)]
        /// Whether anything is ordered
        dry: Dry,
    },
    /// Take back the latest booking on a claim; its money is a question again
    Undo {
        /// Order or invoice number, or shop/number
        number: String,
        #[command(flatten)]
        /// Whether anything is ordered
        dry: Dry,
    },
    /// Answer a question of `list questions`
    Assign {
        /// Number of the question
        #[arg(value_parser = question)]
        question: u32,
        /// yes, no, sent, again, skip, or the number of a claim
        answer: String,
    },
    /// You looked through the account: what is listed as unpaid is unpaid
    Checked {
        /// Last day that you looked at (default: today)
        day: Option<Day>,
    },
    /// Stop all letters to customers
    Stop,
    /// End `stop`
    Start,
    /// Say what the daemon does, and how fresh mailboxes and bank data are
    Status,
    /// List every letter of the next days with the reasons
    Simulate {
        /// How many days
        #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..=366))]
        days: u16,
    },
    /// Print the next letter of a claim as the finished mail
    Preview {
        /// Order or invoice number, or shop/number
        number: String,
        /// Template instead of the one that is next, e.g. friendly
        #[arg(long, value_name = "NAME")]
        template: Option<String>,
        /// Write the mail to this file
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Read all mailboxes again, print the differences to the store and replace it
    Rebuild {
        /// Also drop facts that only the old store has
        #[arg(long)]
        yes: bool,
        /// Only say what differs
        #[arg(long, conflicts_with = "yes")]
        dry_run: bool,
    },
    /// Print everything as JSON, or the claims as CSV
    Export {
        /// CSV of the claims
        #[arg(long)]
        csv: bool,
    },
    /// Play past mails through the daemon day by day; nothing is sent
    Replay {
        /// Maildir, mbox file or folder of .eml files with the mails
        mails: PathBuf,
        /// Last day to play
        #[arg(long, value_name = "DAY")]
        until: Day,
        /// Maildir for the letters and digests
        #[arg(long, value_name = "FOLDER")]
        letters: PathBuf,
    },
    /// Look for mail and act now, instead of at the next planned time
    #[command(hide = true)]
    Turn,
    /// Read configuration, templates and recipes again
    #[command(hide = true)]
    Reload,
}

/// `explain`.
#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    /// Mail files (.eml) or statements
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Read without a configuration, as if every sender were listed: authserv-ids whose verdicts count
    #[arg(long, value_name = "HOST,...", value_delimiter = ',')]
    pub assume_trusted: Option<Vec<String>>,
    /// Print the lines and cells of each mail as recipes see them, instead of its meaning
    #[arg(long)]
    pub lines: bool,
}

/// `learn`.
#[derive(Clone, Debug, Args)]
pub struct LearnArgs {
    /// Name of the recipe: NAME.toml is written
    pub name: String,
    /// Two or three order mails (.eml) of the same system
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What stands in the first mail, e.g. total=45,00 EUR; of the second: 2:total=...
    #[arg(long = "value", value_name = "FIELD=VALUE")]
    pub values: Vec<String>,
    /// Folder for the file (default: [paths] recipes of the configuration)
    #[arg(long, value_name = "FOLDER")]
    pub into: Option<PathBuf>,
    /// Only show the draft and what it reads
    #[arg(long)]
    pub dry_run: bool,
}

/// `--dry-run` of the orders.
#[derive(Clone, Copy, Debug, Args)]
pub struct Dry {
    /// Show the claim and say what would be ordered, but order nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What `list` lists.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[allow(missing_docs)]
pub enum What {
    /// Open claims (--all: also paid and cancelled ones)
    Claims,
    /// Questions that wait for your answer, numbered
    Questions,
    /// Payments and what became of them
    Payments,
    /// Customers with their open sums
    Customers,
    /// Letters that went out
    Letters,
    /// Mails that were read and what became of them
    Mails,
    /// Mails that were not understood or not trusted
    Review,
}

impl From<What> for Listing {
    fn from(what: What) -> Listing {
        match what {
            What::Claims => Listing::Claims,
            What::Questions => Listing::Questions,
            What::Payments => Listing::Payments,
            What::Customers => Listing::Customers,
            What::Letters => Listing::Letters,
            What::Mails => Listing::Mails,
            What::Review => Listing::Review,
        }
    }
}

fn question(text: &str) -> Result<u32, String> {
    let number = text
        .trim_end_matches('.')
        .parse()
        .ok()
        .filter(|&number| number > 0);
    number.ok_or_else(|| "write the number that `mahnwerk list questions` shows".into())
}

fn amount(text: &str) -> Result<Decimal, String> {
    let wrong = "write it like 12.30 or 12,30, without thousands separators".to_owned();
    let plain = text.replacen(',', ".", 1);
    if !plain.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return Err(wrong);
    }
    let amount = Decimal::from_str_exact(&plain).map_err(|_| wrong)?;
    if amount.is_zero() || amount > crate::ledger::Money::LIMIT {
        return Err("it must be more than 0.00 and at most 1000000.00".into());
    }
    if amount.normalize().scale() > 2 {
        return Err("it has more than two decimals".into());
    }
    Ok(amount)
}
