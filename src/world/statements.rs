//! The watched folder: statement files that somebody puts there. Read-only; a file is looked at once per version.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use super::service;

/// A statement file is at most as large as a mail.
const LIMIT: u64 = 10 * 1024 * 1024;

/// A file that changed within this time may still be written.
const SETTLE: SignedDuration = SignedDuration::from_secs(2);

/// Versions of files that were already looked at.
#[derive(Debug, Default)]
pub struct Seen(HashMap<PathBuf, (SystemTime, u64)>);

/// A file to read.
#[derive(Debug)]
pub struct StatementFile {
    /// Its name, for a person.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// When it was last changed.
    pub received: Timestamp,
}

/// Files that are new or changed since the last call, oldest first. Hidden files, folders and files that are still
/// being written are passed over.
///
/// # Errors
/// The folder cannot be read; says what to do.
pub fn new_files(
    folder: &Path,
    seen: &mut Seen,
    now: Timestamp,
) -> Result<Vec<StatementFile>, String> {
    let unreadable = |e: std::io::Error| {
        format!(
            "the statement folder {} cannot be read ({e}): make it readable or change [paths] statements",
            folder.display()
        )
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let (path, name) = (
            entry.path(),
            entry.file_name().to_string_lossy().into_owned(),
        );
        let Ok(meta) = entry.metadata() else { continue };
        let Ok(changed) = meta.modified() else {
            continue;
        };
        let version = (changed, meta.len());
        let received = Timestamp::try_from(changed).unwrap_or(now).min(now);
        // By the real clock, whatever moment the turn plays: this is about the file, not about the books.
        let age =
            Timestamp::try_from(changed).map(|changed| service::now().duration_since(changed));
        let settling = age.is_ok_and(|age| age < SETTLE && !age.is_negative());
        if name.starts_with('.')
            || !meta.is_file()
            || settling
            || seen.0.get(&path) == Some(&version)
        {
            continue;
        }
        seen.0.insert(path.clone(), version);
        if meta.len() > LIMIT {
            tracing::warn!(
                bytes = meta.len(),
                "a file in the statement folder is larger than 10 MiB and is not read"
            );
            continue;
        }
        match std::fs::read(&path) {
            Ok(bytes) => files.push(StatementFile {
                name,
                bytes,
                received,
            }),
            Err(error) => tracing::warn!("a file in the statement folder cannot be read: {error}"),
        }
    }
    files.sort_by(|a, b| (a.received, &a.name).cmp(&(b.received, &b.name)));
    Ok(files)
}
