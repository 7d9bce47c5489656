//! A front before Postfix that ends TLS and passes SMTP on command by command, so that it can fail at an exact step: cut,
//! fall silent, answer by itself, or let Postfix take the letter and keep the reply to itself.

use std::net::TcpListener as StdListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// A step of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Auth,
    Mail,
    Rcpt,
    Data,
    /// The first line of the letter, after 354.
    Letter,
    /// The dot at the end of the letter.
    Dot,
}

/// What happens at the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The connection is cut; Postfix hears nothing of the step.
    Cut,
    /// Silence, the connection stands; Postfix hears nothing of the step.
    Hold,
    /// This reply is given; Postfix hears nothing of the step.
    Answer(&'static str),
    /// Postfix takes it and replies; then the connection is cut instead of the reply.
    TakeAndCut,
    /// Postfix takes it and replies; the reply is kept back.
    TakeAndHold,
}

/// How the front misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not at all.
    Pass,
    /// Connections are closed at once.
    Refuse,
    /// Connections are taken and never answered.
    HalfOpen,
    /// At a step.
    At(Step, What),
}

/// A transaction as it passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub from: String,
    pub to: Vec<String>,
    /// Postfix said yes to the dot.
    pub taken: bool,
}

struct Shared {
    fault: Mutex<Fault>,
    seen: Mutex<Vec<Seen>>,
}

pub struct Front {
    port: u16,
    shared: Arc<Shared>,
    _end: oneshot::Sender<()>,
}

impl Front {
    /// Listens on a port of its own; `upstream` is Postfix's port for TLS at once.
    pub fn start(tls: PathBuf, upstream: u16) -> Front {
        let listener = StdListener::bind(("127.0.0.1", 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            fault: Mutex::new(Fault::Pass),
            seen: Mutex::new(Vec::new()),
        });
        let (end, ended) = oneshot::channel();
        let inner = Arc::clone(&shared);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, &tls, upstream, inner) => {}
                    _ = ended => {}
                }
            });
        });
        Front {
            port,
            shared,
            _end: end,
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn set(&self, fault: Fault) {
        *self.shared.fault.lock().expect("no panic inside") = fault;
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().expect("no panic inside").clone()
    }
}

async fn serve(listener: StdListener, tls: &Path, upstream: u16, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).expect("a listening socket");
    let (acceptor, connector) = (acceptor(tls), connector(tls));
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            continue;
        };
        let fault = *shared.fault.lock().expect("no panic inside");
        match fault {
            Fault::Refuse => drop(socket),
            Fault::HalfOpen => {
                tokio::spawn(async move {
                    let _socket = socket;
                    tokio::time::sleep(Duration::from_secs(3600)).await;
                });
            }
            _ => {
                let (acceptor, connector) = (acceptor.clone(), connector.clone());
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    let _ = pass(socket, acceptor, connector, upstream, &shared).await;
                });
            }
        }
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

pub(super) fn acceptor(tls: &Path) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(tls.join("server.pem"))
        .and_then(Iterator::collect)
        .expect("the rig's certificate");
    let key = PrivateKeyDer::from_pem_file(tls.join("server.key")).expect("the rig's key");
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("TLS")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a fitting pair");
    TlsAcceptor::from(Arc::new(config))
}

fn connector(tls: &Path) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(tls.join("ca.pem")).expect("the rig's authority"))
        .expect("a certificate");
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// The transaction of one connection so far.
#[derive(Default)]
struct Talk {
    seen: Seen,
    step: Option<Step>,
}

async fn pass(
    socket: TcpStream,
    acceptor: TlsAcceptor,
    connector: TlsConnector,
    upstream: u16,
    shared: &Shared,
) -> std::io::Result<()> {
    let mut client = BufReader::new(acceptor.accept(socket).await?);
    let name = ServerName::try_from("localhost").expect("a name");
    let socket = TcpStream::connect(("127.0.0.1", upstream)).await?;
    let mut server = BufReader::new(connector.connect(name, socket).await?);
    let mut talk = Talk::default();
    let greeting = reply(&mut server).await?;
    say(&mut client, &greeting).await?;
    loop {
        let line = line(&mut client).await?;
        talk.hear(&line);
        if let Some(step) = talk.step.filter(|step| *step != Step::Dot)
            && let Some(what) = fault_at(shared, step)
        {
            let given = misbehave(what, &mut client, &mut server, &line).await?;
            if !given {
                return Ok(());
            }
            continue;
        }
        say(&mut server, &line).await?;
        let answer = reply(&mut server).await?;
        say(&mut client, &answer).await?;
        if talk.step == Some(Step::Data) && answer.starts_with(b"354") {
            let go_on = letter(&mut client, &mut server, &mut talk, shared).await?;
            if !go_on {
                return Ok(());
            }
        }
    }
}

