//! A mailbox that cannot be read says why and what to do next, and never the password.

use jiff::SignedDuration;
use mahnwerk::config::Login;
use mahnwerk::world::imap::ImapInbox;
use mahnwerk::world::tls::Password;
use mahnwerk::world::{Cursor, Inbox, Trouble};

use crate::block_on;
use crate::rig::{PASSWORD, Rig};

/// What the mailbox says when it cannot be read this way.
async fn trouble(login: Login, password: &str, folder: &str) -> String {
    let folders = vec!["INBOX".to_owned(), folder.to_owned()];
    let password = Password::fixed(password);
    let poll = SignedDuration::from_secs(60);
    let outcome = ImapInbox::new("main", login, password, folders, poll)
        .fetch(&Cursor::default())
        .await;
    let Err(Trouble::Later(text)) = outcome else {
        panic!("not Later: {outcome:?}")
    };
    assert!(text.starts_with("mailbox `main`: "), "{text}");
    assert!(
        !text.contains(PASSWORD) && !text.contains("wrong-one"),
        "{text}"
    );
    text
}

fn closed_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[test]
fn every_failure_is_told_apart_with_the_next_step() {
    let Some(rig) = Rig::start() else { return };
    let shop = "shop@laden.example";
    let with = |change: fn(&mut Login, &Rig)| {
        let mut login = rig.imap_login(shop);
        change(&mut login, &rig);
        login
    };
    let mut plain = rig.imap_starttls(shop);
    plain.starttls = false;
    let cases = [
        (
            with(|l, _| l.host = "no-such-host.invalid".to_owned()),
            "the host `no-such-host.invalid` is unknown",
        ),
        (
            with(|l, _| l.port = closed_port()),
            "refused the connection",
        ),
        (
            with(|l, rig| l.ca = Some(rig.ca().with_file_name("other.pem"))),
            "authority that is not known",
        ),
        (
            with(|l, rig| l.ca = Some(rig.ca().with_file_name("none.pem"))),
            "`ca` names a PEM file",
        ),
        (
            with(|l, _| l.host = "127.0.0.1".to_owned()),
            "is not for the name `127.0.0.1`",
        ),
        (plain, "set `starttls = true`"),
    ];
    block_on(async {
        for (login, words) in cases {
            let text = trouble(login, PASSWORD, "Sent").await;
            assert!(text.contains(words), "wanted: {words}\nis: {text}");
        }
        let text = trouble(rig.imap_login(shop), "wrong-one", "Sent").await;
        assert!(
            text.contains("refuses the log-in") && text.contains("check user and password"),
            "{text}"
        );
        let text = trouble(rig.imap_login(shop), PASSWORD, "Rechnungen").await;
        let words =
            "there is no folder `Rechnungen`: correct `folders`; the mailbox has `INBOX`, `Sent`";
        assert!(text.contains(words), "{text}");
    });
}
