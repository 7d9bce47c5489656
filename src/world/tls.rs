//! The way to a mail server: name, socket, TLS. TLS 1.2 or newer, always verified, at once or by a required STARTTLS.
//!
//! There is no way to accept a wrong certificate; a private authority is named by its file (`ca`). STARTTLS is spoken
//! here, byte by byte, so that nothing that was sent before the handshake can be taken for an answer behind it.
//! Every failure is told in words with the next step. Invariant: what leaves this file is an encrypted stream.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use zeroize::Zeroizing;

use super::service;
use crate::config::{Login, Secret};

/// Longest time for one address of a host to take the connection.
const ONE_ADDRESS: Duration = Duration::from_secs(8);
/// Longest line and number of lines before TLS begins.
const PLAIN_LINE: usize = 2048;
const PLAIN_LINES: usize = 64;

/// An encrypted stream to a server whose name was verified.
pub type Encrypted = TlsStream<TcpStream>;

/// Fetches a password when it is needed; it is asked anew for every connection, so a changed one is taken up.
#[derive(Clone)]
pub struct Password(Arc<Getter>);

type Getter = dyn Fn() -> Result<Zeroizing<String>, String> + Send + Sync;

impl Password {
    /// Asks this function; its error says where the password was looked for and what to do.
    pub fn from_fn(
        get: impl Fn() -> Result<Zeroizing<String>, String> + Send + Sync + 'static,
    ) -> Password {
        Password(Arc::new(get))
    }

    /// Reads it from where the configuration says.
    pub fn of(secret: &Secret) -> Password {
        let secret = secret.clone();
        Password::from_fn(move || service::password(&secret).map(service::Password::into_inner))
    }

    /// Always this one.
    pub fn fixed(text: &str) -> Password {
        let text = Zeroizing::new(text.to_owned());
        Password::from_fn(move || Ok(text.clone()))
    }

    /// The password; found on a thread of its own, since a program may print it.
    ///
    /// # Errors
    /// It was not found, in words; or it holds a character that no server takes.
    pub async fn get(&self) -> Result<Zeroizing<String>, String> {
        let this = self.clone();
        tokio::task::spawn_blocking(move || this.find())
            .await
            .unwrap_or_else(|_| Err("the password could not be read: its reader broke off".into()))
    }

