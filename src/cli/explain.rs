//! `explain`: what a mail file means, step by step.

use std::path::Path;

use super::args::ExplainArgs;
use super::bridge;
use crate::daemon::Reply;

/// Reads the files and says what each means. The configuration is read only without `--assume-trusted`.
pub fn run(_config: &Path, _args: &ExplainArgs, _json: bool) -> Reply {
    bridge::missing("explain")
}
