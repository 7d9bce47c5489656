//! Files that are there whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Writes a file beside its place, syncs it and moves it there. Without `over`, a file that exists stays.
///
/// # Errors
/// In words, with the path.
pub fn whole(path: &Path, bytes: &[u8], mode: u32, over: bool) -> Result<(), String> {
    let said = |error: std::io::Error| format!("{} cannot be written: {error}.", path.display());
    let Some(name) = path.file_name().filter(|_| !path.is_dir()) else {
        return Err(format!("{} is a folder; name a file.", path.display()));
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.new", std::process::id()));
    let beside = folder.join(beside);
    let written = (|| {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if over {
            fs::rename(&beside, path)?;
        } else {
            // A hard link, unlike a rename, never replaces what is there.
            fs::hard_link(&beside, path)?;
            fs::remove_file(&beside)?;
        }
        fs::File::open(&folder)?.sync_all()
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside); // what is half written must not stay; the first error is the one to tell
    }
    written.map_err(said)
}
