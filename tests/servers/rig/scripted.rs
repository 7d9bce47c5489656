//! An IMAP server of three lines, for what no real server does on demand: it refuses, hangs up, lies.
//!
//! It knows the log-in and EXAMINE; what it says to UID FETCH is the test's.

use std::net::TcpListener as StdListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mahnwerk::config::{Login, Secret};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::front::{acceptor, line, say};
use super::setup;

/// What the server says to a command; `TAG` stands for the command's tag.
#[derive(Clone, Debug)]
pub enum Say {
    Words(String),
    /// Says this and closes the connection properly.
    AndLeave(String),
}

type Script = dyn Fn(&str) -> Say + Send + Sync;

/// A running scripted server.
pub struct Scripted {
    port: u16,
    directory: tempfile::TempDir,
    _end: oneshot::Sender<()>,
}

impl Scripted {
    /// `fetch` answers UID FETCH (it is given the words behind it), `next` is the UIDNEXT that EXAMINE tells.
    pub fn start(
        next: Option<u32>,
        fetch: impl Fn(&str) -> Say + Send + Sync + 'static,
    ) -> Scripted {
        let directory = tempfile::tempdir().expect("a temporary directory");
        setup::certificates(directory.path());
        let listener = StdListener::bind(("127.0.0.1", 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let port = listener.local_addr().expect("an address").port();
        let (end, ended) = oneshot::channel();
        let tls = directory.path().join("tls");
        let script: Arc<Script> = Arc::new(fetch);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, &tls, next, script) => {}
                    _ = ended => {}
                }
            });
        });
        Scripted {
            port,
            directory,
            _end: end,
        }
    }

    pub fn login(&self) -> Login {
        Login {
            host: "localhost".to_owned(),
            port: self.port,
            starttls: false,
            user: "shop@laden.example".to_owned(),
            password: Secret::File(PathBuf::new()),
            ca: Some(self.directory.path().join("tls/ca.pem")),
        }
    }
}

async fn serve(listener: StdListener, tls: &Path, next: Option<u32>, script: Arc<Script>) {
    let listener = TcpListener::from_std(listener).expect("a listening socket");
    let acceptor = acceptor(tls);
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            continue;
        };
        let (acceptor, script) = (acceptor.clone(), Arc::clone(&script));
        tokio::spawn(async move {
            let mut stream = BufReader::new(acceptor.accept(socket).await?);
            say(&mut stream, b"* OK hello\r\n").await?;
            loop {
                let command = line(&mut stream).await?;
                let command = String::from_utf8_lossy(&command).trim().to_owned();
                let (tag, words) = command.split_once(' ').unwrap_or((&command, ""));
                let (words, leave) = match answer(words, next, &*script) {
                    Say::Words(words) => (words, false),
                    Say::AndLeave(words) => (words, true),
                };
                say(&mut stream, words.replace("TAG", tag).as_bytes()).await?;
                if leave {
                    stream.get_mut().shutdown().await?;
                    return Ok::<(), std::io::Error>(());
                }
            }
        });
    }
}

fn answer(words: &str, next: Option<u32>, script: &Script) -> Say {
    let text = if let Some(fetch) = words.strip_prefix("UID FETCH ") {
        return script(fetch);
    } else if words.starts_with("CAPABILITY") {
        "* CAPABILITY IMAP4rev1\r\nTAG OK\r\n".to_owned()
    } else if words.starts_with("EXAMINE") {
        let next = next.map_or(String::new(), |next| {
            format!("* OK [UIDNEXT {next}] next\r\n")
        });
        format!("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n{next}TAG OK [READ-ONLY] done\r\n")
    } else if words.starts_with("LIST") {
        "* LIST () \"/\" INBOX\r\n* LIST (\\Sent) \"/\" \"Ausg&AOQ-nge\"\r\nTAG OK\r\n".to_owned()
    } else if words.starts_with("LOGOUT") {
        return Say::AndLeave("* BYE bye\r\nTAG OK\r\n".to_owned());
    } else {
        "TAG OK done\r\n".to_owned()
    };
    Say::Words(text)
}
