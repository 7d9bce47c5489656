//! Waiting for new mail on the connection that also reads: IDLE (RFC 2177) in a task of its own.
//!
//! The task owns the connection while it waits and gives it back when it is asked to, so whoever awaits the news may give up
//! at any time without losing anything. Invariant: a connection that is gone, or silent beyond its limits, is never given back.

use std::sync::Arc;
use std::time::Duration;

use async_imap::imap_proto::{MailboxDatum, Response, Status};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::folder;
use super::wire::Wire;

/// RFC 2177: re-issued at least every 29 minutes, since servers log off the silent.
const ROUND: Duration = Duration::from_secs(25 * 60);
/// Longest wait for the task to give the connection back.
const RETURN: Duration = Duration::from_secs(22);
/// Longest wait for a word of the server where a living one answers at once.
const WORD: Duration = Duration::from_secs(10);

/// Pause after a goodbye.
const PAUSE: Duration = Duration::from_secs(2);

/// A running wait.
#[derive(Debug)]
pub(super) struct Watch {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Option<Wire>>,
}

impl Watch {
    /// Waits on INBOX; `next` is the first UID that was not read there.
    pub(super) fn start(wire: Wire, next: Option<u64>, news: Arc<Notify>) -> Watch {
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(watch(wire, next, news, stopped));
        Watch { stop, task }
    }

    /// Ends the wait; the connection, if it still stands.
    pub(super) async fn stop(self) -> Option<Wire> {
        let _ = self.stop.send(());
        let abort = self.task.abort_handle();
        match timeout(RETURN, self.task).await {
            Ok(outcome) => outcome.ok().flatten(),
            Err(_) => {
                abort.abort();
                None
            }
        }
    }
}

/// What a server's word means for the wait.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    News,
    Ready,
    Goodbye,
    Ended,
    Nothing,
}

fn heard(response: &Response<'_>) -> Heard {
    match response {
        Response::MailboxData(MailboxDatum::Exists(_) | MailboxDatum::Recent(_)) => Heard::News,
        Response::Continue(_) => Heard::Ready,
        Response::Data {
            status: Status::Bye,
            ..
        } => Heard::Goodbye,
        Response::Done { .. } => Heard::Ended,
        _ => Heard::Nothing,
    }
}

async fn watch(
    mut wire: Wire,
    next: Option<u64>,
    news: Arc<Notify>,
    mut stopped: oneshot::Receiver<()>,
) -> Option<Wire> {
    // The last folder read may be another one, and mail may have come since INBOX was read.
    let opened = folder::open(&mut wire, "INBOX").await.ok()?;
    if opened.next.map(u64::from) > next.or(Some(1)) {
        news.notify_one();
    }
    loop {
        wire.begin("IDLE").await.ok()?;
        let limit = wire.limits().command.min(WORD);
        loop {
            match timeout(limit, wire.hear(heard)).await.ok()?.ok()? {
                Heard::Ready => break,
                Heard::News => news.notify_one(),
                Heard::Goodbye => return gone(&news, Some(&mut stopped)).await,
                Heard::Ended => return None,
                Heard::Nothing => {}
            }
        }
        let asked_back = tokio::select! {
            again = round(&mut wire, &news) => match again {
                true => false,
                false => return gone(&news, Some(&mut stopped)).await,
            },
            _ = &mut stopped => true,
        };
        wire.say("DONE").await.ok()?;
        loop {
            match timeout(limit, wire.hear(heard)).await.ok()?.ok()? {
                Heard::Ended => break,
                Heard::News => news.notify_one(),
                Heard::Goodbye => {
                    return gone(&news, (!asked_back).then_some(&mut stopped)).await;
                }
                Heard::Ready | Heard::Nothing => {}
            }
        }
        if asked_back {
            return Some(wire);
        }
    }
}

/// One round of IDLE. `true`: its time is over; `false`: the connection is gone.
async fn round(wire: &mut Wire, news: &Notify) -> bool {
    let listen = async {
        loop {
            match wire.hear(heard).await {
                Ok(Heard::News) => news.notify_one(),
                Ok(Heard::Goodbye | Heard::Ended) | Err(_) => return,
                Ok(_) => {}
            }
        }
    };
    timeout(ROUND, listen).await.is_err()
}

/// The server said goodbye: look again soon, with a new connection; not at once, since it may do so each time.
async fn gone(news: &Notify, stopped: Option<&mut oneshot::Receiver<()>>) -> Option<Wire> {
    if let Some(stopped) = stopped {
        let _ = timeout(PAUSE, stopped).await;
    }
    news.notify_one();
    None
}
