//! Errors of the store in words, each with its next step. Knows sled's and the system's error values, so that nobody
//! else has to; invariant: a [`StoreError`] can be shown to a person as it is.

use std::io;
use std::path::Path;

use super::StoreError;

/// What the simulation's death of the process is called.
const KILLED: &str = "the process was killed here (simulation)";

impl StoreError {
    /// An error that only needs words.
    pub(super) fn new(text: impl Into<String>) -> StoreError {
        StoreError {
            text: text.into(),
            locked: false,
        }
    }

    /// Another process holds the store.
    pub(super) fn locked(directory: &Path, pid: Option<u32>) -> StoreError {
        let who = match pid {
            Some(pid) => format!("process {pid} (see `ps {pid}`)"),
            None => "another process".to_owned(),
        };
        StoreError {
            text: format!(
                "the store in {} is in use by {who}; two at once would send letters twice: ask the running \
                 daemon over its control socket, or stop it first",
                directory.display()
            ),
            locked: true,
        }
    }

    /// What is on the disk is not what was written.
    pub(super) fn damaged(directory: &Path, what: &str) -> StoreError {
        StoreError::new(format!(
            "the store in {} is damaged: {what}; nothing is sent from it. `mahnwerk rebuild` makes a new one from the \
             mailbox (the damaged one is kept beside it)",
            directory.display()
        ))
    }

    /// The simulated process is dead: the test ended it here.
    pub(super) fn killed() -> StoreError {
        StoreError::new(KILLED)
    }

    /// Whether this is the simulation's death of the process and no error of a disk.
    pub fn is_killed(&self) -> bool {
        self.text == KILLED
    }

    /// From the file system.
    pub(super) fn of_io(directory: &Path, doing: &str, error: &io::Error) -> StoreError {
        let place = directory.display();
        StoreError::new(match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => format!(
                "the disk is full ({doing} in {place}); nothing is sent until there is room: free some space and \
                 start again, what was acknowledged is safe"
            ),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => format!(
                "the store in {place} cannot be written ({doing}: {error}); give the folder to the user that runs \
                 Mahnwerk (`chown -R`), or mount the disk writable"
            ),
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => format!(
                "{place} is not a folder ({doing}: {error}); name a folder as `state` in the configuration"
            ),
            _ => format!(
                "the disk answered with an error ({doing} in {place}: {error}); nothing is sent until it is mended: \
                 see `dmesg` and start again"
            ),
        })
    }

    /// From sled.
    pub(super) fn of_sled(directory: &Path, doing: &str, error: &sled::Error) -> StoreError {
        match error {
            sled::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                StoreError::damaged(directory, &error.to_string())
            }
            sled::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                StoreError::damaged(directory, "a file ends too early")
            }
            sled::Error::Io(error) => StoreError::of_io(directory, doing, error),
            sled::Error::Corruption { at, .. } => StoreError::damaged(
                directory,
                &match at {
                    Some(at) => format!("bad check sum at {at:?}"),
                    None => "bad check sum".to_owned(),
                },
            ),
            sled::Error::Unsupported(text) if text.contains("version") => StoreError::new(format!(
                "the store in {} was made by another version ({text}); start the newer Mahnwerk again, or `mahnwerk \
                 rebuild`",
                directory.display()
            )),
            sled::Error::Unsupported(text) | sled::Error::ReportableBug(text) => {
                StoreError::damaged(directory, text)
            }
            sled::Error::CollectionNotFound(_) => {
                StoreError::damaged(directory, "a part of it is missing")
            }
        }
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for StoreError {}
