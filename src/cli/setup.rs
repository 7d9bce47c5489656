//! `setup`: asks, tests the log-in, writes the configuration.

use std::path::Path;

use clap::Args;

use super::bridge;
use crate::daemon::Reply;

/// `setup`.
#[derive(Clone, Debug, Args)]
pub struct SetupArgs {
    /// Ask nothing: take the flags, fail where one is missing
    #[arg(long)]
    pub no_input: bool,
}

/// Asks and writes.
pub fn run(_config: &Path, _args: &SetupArgs) -> Reply {
    bridge::missing("setup")
}
