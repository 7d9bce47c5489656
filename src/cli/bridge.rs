//! The running daemon as commands see it: a question over the control socket.

use std::path::Path;

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
