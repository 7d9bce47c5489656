//! What a service is to its machine: the clock, signals, systemd's notify protocol and watchdog; below, secrets and logs.
//!
//! [`now`] is the only clock of the program. Without systemd all notices are silent no-ops.

mod log;
mod secret;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use sd_notify::NotifyState;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

pub use log::{clean, log};
pub use secret::{Password, password};

/// A loop that has not come round for this long hangs: longer than the longest wait for a mail server's answer (10
/// minutes after the final dot, RFC 5321 4.5.3.2.6).
const HANGS: Duration = Duration::from_secs(25 * 60);

/// The time.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// What the machine asks of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End after the step at hand (SIGTERM, SIGINT).
    Stop,
    /// Read the files again (SIGHUP).
    Reload,
}

/// The signals as one stream.
#[derive(Debug)]
pub struct Signals {
    terminate: Stream,
    interrupt: Stream,
    hang_up: Stream,
}

impl Signals {
    /// From now on the signals no longer end the process but come from [`Signals::next`]. Needs a running tokio.
    ///
    /// # Errors
    /// The system refuses.
    pub fn new() -> Result<Signals, String> {
        let open =
            |kind| signal(kind).map_err(|error| format!("signals cannot be received: {error}"));
        Ok(Signals {
            terminate: open(SignalKind::terminate())?,
            interrupt: open(SignalKind::interrupt())?,
            hang_up: open(SignalKind::hangup())?,
        })
    }

    /// The next signal. Safe to drop and call again.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::Stop,
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.hang_up.recv() => Signal::Reload,
        }
    }
}

/// Start-up is done.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The files are read again; [`ready`] ends it.
pub fn reloading() {
    // systemd 253 wants the time with it (Type=notify-reload); 252 ignores it.
    match NotifyState::monotonic_usec_now() {
        Ok(time) => tell(&[NotifyState::Reloading, time]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

/// The end has begun.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// One line for `systemctl status`. No personal data.
pub fn status(text: &str) {
    tell(&[NotifyState::Status(&clean(text))]);
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!("systemd could not be told: {error}");
    }
}

/// Tells systemd that the daemon lives, as long as its loop comes round. Dropped, it stops.
#[derive(Debug)]
pub struct Watchdog {
    round: Arc<AtomicI64>,
    task: Option<tokio::task::JoinHandle<()>>,
}

impl Watchdog {
    /// Begins, if the unit asks for it (`WatchdogSec`). Needs a running tokio.
    ///
    /// The pings come from a task of the same thread: code that blocks it stops them at once, a loop that only waits
    /// without end stops them after a while.
    pub fn start() -> Watchdog {
        let round = Arc::new(AtomicI64::new(now().as_second()));
        let task = watchdog_interval().map(|interval| {
            let round = round.clone();
            tokio::spawn(async move {
                loop {
                    let age = now().as_second() - round.load(Ordering::Relaxed);
                    // A clock set back makes the age negative: alive.
                    if age < HANGS.as_secs() as i64 {
                        tell(&[NotifyState::Watchdog]);
                    } else {
                        tracing::error!("the loop has not come round for {age} seconds");
                    }
                    tokio::time::sleep(interval).await;
                }
            })
        });
        Watchdog { round, task }
    }

    /// The loop came round.
    pub fn alive(&self) {
        self.round.store(now().as_second(), Ordering::Relaxed);
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// How often systemd is to be told: a third of what the unit allows.
pub fn watchdog_interval() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|allowed| allowed / 3)
}
