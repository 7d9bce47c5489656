//! Mahnwerk's two ends on real servers: Dovecot is read, Postfix takes letters, each test has its own pair on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(missing_docs, unreachable_pub)]

mod bad_input;
mod days;
mod imap;
mod imap_trouble;
mod odd_imap;
mod rig;
mod setup;
mod smtp;

use std::future::Future;

/// Runs a test's async part on one thread, as the daemon does.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
