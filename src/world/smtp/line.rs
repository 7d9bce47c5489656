//! One connection to a submission server: log-in, the steps of a transaction, and what an error at each step means.
//!
//! Knows replies and silence; nothing of what the letter says. Invariant: [`Trouble::Later`] and [`Trouble::Never`] are only
//! said where the letter was certainly not taken, either because the server said so or because nothing of it had left.

use std::fmt::Display;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::SmtpLimits;
use crate::config::Login;
use crate::ledger::CustomerAddress;
use crate::letter::Letter;
use crate::world::Trouble;
use crate::world::guard::Guard;
use crate::world::tls::{self, Password, Protocol, clean};

/// One connection, logged in.
pub(super) struct Line {
    connection: AsyncSmtpConnection,
    /// `host:port`, for messages.
    pub(super) place: String,
}

/// What a step's failure was: the server's word, or none.
enum Failure {
    /// A reply, 4yz or 5yz.
    Reply { code: u16, text: String },
    /// No reply, or none that can be read.
    Silence(String),
}

impl Line {
    pub(super) async fn open(
        login: &Login,
        password: &Password,
        hello: &str,
        limits: SmtpLimits,
    ) -> Result<Line, String> {
        let secret = password.get().await?;
        let place = format!("{}:{}", login.host, login.port);
        let stream = tls::connect(login, Protocol::Smtp(hello), limits.connect).await?;
        // Behind STARTTLS there is no greeting (RFC 3207 section 4.2); the library waits for one.
        let first: &[u8] = if login.starttls { b"220 TLS\r\n" } else { b"" };
        let guarded = Box::new(Guard::lines(stream, first));
        let name = ClientId::Domain(hello.to_owned());
        let greeted = AsyncSmtpConnection::connect_with_transport(guarded, &name);
        let connection = timeout(limits.connect, greeted)
            .await
            .map_err(|_| {
                format!(
                    "{place} took the connection but did not greet within {} s; it is tried again later",
                    limits.connect.as_secs_f32()
                )
            })?
            .map_err(|error| match failure(&error) {
                Failure::Reply { code, text } => format!("{place} turns us away ({code} {text}); it is tried again later"),
                Failure::Silence(why) => format!("{place} broke off its greeting: {why}; it is tried again later"),
            })?;
        let mut line = Line { connection, place };
        line.log_in(login, secret.as_str(), limits.command).await?;
        Ok(line)
    }

    async fn log_in(&mut self, login: &Login, secret: &str, limit: Duration) -> Result<(), String> {
        let place = &self.place;
        let ways = [Mechanism::Plain, Mechanism::Login];
        if self
            .connection
            .server_info()
            .get_auth_mechanism(&ways)
            .is_none()
        {
            return Err(format!(
                "{place} offers no log-in by password here: check the port (submission is 465 or 587, not 25)"
            ));
        }
        let credentials = Credentials::new(login.user.clone(), secret.to_owned());
        let outcome = timeout(limit, self.connection.auth(&ways, &credentials))
            .await
            .map_err(|_| {
                format!(
                    "{place} did not answer the log-in within {} s; it is tried again later",
                    limit.as_secs_f32()
                )
            })?;
        outcome.map(|_| ()).map_err(|error| match failure(&error) {
            Failure::Reply { code, text } if code >= 500 => format!(
                "password refused: {place} does not accept the log-in of `{}` ({code} {text}): check user and password; some \
                 providers want a password made for programs (app password)",
                clean(&login.user)
            ),
            Failure::Reply { code, text } => {
                format!("{place} cannot take the log-in now ({code} {text}); it is tried again later")
            }
            Failure::Silence(why) => format!("{place} broke off the log-in: {why}; it is tried again later"),
        })
    }

