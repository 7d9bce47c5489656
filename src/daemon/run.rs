//! The long-running process: wait, turn, repeat. Holds the mailboxes, the control socket, signals and the watchdog.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;

use super::boxes::{AnyInbox, AnyOutbox, inboxes, outbox};
use super::{Daemon, Desk, Reply, Request, Turn, load, open};
use crate::config::Config;
use crate::world::control::{self, Call};
use crate::world::service::{self, Signal};
use crate::world::store::Store;

/// Longest sleep: reminders do not depend on it, a dropped connection or a changed folder is found by it.
const LONGEST_SLEEP: SignedDuration = SignedDuration::from_mins(5);

/// Between two turns at one moment.
const SHORTEST_SLEEP: SignedDuration = SignedDuration::from_secs(1);

/// A mailbox that could not be read is tried again after this.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_secs(30);

/// Runs until it is told to stop; the exit code.
pub fn run(path: &Path) -> Reply {
    let config = match load::load(path) {
        Ok(config) => config,
        Err(reply) => return reply,
    };
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return Reply::failed(1, format!("the async runtime did not start: {error}")),
    };
    runtime.block_on(serve(path.to_path_buf(), config))
}

async fn serve(path: PathBuf, config: Config) -> Reply {
    let now = service::now();
    let (calls, mut inbox_of_calls) = mpsc::channel::<Call>(16);
    let started = start(&config, now, calls);
    let (mut daemon, mut signals, _control) = match started {
        Ok(started) => started,
        Err(reply) => return reply,
    };
    let watchdog = service::Watchdog::start();
    service::ready();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "running");
    loop {
        let now = service::now();
        let turn = daemon.turn(now).await;
        watchdog.alive();
        service::status(&status_line(&daemon, &turn));
        if turn.mails > 0 || turn.sent > 0 {
            tracing::info!(
                mails = turn.mails,
                facts = turn.learned,
                letters = turn.sent,
                "turn"
            );
        }
        let sleep = sleep_time(&daemon, &turn, now);
        tokio::select! {
            () = daemon.changed() => {}
            () = tokio::time::sleep(sleep) => {}
            Some(call) = inbox_of_calls.recv() => answer(&mut daemon, &path, call),
            signal = signals.next() => match signal {
                Signal::Stop => break,
                Signal::Reload => {
                    service::reloading();
                    reload(&mut daemon, &path);
                    service::ready();
                }
            },
        }
    }
    service::stopping();
    daemon.end();
    tracing::info!("stopped");
    match daemon.desk.store_trouble() {
        Some(trouble) => Reply::failed(1, trouble),
        None => Reply::default(),
    }
}

type Started = (
    Daemon<AnyInbox, AnyOutbox>,
    service::Signals,
    control::Listener,
);

/// Everything that can fail comes before the store is marked as running: what never ran leaves a clean mark, and the
/// next start has nothing to wait for.
fn start(config: &Config, now: Timestamp, calls: mpsc::Sender<Call>) -> Result<Started, Reply> {
    let wrong = |problem| Reply::failed(4, problem);
    let rules = open::rules(config, now).map_err(|problems| wrong(problems.join("\n")))?;
    let store = Store::open(&config.paths.state).map_err(|error| Reply::failed(1, error.text))?;
    let desk = Desk::open(store, rules, now).map_err(|error| Reply::failed(1, error.text))?;
    let inboxes = inboxes(config).map_err(wrong)?;
    let outbox = outbox(config).map_err(wrong)?;
    let control = control::listen(&config.paths.socket, calls).map_err(wrong)?;
    let signals = service::Signals::new().map_err(|error| Reply::failed(1, error))?;
    let daemon = Daemon::new(desk, inboxes, outbox, now);
    Ok((daemon, signals, control))
}

fn sleep_time(
    daemon: &Daemon<AnyInbox, AnyOutbox>,
    turn: &Turn,
    now: Timestamp,
) -> std::time::Duration {
    let shortest = if turn.complete {
        SHORTEST_SLEEP
    } else {
        AFTER_TROUBLE
    };
    let until = daemon.next_turn(now).duration_since(service::now());
    let sleep = until.clamp(shortest, LONGEST_SLEEP);
    sleep
        .try_into()
        .unwrap_or(std::time::Duration::from_secs(60))
}

fn answer(daemon: &mut Daemon<AnyInbox, AnyOutbox>, path: &Path, call: Call) {
    let reply = match serde_json::from_slice::<Request>(&call.request) {
        Ok(Request::Reload) => reload(daemon, path),
        Ok(request) => {
            daemon.wake();
            daemon.desk.handle(&request, service::now())
        }
        Err(error) => Reply::failed(
            2,
            format!("the request is not understood ({error}); is the program of another version?"),
        ),
    };
    // The asker may have gone; that is his affair.
    let _ = call
        .reply
        .send(serde_json::to_vec(&reply).unwrap_or_default());
}

/// New rules if the files are good; otherwise the old ones stay in force.
fn reload(daemon: &mut Daemon<AnyInbox, AnyOutbox>, path: &Path) -> Reply {
    let now = service::now();
    let problems = match load::load(path) {
        Err(reply) => reply.talk,
        Ok(config) => match open::rules(&config, now) {
            Err(problems) => problems.join("\n"),
            Ok(rules) => {
                daemon.desk.rules = rules;
                daemon.desk.settle_start(now);
                daemon.wake();
                tracing::info!("configuration, templates and recipes read again");
                return Reply {
                    text: "read again\n".into(),
                    ..Reply::default()
                };
            }
        },
    };
    tracing::error!("the new configuration is refused, the old one stays in force: {problems}");
    Reply::failed(
        4,
        format!("refused, the old configuration stays in force:\n{problems}"),
    )
}

fn status_line(daemon: &Daemon<AnyInbox, AnyOutbox>, turn: &Turn) -> String {
    let open = daemon.desk.ledger.open_invoices().count();
    match turn.troubles.first() {
        None => format!("{open} open claims"),
        Some(trouble) => format!("{open} open claims; {trouble}"),
    }
}
