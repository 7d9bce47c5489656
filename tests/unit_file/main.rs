//! The unit files: systemd understands every line, the sandbox is as tight as promised, and the real binary lives in
//! it: gets ready, comes back after a kill, keeps its old rules when new ones are bad, and is not restarted in a loop.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::panic
)]

mod sandbox;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const UNITS: [&str; 2] = ["mahnwerk.service", "mahnwerk@.service"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn unit(name: &str) -> String {
    std::fs::read_to_string(root().join("systemd").join(name)).unwrap()
}

/// Runs systemd-analyze; `None` (and a line) where there is none.
fn analyze(arguments: &[&str]) -> Option<Output> {
    match Command::new("systemd-analyze").args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) => {
            println!("SKIPPED: systemd-analyze does not run here ({error})");
            None
        }
    }
}

fn text(output: &Output) -> String {
    let parts = [&output.stdout, &output.stderr];
    parts
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .concat()
}

/// The unit as a file under a name that systemd takes, with a program that exists.
fn placed(folder: &Path, name: &str, contents: &str) -> String {
    let name = name.replace('@', "@garten");
    let path = folder.join(name);
    std::fs::write(&path, contents.replace("/usr/bin/mahnwerk", "/bin/true")).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn systemd_understands_every_line() {
    let folder = tempfile::tempdir().unwrap();
    let verify = |contents: &str, name: &str| {
        let path = placed(folder.path(), name, contents);
        analyze(&["verify", "--man=no", &path]).map(|output| text(&output))
    };
    for name in UNITS {
        let Some(said) = verify(&unit(name), name) else {
            return;
        };
        assert_eq!(said, "", "{name}");
        // The check itself sees a misspelled line.
        let wrong = unit(name).replace("WatchdogSec=", "WatchdogSecs=");
        assert!(
            verify(&wrong, name).unwrap().contains("WatchdogSecs"),
            "{name}"
        );
    }
}

#[test]
fn the_sandbox_is_tight() {
    let folder = tempfile::tempdir().unwrap();
    let passes = |contents: &str, name: &str| {
        let path = placed(folder.path(), name, contents);
        // 12 is an exposure of 1.2.
        analyze(&[
            "security",
            "--offline=true",
            "--threshold=12",
            "--no-pager",
            &path,
        ])
        .map(|output| (output.status.success(), text(&output)))
    };
    for name in UNITS {
        let Some((passed, said)) = passes(&unit(name), name) else {
            return;
        };
        let verdict = said
            .lines()
            .rev()
            .find(|line| line.contains("exposure level"));
        println!("{}", verdict.unwrap_or("no verdict"));
        assert!(passed, "{said}");
        let open = unit(name)
            .replace("\nSystemCallFilter=", "\n#")
            .replace("\nRestrictNamespaces=yes", "");
        assert!(
            !passes(&open, name).unwrap().0,
            "the threshold would not notice an open {name}"
        );
    }
}

#[test]
fn both_units_differ_only_in_names() {
    // What is hardened in one is hardened in the other.
    let settings = |name: &str| -> Vec<String> {
        let text = unit(name)
            .replace("/etc/mahnwerk/%i.toml", "/etc/mahnwerk/mahnwerk.toml")
            .replace("/etc/mahnwerk/%i.", "/etc/mahnwerk/")
            .replace("mahnwerk/%i", "mahnwerk")
            .replace(" (%i)", "");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(settings(UNITS[0]), settings(UNITS[1]));
}
