//! A merchant's past mails: each with the time at which it was received, as far as the files tell it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::fmt::{rfc2822, strtime};

use super::folder::{self, Got, read_file};
use super::{MAIL, mail};
use crate::mail::RawMail;
use crate::world::Skipped;

/// Mails from a Maildir, an mbox file, or a folder of single mails (`*.eml`), and what could not be read.
///
/// # Errors
/// The place is not there or holds none of the three.
pub fn read_any(path: &Path) -> Result<(Vec<RawMail>, Vec<Skipped>), String> {
    let place = path.display();
    let found = fs::metadata(path)
        .map_err(|error| format!("{place} cannot be read ({error}); name a Maildir, a folder of .eml files or an mbox file"))?;
    if found.is_file() {
        let (mut mails, mut skipped) = (Vec::new(), Vec::new());
        for read in read_mbox(path)? {
            match read {
                Ok(mail) => mails.push(mail),
                Err(reason) => skipped.push(reason),
            }
        }
        return Ok((mails, skipped));
    }
    if path.join("new").is_dir() || path.join("cur").is_dir() {
        let (mut mails, mut skipped) = (Vec::new(), Vec::new());
        for (_, folder) in folder::folders(path).map_err(|trouble| trouble.to_string())? {
            let entries = folder::entries(&folder)
                .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
            for entry in entries {
                let got = read_file(&entry.path, entry.received);
                sort_out(got, &entry.path, &mut mails, &mut skipped);
            }
        }
        return Ok((mails, skipped));
    }
    Ok(single_mails(path))
}

fn sort_out(got: Got, path: &Path, mails: &mut Vec<RawMail>, skipped: &mut Vec<Skipped>) {
    match got {
        Got::Mail(mail) => mails.push(mail),
        Got::Skipped(reason) => skipped.push(Skipped {
            place: path.display().to_string(),
            reason,
        }),
        Got::Gone => {}
    }
}

/// The `.eml` files of a folder in the order of their names; received as their own `Received:` says.
fn single_mails(path: &Path) -> (Vec<RawMail>, Vec<Skipped>) {
    let listing = fs::read_dir(path).map(|listing| listing.flatten().map(|file| file.path()));
    let mut files: Vec<PathBuf> = listing.map(Iterator::collect).unwrap_or_default();
    files.retain(|file| {
        file.extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("eml"))
    });
    files.sort();
    let (mut mails, mut skipped) = (Vec::new(), Vec::new());
    for file in files {
        let changed = fs::metadata(&file).and_then(|found| found.modified()).ok();
        let changed = changed.and_then(|time| Timestamp::try_from(time).ok());
        let mut got = read_file(&file, changed.unwrap_or(Timestamp::UNIX_EPOCH));
        if let Got::Mail(mail) = &mut got {
            mail.received = received_of(&mail.bytes).unwrap_or(mail.received);
        }
        sort_out(got, &file, &mut mails, &mut skipped);
    }
    (mails, skipped)
}

/// Opens an mbox file.
///
/// # Errors
/// It cannot be opened, or it does not begin like one.
pub fn read_mbox(path: &Path) -> Result<Mbox, String> {
    let place = path.display();
    let file = File::open(path).map_err(|error| format!("{place} cannot be opened: {error}"))?;
    let mut mbox = Mbox {
        lines: BufReader::new(file),
        from: None,
        number: 0,
    };
    let mut line = Vec::new();
    while mbox
        .line(&mut line)
        .map_err(|error| format!("{place} cannot be read: {error}"))?
    {
        if line.starts_with(b"From ") {
            mbox.from = Some(line);
            return Ok(mbox);
        }
        if !line.trim_ascii().is_empty() {
            break;
        }
        line.clear();
    }
    Err(format!(
        "{place} is no mbox file: its first line does not begin with `From `; for one single mail use `mahnwerk explain`"
    ))
}

/// The mails of an mbox file (mboxrd), one after the other.
#[derive(Debug)]
pub struct Mbox {
    lines: BufReader<File>,
    /// The separating line of the mail that comes next.
    from: Option<Vec<u8>>,
    number: u64,
}

