//! Whose the files are: a command that root runs beside the service must not leave files that the service cannot open.
//!
//! Knows the state folder, whose owner is the service's user, and nothing of what is in the files.

use std::fs;
use std::os::unix::fs::{MetadataExt, lchown};
use std::path::{Path, PathBuf};

/// The store has folders in folders, and no more than these.
const DEPTH: usize = 4;

/// Gives everything in a folder to the folder's owner when it is dropped.
#[derive(Debug)]
pub(super) struct Owned(pub(super) PathBuf);

impl Drop for Owned {
    fn drop(&mut self) {
        hand_over(&self.0);
    }
}

/// Gives everything in a folder to the folder's owner. Only root can and needs to: the service's sandbox forbids the very
/// call. A link is changed itself, never what it points to.
pub(super) fn hand_over(folder: &Path) {
    // A process owns its own entry there.
    if fs::metadata("/proc/self").is_ok_and(|process| process.uid() != 0) {
        return;
    }
    if let Ok(owner) = fs::metadata(folder) {
        give(folder, (owner.uid(), owner.gid()), DEPTH);
    }
}

fn give(folder: &Path, owner: (u32, u32), depth: usize) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(found) = entry.metadata() else {
            continue; // gone meanwhile
        };
        if (found.uid(), found.gid()) != owner {
            // Who may not do it has made no files of another owner either.
            let _ = lchown(entry.path(), Some(owner.0), Some(owner.1));
        }
        if found.is_dir() && depth > 0 {
            give(&entry.path(), owner, depth - 1);
        }
    }
}
