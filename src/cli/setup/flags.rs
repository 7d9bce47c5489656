//! The flags of `setup`: each answers one question.

use std::path::PathBuf;

use clap::Args;

/// `setup`.
#[derive(Clone, Debug, Args)]
pub struct SetupArgs {
    /// Ask nothing: take the flags, fail where one is missing
    #[arg(long)]
    pub no_input: bool,
    /// Overwrite an existing configuration and its passwords; the seal key stays
    #[arg(long)]
    pub force: bool,
    /// Do not try the log-in
    #[arg(long)]
    pub offline: bool,
    /// Address of the mailbox that receives the mails of shop and bank
    #[arg(long, value_name = "ADDRESS")]
    pub mailbox: Option<String>,
    /// Mail provider: ionos, strato, hetzner, domainfactory, all-inkl, mailbox.org, gmx, web.de, gmail, microsoft365 or other
    #[arg(long)]
    pub provider: Option<String>,
    /// IMAP server
    #[arg(long, value_name = "HOST")]
    pub imap_host: Option<String>,
    /// Its port
    #[arg(long, value_name = "PORT", default_value_t = 993)]
    pub imap_port: u16,
    /// Mail server
    #[arg(long, value_name = "HOST")]
    pub smtp_host: Option<String>,
    /// Port of the mail server: 465, or 587 for STARTTLS
    #[arg(long, value_name = "PORT")]
    pub smtp_port: Option<u16>,
    /// User name (default: the mailbox's address)
    #[arg(long)]
    pub user: Option<String>,
    /// File whose first line is the password of mailbox and mail server
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// A further certificate authority (PEM), of a private server
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// First word after `Authentication-Results:` in a mail that the mailbox received; several with commas
    #[arg(long, value_name = "NAME,...")]
    pub authserv: Option<String>,
    /// Sender that customers see (default: the mailbox's address)
    #[arg(long, value_name = "ADDRESS")]
    pub from: Option<String>,
    /// Name of the business
    #[arg(long, value_name = "NAME")]
    pub business: Option<String>,
    /// A line of the business identity under each letter; several times for several lines
    #[arg(long, value_name = "LINE")]
    pub identity: Vec<String>,
    /// Address that reads the daily mail
    #[arg(long, value_name = "ADDRESS")]
    pub merchant: Option<String>,
    /// Short name of the shop
    #[arg(long, value_name = "NAME")]
    pub shop: Option<String>,
    /// Address that the shop's order mails come from; several with commas
    #[arg(long, value_name = "ADDRESS,...")]
    pub shop_sender: Option<String>,
    /// Account holder exactly as the bank has it
    #[arg(long, value_name = "NAME")]
    pub holder: Option<String>,
    /// IBAN that customers pay to
    #[arg(long)]
    pub iban: Option<String>,
    /// Language of the daily mail: de or en
    #[arg(long, default_value = "de")]
    pub language: String,
    /// Time zone
    #[arg(long, default_value = "Europe/Berlin")]
    pub zone: String,
    /// German state of your holidays: BW, BY, BE, ... or any
    #[arg(long, default_value = "any")]
    pub state: String,
}
