//! `setup`: asks, tests the log-in, writes the configuration. Nothing is written before everything is known and tried,
//! and nothing that exists is overwritten without `--force`.

mod ask;
mod file;
mod providers;

use std::path::{Path, PathBuf};

use clap::Args;
use ring::rand::SecureRandom;

use super::{check, servers};
use crate::config::{Config, Login, Secret, iban};
use crate::daemon::Reply;
use crate::ledger::CustomerAddress;
use crate::world::tls::Password;
use ask::{Ask, Ended, Field};
use file::Answers;
use providers::Provider;

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

/// Asks and writes.
pub fn run(path: &Path, args: &SetupArgs) -> Reply {
    match work(path, args) {
        Ok(talk) => Reply {
            talk,
            ..Reply::default()
        },
        Err((exit, talk)) => Reply {
            talk: format!("{talk}\nNothing was written.\n"),
            exit,
            ..Reply::default()
        },
    }
}

type Stop = (u8, String);

fn work(path: &Path, args: &SetupArgs) -> Result<String, Stop> {
    free(path, args.force)?;
    let mut ask = Ask::new(args.no_input);
    let mut answers =
        questions(&mut ask, args).map_err(|Ended| (1, "\nThe answers ended.".to_owned()))?;
    let mut password = password(&mut ask, args)?;
    if !ask.problems.is_empty() {
        return Err((2, ask.problems.join("\n")));
    }
    let folder = file::folder(path);
    let text = file::text(&answers, &folder);
    checked(&text)?;
    if !args.offline {
        let mut tries = 1;
        while let Err(why) = log_in(&answers, &password, &ask) {
            if args.no_input || tries == 4 {
                return Err((5, why));
            }
            ask.tell(&why);
            again(&mut ask, &mut answers, &mut password)?;
            tries += 1;
        }
    }
    let text = file::text(&answers, &folder);
    checked(&text)?;
    let key = seal_key()?;
    let mut secrets = vec![
        (file::PASSWORDS[0], password.as_str()),
        (file::PASSWORDS[1], password.as_str()),
    ];
    // A new key would no longer know the old letters in the mailbox: the one that is there stays, even with --force.
    if !folder.join(file::SEAL_KEY).exists() {
        secrets.push((file::SEAL_KEY, key.as_str()));
    }
    file::write(path, &text, &secrets, args.force).map_err(|why| (1, why))?;
    Ok(next_steps(path, &folder))
}

/// Refuses early what would be refused at the end.
fn free(path: &Path, force: bool) -> Result<(), Stop> {
    let folder = file::folder(path);
    let names = file::PASSWORDS.iter().map(|name| folder.join(name));
    let there: Vec<String> = std::iter::once(path.to_owned())
        .chain(names)
        .filter(|file| file.exists())
        .map(|file| file.display().to_string())
        .collect();
    if there.is_empty() || force {
        return Ok(());
    }
    Err((
        1,
        format!(
            "There is already {}; overwrite with --force, or write elsewhere with --config FILE.",
            there.join(", ")
        ),
    ))
}

fn questions(ask: &mut Ask, args: &SetupArgs) -> Result<Answers, Ended> {
    let mut field = |flag, given: &Option<String>, words: &str, usual: Option<String>, check| {
        ask.field(Field {
            flag,
            given: given.as_deref(),
            words,
            usual,
            check,
        })
    };
    let mailbox = field(
        "--mailbox",
        &args.mailbox,
        "Address of the mailbox that gets the mails of shop and bank",
        None,
        address,
    )?;
    let guess = providers::of(&mailbox)
        .map_or("other", |provider| provider.word)
        .to_owned();
    let words = format!("Mail provider ({}, other)", providers::words());
    let provider = providers::named(&field(
        "--provider",
        &args.provider,
        &words,
        Some(guess),
        provider,
    )?);
    let host = |pick: fn(&Provider) -> &'static str| {
        provider
            .map(pick)
            .filter(|host| !host.is_empty())
            .map(str::to_owned)
    };
    let imap_host = field(
        "--imap-host",
        &args.imap_host,
        "IMAP server",
        host(|p| p.imap),
        anything,
    )?;
    let smtp_host = field(
        "--smtp-host",
        &args.smtp_host,
        "Mail server",
        host(|p| p.smtp).or(Some(imap_host.clone())),
        anything,
    )?;
    let user = field(
        "--user",
        &args.user,
        "User name",
        Some(mailbox.clone()),
        anything,
    )?;
    let authserv = field(
        "--authserv",
        &args.authserv,
        "Name of the receiving server: the first word after `Authentication-Results:` in the source of any mail received there",
        provider
            .and_then(|provider| provider.authserv)
            .map(str::to_owned),
        anything,
    )?;
    let from = field(
        "--from",
        &args.from,
        "Sender that customers see",
        Some(mailbox.clone()),
        address,
    )?;
    let business = field(
        "--business",
        &args.business,
        "Name of the business",
        None,
        anything,
    )?;
    let identity = args.identity.join("\n");
    let identity = field(
        "--identity",
        &Some(identity).filter(|lines| !lines.is_empty()),
        "Line under your business letters (address, register, managing director)",
        None,
        anything,
    )?;
    let merchant = field(
        "--merchant",
        &args.merchant,
        "Address that reads the daily mail",
        None,
        address,
    )?;
    let shop = field(
        "--shop",
        &args.shop,
        "Short name of the shop",
        Some("shop".into()),
        anything,
    )?;
    let senders = field(
        "--shop-sender",
        &args.shop_sender,
        "Address that its order mails come from",
        None,
        addresses,
    )?;
    let holder = field(
        "--holder",
        &args.holder,
        "Account holder exactly as the bank has it",
        Some(business.clone()),
        anything,
    )?;
    let iban = field(
        "--iban",
        &args.iban,
        "IBAN that customers pay to",
        None,
        |text| iban::checked(text).map(drop),
    )?;
    ask.tell(provider.map_or("", |provider| provider.hint));
    Ok(Answers {
        business,
        merchant,
        language: args.language.clone(),
        zone: args.zone.clone(),
        state: args.state.clone(),
        identity: identity.lines().map(str::to_owned).collect(),
        mailbox,
        authserv,
        user,
        imap_host,
        imap_port: args.imap_port,
        smtp_host,
        smtp_port: args
            .smtp_port
            .unwrap_or(provider.map_or(465, |provider| provider.smtp_port)),
        from,
        shop,
        senders: senders
            .split(',')
            .map(|sender| sender.trim().to_owned())
            .collect(),
        holder,
        iban,
        ca: args.ca.clone(),
    })
}

