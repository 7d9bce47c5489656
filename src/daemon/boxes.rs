//! Which mailbox and which way out the configuration names.

use std::path::Path;

use crate::config::{Config, MailSource, OutgoingWay, Secret};
use crate::letter::Letter;
use crate::world::imap::ImapInbox;
use crate::world::maildir::{MaildirInbox, MaildirOutbox};
use crate::world::smtp::SmtpOutbox;
use crate::world::tls::Password;
use crate::world::{Batch, Cursor, Inbox, Outbox, Trouble, service};

/// A configured mailbox.
#[derive(Debug)]
pub enum AnyInbox {
    /// On a server.
    Imap(ImapInbox),
    /// On this machine.
    Maildir(MaildirInbox),
}

/// A configured way out.
#[derive(Debug)]
pub enum AnyOutbox {
    /// Through a submission server.
    Smtp(SmtpOutbox),
    /// Into a Maildir.
    Maildir(MaildirOutbox),
}

impl Inbox for AnyInbox {
    fn name(&self) -> &str {
        match self {
            AnyInbox::Imap(inbox) => inbox.name(),
            AnyInbox::Maildir(inbox) => inbox.name(),
        }
    }

    async fn fetch(&mut self, since: &Cursor) -> Result<Batch, Trouble> {
        match self {
            AnyInbox::Imap(inbox) => inbox.fetch(since).await,
            AnyInbox::Maildir(inbox) => inbox.fetch(since).await,
        }
    }

    async fn changed(&mut self) {
        match self {
            AnyInbox::Imap(inbox) => inbox.changed().await,
            AnyInbox::Maildir(inbox) => inbox.changed().await,
        }
    }
}

impl Outbox for AnyOutbox {
    async fn send(&mut self, letter: &Letter) -> Result<(), Trouble> {
        match self {
            AnyOutbox::Smtp(outbox) => outbox.send(letter).await,
            AnyOutbox::Maildir(outbox) => outbox.send(letter).await,
        }
    }
}

/// The configured mailboxes, secrets read.
///
/// # Errors
/// A secret cannot be read; says which and what to do.
pub fn inboxes(config: &Config) -> Result<Vec<AnyInbox>, String> {
    config
        .mailboxes
        .iter()
        .map(|mailbox| match &mailbox.source {
            MailSource::Imap {
                login,
                folders,
                poll,
            } => {
                let password = password(&login.password)?;
                Ok(AnyInbox::Imap(ImapInbox::new(
                    &mailbox.name,
                    login.clone(),
                    password,
                    folders.clone(),
                    *poll,
                )))
            }
            MailSource::Maildir(path) => {
                Ok(AnyInbox::Maildir(MaildirInbox::new(&mailbox.name, path)))
            }
        })
        .collect()
}

/// The configured way out.
///
/// # Errors
/// A secret cannot be read; says which and what to do.
pub fn outbox(config: &Config) -> Result<AnyOutbox, String> {
    match &config.outgoing.way {
        OutgoingWay::Smtp(login) => {
            let password = password(&login.password)?;
            Ok(AnyOutbox::Smtp(SmtpOutbox::new(
                login.clone(),
                password,
                config.outgoing.from.domain(),
            )))
        }
        OutgoingWay::Maildir(path) => Ok(AnyOutbox::Maildir(maildir_outbox(config, path))),
    }
}

/// A Maildir as the way out; a first mailbox that is a Maildir too gets our copies, as a server would do.
fn maildir_outbox(config: &Config, letters: &Path) -> MaildirOutbox {
    let outbox = MaildirOutbox::new(letters);
    match config.mailboxes.first().map(|mailbox| &mailbox.source) {
        Some(MailSource::Maildir(mailbox)) => outbox.with_copies(mailbox),
        _ => outbox,
    }
}

/// Asked anew for every connection, so that a changed password is taken up; asked once now, so that a missing one is
/// told at the start.
fn password(secret: &Secret) -> Result<Password, String> {
    service::password(secret)?;
    let secret = secret.clone();
    Ok(Password::from_fn(move || {
        service::password(&secret).map(service::Password::into_inner)
    }))
}
