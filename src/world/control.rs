//! The Unix socket between the command line and the running daemon: one request and one answer a connection, each a
//! length (32 bit, big endian) and that many bytes of JSON. Knows no request's meaning.
//!
//! Invariant: only this user, root and the socket's group are answered (mode 0660, and the kernel's word on who the
//! peer is), within limits of size, time and number; a socket is replaced only if nobody listens on it.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream as Blocking;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

/// Largest request.
const REQUEST: usize = 64 * 1024;
/// Largest answer (an export).
const REPLY: usize = 64 * 1024 * 1024;
/// Connections at once.
const CONNECTIONS: usize = 16;
/// For a request to arrive, for an answer to be taken.
const TRANSFER: Duration = Duration::from_secs(10);
/// For the daemon to come to it: it may be waiting for a mail server.
const ANSWER: Duration = Duration::from_secs(15 * 60);

/// A request that waits for its answer.
#[derive(Debug)]
pub struct Call {
    /// JSON of the request.
    pub request: Vec<u8>,
    /// Takes the JSON of the answer.
    pub reply: oneshot::Sender<Vec<u8>>,
}

/// The open socket; dropped, it is closed and removed.
#[derive(Debug)]
pub struct Listener {
    path: PathBuf,
    inode: u64,
    task: tokio::task::JoinHandle<()>,
}

/// Who may ask.
#[derive(Clone, Copy, Debug)]
struct Owner {
    uid: u32,
    gid: u32,
}

/// Opens the socket and hands every request to `calls`. Needs a running tokio.
///
/// # Errors
/// Somebody listens there already, or the place cannot be used: in words.
pub fn listen(path: &Path, calls: mpsc::Sender<Call>) -> Result<Listener, String> {
    let place = path.display();
    let words = |error: io::Error| match error.kind() {
        ErrorKind::PermissionDenied => format!(
            "the control socket {place} cannot be made ({error}); let this user own its folder or name another `socket`"
        ),
        ErrorKind::InvalidInput => format!(
            "the control socket {place} cannot be made: a socket's path has at most 107 characters; name a shorter one"
        ),
        _ => format!(
            "the control socket {place} cannot be made ({error}); name another `socket` in the configuration"
        ),
    };
    make_room(path)?;
    // Bound under another name: it gets its place only with its rights.
    let fresh = path.with_extension("new");
    let _ = fs::remove_file(&fresh);
    let listener = UnixListener::bind(&fresh).map_err(words)?;
    let placed = || -> io::Result<fs::Metadata> {
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o660))?;
        fs::rename(&fresh, path)?;
        fs::metadata(path)
    };
    let found = placed().map_err(words)?;
    let owner = Owner {
        uid: found.uid(),
        gid: found.gid(),
    };
    Ok(Listener {
        path: path.to_owned(),
        inode: found.ino(),
        task: tokio::spawn(accept(listener, owner, calls)),
    })
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
        // Only our own: another process may have taken the place.
        if fs::metadata(&self.path).is_ok_and(|found| found.ino() == self.inode) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Makes the folder; sees that nobody listens and nothing else lies there.
fn make_room(path: &Path) -> Result<(), String> {
    let place = path.display();
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o750)
            .create(folder)
            .map_err(|error| {
                format!(
                    "the folder of the control socket {place} cannot be made ({error}); make it, or name another \
                     `socket` in the configuration"
                )
            })?;
    }
    let Ok(found) = fs::symlink_metadata(path) else {
        return Ok(());
    };
    if !found.file_type().is_socket() {
        return Err(format!(
            "{place} is there and is no socket; remove it or name another `socket` in the configuration"
        ));
    }
    match Blocking::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(()),
        Err(error) => Err(format!(
            "whether a daemon listens on {place} cannot be seen: {error}"
        )),
        Ok(_) => Err(format!(
            "a daemon listens on {place} already; stop it first, or give this one its own `socket` and `state`"
        )),
    }
}

