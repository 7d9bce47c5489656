//! Commands beside a running daemon: it answers them, and a second one does not start.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{here, mahnwerk, prepare};

/// A daemon that ends with its test.
struct Running(Child);

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
    let mut command = mahnwerk(dir, ["--config", "[DIR]/good.toml", "run"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut daemon = Running(child.unwrap());
    let begun = Instant::now();
    while !dir.join("control.sock").exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "it did not start"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
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

    let pid = daemon.0.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &pid]).status();
    assert!(asked.unwrap().success());
    assert!(daemon.0.wait().unwrap().success(), "it did not end cleanly");
    // The same store, now without a daemon.
    let (status, _, _) = call("status");
    assert!(
        status.contains("does not run") && status.contains("nothing goes"),
        "{status}"
    );
}
