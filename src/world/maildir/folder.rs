//! The files of one Maildir: which folders there are, what lies in them in the order of delivery, one mail read.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;

use super::{MAIL, mail};
use crate::mail::RawMail;
use crate::world::Trouble;

/// Folders that no shop, bank or customer mail is read from: thrown away, forged, unfinished.
const NOT_READ: [&str; 12] = [
    "trash",
    "deleted",
    "papierkorb",
    "gel&apy-scht",
    "junk",
    "spam",
    "drafts",
    "draft",
    "entw&apw-rfe",
    "templates",
    "vorlagen",
    "outbox",
];

/// One file of a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// When it was delivered: first key of the order.
    pub received: Timestamp,
    /// Its name without flags.
    pub base: String,
    /// Where it lay when we looked.
    pub path: PathBuf,
}

impl Entry {
    /// The second of delivery.
    pub(super) fn second(&self) -> u64 {
        u64::try_from(self.received.as_second()).unwrap_or(0)
    }
}

/// What became of reading a file.
pub(super) enum Got {
    Mail(RawMail),
    /// Not readable or too large: why.
    Skipped(String),
    /// Somebody took it away between two looks.
    Gone,
}

/// The folders: the root is INBOX, `.Name` below it is `Name`.
pub(super) fn folders(root: &Path) -> Result<Vec<(String, PathBuf)>, Trouble> {
    let place = root.display();
    match fs::metadata(root) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => {
            return Err(Trouble::Never(format!(
                "{place} is a file, not a Maildir (a folder with `new` and `cur` in it)"
            )));
        }
        Err(error) => {
            return Err(Trouble::Later(format!(
                "the Maildir {place} is not there ({error}); check `maildir` in the configuration"
            )));
        }
    }
    let is_folder = |path: &Path| path.join("new").is_dir() || path.join("cur").is_dir();
    if !is_folder(root) {
        return Err(Trouble::Never(format!(
            "{place} is a folder without `new` and `cur`, so it is no Maildir; name the folder that holds them"
        )));
    }
    let mut found = vec![("INBOX".to_owned(), root.to_owned())];
    let entries = fs::read_dir(root)
        .map_err(|error| Trouble::Later(format!("{place} cannot be read: {error}")))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(name) = name.strip_prefix('.') else {
            continue;
        };
        let last = name.rsplit('.').next().unwrap_or(name).to_lowercase();
        if !NOT_READ.contains(&last.as_str()) && is_folder(&entry.path()) {
            found.push((name.to_owned(), entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// Change times of all folders: another value means that something came, moved or went.
pub(super) fn times(root: &Path) -> Vec<Option<SystemTime>> {
    let folders = folders(root).unwrap_or_default();
    let parts = folders
        .iter()
        .flat_map(|(_, path)| [path.join("new"), path.join("cur")]);
    parts
        .map(|path| fs::metadata(path).and_then(|found| found.modified()).ok())
        .collect()
}

/// What lies in `new` and `cur`, in the order of delivery.
pub(super) fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    for part in ["new", "cur"] {
        let listing = match fs::read_dir(folder.join(part)) {
            Ok(listing) => listing,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for file in listing.flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let base = name.split(":2,").next().unwrap_or(&name).to_owned();
            let received = second_of_name(&base).or_else(|| {
                let changed = file.metadata().and_then(|found| found.modified()).ok()?;
                Timestamp::try_from(changed).ok()
            });
            found.push(Entry {
                received: received.unwrap_or(Timestamp::UNIX_EPOCH),
                base,
                path: file.path(),
            });
        }
    }
    found.sort();
    // Seen in both parts while it moved: one mail.
    found.dedup_by(|a, b| a.base == b.base);
    Ok(found)
}

/// The delivery time that a name begins with: `1735689600.M1P2.host`.
fn second_of_name(name: &str) -> Option<Timestamp> {
    let digits = name.split('.').next()?;
    let fits = (9..=10).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| Timestamp::from_second(digits.parse().ok()?).ok())?
}

/// Reads one file, wherever it lies by now.
pub(super) fn read(folder: &Path, entry: &Entry) -> Got {
    match read_file(&entry.path, entry.received) {
        Got::Gone => {
            let moved = entries(folder).unwrap_or_default();
            match moved.iter().find(|other| other.base == entry.base) {
                Some(other) => read_file(&other.path, entry.received),
                None => Got::Gone,
            }
        }
        got => got,
    }
}

/// Reads one mail file; its size is asked first.
pub(super) fn read_file(path: &Path, received: Timestamp) -> Got {
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Got::Gone,
        Err(error) => return Got::Skipped(format!("cannot be read: {error}")),
    };
    if !found.is_file() {
        return Got::Skipped("is no file".into());
    }
    if found.len() > MAIL {
        let bytes = found.len();
        return Got::Skipped(format!(
            "it has {bytes} bytes; mails larger than 10 MiB are not read"
        ));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or(0));
    // It may grow while it is read: the limit holds there too.
    let read = fs::File::open(path).and_then(|file| file.take(MAIL + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) if bytes.len() as u64 > MAIL => Got::Skipped("is too large".into()),
        Ok(_) => Got::Mail(mail(bytes, received)),
        Err(error) if error.kind() == ErrorKind::NotFound => Got::Gone,
        Err(error) => Got::Skipped(format!("cannot be read: {error}")),
    }
}
