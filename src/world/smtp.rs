//! The way out: one letter, all its recipients, one SMTP transaction, and an honest word on what became of it.
//!
//! Steps MAIL, RCPT, DATA and the dot run under their own time limits, since only the step tells what an error means: until
//! the server has said 354 nothing of the letter has left, so the failure is certain; from then on whatever is not a reply
//! to the dot is [`Trouble::Unknown`]. The password is only said behind TLS. Invariant: `Ok` means that the server took the
//! letter for every recipient; `Never` means that it refused this letter or the customer's address by a 5yz reply.

mod line;

use std::time::Duration;

use self::line::Line;
use super::tls::Password;
use super::{Outbox, Trouble};
use crate::config::Login;
use crate::letter::Letter;

/// Time limits of the steps (RFC 5321 section 4.5.3.2).
#[derive(Clone, Copy, Debug)]
pub struct SmtpLimits {
    /// Until the connection stands, TLS is agreed and the server has greeted.
    pub connect: Duration,
    /// Until a command is answered.
    pub command: Duration,
    /// Until the letter is sent and the dot is answered.
    pub dot: Duration,
}

impl Default for SmtpLimits {
    fn default() -> SmtpLimits {
        SmtpLimits {
            connect: Duration::from_secs(20),
            command: Duration::from_secs(60),
            dot: Duration::from_secs(600),
        }
    }
}

/// A submission server (RFC 6409). A new connection for each letter.
#[derive(Debug)]
pub struct SmtpOutbox {
    login: Login,
    password: Password,
    hello: String,
    limits: SmtpLimits,
}

impl SmtpOutbox {
    /// A server by its login; `hello` is the name by which we introduce ourselves, usually the domain of the From address.
    pub fn new(login: Login, password: Password, hello: &str) -> SmtpOutbox {
        SmtpOutbox {
            login,
            password,
            hello: hello_name(hello),
            limits: SmtpLimits::default(),
        }
    }

    /// With other time limits.
    pub fn with_limits(mut self, limits: SmtpLimits) -> SmtpOutbox {
        self.limits = limits;
        self
    }

    async fn deliver(&self, letter: &Letter) -> Result<(), Trouble> {
        fit(&letter.bytes)?;
        let mut line = Line::open(&self.login, &self.password, &self.hello, self.limits)
            .await
            .map_err(Trouble::Later)?;
        let outcome = line.transaction(letter, self.limits).await;
        line.leave();
        outcome
    }
}

impl Outbox for SmtpOutbox {
    async fn send(&mut self, letter: &Letter) -> Result<(), Trouble> {
        self.deliver(letter).await
    }
}

/// RFC 5321 section 4.1.2: a domain; whatever else came is replaced, since it goes into a command.
fn hello_name(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if !name.is_empty() && name.len() <= 253 && name.chars().all(plain) {
        name.to_owned()
    } else {
        "localhost".to_owned()
    }
}

/// A letter that other servers could read differently from us never leaves: bare line ends can hide a second mail
/// behind a false dot, long lines are cut on the way (RFC 5321 sections 2.3.8, 4.5.3.1.6).
fn fit(bytes: &[u8]) -> Result<(), Trouble> {
    let text = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.iter().position(|&b| b == b'\r' || b == b'\n');
        let (line, behind) = match end {
            None => (rest, &rest[rest.len()..]),
            Some(at) if rest[at..].starts_with(b"\r\n") => (&rest[..at], &rest[at + 2..]),
            Some(_) => {
                return Err(Trouble::Never(
                    "the letter holds a line end that is not CRLF: nothing was sent".to_owned(),
                ));
            }
        };
        if line.len() > 998 {
            return Err(Trouble::Never(
                "the letter holds a line of more than 998 bytes: nothing was sent".to_owned(),
            ));
        }
        rest = behind;
    }
    Ok(())
}

/// Connects and logs in, for `check --online` and `setup`: what was found, line by line. Nothing is sent.
///
/// # Errors
/// The first thing that does not work, in words with the next step.
pub async fn try_login(
    login: &Login,
    password: &Password,
    hello: &str,
) -> Result<Vec<String>, String> {
    let line = Line::open(login, password, &hello_name(hello), SmtpLimits::default()).await?;
    let findings = vec![format!(
        "{} is reached by TLS and takes the log-in",
        line.place
    )];
    line.leave();
    Ok(findings)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::line::{in_order, is_about_the_log_in};
    use super::*;
    use crate::ledger::{CustomerAddress, SourceId};

    fn at(text: &str) -> CustomerAddress {
        CustomerAddress::new(text).unwrap()
    }

    #[test]
    fn only_crlf_and_short_lines_leave() {
        assert_eq!(fit(b"Subject: a\r\n\r\n.\r\n..\r\nb"), Ok(()));
        for bad in ["a\nb", "a\rb\r\n", "a\r\n\n", "a\r\n.\n", "\r\r\n"] {
            assert!(
                matches!(fit(bad.as_bytes()), Err(Trouble::Never(_))),
                "{bad:?}"
            );
        }
        assert_eq!(fit(&[b'a'; 998]), Ok(()));
        assert!(fit(&[b'a'; 999]).is_err());
    }

    #[test]
    fn our_own_copy_is_named_first() {
        let letter = Letter {
            id: SourceId::of(b"x"),
            from: at("shop@laden.example"),
            recipients: vec![at("kunde@beispiel.example"), at("shop@laden.example")],
            customer: Some(at("kunde@beispiel.example")),
            events: Vec::new(),
            at: jiff::Timestamp::UNIX_EPOCH,
            bytes: Vec::new(),
        };
        let order: Vec<_> = in_order(&letter).map(CustomerAddress::as_str).collect();
        assert_eq!(order, ["shop@laden.example", "kunde@beispiel.example"]);
    }

    #[test]
    fn a_hello_cannot_smuggle_a_command() {
        assert_eq!(hello_name("laden.example"), "laden.example");
        assert_eq!(hello_name("a\r\nMAIL FROM:<x>"), "localhost");
        assert_eq!(hello_name(""), "localhost");
    }

    #[test]
    fn the_log_in_is_told_apart_from_the_letter() {
        assert!(is_about_the_log_in(535, "5.7.8 bad"));
        assert!(is_about_the_log_in(550, "5.7.8 bad"));
        assert!(!is_about_the_log_in(550, "5.1.1 unknown user"));
    }
}