impl Mbox {
    /// The next line with its end, cut at the limit of a mail; `false` at the end of the file.
    fn line(&mut self, line: &mut Vec<u8>) -> std::io::Result<bool> {
        let read = self.lines.by_ref().take(MAIL + 1).read_until(b'\n', line)?;
        Ok(read > 0)
    }
}

impl Iterator for Mbox {
    type Item = Result<RawMail, Skipped>;

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.from.take()?;
        self.number += 1;
        let skipped = |number: u64, reason: &str| {
            Some(Err(Skipped {
                place: format!("mail {number} of the mbox file"),
                reason: reason.to_owned(),
            }))
        };
        let mut bytes: Vec<u8> = Vec::new();
        let mut too_large = false;
        let mut after_blank = false;
        let mut line = Vec::new();
        loop {
            line.clear();
            match self.line(&mut line) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return skipped(self.number, &format!("cannot be read: {error}")),
            }
            // A line of a text may begin like a separator; only one with a date after an empty line is one.
            if after_blank && line.starts_with(b"From ") && from_line(&line).is_some() {
                self.from = Some(line);
                break;
            }
            after_blank = line.trim_ascii().is_empty();
            let quoted = line.iter().position(|byte| *byte != b'>').unwrap_or(0);
            let start = usize::from(quoted > 0 && line[quoted..].starts_with(b"From "));
            too_large |= bytes.len() as u64 + line.len() as u64 > MAIL;
            if !too_large {
                bytes.extend_from_slice(&line[start..]);
            }
        }
        if too_large {
            return skipped(
                self.number,
                "it is too large; mails larger than 10 MiB are not read",
            );
        }
        // The empty line before the separator belongs to the mbox, not to the mail.
        for end in [b"\r\n\r\n".as_slice(), b"\n\n"] {
            if bytes.ends_with(end) {
                bytes.truncate(bytes.len() - end.len() / 2);
                break;
            }
        }
        match from_line(&from).or_else(|| received_of(&bytes)) {
            Some(received) => Some(Ok(mail(bytes, received))),
            None => skipped(
                self.number,
                "has no time of delivery (neither its `From ` line nor `Received:`)",
            ),
        }
    }
}

/// The time of a separating line: `From sender Thu Jan  1 00:00:00 2026`, in UTC unless it names a zone.
fn from_line(line: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(line).ok()?;
    let words: Vec<&str> = text.split_ascii_whitespace().skip(1).collect();
    // The sender may be missing or hold blanks: the date is the last five or six words.
    for (count, form) in [
        (5, "%a %b %d %H:%M:%S %Y"),
        (6, "%a %b %d %H:%M:%S %z %Y"),
        (6, "%a %b %d %H:%M:%S %Y %z"),
    ] {
        let Some(start) = words.len().checked_sub(count) else {
            continue;
        };
        let Ok(parsed) = strtime::parse(form, words[start..].join(" ")) else {
            continue;
        };
        if parsed.offset().is_some() {
            return parsed.to_timestamp().ok();
        }
        let time = parsed.to_datetime().ok()?;
        return time
            .to_zoned_datetime(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|time| time.timestamp());
    }
    None
}

/// When the mailbox's own server received a mail: the date of its top `Received:` (RFC 5322 3.6.7).
pub fn received_of(bytes: &[u8]) -> Option<Timestamp> {
    let mut value: Option<String> = None;
    for line in bytes.split(|byte| *byte == b'\n').take(1000) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let folded = line.starts_with(b" ") || line.starts_with(b"\t");
        match &mut value {
            Some(value) if folded => value.push_str(&String::from_utf8_lossy(line)),
            Some(_) => break,
            None => {
                let (name, rest) = line.split_at(line.len().min(9));
                value = name
                    .eq_ignore_ascii_case(b"received:")
                    .then(|| String::from_utf8_lossy(rest).into_owned());
            }
        }
    }
    let value = value?;
    let (_, date) = value.rsplit_once(';')?;
    let parser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    parser.parse_timestamp(date.trim()).ok()
}
