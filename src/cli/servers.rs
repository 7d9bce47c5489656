//! The part of `check` and `setup` that talks to servers: logs in, lists folders, sends a sample letter.

use crate::config::{Config, Login, MailSource, OutgoingWay, Secret};
use crate::daemon::settings;
use crate::ledger::CustomerAddress;
use crate::world::maildir::MaildirOutbox;
use crate::world::smtp::{self, SmtpOutbox};
use crate::world::tls::Password;
use crate::world::{Outbox, imap, library, service};

use super::check::Finding;

/// Logs in to every mailbox and to the mail server.
pub fn log_in(config: &Config, findings: &mut Vec<Finding>) {
    for mailbox in &config.mailboxes {
        if let MailSource::Imap { login, folders, .. } = &mailbox.source {
            let password = password(&login.password);
            let said = try_imap(login, &password, folders);
            add(&format!("mailbox {}", mailbox.name), said, findings);
        }
    }
    if let OutgoingWay::Smtp(login) = &config.outgoing.way {
        let said = try_smtp(
            login,
            &password(&login.password),
            config.outgoing.from.domain(),
        );
        add("outgoing", said, findings);
    }
}

/// Logs in to a mail server.
pub fn try_smtp(login: &Login, password: &Password, hello: &str) -> Result<Vec<String>, String> {
    blocking(smtp::try_login(login, password, hello))
}

/// Logs in to a mailbox and looks for the folders.
pub fn try_imap(
    login: &Login,
    password: &Password,
    folders: &[String],
) -> Result<Vec<String>, String> {
    blocking(imap::try_login(login, password, folders))
}

fn add(area: &str, said: Result<Vec<String>, String>, findings: &mut Vec<Finding>) {
    match said {
        Ok(lines) => findings.extend(lines.into_iter().map(|text| Finding::fine(area, text))),
        Err(text) => findings.push(Finding::server(area, text)),
    }
}

/// Sends one sample of the first reminder to an address.
pub fn send(config: &Config, address: &str, findings: &mut Vec<Finding>) {
    let area = "sample letter";
    let address = match CustomerAddress::new(address) {
        Ok(address) => address,
        Err(text) => return findings.push(Finding::wrong(area, text)),
    };
    let letters = match library::letters(&config.paths) {
        Ok(letters) => letters,
        Err(_) => return, // found already
    };
    let mut sender = settings::sender(config);
    sender.merchant = address.clone();
    let template = config
        .reminders
        .levels
        .first()
        .map_or("friendly", |level| level.letter.as_str());
    let mut letter =
        match letters.sample(template, config.merchant.language, &sender, service::now()) {
            Ok(letter) => letter,
            Err(note) => return findings.push(Finding::wrong(area, note.en)),
        };
    letter.recipients = vec![address.clone()];
    let sent = match &config.outgoing.way {
        OutgoingWay::Smtp(login) => {
            let mut outbox = SmtpOutbox::new(
                login.clone(),
                password(&login.password),
                config.outgoing.from.domain(),
            );
            blocking(async {
                outbox
                    .send(&letter)
                    .await
                    .map_err(|trouble| trouble.to_string())
            })
        }
        OutgoingWay::Maildir(folder) => {
            let mut outbox = MaildirOutbox::new(folder);
            blocking(async {
                outbox
                    .send(&letter)
                    .await
                    .map_err(|trouble| trouble.to_string())
            })
        }
    };
    findings.push(match sent {
        Ok(()) => Finding::fine(area, format!("`{template}` went to {address}")),
        Err(text) => Finding::server(area, text),
    });
}

fn password(secret: &Secret) -> Password {
    let secret = secret.clone();
    Password::from_fn(move || service::password(&secret).map(service::Password::into_inner))
}

/// Runs one errand to its end.
fn blocking<T>(errand: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the program cannot wait for servers: {error}"))?
        .block_on(errand)
}
