//! What the command line asks, answered from the desk: the same words whether the daemon runs or not.

use jiff::{SignedDuration, Timestamp};

use super::{Desk, Listing, Reply, Request, open};
use crate::config::Config;
use crate::world::service;

/// Answers on the store itself, while no daemon runs.
pub fn offline(config: &Config, request: &Request) -> Reply {
    let now = service::now();
    match open::desk(config, now) {
        Ok(mut desk) => desk.handle(request, now),
        Err(reply) => reply,
    }
}
