//! Maildirs as mail programs leave them, past mails as exports look.
#![allow(clippy::unwrap_used)]

use std::fs;

use jiff::Timestamp;

use super::*;
use crate::ledger::{CustomerAddress, SourceId};
use crate::letter::Letter;
use crate::world::Outbox;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["new", "cur", "tmp", ".Sent/cur", ".Trash/cur"] {
        fs::create_dir_all(folder.path().join(part)).unwrap();
    }
    folder
}

fn subjects(batch: &Batch) -> Vec<String> {
    let text = |mail: &RawMail| String::from_utf8_lossy(&mail.bytes).into_owned();
    batch.mails.iter().map(text).collect()
}

fn letter(id: &str) -> Letter {
    let address = CustomerAddress::new("kundin@kunde.example").unwrap();
    Letter {
        id: SourceId::of(id.as_bytes()),
        from: address.clone(),
        recipients: vec![address],
        customer: None,
        events: Vec::new(),
        at: Timestamp::from_second(1_760_000_000).unwrap(),
        bytes: id.as_bytes().to_vec(),
    }
}

#[test]
fn mails_come_once_whatever_their_flags_and_late_ones_too() {
    let folder = folder();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("new/1700000002.M1.host", "two");
    put("cur/1700000001.M1.host:2,S", "one");
    put(".Sent/cur/1700000003.M1.host:2,S", "sent");
    put(".Trash/cur/1700000003.M2.host:2,S", "trash");
    put("new/.hidden", "no");
    let mut inbox = MaildirInbox::new("main", folder.path());
    let first = inbox.read(&Cursor::default()).unwrap();
    assert_eq!(subjects(&first), ["one", "two", "sent"]);
    assert!(first.complete);
    assert_eq!(first.mails[0].received.as_second(), 1_700_000_001);
    let again = inbox.read(&first.cursor).unwrap();
    assert!(again.mails.is_empty());
    assert_eq!(again.cursor, first.cursor);

    // The merchant reads his mail: flags and folders part change, the mail does not.
    fs::rename(
        folder.path().join("new/1700000002.M1.host"),
        folder.path().join("cur/1700000002.M1.host:2,RS"),
    )
    .unwrap();
    assert!(inbox.read(&first.cursor).unwrap().mails.is_empty());
    // A mail with an older second comes late, and one that is new.
    put("cur/1690000000.M1.host:2,", "late");
    put("new/1700000009.M1.host", "new");
    let second = inbox.read(&first.cursor).unwrap();
    assert_eq!(subjects(&second), ["late", "new"]);
    assert!(inbox.read(&second.cursor).unwrap().mails.is_empty());

    // The batch was not kept: it comes again.
    assert!(subjects(&inbox.read(&first.cursor).unwrap()).contains(&"late".to_owned()));
    // Another process reads the last second again, no more.
    let mut restarted = MaildirInbox::new("main", folder.path());
    assert_eq!(
        subjects(&restarted.read(&second.cursor).unwrap()),
        ["sent", "new"]
    );
    put("cur/1680000000.M1.host:2,", "late while we were down");
    let mut restarted = MaildirInbox::new("main", folder.path());
    let found = subjects(&restarted.read(&second.cursor).unwrap());
    assert!(
        found.contains(&"late while we were down".to_owned()),
        "{found:?}"
    );
}

#[test]
fn large_boxes_come_in_batches_and_large_mails_not_at_all() {
    let folder = folder();
    for n in 0..1203 {
        let name = format!("new/{}.M{n}.host", 1_700_000_000 + n / 7);
        fs::write(folder.path().join(name), format!("{n}")).unwrap();
    }
    let large = folder.path().join("new/1700000000.LARGE.host");
    fs::File::create(&large).unwrap().set_len(MAIL + 1).unwrap();
    let mut inbox = MaildirInbox::new("main", folder.path());
    let (mut cursor, mut all, mut skipped) = (Cursor::default(), HashSet::new(), Vec::new());
    for turn in 0..3 {
        let batch = inbox.read(&cursor).unwrap();
        assert_eq!(batch.complete, turn == 2);
        all.extend(subjects(&batch));
        skipped.extend(batch.skipped);
        cursor = batch.cursor;
    }
    assert_eq!(all.len(), 1203);
    assert!(
        skipped[0].reason.contains("larger than 10 MiB"),
        "{skipped:?}"
    );
    assert_eq!(skipped.len(), 1);
}

