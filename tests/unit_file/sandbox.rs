//! The real binary under a real systemd, in a box over this machine's /usr. Needs root and the tool beside the project;
//! says so and passes where one is missing.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

const CONFIG: &str = r#"
[merchant]
name = "Gartenbedarf Muster"
address = "chef@muster.example"
identity = ["Gartenbedarf Muster, Weg 1, 87527 Sonthofen"]

[[mailbox]]
address = "mahnwerk@muster.example"
authserv_ids = ["mx.muster.example"]
maildir = "/var/lib/mahnwerk/mail"

[outgoing]
from = "rechnung@muster.example"
maildir = "/var/lib/mahnwerk/out"

[[shop]]
name = "garten"
senders = ["shop@muster.example"]

[[account]]
name = "haupt"
iban = "DE89370400440532013000"
holder = "Gartenbedarf Muster"
"#;

const SECRET: &str = "birkenrinde-47";
const STATUS: &str = "/opt/mahnwerk --config /etc/mahnwerk/mahnwerk.toml status";
const JOURNAL: &str = "journalctl --no-pager -o cat -u mahnwerk";

/// The folder of tools and data beside the project; MAHNWERK_SHARED names another place.
fn shared() -> PathBuf {
    std::env::var_os("MAHNWERK_SHARED")
        .map_or_else(|| super::root().join("../shared"), PathBuf::from)
}

/// The box; taken down when dropped.
struct Sysbox {
    tool: PathBuf,
    folder: tempfile::TempDir,
}

impl Sysbox {
    fn up() -> Option<Sysbox> {
        let tool = shared().join("mailrig/sysbox");
        let uid = Command::new("id").arg("-u").output().ok()?;
        let program = env!("CARGO_BIN_EXE_mahnwerk");
        let missing = if !tool.exists() {
            Some(format!("{} is not there", tool.display()))
        } else if uid.stdout != b"0\n" {
            Some("not root".to_owned())
        } else {
            None
        };
        if let Some(missing) = missing {
            println!("SKIPPED: the unit was not run under a real systemd ({missing})");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().to_str().unwrap().to_owned();
        let program = format!("{program}:/opt/mahnwerk");
        let up = Command::new(&tool)
            .args(["up", &place, &program])
            .status()
            .unwrap();
        assert!(up.success(), "the box does not start");
        Some(Sysbox { tool, folder })
    }

    /// Runs a shell text inside; what it printed.
    fn sh(&self, text: &str) -> String {
        let output = Command::new(&self.tool)
            .args([
                "exec",
                self.folder.path().to_str().unwrap(),
                "sh",
                "-c",
                text,
            ])
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&said).trim_end().to_owned()
    }

    fn put(&self, path: &str, contents: &str) {
        let said = self.sh(&format!(
            "cat >{path} <<'END_OF_FILE'\n{contents}\nEND_OF_FILE\n"
        ));
        assert_eq!(said, "", "{path}");
    }

    fn show(&self, property: &str) -> String {
        self.sh(&format!("systemctl show --value -p {property} mahnwerk"))
    }

    fn journal(&self) -> String {
        self.sh(JOURNAL)
    }

