//! Commands beside a running daemon: it answers them, and a second one does not start.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{here, mahnwerk, prepare};

/// A daemon that ends with its test.
pub struct Running(Child);

impl Running {
    /// Starts it and waits until it listens.
    pub fn start(mut command: Command, socket: &Path) -> Running {
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let daemon = Running(child.unwrap());
        let begun = Instant::now();
        while !socket.exists() {
            let late = begun.elapsed() > Duration::from_secs(30);
            assert!(!late, "it did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        daemon
    }

    /// Asks it to end and waits until it did, cleanly.
    pub fn stop(&mut self) {
        assert_eq!(self.end(), Some(0), "it did not end cleanly");
    }

    /// Asks it to end; its exit code.
    pub fn end(&mut self) -> Option<i32> {
        let pid = self.0.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(asked.unwrap().success());
        let begun = Instant::now();
        loop {
            if let Some(ended) = self.0.try_wait().unwrap() {
                return ended.code();
            }
            let late = begun.elapsed() > Duration::from_secs(30);
            assert!(!late, "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_running_daemon_answers_and_a_second_one_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let config = fs::read_to_string(here().join("files/good.toml")).unwrap();
    let config = config.replace("[DIR]", dir.to_str().unwrap());
    fs::write(dir.join("good.toml"), config).unwrap();
    for what in ["maildir mail", "folder out", "secret seal-key"] {
        prepare(dir, what);
    }
    let call = |words: &str| {
        let words = ["--config", "[DIR]/good.toml"]
            .into_iter()
            .chain(words.split(' '));
        let output = mahnwerk(dir, words).output().unwrap();
        let plain = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            plain(&output.stdout),
            plain(&output.stderr),
            output.status.code(),
        )
    };
    let command = mahnwerk(dir, ["--config", "[DIR]/good.toml", "run"]);
    let mut daemon = Running::start(command, &dir.join("control.sock"));
    let (status, _, _) = call("status");
    assert!(status.contains("runs, version"), "{status}");
    assert!(status.contains("next turn"), "{status}");
    let (stopped, talk, code) = call("stop");
    assert_eq!((code, talk.as_str()), (Some(0), ""));
    assert!(stopped.contains("stopped"), "{stopped}");
    assert!(call("status").0.contains("nothing goes to any customer"));

    let (_, talk, code) = call("run");
    assert_eq!(code, Some(1), "{talk}");
    assert!(talk.contains("is in use by process"), "{talk}");
    let (_, talk, code) = call("rebuild");
    assert_eq!(code, Some(1), "{talk}");

    daemon.stop();
    // The same store, now without a daemon.
    let (status, _, _) = call("status");
    assert!(
        status.contains("does not run") && status.contains("nothing goes"),
        "{status}"
    );
}
