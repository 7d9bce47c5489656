//! Real damage on a real disk: each kind is told apart in words with a next step, and never panics out of the store.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::tests::{event, letter};
use super::*;

/// A store with `count` events behind a barrier, closed.
fn filled(directory: &Path, count: usize) {
    let store = Store::open(directory).unwrap();
    store.begin().unwrap();
    for n in 0..count {
        let events = [event(&format!("event {n}"), Evidence::Assumed)];
        store
            .learn(&Learned {
                events: &events,
                ..Learned::default()
            })
            .unwrap();
    }
    store.end().unwrap();
}

/// Opens and reads everything.
fn read_all(directory: &Path) -> Result<usize, StoreError> {
    let store = Store::open(directory)?;
    store.flights()?;
    store.mails(None, usize::MAX)?;
    Ok(store.events()?.len())
}

#[test]
fn it_is_all_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 300);
    assert_eq!(read_all(folder.path()), Ok(300));
    assert!(!Store::open(folder.path()).unwrap().is_new());
    let mode = fs::metadata(folder.path().join("store"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_shortened_file_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 300);
    let path = folder.path().join("store/db");
    let whole = fs::read(&path).unwrap();
    for part in [0, 1, 2, 3] {
        let len = whole.len() * part / 4;
        fs::write(&path, &whole[..len]).unwrap();
        let error = read_all(folder.path()).unwrap_err();
        assert!(error.text.contains("is damaged"), "{len}: {error}");
        assert!(error.text.contains("mahnwerk rebuild"), "{error}");
    }
}

#[test]
fn garbage_anywhere_is_damage_or_harmless_never_a_loss() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 300);
    let path = folder.path().join("store/db");
    let whole = fs::read(&path).unwrap();
    let saved: Vec<(std::path::PathBuf, Vec<u8>)> = fs::read_dir(folder.path().join("store"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect();
    let mut damaged = 0;
    for n in 0..24 {
        for (path, bytes) in &saved {
            fs::write(path, bytes).unwrap();
        }
        let mut garbled = whole.clone();
        let from = whole.len() * n / 24;
        let to = (from + 700).min(whole.len());
        for byte in &mut garbled[from..to] {
            *byte = byte.wrapping_mul(31).wrapping_add(97);
        }
        fs::write(&path, &garbled).unwrap();
        match read_all(folder.path()) {
            Ok(count) => assert_eq!(count, 300, "a loss that nobody noticed"),
            Err(error) => {
                assert!(error.text.contains("mahnwerk rebuild"), "{error}");
                damaged += 1;
            }
        }
    }
    assert!(damaged > 0, "the test garbled nothing that counts");
}

#[test]
fn a_second_process_is_told_who_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let _first = Store::open(folder.path()).unwrap();
    let error = Store::open(folder.path()).unwrap_err();
    assert!(error.locked);
    let pid = std::process::id().to_string();
    assert!(error.text.contains(&pid), "{error}");
}

#[test]
fn wrong_places_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = Store::open(&file).unwrap_err();
    assert!(error.text.contains("is a file, not a folder"), "{error}");
    let error = Store::open(&file.join("below")).unwrap_err();
    assert!(error.text.contains("is not a folder"), "{error}");

    let error = Store::open(Path::new("/proc/mahnwerk")).unwrap_err();
    assert!(!error.locked);
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).unwrap();
    match Store::open(&closed) {
        Err(error) => assert!(error.text.contains("cannot be written"), "{error}"),
        Ok(_) => println!("read-only folder not tested: this user may write everywhere"),
    }
}

#[test]
fn a_newer_format_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 1);
    let db = sled::open(folder.path().join("store")).unwrap();
    db.insert(keys::FORMAT, b"9").unwrap();
    drop(db);
    let error = Store::open(folder.path()).unwrap_err();
    assert!(error.text.contains("has format 9"), "{error}");
}

#[test]
fn a_rebuilt_store_takes_the_place_of_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 20);
    fs::write(folder.path().join("store/db"), "garbage").unwrap();
    assert!(read_all(folder.path()).is_err());

    let store = Store::open_beside(folder.path()).unwrap();
    let events = [event("again", Evidence::Assumed)];
    store
        .learn(&Learned {
            events: &events,
            ..Learned::default()
        })
        .unwrap();
    assert!(Store::open(folder.path()).unwrap_err().locked);
    let kept = store.swap().unwrap().unwrap();
    assert!(kept.join("witness").exists(), "the damaged one is kept");
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.events().unwrap(), events);
    assert!(
        !store.begin().unwrap(),
        "counts as an unclean start: it waits for copies"
    );
    store.intend(&letter("one")).unwrap();
}

#[test]
fn a_swap_cut_in_the_middle_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 3);
    fs::rename(folder.path().join("store"), folder.path().join("store.new")).unwrap();
    filled(folder.path(), 1);
    fs::rename(folder.path().join("store"), folder.path().join("store.old")).unwrap();
    assert_eq!(read_all(folder.path()), Ok(3));
}

/// A small disk; taken off when dropped. `None` (and a line) where this user may not mount.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new() -> Option<SmallDisk> {
        let folder = tempfile::tempdir().unwrap();
        let mount = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "none"])
            .arg(folder.path())
            .output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(SmallDisk(folder));
        }
        println!("SKIPPED: the full disk was not tried, mounting needs root");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg("-l")
            .arg(self.0.path())
            .status();
    }
}

#[test]
fn a_full_disk_stops_writing_and_loses_nothing_acknowledged() {
    let Some(disk) = SmallDisk::new() else {
        return;
    };
    let place = disk.0.path();
    let store = Store::open(place).unwrap();
    let mut written = 0;
    let error = loop {
        let events = [event(
            &format!("{written} {}", "x".repeat(4000)),
            Evidence::Shell,
        )];
        match store.learn(&Learned {
            events: &events,
            ..Learned::default()
        }) {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 5000, "the disk never fills");
    };
    assert!(error.text.contains("the disk is full"), "{error}");
    let again = store.note("a", "b").unwrap_err();
    assert!(again.text.contains("the disk is full"), "{again}");
    drop(store);
    // Room again, as after a restart (the failed store keeps its files until the process ends): everything that was
    // acknowledged is there.
    let roomy = tempfile::tempdir().unwrap();
    let copied = std::process::Command::new("cp")
        .arg("-r")
        .arg(place.join("store"))
        .arg(roomy.path())
        .status();
    assert!(copied.unwrap().success());
    let store = Store::open(roomy.path()).unwrap();
    let found = store.events().unwrap().len();
    assert!(
        found == written || found == written + 1,
        "{found} of {written}"
    );
    store.note("a", "b").unwrap();
}