async fn accept(listener: UnixListener, owner: Owner, calls: mpsc::Sender<Call>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let calls = calls.clone();
                tokio::spawn(async move {
                    if let Err(reason) = converse(stream, owner, calls).await {
                        tracing::debug!("a control connection ended: {reason}");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file handles, most likely: wait rather than spin.
                tracing::warn!("the control socket did not accept: {error}");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn converse(
    mut stream: UnixStream,
    owner: Owner,
    calls: mpsc::Sender<Call>,
) -> Result<(), String> {
    if !may_ask(&stream, owner) {
        return Err("the peer is neither this user nor root nor in the socket's group".into());
    }
    let late = |_| "too slow".to_owned();
    let request = timeout(TRANSFER, async {
        let length = stream.read_u32().await.map_err(|error| error.to_string())? as usize;
        if length > REQUEST {
            return Err(format!("a request of {length} bytes"));
        }
        let mut request = vec![0; length];
        stream
            .read_exact(&mut request)
            .await
            .map_err(|error| error.to_string())?;
        Ok(request)
    });
    let request = request.await.map_err(late)??;
    let (reply, answer) = oneshot::channel();
    calls
        .send(Call { request, reply })
        .await
        .map_err(|_| "the daemon is stopping".to_owned())?;
    let answer = timeout(ANSWER, answer).await.map_err(late)?;
    let answer = answer.map_err(|_| "the daemon gave no answer".to_owned())?;
    let length = match u32::try_from(answer.len()) {
        Ok(length) if answer.len() <= REPLY => length,
        _ => return Err("the answer is too large".into()),
    };
    // A slow reader of a large export may take its time as long as it reads at all.
    timeout(TRANSFER, stream.write_u32(length))
        .await
        .map_err(late)?
        .map_err(|error| error.to_string())?;
    for part in answer.chunks(64 * 1024) {
        timeout(TRANSFER, stream.write_all(part))
            .await
            .map_err(late)?
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn may_ask(stream: &UnixStream, owner: Owner) -> bool {
    let Ok(peer) = stream.peer_cred() else {
        return false;
    };
    if peer.uid() == owner.uid || peer.uid() == 0 || peer.gid() == owner.gid {
        return true;
    }
    // The kernel tells only the first group; the others stand in /proc, where that may be read.
    let status = peer
        .pid()
        .and_then(|pid| fs::read_to_string(format!("/proc/{pid}/status")).ok());
    let groups = status.as_deref().and_then(|text| {
        let mut lines = text.lines();
        lines.find_map(|line| line.strip_prefix("Groups:"))
    });
    groups.is_some_and(|groups| {
        let mut groups = groups.split_ascii_whitespace();
        groups.any(|group| group.parse() == Ok(owner.gid))
    })
}

/// Asks the daemon; blocks until it answers. `None`: nobody listens.
///
/// # Errors
/// No access, or the daemon broke the connection off: in words.
pub fn ask(path: &Path, request: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let place = path.display();
    let mut stream = match Blocking::connect(path) {
        Ok(stream) => stream,
        Err(error) => {
            return match error.kind() {
                ErrorKind::NotFound | ErrorKind::ConnectionRefused => Ok(None),
                ErrorKind::PermissionDenied => Err(format!(
                    "no access to the control socket {place}; run the command as root or as the daemon's user"
                )),
                _ => Err(format!("the daemon cannot be reached at {place}: {error}")),
            };
        }
    };
    let length = match u32::try_from(request.len()) {
        Ok(length) if request.len() <= REQUEST => length,
        _ => return Err("the request is too long for the daemon (64 KiB)".into()),
    };
    let mut exchange = || -> io::Result<Vec<u8>> {
        stream.set_write_timeout(Some(TRANSFER))?;
        stream.set_read_timeout(Some(ANSWER + TRANSFER))?;
        stream.write_all(&length.to_be_bytes())?;
        stream.write_all(request)?;
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length > REPLY {
            return Err(io::Error::other("the answer is too large"));
        }
        let mut reply = vec![0; length];
        stream.read_exact(&mut reply)?;
        Ok(reply)
    };
    exchange().map(Some).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => format!(
            "the daemon at {place} closed the connection without an answer: it is stopping, or it does not serve this \
             user (root and the daemon's own user and group are served)"
        ),
        ErrorKind::WouldBlock | ErrorKind::TimedOut => format!(
            "the daemon at {place} did not answer in time; see `journalctl -u mahnwerk`"
        ),
        _ => format!("the connection to the daemon at {place} broke: {error}"),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A daemon that turns every request round.
    fn echo(path: &Path) -> Listener {
        let (calls, mut requests) = mpsc::channel::<Call>(1);
        tokio::spawn(async move {
            while let Some(call) = requests.recv().await {
                let mut reply = call.request;
                reply.reverse();
                let _ = call.reply.send(reply);
            }
        });
        listen(path, calls).unwrap()
    }

    async fn asked(path: &Path, request: Vec<u8>) -> Result<Option<Vec<u8>>, String> {
        let path = path.to_owned();
        tokio::task::spawn_blocking(move || ask(&path, &request))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_request_is_answered_and_the_socket_goes_with_the_daemon() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run/control.sock");
        assert_eq!(asked(&path, b"x".to_vec()).await, Ok(None));
        let listener = echo(&path);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o660);
        assert_eq!(
            asked(&path, b"abc".to_vec()).await,
            Ok(Some(b"cba".to_vec()))
        );
        let long = vec![b'x'; REQUEST];
        assert_eq!(asked(&path, long.clone()).await, Ok(Some(long)));
        let too_long = asked(&path, vec![b'x'; REQUEST + 1]).await;
        assert!(too_long.unwrap_err().contains("too long"));
        drop(listener);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_stale_socket_is_replaced_a_live_one_and_a_file_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists(), "left behind by a killed daemon");
        let _listener = echo(&path);
        let (calls, _requests) = mpsc::channel(1);
        let error = listen(&path, calls.clone()).unwrap_err();
        assert!(error.contains("listens on"), "{error}");
        let file = folder.path().join("file");
        fs::write(&file, "mine").unwrap();
        assert!(
            listen(&file, calls.clone())
                .unwrap_err()
                .contains("is no socket")
        );
        assert_eq!(fs::read(&file).unwrap(), b"mine");
        let long = folder.path().join("x".repeat(120));
        assert!(listen(&long, calls).unwrap_err().contains("107 characters"));
    }

    #[tokio::test]
    async fn a_broken_or_oversized_request_hurts_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control.sock");
        let _listener = echo(&path);
        for head in [[0xff; 4].as_slice(), &[0, 0, 0, 9, b'x'], &[]] {
            let mut stream = UnixStream::connect(&path).await.unwrap();
            stream.write_all(head).await.unwrap();
            stream.shutdown().await.unwrap();
            assert_eq!(stream.read(&mut [0; 8]).await.unwrap_or(0), 0);
        }
        assert_eq!(asked(&path, b"ab".to_vec()).await, Ok(Some(b"ba".to_vec())));
    }

    #[tokio::test]
    async fn a_daemon_that_stops_is_told_apart_from_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control.sock");
        let (calls, requests) = mpsc::channel(1);
        let _listener = listen(&path, calls).unwrap();
        drop(requests);
        let error = asked(&path, b"x".to_vec()).await.unwrap_err();
        assert!(error.contains("without an answer"), "{error}");
    }
}