    /// Waits until a command prints something.
    fn until(&self, command: &str, wanted: &str) {
        let begun = Instant::now();
        loop {
            let said = self.sh(command);
            if said.contains(wanted) {
                return;
            }
            let late = begun.elapsed() > Duration::from_secs(30);
            assert!(!late, "no `{wanted}` in\n{said}\n{}", self.journal());
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    /// Waits until a property has a value.
    fn wait(&self, property: &str, wanted: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let value = self.show(property);
            if wanted(&value) {
                return value;
            }
            let late = begun.elapsed() > Duration::from_secs(30);
            assert!(!late, "{property} is {value}:\n{}", self.journal());
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Sysbox {
    fn drop(&mut self) {
        let place = self.folder.path().to_str().unwrap_or("").to_owned();
        let _ = Command::new(&self.tool).args(["down", &place]).status();
    }
}

/// Paths of the unit and defaults of the configuration are the same; the kernel kills at the first forbidden call.
fn install(boxed: &Sysbox) {
    boxed.put("/etc/mahnwerk/mahnwerk.toml", CONFIG);
    boxed.put(
        "/etc/mahnwerk/seal-key",
        "0123456789abcdef0123456789abcdef0123456789abcdef",
    );
    boxed.put("/etc/mahnwerk/imap-password", SECRET);
    boxed.sh("chmod 600 /etc/mahnwerk/seal-key /etc/mahnwerk/imap-password");
    let unit = super::unit("mahnwerk.service")
        .replace("/usr/bin/mahnwerk", "/opt/mahnwerk")
        .replace("RestartSec=10", "RestartSec=1")
        .replace("StartLimitBurst=5", "StartLimitBurst=50")
        .replace("SystemCallErrorNumber=EPERM\n", "");
    boxed.put("/etc/systemd/system/mahnwerk.service", &unit);
    boxed.sh("systemctl daemon-reload");
}

#[test]
fn the_service_lives_in_its_sandbox() {
    let Some(boxed) = Sysbox::up() else {
        return;
    };
    boxed.sh("mkdir -p /etc/mahnwerk");
    boxed.sh("cd /var/lib && mkdir -p mahnwerk/mail/new mahnwerk/mail/cur mahnwerk/mail/tmp");
    install(&boxed);
    // Ready: Type=notify, so `start` returns only then.
    let said = boxed.sh("systemctl start mahnwerk");
    assert_eq!(
        (boxed.show("ActiveState").as_str(), said.as_str()),
        ("active", ""),
        "{}",
        boxed.journal()
    );
    let first = boxed.show("MainPID");
    assert_ne!(first, "0");
    it_reads_a_mail_and_answers(&boxed);

    // Killed: comes back with another process, gets ready and answers.
    boxed.sh(&format!("kill -9 {first}"));
    let second = boxed.wait("MainPID", |pid| pid != "0" && pid != first);
    boxed.wait("ActiveState", |state| state == "active");
    boxed.until(STATUS, "daemon        runs");
    boxed.until(STATUS, "none");
    assert_eq!(
        boxed.journal().matches("turn mails=").count(),
        1,
        "the mail is read again"
    );

    // A bad file is refused, the process stays and goes by the old one; a good one is taken.
    boxed.put("/etc/mahnwerk/mahnwerk.toml", "[merchant]\nname = 7");
    boxed.sh("systemctl reload mahnwerk");
    boxed.until(JOURNAL, "refused, the old one stays in force");
    boxed.put("/etc/mahnwerk/mahnwerk.toml", CONFIG);
    boxed.until(STATUS, "DE89370400440532013000");
    boxed.sh("systemctl reload mahnwerk");
    boxed.until(JOURNAL, "read again");
    assert_eq!(
        (boxed.show("ActiveState"), boxed.show("MainPID")),
        ("active".into(), second)
    );
    it_finds_servers_by_name(&boxed);
    a_bad_file_ends_it(&boxed);
    let journal = boxed.journal();
    for word in ["kundin", "Erika", "Gartenschere", SECRET] {
        assert!(!journal.contains(word), "{word} is in the log:\n{journal}");
    }
}

/// As its own user, from its state folder; the control socket lies where commands look for it.
fn it_reads_a_mail_and_answers(boxed: &Sysbox) {
    boxed.put(
        "/var/lib/mahnwerk/mail/new/1700000000.M1.host",
        "From: Erika <kundin@kunden.example>\nTo: mahnwerk@muster.example\nSubject: Gartenschere\nMessage-ID: <1@kunden.example>\n\
         Date: Mon, 23 Nov 2026 10:00:00 +0100\n\nWann kommt die Gartenschere?",
    );
    boxed.until(JOURNAL, "turn mails=1 ");
    boxed.until(STATUS, "daemon        runs");
    let folders =
        boxed.sh("stat -L -c '%a %n' /var/lib/mahnwerk /run/mahnwerk /run/mahnwerk/control.sock");
    assert_eq!(
        folders,
        "700 /var/lib/mahnwerk\n750 /run/mahnwerk\n660 /run/mahnwerk/control.sock"
    );
    let stranger = boxed.sh(&format!(
        "setpriv --reuid=4242 --regid=4242 --clear-groups {STATUS}"
    ));
    assert!(!stranger.contains("daemon        runs"), "{stranger}");
}

/// Looking up names and connecting work within the address families and system calls that the unit allows.
fn it_finds_servers_by_name(boxed: &Sysbox) {
    let ca = Command::new("openssl")
        .args("req -x509 -newkey rsa:2048 -nodes -subj /CN=ca -keyout /dev/null".split(' '))
        .output();
    let Ok(ca) = ca else {
        println!("SKIPPED: names were not looked up in the sandbox (openssl is not there)");
        return;
    };
    boxed.put("/etc/mahnwerk/ca.pem", &String::from_utf8_lossy(&ca.stdout));
    boxed.put("/etc/hosts", "127.0.0.1 imap.muster.example");
    boxed.put("/etc/nsswitch.conf", "hosts: files dns");
    let server = "host = \"imap.muster.example\"\nport = 9\nca = \"/etc/mahnwerk/ca.pem\"\n\
                  password = { credential = \"imap-password\" }";
    let config = CONFIG.replace("maildir = \"/var/lib/mahnwerk/mail\"", server);
    boxed.put("/etc/mahnwerk/mahnwerk.toml", &config);
    boxed.sh("systemctl restart mahnwerk");
    boxed.until(JOURNAL, "imap.muster.example:9 refused the connection");
}

/// With a bad file it does not start, and not again and again; mended, it starts and ends cleanly.
fn a_bad_file_ends_it(boxed: &Sysbox) {
    boxed.put("/etc/mahnwerk/mahnwerk.toml", "[merchant]\nname = 7");
    boxed.sh("systemctl restart mahnwerk");
    boxed.wait("ActiveState", |state| state == "failed");
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(boxed.show("ActiveState"), "failed", "{}", boxed.journal());
    assert_eq!(boxed.show("ExecMainStatus"), "4", "{}", boxed.journal());
    assert_eq!(boxed.show("NRestarts"), "0", "{}", boxed.journal());

    boxed.put("/etc/mahnwerk/mahnwerk.toml", CONFIG);
    boxed.sh("systemctl reset-failed mahnwerk; systemctl start mahnwerk");
    boxed.wait("ActiveState", |state| state == "active");
    boxed.sh("systemctl stop mahnwerk");
    assert_eq!(boxed.show("Result"), "success", "{}", boxed.journal());
}
