//! One IMAP connection: commands, replies, and every wait under a time limit.
//!
//! The library's own readers of FETCH and LIST take the end of a broken connection, and a refusal, for the end of the answer,
//! which would move the cursor over mails that nobody read. So answers are read here until their tagged reply, and only an
//! OK counts. Knows nothing of folders or cursors. Invariant: after [`Problem::Lost`] or [`Problem::Frozen`] it is not used again.

use std::collections::BTreeMap;
use std::time::Duration;

use async_imap::imap_proto::{Capability, RequestId, Response, Status};
use async_imap::{Authenticator, Client, Session};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::config::Login;
use crate::world::guard::Guard;
use crate::world::tls::{self, Encrypted, Password, Protocol, clean};

/// Time limits of one connection.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the connection stands and TLS is agreed.
    pub connect: Duration,
    /// Until the next answer to a command.
    pub command: Duration,
    /// Until the next mail of a set.
    pub body: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connect: Duration::from_secs(30),
            command: Duration::from_secs(30),
            body: Duration::from_secs(120),
        }
    }
}

/// Why a command failed, by what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// The connection broke: a new one may do.
    Lost(String),
    /// No answer in time: a new one would not answer either.
    Frozen(String),
    /// The server said no; the connection is well.
    Refused(String),
}

impl Problem {
    pub(super) fn text(self) -> String {
        match self {
            Problem::Lost(text) | Problem::Frozen(text) | Problem::Refused(text) => text,
        }
    }
}

/// A logged-in connection.
#[derive(Debug)]
pub(super) struct Wire {
    session: Session<Guard<Encrypted>>,
    /// `host:port`, for messages.
    place: String,
    limits: Limits,
    /// The server can tell of new mail (RFC 2177).
    pub(super) idle: bool,
    /// The folder that is open.
    pub(super) open: Option<String>,
    /// Names on the wire of the folders of the configuration, as found.
    pub(super) names: BTreeMap<String, String>,
}

struct Plain(Zeroizing<Vec<u8>>);

impl Authenticator for Plain {
    type Response = Vec<u8>;

    fn process(&mut self, _challenge: &[u8]) -> Vec<u8> {
        self.0.to_vec()
    }
}

impl Wire {
    /// Connects and logs in.
    pub(super) async fn open(
        login: &Login,
        password: &Password,
        limits: Limits,
    ) -> Result<Wire, String> {
        let secret = password.get().await?;
        let place = format!("{}:{}", login.host, login.port);
        let stream = tls::connect(login, Protocol::Imap, limits.connect).await?;
        let mut client = Client::new(Guard::imap(stream));
        if !login.starttls {
            greeting(&mut client, &place, limits.command).await?;
        }
        let capabilities = client_capabilities(&mut client, &place, limits.command).await?;
        let session = log_in(client, login, &secret, &capabilities, limits.command).await?;
        let mut wire = Wire {
            session,
            place,
            limits,
            idle: false,
            open: None,
            names: BTreeMap::new(),
        };
        let capabilities = wire.capabilities().await.map_err(Problem::text)?;
        wire.idle = has(&capabilities, "IDLE");
        Ok(wire)
    }

    async fn capabilities(&mut self) -> Result<Vec<String>, Problem> {
        let mut found = Vec::new();
        self.ask("CAPABILITY", self.limits.command, |response| {
            if let Response::Capabilities(list) = response {
                found.extend(list.iter().map(capability));
            }
        })
        .await?;
        Ok(found)
    }