    fn find(&self) -> Result<Zeroizing<String>, String> {
        let text = (self.0)()?;
        if text.is_empty() {
            return Err(
                "the password is empty: check the place that the configuration names".into(),
            );
        }
        if text.chars().any(char::is_control) {
            return Err(
                "the password holds a line break or another control character: write it alone on one line".into(),
            );
        }
        Ok(text)
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Which protocol opens the connection: they differ in how STARTTLS is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol<'a> {
    /// IMAP (RFC 3501 section 6.2.1).
    Imap,
    /// SMTP submission (RFC 3207), introducing ourselves by this name.
    Smtp(&'a str),
}

/// Trust: the authorities of this machine, and the further one of the configuration.
///
/// # Errors
/// No authority at all, or an unreadable file, in words.
pub fn client_config(ca: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca {
        let unreadable = |why: String| {
            format!(
                "the certificate authority `{}` cannot be read: {why}. `ca` names a PEM file",
                path.display()
            )
        };
        let certificates = CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| unreadable(error.to_string()))?;
        if certificates.is_empty() {
            return Err(unreadable("it holds no certificate".into()));
        }
        for certificate in certificates {
            roots
                .add(certificate)
                .map_err(|error| unreadable(error.to_string()))?;
        }
    }
    if roots.is_empty() {
        return Err(
            "this machine knows no certificate authority: install the package `ca-certificates`"
                .into(),
        );
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Connects to the server of a login and encrypts.
///
/// # Errors
/// Unknown host, refused, silent, not TLS, unknown authority, wrong name: each in words with the next step.
pub async fn connect(
    login: &Login,
    protocol: Protocol<'_>,
    limit: Duration,
) -> Result<Encrypted, String> {
    let place = format!("{}:{}", login.host, login.port);
    let silent = || {
        format!(
            "{place} did not answer within {} s: check host and port, or wait until the server is well again",
            limit.as_secs_f32()
        )
    };
    timeout(limit, reach(login, protocol, &place))
        .await
        .unwrap_or_else(|_| Err(silent()))
}

async fn reach(login: &Login, protocol: Protocol<'_>, place: &str) -> Result<Encrypted, String> {
    let config = client_config(login.ca.as_deref())?;
    let name = ServerName::try_from(login.host.clone()).map_err(|_| {
        format!(
            "`{}` is not a host name: write the server's name as in its certificate",
            login.host
        )
    })?;
    let mut stream = dial(login, place).await?;
    if login.starttls {
        plain_starttls(&mut stream, protocol, place).await?;
    }
    TlsConnector::from(config)
        .connect(name, stream)
        .await
        .map_err(|error| handshake_words(&error, login, place))
}

async fn dial(login: &Login, place: &str) -> Result<TcpStream, String> {
    let addresses = tokio::net::lookup_host((login.host.as_str(), login.port))
        .await
        .map_err(|error| {
            format!(
                "the host `{}` is unknown ({error}): check its spelling and this machine's name service",
                login.host
            )
        })?;
    let mut last = format!("the host `{}` has no address", login.host);
    for address in addresses {
        match timeout(ONE_ADDRESS, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Command, reply, command, reply: waiting for a full packet only costs time.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
                last = format!(
                    "{place} refused the connection: no mail server listens there; check the port (IMAP 993, SMTP 465, \
                     with starttls 143 and 587)"
                );
            }
            Ok(Err(error)) => last = format!("{place} cannot be reached: {error}"),
            Err(_) => {
                last =
                    format!("{place} did not take the connection: check host, port and firewall");
            }
        }
    }
    Err(last)
}

/// Asks for TLS in the clear. Nothing else is said, and nothing that the server says is remembered.
async fn plain_starttls(
    stream: &mut TcpStream,
    protocol: Protocol<'_>,
    place: &str,
) -> Result<(), String> {
    let refused = |said: &str| {
        format!(
            "{place} does not offer STARTTLS (it said: {said}), and nothing is sent without TLS: set `starttls = false` \
             and the port for TLS at once, or ask the provider"
        )
    };
    match protocol {
        Protocol::Imap => {
            let greeting = plain_line(stream, place).await?;
            if !greeting.starts_with("* OK") {
                return Err(refused(&greeting));
            }
            plain_say(stream, "s1 STARTTLS\r\n", place).await?;
            for _ in 0..PLAIN_LINES {
                let line = plain_line(stream, place).await?;
                match line.strip_prefix("s1 ") {
                    Some(said) if said.to_ascii_uppercase().starts_with("OK") => return Ok(()),
                    Some(said) => return Err(refused(said)),
                    None => {}
                }
            }
            Err(refused("nothing of use"))
        }
        Protocol::Smtp(hello) => {
            let steps = [
                ("", "220"),
                (&*format!("EHLO {hello}\r\n"), "250"),
                ("STARTTLS\r\n", "220"),
            ];
            for (say, expected) in steps {
                plain_say(stream, say, place).await?;
                let reply = plain_reply(stream, place).await?;
                if !reply.starts_with(expected) {
                    return Err(refused(&reply));
                }
            }
            Ok(())
        }
    }
}

/// Last line of an SMTP reply.
async fn plain_reply(stream: &mut TcpStream, place: &str) -> Result<String, String> {
    for _ in 0..PLAIN_LINES {
        let line = plain_line(stream, place).await?;
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(line);
        }
    }
    Err(format!("{place} sent an endless reply before TLS"))
}

async fn plain_say(stream: &mut TcpStream, text: &str, place: &str) -> Result<(), String> {
    stream
        .write_all(text.as_bytes())
        .await
        .map_err(|error| format!("{place} broke the connection before TLS: {error}"))
}

/// One line, read byte by byte: what comes behind it belongs to the handshake.
// THREATS: bytes injected behind the STARTTLS reply would otherwise be read as if they had come encrypted.
async fn plain_line(stream: &mut TcpStream, place: &str) -> Result<String, String> {
    let mut line = Vec::new();
    loop {
        let byte = stream
            .read_u8()
            .await
            .map_err(|error| format!("{place} broke the connection before TLS: {error}"))?;
        if byte == b'\n' {
            return Ok(clean(&String::from_utf8_lossy(&line)));
        }
        line.push(byte);
        if line.len() > PLAIN_LINE {
            return Err(format!("{place} sent an endless line before TLS"));
        }
    }
}

/// A server's words, fit for a log and a terminal: one line, no control characters, at most 300 characters.
pub fn clean(text: &str) -> String {
    let one_line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'))
        .take(300)
        .collect();
    one_line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn handshake_words(error: &io::Error, login: &Login, place: &str) -> String {
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let host = &login.host;
    match tls {
        Some(rustls::Error::InvalidCertificate(why)) => match why {
            CertificateError::UnknownIssuer => format!(
                "TLS: the certificate of {place} comes from an authority that is not known here: name the server's own \
                 authority as `ca`, or check that this is the right server"
            ),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                format!(
                    "TLS: the certificate of {place} is not for the name `{host}`: write the host as the provider names it"
                )
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => format!(
                "TLS: the certificate of {place} has expired: check this machine's clock, then ask the provider"
            ),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => format!(
                "TLS: the certificate of {place} is not valid yet: check this machine's clock"
            ),
            other => format!(
                "TLS: the certificate of {place} is refused: {}",
                clean(&format!("{other:?}"))
            ),
        },
        Some(rustls::Error::InvalidMessage(_)) if login.starttls => format!(
            "TLS: {place} sent something else than TLS behind STARTTLS, as an intruder on the way would: check the network \
             and the port (587, IMAP 143), or use TLS at once (`starttls = false`, 465, IMAP 993)"
        ),
        Some(rustls::Error::InvalidMessage(_)) => format!(
            "TLS: {place} does not speak TLS at once: set `starttls = true`, or check the port (TLS at once: IMAP 993, SMTP \
             465; STARTTLS: 143, 587)"
        ),
        Some(other) => format!("TLS with {place} failed: {}", clean(&other.to_string())),
        None => format!(
            "{place} broke the connection while TLS began ({}): check the port (TLS at once: IMAP 993, SMTP 465; \
             STARTTLS: 143, 587)",
            clean(&error.to_string())
        ),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown_and_never_breaks_a_line() {
        let password = Password::fixed("geheim");
        assert_eq!(format!("{password:?}"), "Password(..)");
        assert_eq!(password.find().unwrap().as_str(), "geheim");
        assert!(
            Password::fixed("a\r\nb")
                .find()
                .unwrap_err()
                .contains("control")
        );
        assert!(Password::fixed("").find().unwrap_err().contains("empty"));
    }

    #[test]
    fn words_of_a_server_stay_on_one_line() {
        assert_eq!(clean("no\r\n\u{1b}[2Jway\u{202e} \0 in"), "no [2Jway in");
        assert_eq!(clean(&"x".repeat(1000)).len(), 300);
    }

    #[test]
    fn an_authority_that_is_no_pem_file_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ca.pem");
        assert!(client_config(Some(&path)).unwrap_err().contains("ca.pem"));
        std::fs::write(&path, "hello").unwrap();
        assert!(
            client_config(Some(&path))
                .unwrap_err()
                .contains("no certificate")
        );
    }
}
