//! Servers that refuse, hang up and lie: no mail is passed over unread, none stops the others, nothing large is believed.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use mahnwerk::world::imap::{ImapInbox, try_login};
use mahnwerk::world::tls::Password;
use mahnwerk::world::{Batch, Cursor, Inbox, Trouble};

use crate::block_on;
use crate::rig::scripted::{Say, Scripted};

fn inbox(server: &Scripted) -> ImapInbox {
    let folders = vec!["INBOX".to_owned()];
    ImapInbox::new(
        "main",
        server.login(),
        Password::fixed("x"),
        folders,
        SignedDuration::from_secs(1),
    )
}

/// The rows of sizes of the mails 1 to 3.
fn rows(uids: &[u32]) -> String {
    let row = |uid: &u32| {
        format!(
            "* {uid} FETCH (UID {uid} RFC822.SIZE 4 INTERNALDATE \" 1-Mar-2026 09:00:00 +0100\")\r\n"
        )
    };
    uids.iter().map(row).collect()
}

fn body(uid: u32) -> String {
    format!(
        "* {uid} FETCH (UID {uid} INTERNALDATE \" 1-Mar-2026 09:00:00 +0100\" BODY[] {{4}}\r\nno {uid})\r\n"
    )
}

/// The UIDs that a command names.
fn asked(fetch: &str) -> Vec<u32> {
    let set = fetch.split(' ').next().unwrap();
    match set.split_once(':') {
        Some((first, last)) => (first.parse().unwrap()..=last.parse().unwrap())
            .filter(|uid| *uid <= 3)
            .collect(),
        None => set.split(',').map(|uid| uid.parse().unwrap_or(3)).collect(),
    }
}

/// A server whose mail 2 cannot be given out: `broken` says what happens to a command that names it.
fn with_a_broken_mail(broken: Say) -> Scripted {
    Scripted::start(Some(4), move |fetch| {
        let uids = asked(fetch);
        let words = if fetch.contains("RFC822.SIZE") {
            rows(&uids)
        } else if uids.contains(&2) {
            return broken.clone();
        } else {
            // Flags of some other mail are told in between, as servers may.
            format!(
                "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n{}",
                uids.into_iter().map(body).collect::<String>()
            )
        };
        Say::Words(words + "TAG OK done\r\n")
    })
}