    /// Runs a command and shows every answer; only an OK at the end is a success.
    pub(super) async fn ask(
        &mut self,
        command: &str,
        limit: Duration,
        mut see: impl FnMut(&Response<'_>),
    ) -> Result<(), Problem> {
        let word = command.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let frozen = self.frozen(&word, limit);
        let tag = timeout(limit, self.session.run_command(command))
            .await
            .map_err(|_| frozen.clone())?
            .map_err(|error| self.broken(&word, &clean(&error.to_string())))?;
        loop {
            let answer = timeout(limit, self.session.read_response())
                .await
                .map_err(|_| frozen.clone())?
                .map_err(|error| self.broken(&word, &io_words(&error)))?;
            let Some(answer) = answer else {
                return Err(self.broken(&word, "it closed the connection"));
            };
            match answer.parsed() {
                Response::Done {
                    tag: done,
                    status,
                    outcome,
                } if *done == tag => {
                    let said = clean(outcome.information.as_deref().unwrap_or("no reason given"));
                    return match status {
                        Status::Ok => Ok(()),
                        _ => Err(Problem::Refused(said)),
                    };
                }
                Response::Data {
                    status: Status::Bye,
                    outcome,
                } => {
                    let said = clean(outcome.information.as_deref().unwrap_or(""));
                    return Err(self.broken(&word, &format!("it says goodbye: {said}")));
                }
                other => see(other),
            }
        }
    }

    /// Says one line outside of any command (IDLE's end).
    pub(super) async fn say(&mut self, line: &str) -> Result<(), Problem> {
        timeout(self.limits.command, self.session.run_command_untagged(line))
            .await
            .map_err(|_| self.frozen(line, self.limits.command))?
            .map_err(|error| self.broken(line, &clean(&error.to_string())))
    }

    /// Begins a command whose answers are heard one by one; its tag.
    pub(super) async fn begin(&mut self, command: &str) -> Result<RequestId, Problem> {
        timeout(self.limits.command, self.session.run_command(command))
            .await
            .map_err(|_| self.frozen(command, self.limits.command))?
            .map_err(|error| self.broken(command, &clean(&error.to_string())))
    }

    /// What the server says next, without a time limit; may be abandoned and asked again at any time.
    pub(super) async fn hear<T>(
        &mut self,
        map: impl FnOnce(&Response<'_>) -> T,
    ) -> Result<T, Problem> {
        match self.session.read_response().await {
            Ok(Some(answer)) => Ok(map(answer.parsed())),
            Ok(None) => Err(self.broken("waiting", "it closed the connection")),
            Err(error) => Err(self.broken("waiting", &io_words(&error))),
        }
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// Ends the session politely; nobody waits long for it.
    pub(super) async fn leave(mut self) {
        let _ = timeout(Duration::from_secs(2), self.session.logout()).await;
    }

    fn frozen(&self, word: &str, limit: Duration) -> Problem {
        Problem::Frozen(format!(
            "{} is frozen: no answer to {word} within {} s; it is tried again later",
            self.place,
            limit.as_secs_f32()
        ))
    }

    fn broken(&self, word: &str, why: &str) -> Problem {
        Problem::Lost(format!(
            "the connection to {} broke during {word}: {why}; it is tried again later",
            self.place
        ))
    }
}

type Unknown = Client<Guard<Encrypted>>;

async fn greeting(client: &mut Unknown, place: &str, limit: Duration) -> Result<(), String> {
    let answer = timeout(limit, client.read_response())
        .await
        .map_err(|_| format!("{place} is frozen: it took the connection but did not greet; it is tried again later"))?
        .map_err(|error| format!("{place} did not greet like an IMAP server: {}", io_words(&error)))?;
    match answer.as_ref().map(|answer| answer.parsed()) {
        Some(Response::Data {
            status: Status::Ok, ..
        }) => Ok(()),
        Some(Response::Data { outcome, .. }) => Err(format!(
            "{place} turns us away: {}",
            clean(outcome.information.as_deref().unwrap_or("no reason given"))
        )),
        _ => Err(format!(
            "{place} did not greet like an IMAP server: check the port"
        )),
    }
}

/// Capabilities before the log-in: they say which ways to log in there are.
async fn client_capabilities(
    client: &mut Unknown,
    place: &str,
    limit: Duration,
) -> Result<Vec<String>, String> {
    let lost = |why: &str| format!("{place} broke the connection before the log-in: {why}");
    let frozen =
        |_| format!("{place} is frozen: no answer before the log-in; it is tried again later");
    let stream = client.get_mut();
    let say = async {
        stream.write_all(b"c1 CAPABILITY\r\n").await?;
        stream.flush().await
    };
    timeout(limit, say)
        .await
        .map_err(frozen)?
        .map_err(|error| lost(&io_words(&error)))?;
    let mut found = Vec::new();
    loop {
        let answer = timeout(limit, client.read_response())
            .await
            .map_err(frozen)?
            .map_err(|error| lost(&io_words(&error)))?
            .ok_or_else(|| lost("it closed it"))?;
        match answer.parsed() {
            Response::Capabilities(list) => found.extend(list.iter().map(capability)),
            Response::Done { .. } => return Ok(found),
            _ => {}
        }
    }
}

async fn log_in(
    client: Unknown,
    login: &Login,
    secret: &Zeroizing<String>,
    capabilities: &[String],
    limit: Duration,
) -> Result<Session<Guard<Encrypted>>, String> {
    let place = format!("{}:{}", login.host, login.port);
    let attempt = async {
        // RFC 4616: PLAIN carries any password; LOGIN only what fits a quoted string.
        if has(capabilities, "AUTH=PLAIN") {
            let words = format!("\0{}\0{}", login.user, secret.as_str());
            let plain = Plain(Zeroizing::new(words.into_bytes()));
            client.authenticate("PLAIN", plain).await
        } else if has(capabilities, "LOGINDISABLED") {
            let other = "LOGINDISABLED: the server takes no password here".to_owned();
            Err((async_imap::error::Error::No(other), client))
        } else {
            client.login(&login.user, secret.as_str()).await
        }
    };
    let outcome = timeout(limit, attempt).await.map_err(|_| {
        format!("{place} is frozen: no answer to the log-in; it is tried again later")
    })?;
    outcome.map_err(|(error, _)| match error {
        async_imap::error::Error::No(said) | async_imap::error::Error::Bad(said) => format!(
            "{place} refuses the log-in of `{}` ({}): check user and password; some providers want a password made for \
             programs (app password)",
            clean(&login.user),
            information(&said)
        ),
        async_imap::error::Error::Io(error) => {
            format!("{place} broke the connection during the log-in: {}", io_words(&error))
        }
        other => format!("{place} broke off the log-in: {}", clean(&other.to_string())),
    })
}

/// The server's own words in the library's error text.
fn information(said: &str) -> String {
    let words = said
        .split_once("info: Some(\"")
        .map_or(said, |(_, rest)| rest.trim_end_matches("\")"));
    clean(words)
}

fn capability(capability: &Capability<'_>) -> String {
    match capability {
        Capability::Imap4rev1 => "IMAP4rev1".to_owned(),
        Capability::Auth(way) => format!("AUTH={way}"),
        Capability::Atom(atom) => atom.clone().into_owned(),
    }
}

fn has(capabilities: &[String], wanted: &str) -> bool {
    capabilities
        .iter()
        .any(|found| found.eq_ignore_ascii_case(wanted))
}

/// The library quotes what it could not parse, which may be a mail: only its first words are kept.
fn io_words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::Other => "its answer is not understood".to_owned(),
        std::io::ErrorKind::UnexpectedEof => "it closed the connection".to_owned(),
        _ => clean(&error.to_string()),
    }
}
