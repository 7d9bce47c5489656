//! `replay`: the same past mails give the same letters, whatever they are kept in and whenever they are played.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::mahnwerk;

/// What the demo's shop received, without what it wrote itself; the configuration lies beside.
struct Shop {
    folder: tempfile::TempDir,
    mails: Vec<(String, Vec<u8>)>,
}

fn shop() -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = mahnwerk(folder.path(), ["demo", "--dir", "[DIR]/shop"]);
    assert!(demo.output().unwrap().status.success());
    let mut mails: Vec<(String, Vec<u8>)> = files(&folder.path().join("shop/merchant"))
        .into_iter()
        .map(|(path, bytes)| {
            (
                path.file_name().unwrap().to_str().unwrap().to_owned(),
                bytes,
            )
        })
        .filter(|(_, bytes)| !bytes.starts_with(b"X-Mahnwerk"))
        .collect();
    mails.sort();
    assert!(mails.len() > 40, "{} mails", mails.len());
    Shop { folder, mails }
}

impl Shop {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn maildir(&self, name: &str) {
        for part in ["new", "cur", "tmp"] {
            fs::create_dir_all(self.path(name).join(part)).unwrap();
        }
        for (file, bytes) in &self.mails {
            fs::write(
                self.path(name).join("cur").join(format!("{file}:2,S")),
                bytes,
            )
            .unwrap();
        }
    }

    /// Plays the mails in `[DIR]/mails`; the report.
    fn replay(&self, mails: &str, letters: &str) -> String {
        let output = self.run(mails, letters, "2026-04-28");
        let talk = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{talk}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn run(&self, mails: &str, letters: &str, until: &str) -> std::process::Output {
        let (mails, letters) = (format!("[DIR]/{mails}"), format!("[DIR]/{letters}"));
        let config = "[DIR]/shop/mahnwerk.toml";
        let words = ["--config", config, "replay", &mails, "--until", until];
        let words = words.into_iter().chain(["--letters", &letters]);
        mahnwerk(self.folder.path(), words).output().unwrap()
    }
}

/// Every file below a folder.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// The letters of a folder by their place in it.
fn letters(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let within = |(path, bytes): (PathBuf, _)| (path.strip_prefix(root).unwrap().to_owned(), bytes);
    files(root).into_iter().map(within).collect()
}

#[test]
fn the_same_mailbox_gives_the_same_bytes() {
    let shop = shop();
    shop.maildir("past");
    let before = files(&shop.path("past"));
    let first = shop.replay("past", "first");
    let second = shop.replay("past", "second");
    assert_eq!(first, second);
    let written = letters(&shop.path("first"));
    assert!(
        written == letters(&shop.path("second")),
        "the letters differ"
    );
    assert!(
        before == files(&shop.path("past")),
        "the mailbox was changed"
    );
    assert!(
        first.contains("friendly") && first.contains("open at the end"),
        "{first}"
    );
    assert!(
        written.len() > 40,
        "{} digests (and letters)",
        written.len()
    );
}

#[test]
fn maildir_mbox_and_single_mails_give_the_same_letters() {
    let shop = shop();
    shop.maildir("past");
    let of_maildir = shop.replay("past", "of-maildir");
    fs::create_dir(shop.path("single")).unwrap();
    let mut mbox = Vec::new();
    for (name, bytes) in &shop.mails {
        // As a merchant saves them from his mail program: the files' times are of today.
        fs::write(shop.path("single").join(format!("{name}.eml")), bytes).unwrap();
        let second: i64 = name.split('.').next().unwrap().parse().unwrap();
        let time = Timestamp::from_second(second).unwrap();
        let time = time.strftime("%a %b %d %H:%M:%S %Y");
        mbox.extend_from_slice(format!("From MAILER-DAEMON {time}\n").as_bytes());
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let quoted = line.iter().position(|byte| *byte != b'>').unwrap_or(0);
            if line[quoted..].starts_with(b"From ") {
                mbox.push(b'>');
            }
            mbox.extend_from_slice(line);
        }
        mbox.extend_from_slice(b"\r\n");
    }
    fs::write(shop.path("past.mbox"), mbox).unwrap();
    assert_eq!(shop.replay("past.mbox", "of-mbox"), of_maildir);
    assert!(letters(&shop.path("of-mbox")) == letters(&shop.path("of-maildir")));
    // The date of a mail, unlike its delivery, may be of some seconds before: days and letters are the same.
    assert_eq!(shop.replay("single", "of-single"), of_maildir);
}

#[test]
fn neither_passwords_nor_the_seal_key_are_needed() {
    let shop = shop();
    shop.maildir("past");
    let with_key = shop.replay("past", "with-key");
    fs::remove_file(shop.path("shop/seal-key")).unwrap();
    let config = fs::read_to_string(shop.path("shop/mahnwerk.toml")).unwrap();
    let maildir = config
        .lines()
        .find(|line| line.starts_with("maildir = ") && line.contains("merchant"))
        .unwrap();
    let imap = "host = \"imap.mail.example\"\npassword = { file = \"/nowhere/imap-password\" }";
    fs::write(
        shop.path("shop/mahnwerk.toml"),
        config.replace(maildir, imap),
    )
    .unwrap();
    let output = shop.run("past", "without", "2026-04-28");
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && talk.contains("throw-away key"),
        "{talk}"
    );
    let report = String::from_utf8(output.stdout).unwrap();
    let claims = |report: &str| report.matches("claims     6, open").count();
    assert_eq!((claims(&report), claims(&with_key)), (1, 1), "{report}");
}

#[test]
fn what_cannot_be_played_is_told() {
    let shop = shop();
    shop.maildir("past");
    fs::create_dir(shop.path("empty")).unwrap();
    fs::write(
        shop.path("one.eml"),
        "Subject: a single mail\r\n\r\nText\r\n",
    )
    .unwrap();
    fs::create_dir(shop.path("full")).unwrap();
    fs::write(shop.path("full/letter"), "old").unwrap();
    fs::write(shop.path("file"), "x").unwrap();
    for (mails, letters, until, exit, told) in [
        ("empty", "out", "2026-04-28", 1, "holds no mail"),
        ("none", "out", "2026-04-28", 1, "name a Maildir"),
        ("one.eml", "out", "2026-04-28", 1, "is no mbox file"),
        ("past", "out", "2026-03-01", 2, "is before the first mail"),
        ("past", "full", "2026-04-28", 1, "is not empty"),
        ("past", "file", "2026-04-28", 1, "is a file"),
        ("past", "file/below", "2026-04-28", 1, "cannot be made"),
    ] {
        let output = shop.run(mails, letters, until);
        let talk = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(talk.contains(told), "{mails} {letters}: {talk}");
        assert_eq!(
            output.status.code(),
            Some(exit),
            "{mails} {letters}: {talk}"
        );
        assert!(output.stdout.is_empty(), "{mails} {letters}");
        assert!(
            !shop.path("out").exists(),
            "{mails}: a folder for letters that are not"
        );
    }
}
