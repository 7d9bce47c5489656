//! `setup` on real servers: it asks, tries a wrong password, asks again, and what it writes passes `check --online`.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::rig::{PASSWORD, Rig};

const MAILBOX: &str = "mahnwerk@laden.example";
const WRONG: &str = "not-the-password";

/// One answer a question, the first password wrong; then what a failed log-in asks again.
fn answers(rig: &Rig) -> String {
    let _ = rig;
    [
        MAILBOX,
        "other",
        "localhost",
        "localhost",
        "", // user: the mailbox's address
        "mx.laden.example",
        "rechnung@laden.example",
        "Laden Muster",
        "Laden Muster, Weg 1, 87527 Sonthofen",
        "not an address",
        "chefin@laden.example",
        "", // shop
        "shop@laden.example",
        "", // holder
        "DE98 3704 0044 0532 0130 00",
        "DE89 3704 0044 0532 0130 00",
        WRONG,
        "", // IMAP server: as before
        "", // mail server
        "", // user
        PASSWORD,
    ]
    .map(|answer| format!("{answer}\n"))
    .concat()
}

/// The words of the command; the ports are no question.
fn words(rig: &Rig, config: &Path) -> Vec<String> {
    let imap = rig.imap_login(MAILBOX).port.to_string();
    let smtp = rig.smtp_direct(MAILBOX).port.to_string();
    let ca = rig.ca().display().to_string();
    let config = config.display().to_string();
    let words = [
        env!("CARGO_BIN_EXE_mahnwerk"),
        "--config",
        &config,
        "setup",
        "--imap-port",
        &imap,
        "--smtp-port",
        &smtp,
        "--ca",
        &ca,
    ];
    words.map(str::to_owned).to_vec()
}

/// Runs a command with these answers on its stdin; what it said.
fn fed(mut command: Command, answers: &str) -> (bool, String) {
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(answers.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

fn assert_written(config: &Path, said: &str) {
    assert!(said.contains("check user and password"), "{said}");
    assert!(said.contains("It is no plain mail address"), "{said}");
    assert!(said.contains("check digits do not fit"), "{said}");
    assert!(said.contains("Written: "), "{said}");
    let folder = config.parent().unwrap();
    for secret in ["imap-password", "smtp-password", "seal-key"] {
        let mode = fs::metadata(folder.join(secret))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{secret}");
    }
    let text = fs::read_to_string(config).unwrap();
    assert!(!text.contains(PASSWORD) && !text.contains(WRONG), "{text}");
    let check = Command::new(env!("CARGO_BIN_EXE_mahnwerk"))
        .arg("--config")
        .arg(config)
        .args(["check", "--online"])
        .output()
        .unwrap();
    let findings = String::from_utf8_lossy(&check.stdout).into_owned();
    assert_eq!(check.status.code(), Some(0), "{findings}");
    assert!(!findings.contains("wrong"), "{findings}");
}

#[test]
fn setup_asks_again_after_a_wrong_password_and_its_file_passes_the_check() {
    let Some(rig) = Rig::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("new/mahnwerk.toml");
    let words = words(&rig, &config);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    let (done, said) = fed(command, &answers(&rig));
    assert!(done, "{said}");
    assert!(!said.contains(PASSWORD) && !said.contains(WRONG), "{said}");
    assert_written(&config, &said);
}

#[test]
fn setup_on_a_terminal_does_not_show_the_password() {
    let Some(rig) = Rig::start() else { return };
    if !Path::new("/usr/bin/script").exists() {
        eprintln!("SKIPPED: setup on a terminal (`script` of bsdutils is missing)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("new/mahnwerk.toml");
    let line = words(&rig, &config).join(" ");
    let mut command = Command::new("script");
    command.args(["-q", "-e", "-c", &line, "/dev/null"]);
    let paced = Paced::new(&answers(&rig));
    let (done, said) = paced.fed(command);
    assert!(done, "{said}");
    assert!(said.contains("(not shown)"), "{said}");
    assert!(!said.contains(PASSWORD) && !said.contains(WRONG), "{said}");
    assert_written(&config, &said);
}

/// Answers that are typed only when they are asked for: a terminal shows what is typed too early.
struct Paced(Vec<String>);

impl Paced {
    fn new(answers: &str) -> Paced {
        Paced(answers.lines().map(str::to_owned).collect())
    }

    fn fed(self, mut command: Command) -> (bool, String) {
        use std::io::Read;
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (mut said, mut asked) = (String::new(), 0);
        let mut answers = self.0.into_iter();
        let mut bytes = [0; 4096];
        loop {
            let read = stdout.read(&mut bytes).unwrap_or(0);
            if read == 0 {
                break;
            }
            said.push_str(&String::from_utf8_lossy(&bytes[..read]));
            // A question ends with a colon and a blank, and waits.
            if said[asked..].ends_with(": ")
                && let Some(answer) = answers.next()
            {
                asked = said.len();
                stdin.write_all(format!("{answer}\n").as_bytes()).unwrap();
            }
        }
        drop(stdin);
        (child.wait().unwrap().success(), said)
    }
}
