//! The store on a disk: one sled tree, a lock that names its holder, and a barrier that survives the loss of power.
//!
//! sled's `flush` is `sync_file_range` on Linux and no fsync, so the barrier syncs the `db` file, its folder and
//! `blobs/` through handles of our own. A witness file notes the number of the last step behind a barrier: a store that
//! knows fewer steps than its witness has lost acknowledged facts and is damaged, however well sled recovered the rest.
//! sled may panic on damage; every call is caught, so that damage is an error in words.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::StoreError;
use super::keys;
use super::medium::{Change, Each, Sure};
use super::owner::Owned;
use super::rebuild::{CURRENT, finish_swap};

/// Cache of sled; its default of 1 GiB grows without need.
const CACHE: u64 = 32 * 1024 * 1024;

/// An open tree.
#[derive(Debug)]
pub(super) struct Disk {
    // Declared before the lock: sled is closed before another process may come in.
    tree: Tree,
    place: PathBuf,
    handles: Handles,
    /// After sled has written its last, before another process may come in.
    _owned: Owned,
    lock: File,
}

/// sled, whose closing waits for ever for a write that fails: after an error it is left as it is, and the end of the
/// process closes its files. What was acknowledged is behind a flush already.
#[derive(Debug)]
struct Tree {
    db: sled::Db,
    failed: AtomicBool,
}

impl Drop for Tree {
    fn drop(&mut self) {
        if *self.failed.get_mut() {
            // One more handle that is never given back keeps sled from closing.
            std::mem::forget(self.db.clone());
        }
    }
}

/// Second handles on what the barrier syncs.
#[derive(Debug)]
struct Handles {
    db: File,
    folder: File,
    blobs: File,
    witness: File,
}

impl Disk {
    /// Opens `directory/name`, making it if it is not there.
    pub(super) fn open(directory: &Path, name: &str) -> Result<Disk, StoreError> {
        make_folder(directory)?;
        let lock = lock(directory)?;
        if name == CURRENT {
            finish_swap(directory)
                .map_err(|error| StoreError::of_io(directory, "ending a rebuild", &error))?;
        }
        let place = directory.join(name);
        make_folder(&place)?;
        let existed = place.join("db").exists();
        let db = open_tree(&place)?;
        let handles = Handles::open(&place)
            .map_err(|error| StoreError::of_io(&place, "opening its files", &error))?;
        let disk = Disk {
            tree: Tree {
                db,
                failed: AtomicBool::new(false),
            },
            place,
            handles,
            _owned: Owned(directory.to_owned()),
            lock,
        };
        disk.check_witness(existed)?;
        Ok(disk)
    }

    /// Closes the tree and returns the lock, which is still held.
    pub(super) fn close(self) -> File {
        let Disk { tree, lock, .. } = self;
        drop(tree);
        lock
    }

    fn check_witness(&self, existed: bool) -> Result<(), StoreError> {
        let mut text = [0; 8];
        let witnessed = match self.handles.witness.read_exact_at(&mut text, 0) {
            Ok(()) => u64::from_be_bytes(text),
            Err(_) => 0, // a new store, or one restored without its witness
        };
        let known = match self.get(keys::STEP)? {
            Some(value) => value.try_into().map(u64::from_be_bytes).unwrap_or(0),
            None => 0,
        };
        if known < witnessed {
            let what = if existed && known > 0 {
                format!("its last {} steps are gone", witnessed - known)
            } else {
                "its contents are gone".to_owned()
            };
            return Err(StoreError::damaged(&self.place, &what));
        }
        Ok(())
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let got = caught(&self.place, "reading", || self.tree.db.get(key))?;
        Ok(got.map(|value| value.to_vec()))
    }

    pub(super) fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        backwards: bool,
        each: &mut Each<'_>,
    ) -> Result<(), StoreError> {
        let mut range = self.tree.db.range(from..to);
        loop {
            let next = caught(&self.place, "reading", || {
                if backwards {
                    range.next_back().transpose()
                } else {
                    range.next().transpose()
                }
            })?;
            match next {
                Some((key, value)) => {
                    if !each(&key, &value)? {
                        return Ok(());
                    }
                }
                None => return Ok(()),
            }
        }
    }

    pub(super) fn write(
        &self,
        step: &'static str,
        number: u64,
        changes: &[Change],
        sure: Sure,
    ) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for change in changes {
            match change {
                Change::Put(key, value) => batch.insert(key.as_slice(), value.as_slice()),
                Change::Drop(key) => batch.remove(key.as_slice()),
            }
        }
        caught(&self.place, step, || {
            self.tree.db.apply_batch(batch)?;
            self.tree.db.flush()
        })
        .inspect_err(|_| self.tree.failed.store(true, Ordering::Relaxed))?;
        if sure == Sure::Barrier {
            self.handles
                .barrier(number)
                .map_err(|error| StoreError::of_io(&self.place, step, &error))?;
        }
        Ok(())
    }
}

impl Handles {
    fn open(place: &Path) -> std::io::Result<Handles> {
        Ok(Handles {
            db: File::open(place.join("db"))?,
            folder: File::open(place)?,
            blobs: File::open(place.join("blobs"))?,
            witness: OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(place.join("witness"))?,
        })
    }

    fn barrier(&self, number: u64) -> std::io::Result<()> {
        self.db.sync_data()?;
        self.blobs.sync_all()?;
        self.folder.sync_all()?;
        // Last: the witness never claims what is not on the disk.
        self.witness.write_all_at(&number.to_be_bytes(), 0)?;
        self.witness.sync_data()
    }
}

/// Calls sled; its errors and panics become words.
fn caught<T>(
    place: &Path,
    doing: &str,
    call: impl FnOnce() -> sled::Result<T>,
) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|error| StoreError::of_sled(place, doing, &error)),
        Err(_) => Err(StoreError::damaged(
            place,
            &format!("the database gave up while {doing}"),
        )),
    }
}

fn open_tree(place: &Path) -> Result<sled::Db, StoreError> {
    let mut tries = 0;
    loop {
        let config = sled::Config::new()
            .path(place)
            .cache_capacity(CACHE)
            .use_compression(false);
        match caught(place, "opening", || config.open()) {
            // Our own lock is held, so sled's can only be the tail of a store that this process just closed.
            Err(error) if tries < 40 && error.text.contains("could not acquire lock") => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(25));
            }
            result => return result,
        }
    }
}

fn make_folder(directory: &Path) -> Result<(), StoreError> {
    if fs::metadata(directory).is_ok_and(|found| !found.is_dir()) {
        return Err(StoreError::new(format!(
            "{} is a file, not a folder; name a folder as `state` in the configuration",
            directory.display()
        )));
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| StoreError::of_io(directory, "making the folder", &error))
}

/// Takes the lock of the state folder and writes our process number into it.
fn lock(directory: &Path) -> Result<File, StoreError> {
    let words = |error: std::io::Error| StoreError::of_io(directory, "locking", &error);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(directory.join("pid"))
        .map_err(words)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = file.read_to_string(&mut text);
            return Err(StoreError::locked(directory, text.trim().parse().ok()));
        }
        Err(TryLockError::Error(error)) => return Err(words(error)),
    }
    let write = |file: &mut File| {
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        writeln!(file, "{}", std::process::id())
    };
    write(&mut file).map_err(words)?;
    Ok(file)
}
