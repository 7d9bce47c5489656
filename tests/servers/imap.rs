//! Reading: every mail once, in order, with its size asked first, and the mailbox untouched.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use mahnwerk::config::Login;
use mahnwerk::world::imap::{ImapInbox, Limits, try_login};
use mahnwerk::world::{Batch, Cursor, Inbox, Trouble};

use crate::block_on;
use crate::rig::Rig;

const SHOP: &str = "shop@laden.example";

fn inbox(rig: &Rig, login: Login) -> ImapInbox {
    let folders = vec!["INBOX".to_owned(), "Sent".to_owned()];
    ImapInbox::new(
        "main",
        login,
        rig.password(),
        folders,
        SignedDuration::from_secs(60),
    )
    .with_limits(Limits {
        connect: Duration::from_secs(10),
        command: Duration::from_secs(10),
        body: Duration::from_secs(20),
    })
}

const QUICK: Limits = Limits {
    connect: Duration::from_secs(3),
    command: Duration::from_secs(3),
    body: Duration::from_secs(3),
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn mail(subject: &str, size: usize) -> Vec<u8> {
    let mut text = format!("From: a@laden.example\r\nSubject: {subject}\r\n\r\n").into_bytes();
    while text.len() < size {
        text.extend_from_slice(b"All work and no pay makes Jack a dull shop; see {400000000}\r\n");
    }
    text
}

fn subjects(batch: &Batch) -> Vec<String> {
    let subject = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let line = text
            .lines()
            .find(|line| line.starts_with("Subject: "))
            .unwrap_or("");
        line.trim_start_matches("Subject: ").to_owned()
    };
    batch
        .mails
        .iter()
        .map(|mail| subject(&mail.bytes))
        .collect()
}

fn later(outcome: Result<Batch, Trouble>) -> String {
    match outcome {
        Err(Trouble::Later(text)) => text,
        other => panic!("not Later: {other:?}"),
    }
}

/// 45 orders, a mail that is too large, one behind it, and a copy in Sent.
fn fill(rig: &Rig) {
    for (number, hour) in (1..=45).zip(1..) {
        let received = at("2026-03-01T08:00:00Z") + SignedDuration::from_hours(hour);
        rig.put(
            SHOP,
            "INBOX",
            &mail(&format!("order {number}"), 3_000),
            received,
        );
    }
    rig.put(
        SHOP,
        "INBOX",
        &mail("large", 10 * 1024 * 1024 + 5_000),
        at("2026-04-01T08:00:00Z"),
    );
    rig.put(
        SHOP,
        "INBOX",
        &mail("after", 300),
        at("2026-04-02T08:00:00Z"),
    );
    rig.put(SHOP, "Sent", &mail("copy", 300), at("2026-04-03T08:00:00Z"));
}

#[test]
fn a_mailbox_is_read_to_its_end_in_order_and_nothing_twice() {
    let Some(rig) = Rig::start() else { return };
    fill(&rig);
    block_on(async {
        let mut inbox = inbox(&rig, rig.imap_login(SHOP));
        let batch = inbox.fetch(&Cursor::default()).await.unwrap();
        let mut wanted: Vec<String> = (1..=45).map(|number| format!("order {number}")).collect();
        wanted.extend(["after".to_owned(), "copy".to_owned()]);
        assert_eq!(subjects(&batch), wanted);
        assert!(batch.complete);
        assert_eq!(batch.mails[0].received, at("2026-03-01T09:00:00Z"));
        assert_eq!(batch.mails[0].bytes, mail("order 1", 3_000));
        assert_eq!(batch.skipped.len(), 1);
        assert_eq!(batch.skipped[0].place, "INBOX no. 46");
        assert!(
            batch.skipped[0].reason.contains("10 MiB"),
            "{:?}",
            batch.skipped
        );
        // Nothing new: nothing is read twice, nothing is skipped twice.
        let again = inbox.fetch(&batch.cursor).await.unwrap();
        assert!(again.mails.is_empty() && again.skipped.is_empty() && again.complete);
        assert_eq!(again.cursor, batch.cursor);
        // One more mail, read by STARTTLS behind the same cursor.
        rig.put(
            SHOP,
            "INBOX",
            &mail("news", 300),
            at("2026-04-04T08:00:00Z"),
        );
        let mut other = self::inbox(&rig, rig.imap_starttls(SHOP));
        assert_eq!(
            subjects(&other.fetch(&batch.cursor).await.unwrap()),
            ["news"]
        );
    });
}

#[test]
fn a_mailbox_is_left_as_it_was() {
    let Some(rig) = Rig::start() else { return };
    fill(&rig);
    let marked = [
        "flags",
        "add",
        "-u",
        SHOP,
        "\\Flagged",
        "mailbox",
        "INBOX",
        "uid",
        "3",
    ];
    rig.doveadm(&marked);
    let state = || {
        let fields = "mailbox uid flags date.received size.physical";
        let lines = rig.doveadm(&["-f", "tab", "fetch", "-u", SHOP, fields, "all"]);
        // \Recent is the server's own and goes by itself (RFC 3501 section 2.3.2).
        lines.replace("\\Recent", "").replace(' ', "")
    };
    let before = state();
    assert!(
        before.contains("\\Flagged") && before.lines().count() == 49,
        "{before}"
    );
    block_on(async {
        let mut inbox = inbox(&rig, rig.imap_login(SHOP));
        assert!(inbox.fetch(&Cursor::default()).await.unwrap().complete);
        let folders = ["INBOX".to_owned(), "Sent".to_owned()];
        let findings = try_login(&rig.imap_login(SHOP), &rig.password(), &folders)
            .await
            .unwrap();
        assert!(
            findings
                .iter()
                .any(|line| line.contains("INBOX`: 47 mails")),
            "{findings:?}"
        );
    });
    assert_eq!(state(), before);
    assert!(!before.contains("\\Seen"));
}

