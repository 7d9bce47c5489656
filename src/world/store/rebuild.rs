//! A second store beside the first, filled from the mailbox and then put in its place; the old one is kept.
//!
//! Invariant: at every moment the folder holds a whole store under one of the names, and the lock is held throughout,
//! so that no daemon starts in between.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::medium::Medium;
use super::{Store, StoreError};

/// The store in use.
pub(super) const CURRENT: &str = "store";
/// The one that is being filled.
const FRESH: &str = "store.new";
/// The one that was replaced last.
const OLD: &str = "store.old";

/// Ends a swap that was cut between its two renames; only then are the new and the old store there and no other.
pub(super) fn finish_swap(directory: &Path) -> std::io::Result<()> {
    let (current, fresh) = (directory.join(CURRENT), directory.join(FRESH));
    if !current.exists() && fresh.exists() && directory.join(OLD).exists() {
        fs::rename(&fresh, &current)?;
    }
    Ok(())
}

impl Store {
    /// Opens an empty store beside the one in use, which need not be readable. [`Store::swap`] puts it in its place.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_beside(directory: &Path) -> Result<Store, StoreError> {
        let fresh = directory.join(FRESH);
        // A leftover of a rebuild that was broken off; never the store in use.
        if fresh.exists() {
            fs::remove_dir_all(&fresh)
                .map_err(|error| StoreError::of_io(&fresh, "removing a leftover", &error))?;
        }
        let disk = Disk::open(directory, FRESH)?;
        Store::over(Medium::Disk(Box::new(disk)), directory)
    }

    /// Puts a store that was opened beside in the place of the one in use and closes it. The place where the old one is
    /// kept, if there was one.
    ///
    /// # Errors
    /// The folder cannot be changed; then the old store is still in its place or named in the text.
    pub fn swap(self) -> Result<Option<PathBuf>, StoreError> {
        // Marked as not ended: the daemon waits for copies of letters whose fate the old store knew.
        self.begin()?;
        let directory = self.directory.clone();
        let Medium::Disk(disk) = self.medium else {
            return Err(StoreError::new("a store in memory has no place to swap"));
        };
        let _lock = disk.close();
        let (current, fresh, old) = (
            directory.join(CURRENT),
            directory.join(FRESH),
            directory.join(OLD),
        );
        let swapped = || -> std::io::Result<Option<PathBuf>> {
            let mut kept = None;
            if current.exists() {
                if old.exists() {
                    fs::remove_dir_all(&old)?;
                }
                fs::rename(&current, &old)?;
                kept = Some(old.clone());
            }
            fs::rename(&fresh, &current)?;
            File::open(&directory)?.sync_all()?;
            Ok(kept)
        };
        swapped().map_err(|error| {
            StoreError::of_io(
                &directory,
                "putting the new store in the place of the old, which is `store` or `store.old`",
                &error,
            )
        })
    }
}
