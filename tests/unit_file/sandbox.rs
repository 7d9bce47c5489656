//! The real binary under a real systemd, in a box over this machine's /usr. Needs root and the tool beside the project;
//! says so and passes where one is missing.

use std::path::{Path, PathBuf};
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

/// The box; taken down when dropped.
struct Sysbox {
    tool: PathBuf,
    folder: tempfile::TempDir,
}

impl Sysbox {
    fn up() -> Option<Sysbox> {
        let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/mailrig/sysbox");
        let uid = Command::new("id").arg("-u").output().ok()?;
        let program = env!("CARGO_BIN_EXE_mahnwerk");
        let probe = Command::new(program)
            .args(["--config", "/dev/null", "run"])
            .output()
            .unwrap();
        let missing = if probe.status.code() != Some(4) {
            Some("`mahnwerk run` does not refuse an empty configuration with exit code 4")
        } else if !tool.exists() {
            Some("../shared/mailrig/sysbox is not there")
        } else if uid.stdout != b"0\n" {
            Some("not root")
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
        self.sh("journalctl --no-pager -o cat -u mahnwerk")
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

#[test]
fn the_service_lives_in_its_sandbox() {
    let Some(boxed) = Sysbox::up() else {
        return;
    };
    boxed.sh("mkdir -p /etc/mahnwerk /var/lib/mahnwerk/mail/new /var/lib/mahnwerk/mail/cur /var/lib/mahnwerk/mail/tmp");
    boxed.put("/etc/mahnwerk/mahnwerk.toml", CONFIG);
    boxed.put(
        "/etc/mahnwerk/seal-key",
        "0123456789abcdef0123456789abcdef0123456789abcdef",
    );
    boxed.sh("chmod 600 /etc/mahnwerk/seal-key");
    let unit = super::unit("mahnwerk.service").replace("/usr/bin/mahnwerk", "/opt/mahnwerk");
    boxed.put(
        "/etc/systemd/system/mahnwerk.service",
        &unit.replace("RestartSec=10", "RestartSec=1"),
    );
    boxed.sh("systemctl daemon-reload");

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

    // A mail is read, in the sandbox, as its user.
    boxed.put(
        "/var/lib/mahnwerk/mail/new/1700000000.M1.host",
        "From: x@muster.example\nSubject: x\n\nx",
    );
    // Killed: comes back with another process.
    boxed.sh(&format!("kill -9 {first}"));
    let second = boxed.wait("MainPID", |pid| pid != "0" && pid != first);
    boxed.wait("ActiveState", |state| state == "active");

    // A bad file is refused, the process stays.
    boxed.put("/etc/mahnwerk/mahnwerk.toml", "[merchant]\nname = 7");
    boxed.sh("systemctl reload mahnwerk");
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(
        (boxed.show("ActiveState"), boxed.show("MainPID")),
        ("active".into(), second)
    );
    assert!(boxed.journal().contains("refused"), "{}", boxed.journal());

    // With a bad file it does not start, and not again and again.
    let restarts = boxed.show("NRestarts");
    boxed.sh("systemctl restart mahnwerk");
    boxed.wait("ActiveState", |state| state == "failed");
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(boxed.show("ActiveState"), "failed", "{}", boxed.journal());
    assert_eq!(boxed.show("ExecMainStatus"), "4", "{}", boxed.journal());
    assert!(boxed.show("NRestarts") == "0" || boxed.show("NRestarts") == restarts);

    // Mended, it starts and ends cleanly.
    boxed.put("/etc/mahnwerk/mahnwerk.toml", CONFIG);
    boxed.sh("systemctl reset-failed mahnwerk; systemctl start mahnwerk");
    boxed.wait("ActiveState", |state| state == "active");
    boxed.sh("systemctl stop mahnwerk");
    assert_eq!(boxed.show("Result"), "success", "{}", boxed.journal());
}
