//! A Maildir as the way out: one file per sending. Two sendings of one letter are two files, so that a test sees them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::letter::Letter;
use crate::world::{Outbox, Trouble};

/// Letters into a Maildir, and copies into another one (our own mailbox), if it is named.
#[derive(Debug)]
pub struct MaildirOutbox {
    letters: PathBuf,
    copies: Option<PathBuf>,
}

impl MaildirOutbox {
    /// Letters into this Maildir, which is made if it is not there.
    pub fn new(letters: &Path) -> MaildirOutbox {
        MaildirOutbox {
            letters: letters.to_owned(),
            copies: None,
        }
    }

    /// Also puts a copy of each letter into this Maildir, as a mail server does for our own mailbox.
    #[must_use]
    pub fn with_copies(mut self, mailbox: &Path) -> MaildirOutbox {
        self.copies = Some(mailbox.to_owned());
        self
    }
}

impl Outbox for MaildirOutbox {
    async fn send(&mut self, letter: &Letter) -> Result<(), Trouble> {
        put(&self.letters, letter)?;
        let Some(mailbox) = &self.copies else {
            return Ok(());
        };
        // The letter itself is out.
        put(mailbox, letter).map_err(|trouble| Trouble::Unknown(trouble.to_string()))
    }
}

fn put(root: &Path, letter: &Letter) -> Result<(), Trouble> {
    let (tmp, new) = (root.join("tmp"), root.join("new"));
    let name = free_name(root, letter);
    let written = || -> io::Result<()> {
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(root.join(part))?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(tmp.join(&name))?;
        file.write_all(&letter.bytes)?;
        file.sync_all()
    };
    let place = root.display();
    written().map_err(|error| {
        Trouble::Later(format!(
            "the letter could not be written into the Maildir {place}: {error}"
        ))
    })?;
    // From here on a reader may find it.
    let published = || -> io::Result<()> {
        fs::rename(tmp.join(&name), new.join(&name))?;
        File::open(&new)?.sync_all()
    };
    published().map_err(|error| {
        Trouble::Unknown(format!(
            "the letter may or may not be in the Maildir {place}: {error}"
        ))
    })
}

/// `SECONDS.M<letter>P<running number>.mahnwerk`: the same calls give the same names.
fn free_name(root: &Path, letter: &Letter) -> String {
    let cur: Vec<String> = fs::read_dir(root.join("cur"))
        .map(|listing| {
            let names = listing.flatten().map(|file| file.file_name());
            names
                .map(|name| name.to_string_lossy().into_owned())
                .collect()
        })
        .unwrap_or_default();
    let mut number = 0;
    loop {
        let name = format!("{}.M{}P{number}.mahnwerk", letter.at.as_second(), letter.id);
        let taken = root.join("new").join(&name).exists()
            || cur.iter().any(|other| other.starts_with(&name));
        if !taken {
            return name;
        }
        number += 1;
    }
}
