//! The real program on real servers that say no: a wrong password, an unknown host, an empty mailbox, a mail of 10 MiB.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::date;

use crate::days::stage::{MERCHANT, configuration};
use crate::rig::{PASSWORD, Rig};

/// A merchant's configuration on the rig.
struct Merchant {
    home: PathBuf,
    text: String,
}

impl Merchant {
    fn new(rig: &Rig) -> Merchant {
        let home = rig.path().join("home");
        fs::create_dir_all(&home).unwrap();
        let text = configuration(rig, date(2026, 1, 1), &home.display().to_string());
        Merchant { home, text }
    }

    fn write(&self, change: impl Fn(&str) -> String) -> PathBuf {
        let path = self.home.join("mahnwerk.toml");
        fs::write(&path, change(&self.text)).unwrap();
        path
    }
}

/// Code, data and talk of a command; no password is ever in it.
fn call(config: &Path, words: &str) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mahnwerk"))
        .arg("--config")
        .arg(config)
        .args(words.split(' '))
        .output()
        .unwrap();
    let plain = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (text, talk) = (plain(&output.stdout), plain(&output.stderr));
    for secret in [PASSWORD, "not-the-password"] {
        assert!(
            !text.contains(secret) && !talk.contains(secret),
            "{text}{talk}"
        );
    }
    (output.status.code(), text, talk)
}

#[test]
fn servers_that_say_no_are_told_apart_and_end_with_5() {
    let Some(rig) = Rig::start() else { return };
    let merchant = Merchant::new(&rig);
    let password = |text: &str| text.replace(PASSWORD, "not-the-password");
    let host = |text: &str| text.replace("\"localhost\"", "\"no-such-host.invalid\"");
    let folder =
        |text: &str| text.replace("poll = ", "folders = [\"INBOX\", \"Rechnungen\"]\npoll = ");
    type Change<'a> = &'a dyn Fn(&str) -> String;
    let cases: [(Change<'_>, &str); 3] = [
        (&password, "check user and password"),
        (&host, "the host `no-such-host.invalid` is unknown"),
        (
            &folder,
            "there is no folder `Rechnungen`: correct `folders`",
        ),
    ];
    for (change, words) in cases {
        let config = merchant.write(change);
        let (code, text, talk) = call(&config, "check --online");
        assert_eq!(code, Some(5), "{text}{talk}");
        assert!(text.contains(words), "wanted: {words}\n{text}{talk}");
        let (code, text, talk) = call(&config, "rebuild --dry-run");
        assert_eq!(code, Some(5), "{text}{talk}");
        assert!(talk.contains(words), "wanted: {words}\n{text}{talk}");
    }
    let missing = |text: &str| {
        let none = merchant.home.join("none").display().to_string();
        let secret = format!("{{ command = [\"echo\", \"{PASSWORD}\"] }}");
        text.replace(&secret, &format!("{{ file = \"{none}\" }}"))
    };
    let config = merchant.write(missing);
    for words in ["check --online", "run", "rebuild --dry-run"] {
        let (code, text, talk) = call(&config, words);
        assert_eq!(code, Some(4), "{words}: {text}{talk}");
        assert!(
            format!("{text}{talk}").contains("the secret file"),
            "{text}{talk}"
        );
    }
}

#[test]
fn a_running_daemon_with_a_wrong_password_says_so_and_goes_on_when_it_is_right() {
    let Some(rig) = Rig::start() else { return };
    let merchant = Merchant::new(&rig);
    let secret = merchant.home.join("password");
    fs::write(&secret, "not-the-password\n").unwrap();
    Command::new("chmod")
        .arg("600")
        .arg(&secret)
        .status()
        .unwrap();
    let config = merchant.write(|text| {
        let command = format!("{{ command = [\"echo\", \"{PASSWORD}\"] }}");
        text.replace(&command, &format!("{{ file = \"{}\" }}", secret.display()))
    });
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_mahnwerk"))
        .arg("--config")
        .arg(&config)
        .arg("run")
        .stderr(fs::File::create(merchant.home.join("log")).unwrap())
        .spawn()
        .unwrap();
    let until = |words: &str| {
        let begun = Instant::now();
        loop {
            let (_, text, _) = call(&config, "status");
            if text.contains("runs, version") && text.contains(words) {
                return;
            }
            if begun.elapsed() > Duration::from_secs(90) {
                panic!("no `{words}` in\n{text}");
            }
            std::thread::sleep(Duration::from_millis(300));
        }
    };
    until("check user and password");
    fs::write(&secret, format!("{PASSWORD}\n")).unwrap();
    // The next look is half a minute after a trouble.
    until("read ");
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    let log = fs::read_to_string(merchant.home.join("log")).unwrap();
    assert!(
        !log.contains(PASSWORD) && !log.contains("not-the-password"),
        "{log}"
    );
}

#[test]
fn an_empty_mailbox_and_a_mail_of_ten_mebibytes_are_read() {
    let Some(rig) = Rig::start() else { return };
    let merchant = Merchant::new(&rig);
    let config = merchant.write(str::to_owned);
    let (code, text, talk) = call(&config, "rebuild");
    assert_eq!(code, Some(0), "{text}{talk}");
    assert!(text.contains("0 mails read"), "{text}");
    let mut large =
        b"From: a@fremd.example\r\nTo: kasse@lindner.example\r\nSubject: gross\r\n\r\n".to_vec();
    large.resize(10 * 1024 * 1024 + 1, b'x');
    for (place, end) in large.iter_mut().enumerate() {
        if place > 100 && place % 70 == 0 {
            *end = b'\n';
        }
    }
    rig.put(MERCHANT, "INBOX", &large, Timestamp::now());
    let small =
        b"From: a@fremd.example\r\nTo: kasse@lindner.example\r\nSubject: klein\r\n\r\nHallo\r\n";
    rig.put(MERCHANT, "INBOX", small, Timestamp::now());
    let (code, text, talk) = call(&config, "rebuild");
    assert_eq!(code, Some(0), "{text}{talk}");
    assert!(text.contains("2 mails read"), "{text}");
    let (_, text, _) = call(&config, "list review --json");
    assert!(text.contains("mails over 10 MiB are not read"), "{text}");
    assert!(text.contains("klein") || call(&config, "list mails").1.contains("klein"));
}
