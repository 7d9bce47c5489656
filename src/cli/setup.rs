//! `setup`: asks, tests the log-in, writes the configuration. Nothing is written before everything is known and tried,
//! and nothing that exists is overwritten without `--force`.

mod ask;
mod file;
mod flags;
mod providers;

use std::io::Read;
use std::path::Path;

use super::{check, servers};
use crate::config::{Config, Login, Secret, iban};
use crate::daemon::Reply;
use crate::ledger::CustomerAddress;
use crate::world::tls::Password;
use ask::{Ask, Ended, Field};
use file::Answers;
pub use flags::SetupArgs;
use providers::Provider;

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
    let mut answers = Answers {
        language: args.language.clone(),
        zone: args.zone.clone(),
        state: args.state.clone(),
        imap_port: args.imap_port,
        ca: args.ca.clone(),
        ..Answers::default()
    };
    servers_asked(ask, args, &mut answers)?;
    business_asked(ask, args, &mut answers)?;
    Ok(answers)
}

fn servers_asked(ask: &mut Ask, args: &SetupArgs, answers: &mut Answers) -> Result<(), Ended> {
    let words = "Address of the mailbox that gets the mails of shop and bank";
    answers.mailbox = ask.field(Field::new("--mailbox", &args.mailbox, words, address))?;
    let guess = providers::of(&answers.mailbox).map_or("other", |provider| provider.word);
    let words = format!("Mail provider ({}, other)", providers::words());
    let field = Field::new("--provider", &args.provider, &words, provider).usual(guess);
    let provider = providers::named(&ask.field(field)?);
    ask.tell(provider.map_or("", |provider| provider.hint));
    let host = |pick: fn(&Provider) -> &'static str| provider.map_or("", pick);
    let field = Field::new("--imap-host", &args.imap_host, "IMAP server", anything);
    answers.imap_host = ask.field(field.usual(host(|provider| provider.imap)))?;
    let smtp = match host(|provider| provider.smtp) {
        "" => answers.imap_host.clone(),
        smtp => smtp.to_owned(),
    };
    let field = Field::new("--smtp-host", &args.smtp_host, "Mail server", anything);
    answers.smtp_host = ask.field(field.usual(&smtp))?;
    let port = provider.map_or(465, |provider| provider.smtp_port);
    answers.smtp_port = args.smtp_port.unwrap_or(port);
    let field = Field::new("--user", &args.user, "User name", anything);
    answers.user = ask.field(field.usual(&answers.mailbox))?;
    let words = "Name of the receiving server: the first word after `Authentication-Results:` in the source of any mail \
                 received there";
    let field = Field::new("--authserv", &args.authserv, words, anything);
    let always = provider.and_then(|provider| provider.authserv);
    answers.authserv = ask.field(field.usual(always.unwrap_or("")))?;
    let field = Field::new("--from", &args.from, "Sender that customers see", address);
    answers.from = ask.field(field.usual(&answers.mailbox))?;
    Ok(())
}

fn business_asked(ask: &mut Ask, args: &SetupArgs, answers: &mut Answers) -> Result<(), Ended> {
    let field = Field::new(
        "--business",
        &args.business,
        "Name of the business",
        anything,
    );
    answers.business = ask.field(field)?;
    let lines = Some(args.identity.join("\n")).filter(|lines| !lines.is_empty());
    let words = "Line under your business letters (address, register, managing director)";
    let identity = ask.field(Field::new("--identity", &lines, words, anything))?;
    answers.identity = identity.lines().map(str::to_owned).collect();
    let words = "Address that reads the daily mail";
    answers.merchant = ask.field(Field::new("--merchant", &args.merchant, words, address))?;
    let field = Field::new("--shop", &args.shop, "Short name of the shop", anything);
    answers.shop = ask.field(field.usual("shop"))?;
    let words = "Address that its order mails come from";
    let senders = ask.field(Field::new(
        "--shop-sender",
        &args.shop_sender,
        words,
        addresses,
    ))?;
    answers.senders = senders
        .split(',')
        .map(|sender| sender.trim().to_owned())
        .collect();
    let words = "Account holder exactly as the bank has it";
    let field = Field::new("--holder", &args.holder, words, anything);
    answers.holder = ask.field(field.usual(&answers.business))?;
    let check = |text: &str| iban::checked(text).map(drop);
    answers.iban = ask.field(Field::new(
        "--iban",
        &args.iban,
        "IBAN that customers pay to",
        check,
    ))?;
    Ok(())
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
    let mut field = |flag, words, usual: &str| {
        ask.field(Field::new(flag, &None, words, anything).usual(usual))
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

/// 32 random bytes of the kernel in hex.
fn seal_key() -> Result<String, Stop> {
    let mut bytes = [0u8; 32];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|error| (1, format!("The system gives no random bytes: {error}.")))?;
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