fn address(text: &str) -> Result<(), String> {
    CustomerAddress::new(text)
        .map(drop)
        .map_err(|why| why.replace("the address is refused:", "is no plain mail address:"))
}

fn addresses(text: &str) -> Result<(), String> {
    text.split(',').try_for_each(address)
}

fn provider(text: &str) -> Result<(), String> {
    if text == "other" || providers::named(text).is_some() {
        return Ok(());
    }
    Err(format!(
        "is not known; there is {}, other",
        providers::words()
    ))
}

fn anything(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        Err("is empty".into())
    } else {
        Ok(())
    }
}

fn password(ask: &mut Ask, args: &SetupArgs) -> Result<String, Stop> {
    if let Some(file) = &args.password_file {
        let text = std::fs::read_to_string(file)
            .map_err(|error| (1, format!("{} cannot be read: {error}.", file.display())))?;
        return Ok(text.lines().next().unwrap_or("").to_owned());
    }
    if args.no_input {
        ask.problems
            .push("--password-file is missing: file whose first line is the password".into());
        return Ok(String::new());
    }
    ask.password("Password of the mailbox")
        .map_err(|Ended| (1, "\nThe answers ended.".to_owned()))
}

/// The text is read by the same parser that will read the file.
fn checked(text: &str) -> Result<(), Stop> {
    Config::parse(text).map(drop).map_err(|problems| {
        let lines: Vec<String> = problems.into_iter().map(|problem| problem.text).collect();
        (2, lines.join("\n"))
    })
}

fn log_in(answers: &Answers, password: &str, ask: &Ask) -> Result<(), String> {
    let login = |host: &str, port, starttls| Login {
        host: host.to_owned(),
        port,
        starttls,
        user: answers.user.clone(),
        password: Secret::Command(Vec::new()), // not asked: the password is at hand
        ca: answers.ca.clone(),
    };
    let password = Password::fixed(password);
    ask.tell("Trying the log-in ...");
    let imap = login(&answers.imap_host, answers.imap_port, false);
    let folders = ["INBOX".to_owned(), "Sent".to_owned()];
    servers::try_imap(&imap, &password, &folders)?
        .iter()
        .for_each(|line| ask.tell(line));
    let smtp = login(
        &answers.smtp_host,
        answers.smtp_port,
        answers.smtp_port == 587,
    );
    let hello = answers
        .from
        .rsplit_once('@')
        .map_or("", |(_, domain)| domain);
    servers::try_smtp(&smtp, &password, hello)?
        .iter()
        .for_each(|line| ask.tell(line));
    Ok(())
}

/// Asks again what a failed log-in may come from.
fn again(ask: &mut Ask, answers: &mut Answers, password: &mut String) -> Result<(), Stop> {
    let ended = |Ended| (1, "\nThe answers ended.".to_owned());
    let mut field = |flag, words, usual: &String| {
        ask.field(Field {
            flag,
            given: None,
            words,
            usual: Some(usual.clone()),
            check: anything,
        })
        .map_err(ended)
    };
    answers.imap_host = field("--imap-host", "IMAP server", &answers.imap_host)?;
    answers.smtp_host = field("--smtp-host", "Mail server", &answers.smtp_host)?;
    answers.user = field("--user", "User name", &answers.user)?;
    let typed = ask
        .password("Password of the mailbox (empty: as before)")
        .map_err(ended)?;
    if !typed.is_empty() {
        *password = typed;
    }
    Ok(())
}

/// 32 random bytes in hex.
fn seal_key() -> Result<String, Stop> {
    let mut bytes = [0u8; 32];
    ring::rand::SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| (1, "The system gives no random bytes.".to_owned()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn next_steps(path: &Path, folder: &Path) -> String {
    let program = check::program(path);
    let written = format!(
        "Written: {} and the secrets beside it. Keep a copy of {}.\n",
        path.display(),
        folder.join("seal-key").display()
    );
    if folder == Path::new("/etc/mahnwerk") {
        format!(
            "{written}Next:\n  CREDENTIALS_DIRECTORY=/etc/mahnwerk {program} check --online\n  systemctl enable --now mahnwerk\n"
        )
    } else {
        format!("{written}Next:\n  {program} check --online\n  {program} run\n")
    }
}