impl Talk {
    fn hear(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let inside = |text: &str| {
            let from = text.find('<').map_or(0, |at| at + 1);
            let to = text.find('>').unwrap_or(text.len());
            text[from..to].to_owned()
        };
        let upper = text.to_ascii_uppercase();
        self.step = None;
        if upper.starts_with("AUTH") {
            self.step = Some(Step::Auth);
        } else if upper.starts_with("MAIL") {
            self.step = Some(Step::Mail);
            self.seen = Seen {
                from: inside(&text),
                ..Seen::default()
            };
        } else if upper.starts_with("RCPT") {
            self.step = Some(Step::Rcpt);
            self.seen.to.push(inside(&text));
        } else if upper.starts_with("DATA") {
            self.step = Some(Step::Data);
        }
    }
}

fn fault_at(shared: &Shared, step: Step) -> Option<What> {
    match *shared.fault.lock().expect("no panic inside") {
        Fault::At(at, what) if at == step => Some(what),
        _ => None,
    }
}

/// The letter up to the dot, and the dot's reply. `false`: the connection is over.
async fn letter<C, S>(
    client: &mut BufReader<C>,
    server: &mut BufReader<S>,
    talk: &mut Talk,
    shared: &Shared,
) -> std::io::Result<bool>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    if let Some(what) = fault_at(shared, Step::Letter) {
        note(shared, talk, false);
        let first = line(client).await?;
        misbehave(what, client, server, &first).await?;
        return Ok(false);
    }
    loop {
        let line = line(client).await?;
        if line != b".\r\n" {
            server.get_mut().write_all(&line).await?;
            continue;
        }
        let what = fault_at(shared, Step::Dot);
        if let Some(what @ (What::Cut | What::Hold | What::Answer(_))) = what {
            note(shared, talk, false);
            misbehave(what, client, server, &line).await?;
            // Postfix waits inside the letter: this connection cannot be used further.
            return Ok(false);
        }
        say(server, &line).await?;
        let answer = reply(server).await?;
        note(shared, talk, answer.starts_with(b"2"));
        match what {
            Some(What::TakeAndCut) => return Ok(false),
            Some(_) => hold().await,
            None => say(client, &answer).await?,
        }
        return Ok(true);
    }
}

fn note(shared: &Shared, talk: &mut Talk, taken: bool) {
    let seen = Seen {
        taken,
        ..std::mem::take(&mut talk.seen)
    };
    shared.seen.lock().expect("no panic inside").push(seen);
}

/// `false`: the connection is to be cut.
async fn misbehave<C, S>(
    what: What,
    client: &mut BufReader<C>,
    server: &mut BufReader<S>,
    line: &[u8],
) -> std::io::Result<bool>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    match what {
        What::Cut => return Ok(false),
        What::Hold => hold().await,
        What::Answer(text) => say(client, format!("{text}\r\n").as_bytes()).await?,
        What::TakeAndCut | What::TakeAndHold => {
            say(server, line).await?;
            reply(server).await?;
            if what == What::TakeAndCut {
                return Ok(false);
            }
            hold().await;
        }
    }
    Ok(true)
}

async fn hold() {
    tokio::time::sleep(Duration::from_secs(3600)).await;
}

pub(super) async fn say<S: AsyncRead + AsyncWrite + Unpin>(
    to: &mut BufReader<S>,
    bytes: &[u8],
) -> std::io::Result<()> {
    to.get_mut().write_all(bytes).await?;
    to.get_mut().flush().await
}

pub(super) async fn line<S: AsyncRead + AsyncWrite + Unpin>(
    from: &mut BufReader<S>,
) -> std::io::Result<Vec<u8>> {
    let mut line = Vec::new();
    if from.read_until(b'\n', &mut line).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line)
}

/// All lines of a reply.
async fn reply<S: AsyncRead + AsyncWrite + Unpin>(
    from: &mut BufReader<S>,
) -> std::io::Result<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        let line = line(from).await?;
        let last = line.get(3) != Some(&b'-');
        all.extend(line);
        if last {
            return Ok(all);
        }
    }
}