#[test]
fn wrong_places_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let read = |path: &Path| {
        MaildirInbox::new("main", path)
            .read(&Cursor::default())
            .unwrap_err()
    };
    assert!(matches!(
        read(&folder.path().join("none")),
        Trouble::Later(_)
    ));
    assert!(read(folder.path()).to_string().contains("no Maildir"));
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(
        read(&folder.path().join("file"))
            .to_string()
            .contains("is a file")
    );
}

#[tokio::test]
async fn a_letter_sent_twice_is_two_files_and_its_copy_arrives() {
    let (folder, mailbox) = (tempfile::tempdir().unwrap(), folder());
    let mut outbox = MaildirOutbox::new(folder.path()).with_copies(mailbox.path());
    for id in ["one", "two", "one"] {
        outbox.send(&letter(id)).await.unwrap();
    }
    let names = |path: &Path| fs::read_dir(path.join("new")).unwrap().count();
    assert_eq!((names(folder.path()), names(mailbox.path())), (3, 3));
    assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
    let mut inbox = MaildirInbox::new("main", mailbox.path());
    assert_eq!(
        inbox.fetch(&Cursor::default()).await.unwrap().mails.len(),
        3
    );
    let mut bad = MaildirOutbox::new(Path::new("/proc/none"));
    assert!(matches!(
        bad.send(&letter("one")).await,
        Err(Trouble::Later(_))
    ));
}

#[tokio::test]
async fn it_notices_a_new_mail() {
    let folder = folder();
    let mut inbox = MaildirInbox::new("main", folder.path());
    inbox.fetch(&Cursor::default()).await.unwrap();
    let quiet = tokio::time::timeout(LOOK + LOOK / 4, inbox.changed()).await;
    assert!(quiet.is_err());
    std::thread::sleep(Duration::from_millis(20));
    fs::write(folder.path().join("new/1700000001.M1.host"), "one").unwrap();
    inbox.changed().await;
}

#[test]
fn an_mbox_is_read_with_its_quoted_lines_and_times() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mbox");
    let text = "From shop@laden.example Mon Jan  5 10:11:12 2026\nSubject: one\n\n>From here on\n>>From quoted\n\
                From a friend, no separator\n\nFrom - Tue Jan 06 08:00:00 +0100 2026\r\nSubject: two\r\n\r\ntext\r\n\r\n\
                From me to you, after an empty line\r\n";
    fs::write(&path, text).unwrap();
    let mails: Vec<RawMail> = read_mbox(&path).unwrap().map(Result::unwrap).collect();
    let times: Vec<String> = mails.iter().map(|mail| mail.received.to_string()).collect();
    assert_eq!(times, ["2026-01-05T10:11:12Z", "2026-01-06T07:00:00Z"]);
    let first = "Subject: one\n\nFrom here on\n>From quoted\nFrom a friend, no separator\n";
    assert_eq!(String::from_utf8_lossy(&mails[0].bytes), first);
    assert!(mails[1].bytes.ends_with(b"after an empty line\r\n"));
    assert_eq!(read_any(&path).unwrap().0, mails);
    fs::write(&path, "Subject: a single mail\n\n").unwrap();
    assert!(read_mbox(&path).unwrap_err().contains("no mbox file"));
}

#[test]
fn the_top_received_tells_the_time() {
    let of = |text: &str| received_of(text.as_bytes()).map(|time| time.to_string());
    let folded = "Return-Path: <a@b.example>\r\nreceived: from x (x.example [192.0.2.1])\r\n\tby y; id 7;\r\n \
                  Mon, 5 Jan 2026 11:11:12 +0100 (CET)\r\nReceived: by z; Sun, 4 Jan 2026 00:00:00 +0000\r\n\r\n";
    assert_eq!(of(folded).as_deref(), Some("2026-01-05T10:11:12Z"));
    assert_eq!(
        of("Subject: x\n\nReceived: by z; Sun, 4 Jan 2026 00:00:00 +0000\n"),
        None
    );
    assert_eq!(of("Received: by z; yesterday\n\n"), None);
    assert_eq!(of(""), None);
}

#[test]
fn a_folder_of_single_mails_is_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let text = "Received: by z; Sun, 4 Jan 2026 00:00:00 +0000\n\nx";
    fs::write(folder.path().join("a.eml"), text).unwrap();
    fs::write(folder.path().join("a.json"), "{}").unwrap();
    let (mails, _) = read_any(folder.path()).unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].received.to_string(), "2026-01-04T00:00:00Z");
    assert!(
        read_any(&folder.path().join("none"))
            .unwrap_err()
            .contains("name a Maildir")
    );
}
