//! The one place where commands meet the daemon: what they call there, by its present name.

use std::path::Path;

use jiff::civil::Date;

use crate::config::Config;
use crate::daemon::{Reply, Request};
use crate::world::control;

/// The answer of a command that this program does not have.
pub fn missing(what: &str) -> Reply {
    Reply {
        talk: format!("`{what}` is not built into this program yet.\n"),
        exit: 1,
        ..Reply::default()
    }
}

/// Runs the daemon until it is told to end.
pub fn run(_config: &Path) -> u8 {
    1
}

/// The answer of a running daemon; `None` if nobody listens.
pub fn ask(socket: &Path, request: &Request) -> Option<Reply> {
    let failed = |text: String| Reply {
        talk: format!("{text}\n"),
        exit: 1,
        ..Reply::default()
    };
    let bytes = match serde_json::to_vec(request) {
        Ok(bytes) => bytes,
        Err(error) => return Some(failed(format!("The request cannot be written: {error}."))),
    };
    match control::ask(socket, &bytes) {
        Ok(None) => None,
        Ok(Some(answer)) => Some(serde_json::from_slice(&answer).unwrap_or_else(|_| {
            failed("The daemon's answer is not understood: it runs in another version. Restart it: systemctl restart mahnwerk".into())
        })),
        Err(text) => Some(failed(text)),
    }
}

/// The answer from the store itself, while no daemon runs.
pub fn offline(_config: Config, _request: Request) -> Reply {
    missing("this command without a running daemon")
}

/// Reads the mailboxes again and replaces the store.
pub fn rebuild(_config: Config, _yes: bool, _json: bool) -> Reply {
    missing("rebuild")
}

/// Plays past mails.
pub fn replay(_config: Config, _mails: &Path, _until: Date, _letters: &Path, _json: bool) -> Reply {
    missing("replay")
}

/// The demo.
pub fn demo(_dir: Option<&Path>) -> Reply {
    missing("demo")
}