#[test]
fn a_large_mailbox_comes_in_batches_and_a_new_uidvalidity_starts_over() {
    let Some(rig) = Rig::start() else { return };
    for number in 0..7 {
        rig.put(
            SHOP,
            "INBOX",
            &mail(&number.to_string(), 5_000_000),
            at("2026-03-01T08:00:00Z"),
        );
    }
    block_on(async {
        let mut inbox = inbox(&rig, rig.imap_login(SHOP));
        let (mut cursor, mut seen, mut batches) = (Cursor::default(), Vec::new(), 0);
        loop {
            let batch = inbox.fetch(&cursor).await.unwrap();
            let size: usize = batch.mails.iter().map(|mail| mail.bytes.len()).sum();
            assert!(size <= 20 * 1024 * 1024, "{size}");
            seen.extend(subjects(&batch));
            batches += 1;
            cursor = batch.cursor;
            if batch.complete {
                break;
            }
        }
        assert_eq!(seen, ["0", "1", "2", "3", "4", "5", "6"]);
        assert!(batches >= 2);
        rig.put(SHOP, "INBOX", &mail("7", 300), at("2026-03-02T08:00:00Z"));
        rig.doveadm(&[
            "mailbox",
            "update",
            "-u",
            SHOP,
            "--uid-validity",
            "2000000000",
            "INBOX",
        ]);
        let batch = self::inbox(&rig, rig.imap_login(SHOP))
            .fetch(&cursor)
            .await
            .unwrap();
        assert_eq!(subjects(&batch)[0], "0");
        assert_eq!(batch.cursor.0["INBOX"].validity, 2_000_000_000);
    });
}

#[test]
fn new_mail_wakes_within_two_seconds() {
    let Some(rig) = Rig::start() else { return };
    rig.put(SHOP, "INBOX", &mail("old", 300), at("2026-03-01T08:00:00Z"));
    block_on(async {
        let mut inbox = inbox(&rig, rig.imap_login(SHOP)).with_limits(QUICK);
        let cursor = inbox.fetch(&Cursor::default()).await.unwrap().cursor;
        // Given up again and again, as a daemon does that waits for several things at once.
        for _ in 0..3 {
            let nothing = tokio::time::timeout(Duration::from_millis(300), inbox.changed()).await;
            assert!(nothing.is_err(), "woken without news");
        }
        let start = Instant::now();
        rig.put(SHOP, "INBOX", &mail("new", 300), at("2026-03-02T08:00:00Z"));
        tokio::time::timeout(Duration::from_secs(20), inbox.changed())
            .await
            .unwrap();
        assert!(
            start.elapsed() < Duration::from_secs(2),
            "woken after {:?}",
            start.elapsed()
        );
        let batch = inbox.fetch(&cursor).await.unwrap();
        assert_eq!(subjects(&batch), ["new"]);
        // Mail that comes between reading and waiting is not overlooked.
        rig.put(
            SHOP,
            "INBOX",
            &mail("between", 300),
            at("2026-03-03T08:00:00Z"),
        );
        tokio::time::timeout(Duration::from_secs(5), inbox.changed())
            .await
            .unwrap();
        let batch = inbox.fetch(&batch.cursor).await.unwrap();
        assert_eq!(subjects(&batch), ["between"]);
    });
}

#[test]
fn a_frozen_server_is_told_in_time_and_a_thrown_out_reader_comes_back() {
    let Some(rig) = Rig::start() else { return };
    rig.put(SHOP, "INBOX", &mail("old", 300), at("2026-03-01T08:00:00Z"));
    block_on(async {
        let mut inbox = inbox(&rig, rig.imap_login(SHOP)).with_limits(QUICK);
        let batch = inbox.fetch(&Cursor::default()).await.unwrap();
        rig.freeze_imap();
        let start = Instant::now();
        let text = later(inbox.fetch(&batch.cursor).await);
        assert!(text.contains("frozen"), "{text}");
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
        let text = later(inbox.fetch(&batch.cursor).await);
        assert!(text.contains("did not answer within 3 s"), "{text}");
        rig.thaw_imap();
        assert!(inbox.fetch(&batch.cursor).await.unwrap().complete);
        // Frozen while it idles: the wait goes on, the next look is told in time.
        let _ = tokio::time::timeout(Duration::from_millis(300), inbox.changed()).await;
        rig.freeze_imap();
        let start = Instant::now();
        later(inbox.fetch(&batch.cursor).await);
        assert!(
            start.elapsed() < Duration::from_secs(12),
            "{:?}",
            start.elapsed()
        );
        rig.thaw_imap();
        assert!(inbox.fetch(&batch.cursor).await.unwrap().complete);
        // The server throws us out while we idle: that is news, and the next look connects again.
        let _ = tokio::time::timeout(Duration::from_millis(300), inbox.changed()).await;
        rig.doveadm(&["kick", SHOP]);
        tokio::time::timeout(Duration::from_secs(5), inbox.changed())
            .await
            .unwrap();
        assert!(inbox.fetch(&batch.cursor).await.unwrap().complete);
    });
}
