//! `check`: all findings at once.

use std::path::Path;

use super::bridge;
use crate::daemon::Reply;

/// Checks configuration, secrets, folders, templates, recipes; the servers too if asked.
pub fn run(_config: &Path, _online: bool, _send: Option<&str>, _json: bool) -> Reply {
    bridge::missing("check")
}
