//! Servers as children of the test: each leads its own process group, so that the whole tree can be frozen and killed.
//!
//! A small watcher inside the group holds the reading end of a pipe from the test: when the test is gone, however it
//! ended, the watcher kills the group.

use std::fs::OpenOptions;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running server.
pub struct Servant {
    child: Child,
}

const WATCHER: &str = r#"exec 3<&0 </dev/null; (read x <&3; kill -s KILL -- -$$) & exec "$@" 3<&-"#;

impl Servant {
    /// Starts a program in the foreground; its words go to `log`.
    pub fn start(words: &[&str], log: &Path) -> Servant {
        let open = || {
            let file = OpenOptions::new().create(true).append(true).open(log);
            file.unwrap_or_else(|error| panic!("{}: {error}", log.display()))
        };
        let child = Command::new("/bin/sh")
            .args(["-c", WATCHER, "servant"])
            .args(words)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(open())
            .stderr(open())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{words:?}: {error}"));
        Servant { child }
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends a signal to the whole group.
    pub fn signal(&self, name: &str) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("/bin/sh")
            .args(["-c", r#"kill -s "$0" -- "$1""#, name, &group])
            .stderr(Stdio::null())
            .status();
    }
}

impl Drop for Servant {
    fn drop(&mut self) {
        // Stopped first: none of them can start another meanwhile.
        self.signal("STOP");
        self.signal("KILL");
        let _ = self.child.wait();
    }
}

/// Runs a command to its end.
pub fn run(words: &[&str], directory: &Path) -> String {
    let output = Command::new(words[0])
        .args(&words[1..])
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{words:?}: {error}"));
    assert!(
        output.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
