//! What lies in a file: a statement alone, or statements in a ZIP. Content decides, names are never looked at.
//!
//! A ZIP is opened one level deep under limits on entries, total size and ratio; a ZIP without statements is not ours.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use super::MAX_FILE;
use super::csv::is_csv;
use super::mt940::is_mt940;

const MAX_ENTRIES: usize = 20;
const MAX_TOTAL: u64 = 20 * 1024 * 1024;
/// Unpacked bytes per packed byte; statements pack well, bombs far better.
const MAX_RATIO: u64 = 100;

/// The statement files in these bytes: one, or several of a ZIP. `None`: there is no statement in it.
pub fn unpack(bytes: &[u8]) -> Option<Result<Vec<Cow<'_, [u8]>>, String>> {
    if is_statement(bytes) {
        return Some(Ok(vec![Cow::Borrowed(bytes)]));
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    match members(bytes) {
        Ok(found) if found.is_empty() => None,
        other => Some(other),
    }
}

/// Whether this is meant to be a statement file of a known form.
pub fn is_statement(bytes: &[u8]) -> bool {
    is_camt(bytes) || is_mt940(bytes) || is_csv(bytes)
}

/// Whether this is meant to be a camt file: XML that names the message type or its root near the beginning.
pub fn is_camt(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4096)];
    let bare = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let names = |word: &[u8]| start.windows(word.len()).any(|w| w == word);
    bare.trim_ascii_start().starts_with(b"<") && (names(b"camt.05") || names(b"BkToCstmr"))
}

fn members(bytes: &[u8]) -> Result<Vec<Cow<'static, [u8]>>, String> {
    let unreadable = |e: zip::result::ZipError| format!("the ZIP is not readable: {e}");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > MAX_ENTRIES {
        return Err(format!("the ZIP has more than {MAX_ENTRIES} entries"));
    }
    let mut found = Vec::new();
    let mut total = 0;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(unreadable)?;
        if entry.is_dir() {
            continue;
        }
        let packed = entry.compressed_size().max(1);
        let mut content = Vec::new();
        // The sizes in the directory are the sender's word: only what really comes out is counted.
        let most = (MAX_TOTAL - total).min(MAX_FILE as u64) + 1;
        entry
            .take(most)
            .read_to_end(&mut content)
            .map_err(|e| format!("a file in the ZIP is not readable: {e}"))?;
        total += content.len() as u64;
        if total > MAX_TOTAL || content.len() > MAX_FILE {
            return Err(format!(
                "the ZIP unpacks to more than {MAX_TOTAL} bytes, or a file in it to more than {MAX_FILE}"
            ));
        }
        if content.len() as u64 > 65_536 && content.len() as u64 / packed > MAX_RATIO {
            return Err(format!(
                "a file in the ZIP unpacks to more than {MAX_RATIO} times its size"
            ));
        }
        if is_statement(&content) {
            found.push(Cow::Owned(content));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;

    use super::*;

    fn zip_of(files: &[&[u8]]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (at, file) in files.iter().enumerate() {
            let options = zip::write::SimpleFileOptions::default();
            writer.start_file(format!("../{at}.txt"), options).unwrap();
            writer.write_all(file).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    const CAMT: &[u8] = b"<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"/>";

    #[test]
    fn camt_is_found_alone_and_in_a_zip_whatever_its_name() {
        assert_eq!(unpack(CAMT).unwrap().unwrap().len(), 1);
        assert_eq!(
            unpack(&zip_of(&[b"read me", CAMT, CAMT]))
                .unwrap()
                .unwrap()
                .len(),
            2
        );
        assert_eq!(unpack(&zip_of(&[b"read me"])), None);
        assert_eq!(unpack(b"%PDF-1.7"), None);
        assert_eq!(unpack(b"<html>camt</html>"), None);
    }

    #[test]
    fn bombs_are_refused() {
        assert!(unpack(&zip_of(&[CAMT; 21])).unwrap().is_err());
        assert!(
            unpack(&zip_of(&[CAMT, &vec![b'x'; MAX_FILE + 1]]))
                .unwrap()
                .is_err()
        );
        assert!(
            unpack(&zip_of(&[CAMT, &vec![b'x'; 1_000_000]]))
                .unwrap()
                .is_err()
        );
        assert!(unpack(b"PK\x03\x04 broken").unwrap().is_err());
    }
}