/// Reads until the end, as the daemon does: what came, what was left out, how many looks failed.
async fn read_on(server: &Scripted) -> (Vec<String>, Vec<String>, u32) {
    let (mut inbox, mut cursor) = (inbox(server), Cursor::default());
    let (mut mails, mut skipped, mut failed) = (Vec::new(), Vec::new(), 0);
    for _ in 0..10 {
        match inbox.fetch(&cursor).await {
            Ok(batch) => {
                mails.extend(
                    batch
                        .mails
                        .iter()
                        .map(|mail| String::from_utf8(mail.bytes.clone()).unwrap()),
                );
                skipped.extend(batch.skipped.iter().map(|mail| mail.place.clone()));
                cursor = batch.cursor;
                if batch.complete {
                    break;
                }
            }
            Err(Trouble::Later(_)) => failed += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    (mails, skipped, failed)
}

async fn one_look(server: &Scripted) -> Result<Batch, Trouble> {
    inbox(server).fetch(&Cursor::default()).await
}

fn is_later(outcome: &Result<Batch, Trouble>, words: &str) {
    assert!(
        matches!(outcome, Err(Trouble::Later(text)) if text.contains(words)),
        "{outcome:?}"
    );
}

#[test]
fn a_mail_that_is_refused_is_left_out_after_three_attempts_and_stops_nobody() {
    let server = with_a_broken_mail(Say::Words("TAG NO it is damaged\r\n".to_owned()));
    let (mails, skipped, failed) = block_on(read_on(&server));
    assert_eq!(
        (mails, skipped),
        (
            vec!["no 1".to_owned(), "no 3".to_owned()],
            vec!["INBOX no. 2".to_owned()]
        )
    );
    assert!(failed >= 1, "it was tried more than once");
}

#[test]
fn a_mail_over_which_the_server_hangs_up_is_found_and_left_out() {
    let server = with_a_broken_mail(Say::AndLeave("* BYE internal error\r\n".to_owned()));
    let (mails, skipped, failed) = block_on(read_on(&server));
    assert_eq!(
        (mails, skipped),
        (
            vec!["no 1".to_owned(), "no 3".to_owned()],
            vec!["INBOX no. 2".to_owned()]
        )
    );
    assert!(failed >= 3, "it was tried more than once");
}

#[test]
fn an_answer_that_ends_early_is_never_taken_for_the_whole() {
    let cut = Scripted::start(Some(4), |_| Say::AndLeave(rows(&[1])));
    is_later(&block_on(one_look(&cut)), "closed the connection");
    let refused = Scripted::start(Some(4), |_| Say::Words(rows(&[1]) + "TAG NO busy\r\n"));
    is_later(&block_on(one_look(&refused)), "busy");
    let in_the_mails = Scripted::start(Some(4), |fetch| {
        if fetch.contains("RFC822.SIZE") {
            Say::Words(rows(&asked(fetch)) + "TAG OK\r\n")
        } else {
            Say::AndLeave(body(1))
        }
    });
    is_later(&block_on(one_look(&in_the_mails)), "closed the connection");
}

#[test]
fn what_a_server_announces_is_not_believed() {
    let huge = Scripted::start(Some(4), |_| {
        Say::Words("* 1 FETCH (UID 1 BODY[] {400000000}\r\n".to_owned())
    });
    is_later(&block_on(one_look(&huge)), "more than 12 MiB");
    let long = Scripted::start(Some(4), |_| {
        Say::Words("* OK ".to_owned() + &"x".repeat(100_000))
    });
    is_later(&block_on(one_look(&long)), "longer than 64 KiB");
    // A mail that is larger than its announced size, but not too large, is taken; numbers that nobody asked for are not.
    let other = Scripted::start(Some(4), |fetch| {
        let words = if fetch.contains("RFC822.SIZE") {
            rows(&[1, 2, 3, 70])
        } else {
            body(1) + &body(2) + &body(3) + &body(9)
        };
        Say::Words(words + "TAG OK\r\n")
    });
    let batch = block_on(one_look(&other)).unwrap();
    assert_eq!((batch.mails.len(), batch.cursor.0["INBOX"].next), (3, 4));
}

#[test]
fn a_server_without_uidnext_and_idle_is_looked_at_now_and_then() {
    let server = Scripted::start(None, |fetch| {
        let uids = asked(fetch);
        let words = if fetch.contains("RFC822.SIZE") {
            rows(&uids)
        } else {
            uids.into_iter().map(body).collect()
        };
        Say::Words(words + "TAG OK\r\n")
    });
    block_on(async {
        let mut inbox = inbox(&server);
        let batch = inbox.fetch(&Cursor::default()).await.unwrap();
        assert_eq!(
            (
                batch.mails.len(),
                batch.cursor.0["INBOX"].next,
                batch.complete
            ),
            (3, 4, true)
        );
        let start = Instant::now();
        inbox.changed().await;
        let waited = start.elapsed();
        assert!(
            waited > Duration::from_millis(500) && waited < Duration::from_secs(2),
            "{waited:?}"
        );
    });
}

#[test]
fn sent_is_the_folder_that_the_server_marks_as_such() {
    let server = with_a_broken_mail(Say::Words(String::new()));
    let folders = ["Sent".to_owned(), "Ausgänge".to_owned()];
    let findings = block_on(try_login(&server.login(), &Password::fixed("x"), &folders)).unwrap();
    assert_eq!(
        findings[1],
        "folder `Sent` (there called `Ausgänge`): 3 mails"
    );
    assert!(findings[2].starts_with("folder `Ausgänge`"), "{findings:?}");
}

#[test]
fn what_was_slipped_in_before_tls_is_not_heard() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = with_a_broken_mail(Say::Words(String::new()));
    let mut login = server.login();
    login.port = listener.local_addr().unwrap().port();
    login.starttls = true;
    let intruder = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut socket, _) = listener.accept().unwrap();
        socket.write_all(b"* OK hello\r\n").unwrap();
        let _ = socket.read(&mut [0; 100]).unwrap();
        socket
            .write_all(b"s1 OK begin\r\n* OK believe me\r\nc1 OK done\r\n")
            .unwrap();
        let _ = socket.read_to_end(&mut Vec::new());
    });
    let folders = vec!["INBOX".to_owned()];
    let mut inbox = ImapInbox::new(
        "main",
        login,
        Password::fixed("x"),
        folders,
        SignedDuration::from_secs(1),
    );
    is_later(&block_on(inbox.fetch(&Cursor::default())), "as an intruder");
    intruder.join().unwrap();
}