    /// MAIL, RCPT for each, DATA, the letter, the dot.
    pub(super) async fn transaction(
        &mut self,
        letter: &Letter,
        limits: SmtpLimits,
    ) -> Result<(), Trouble> {
        let from = address(&letter.from)?;
        let mut options = Vec::new();
        if !letter.bytes.is_ascii()
            && self
                .connection
                .server_info()
                .supports_feature(Extension::EightBitMime)
        {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        self.step("MAIL", Mail::new(Some(from), options), limits.command)
            .await
            .map_err(|failure| {
                // The sender is the configuration's: no customer's address is to blame.
                self.before(failure, &format!("the sender {}", letter.from), false)
            })?;
        for recipient in in_order(letter) {
            let customer = letter.customer.as_ref() == Some(recipient);
            let what = if customer {
                format!("the customer's address {recipient}")
            } else {
                format!(
                    "our own copy to {recipient} (check that mailbox and the From address of the configuration)"
                )
            };
            let command = Rcpt::new(address(recipient)?, Vec::new());
            self.step("RCPT", command, limits.command)
                .await
                .map_err(|failure| self.before(failure, &what, customer))?;
        }
        let answer = self
            .step("DATA", Data, limits.command)
            .await
            .map_err(|failure| self.before(failure, "the letter", true))?;
        if !answer.has_code(354) {
            // Neither yes nor no, and nothing of the letter has left.
            return Err(Trouble::Later(format!(
                "{} answered DATA with {} instead of 354; it is tried again later",
                self.place,
                answer.code()
            )));
        }
        self.dot(letter, limits.dot).await
    }

    /// From here on only a reply ends the doubt.
    async fn dot(&mut self, letter: &Letter, limit: Duration) -> Result<(), Trouble> {
        // The library ends with CRLF dot CRLF whatever came before: one CRLF of ours would become an empty line.
        let text = letter.bytes.strip_suffix(b"\r\n").unwrap_or(&letter.bytes);
        let unknown = |place: &str, why: &str| {
            Trouble::Unknown(format!(
                "the letter went out to {place}, but whether it was taken is not known ({why}): its copy in the mailbox \
                 will tell; it is not sent again without that"
            ))
        };
        match timeout(limit, self.connection.message(text)).await {
            Ok(Ok(answer)) if answer.code().to_string().starts_with('2') => Ok(()),
            Ok(Ok(answer)) => Err(unknown(
                &self.place,
                &format!("odd answer {}", answer.code()),
            )),
            Ok(Err(error)) => Err(match failure(&error) {
                Failure::Silence(why) => unknown(&self.place, &why),
                reply => self.before(reply, "the letter", true),
            }),
            Err(_) => Err(unknown(
                &self.place,
                &format!("no answer within {} s", limit.as_secs_f32()),
            )),
        }
    }

    async fn step(
        &mut self,
        name: &str,
        command: impl Display,
        limit: Duration,
    ) -> Result<Response, Failure> {
        match timeout(limit, self.connection.command(command)).await {
            Ok(outcome) => outcome.map_err(|error| failure(&error)),
            Err(_) => Err(Failure::Silence(format!(
                "no answer to {name} within {} s",
                limit.as_secs_f32()
            ))),
        }
    }

    /// A failure that is certain. `final_word`: a 5yz here is about this letter, so it holds for good.
    fn before(&self, failure: Failure, what: &str, final_word: bool) -> Trouble {
        let place = &self.place;
        match failure {
            Failure::Reply { code, text } if is_about_the_log_in(code, &text) => {
                Trouble::Later(format!(
                    "{place} does not accept our log-in any more ({code} {text}): check user and password"
                ))
            }
            Failure::Reply { code, text } if code >= 500 && final_word => {
                Trouble::Never(format!("{place} refuses {what} for good: {code} {text}"))
            }
            Failure::Reply { code, text } => {
                Trouble::Later(format!("{place} refuses {what} for now: {code} {text}"))
            }
            Failure::Silence(why) => Trouble::Later(format!(
                "{place} broke off before the letter left ({why}); it is tried again later"
            )),
        }
    }

    /// Says QUIT without anybody waiting for it: what matters is settled by then.
    pub(super) fn leave(mut self) {
        tokio::spawn(async move {
            let _ = timeout(Duration::from_secs(2), self.connection.quit()).await;
        });
    }
}

/// The merchant's mailbox first: where the sender as such is refused (many servers say so only at RCPT), it is our own copy
/// that is refused, and no customer's address is blamed for it.
pub(super) fn in_order(letter: &Letter) -> impl Iterator<Item = &CustomerAddress> {
    let is_customer = |recipient: &&CustomerAddress| letter.customer.as_ref() == Some(*recipient);
    let ours = letter.recipients.iter().filter(move |r| !is_customer(r));
    ours.chain(letter.recipients.iter().filter(is_customer))
}

/// RFC 4954 section 6: authentication needed, too weak, refused.
pub(super) fn is_about_the_log_in(code: u16, text: &str) -> bool {
    matches!(code, 530 | 534 | 535 | 538) || text.starts_with("5.7.8") || text.starts_with("5.7.9")
}

fn failure(error: &Error) -> Failure {
    let words = clean(&error.to_string());
    match error.status() {
        Some(code) => Failure::Reply {
            code: code.to_string().parse().unwrap_or(0),
            text: words
                .split_once("): ")
                .map_or_else(String::new, |(_, text)| text.to_owned()),
        },
        None => Failure::Silence(words),
    }
}

fn address(address: &CustomerAddress) -> Result<Address, Trouble> {
    address.as_str().parse().map_err(|_| {
        Trouble::Never(format!(
            "the address {address} cannot be written into an envelope"
        ))
    })
}
