//! Trouble from outside, on the real program: a full disk, a folder that cannot be written, mails that are too large or
//! impossible, a socket that cannot be opened. Each says what to do next, ends as documented, and loses nothing.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use super::daemon::Running;
use super::{here, mahnwerk, prepare};

/// A filled shop with a store and mailboxes of its own.
struct Shop {
    folder: PathBuf,
    config: String,
}

impl Shop {
    /// Eight weeks of the demonstration, below this folder.
    fn new(folder: &Path) -> Shop {
        let folder = folder.join("shop");
        let words = ["demo", "--dir", folder.to_str().unwrap()];
        let played = mahnwerk(folder.parent().unwrap(), words).output().unwrap();
        assert!(played.status.success(), "{played:?}");
        let config = folder.join("mahnwerk.toml").display().to_string();
        Shop { folder, config }
    }

    fn command(&self, words: &str) -> Command {
        let words = ["--config", &self.config]
            .into_iter()
            .chain(words.split(' '));
        mahnwerk(&self.folder, words)
    }

    fn call(&self, words: &str) -> Said {
        Said::of(self.command(words).output().unwrap())
    }

    fn claims(&self) -> String {
        let said = self.call("list claims --all");
        assert_eq!(said.code, Some(0), "{}", said.talk);
        said.text
    }

    fn run(&self) -> Running {
        Running::start(self.command("run"), &self.folder.join("control.sock"))
    }

    /// Puts a mail into the merchant's mailbox.
    fn receive(&self, name: &str, mail: &[u8]) {
        fs::write(self.folder.join("merchant/new").join(name), mail).unwrap();
    }

    /// The order of Anna Beispiel, as a new order of this number.
    fn order(&self, number: &str) -> Vec<u8> {
        let mails = ["new", "cur"].map(|part| self.folder.join("merchant").join(part));
        let mails = mails.iter().flat_map(|part| fs::read_dir(part).unwrap());
        let mut mails = mails.map(|mail| fs::read(mail.unwrap().path()).unwrap());
        let order = mails.find(|mail| {
            let text = String::from_utf8_lossy(mail);
            text.contains("From: ") && text.contains("bestellung@teehaus") && text.contains("30118")
        });
        let text = String::from_utf8(order.expect("the order of the demonstration")).unwrap();
        text.replace("30118", number).into_bytes()
    }
}

/// What a command said.
struct Said {
    text: String,
    talk: String,
    code: Option<i32>,
}

impl Said {
    fn of(output: Output) -> Said {
        Said {
            text: String::from_utf8_lossy(&output.stdout).into_owned(),
            talk: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code(),
        }
    }
}

/// Waits until something holds.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// A file system of a few MiB.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None`, said aloud, where this user may not mount.
    fn new() -> Option<SmallDisk> {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().to_str().unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=12m", "tmpfs", place])
            .output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(SmallDisk(folder));
        }
        eprintln!("SKIPPED: a disk that fills up while the daemon runs (no right to mount here)");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// As on a full disk no file may grow: the shell's limit works for every user everywhere.
#[test]
fn a_disk_that_is_full_from_the_start_refuses_an_order_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::new(folder.path());
    let before = shop.claims();
    let limited = "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"";
    let program = shop.command("pay 1204");
    let output = Command::new("bash")
        .args(["-c", limited])
        .arg(program.get_program())
        .args(program.get_args())
        .output();
    let said = Said::of(output.unwrap());
    assert_eq!(said.code, Some(1), "{}{}", said.text, said.talk);
    assert!(said.talk.contains("the disk is full"), "{}", said.talk);
    assert!(said.talk.contains("free some space"), "{}", said.talk);
    assert_eq!(shop.claims(), before);
    assert_eq!(shop.call("pay 1204").code, Some(0));
}

#[test]
fn a_disk_that_fills_up_while_the_daemon_runs_is_told_once_and_loses_nothing() {
    let Some(disk) = SmallDisk::new() else { return };
    let shop = Shop::new(disk.0.path());
    let letters = tempfile::tempdir().unwrap();
    // What the merchant is told must not fail for the same reason.
    let config = fs::read_to_string(&shop.config).unwrap();
    let out = shop.folder.join("customers").display().to_string();
    let merchant = shop.folder.join("merchant").display().to_string();
    let mail = letters.path().join("merchant");
    let copied = Command::new("cp")
        .args(["-r", &merchant, mail.to_str().unwrap()])
        .status();
    assert!(copied.unwrap().success());
    let config = config
        .replace(&out, &letters.path().join("out").display().to_string())
        .replace(&merchant, mail.to_str().unwrap());
    fs::write(&shop.config, config).unwrap();
    prepare(letters.path(), "maildir out");
    let mut daemon = shop.run();
    until("the first turn is over", || {
        shop.call("status").text.contains("next turn")
    });
    // Full, but for what sled has already set aside.
    let filler = disk.0.path().join("filler");
    let _ = Command::new("dd")
        .args(["if=/dev/zero", "bs=64k"])
        .arg(format!("of={}", filler.display()))
        .output();
    let mut long = shop.command("dispute K-2044 --reason");
    long.arg("x".repeat(30_000));
    until("the disk is full", || {
        Said::of(long.output().unwrap())
            .talk
            .contains("the disk is full")
    });
    let said = shop.call("pay 1204");
    assert_eq!(said.code, Some(1), "{}", said.text);
    assert!(
        said.talk.contains("not stored: the disk is full"),
        "{}",
        said.talk
    );
    fs::write(mail.join("new/late"), shop.order("30999")).unwrap();
    let told = || {
        let mails = fs::read_dir(mail.join("new")).unwrap();
        let text = |mail: fs::DirEntry| fs::read_to_string(mail.path()).unwrap_or_default();
        let mails = mails.map(|mail| text(mail.unwrap()));
        mails
            .filter(|mail| mail.contains("Subject: Mahnwerk has stopped sending"))
            .count()
    };
    until("the merchant is told", || told() > 0);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(told(), 1, "the merchant is told once");
    let status = shop.call("status");
    assert!(status.text.contains("the disk is full"), "{}", status.text);
    assert_eq!(
        daemon.end(),
        Some(1),
        "it ends, and says that something was wrong"
    );
    fs::remove_file(&filler).unwrap();
    // Room again: what was acknowledged is there, what came meanwhile is read now.
    let said = shop.call("pay 1204");
    assert_eq!(said.code, Some(0), "{}", said.talk);
    let mut daemon = shop.run();
    until("the mail is read", || shop.claims().contains("tea/30999"));
    assert!(shop.claims().contains("tea/30118"));
    daemon.stop();
}

#[test]
fn a_store_that_cannot_be_written_says_whose_it_should_be() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::new(folder.path());
    let before = shop.claims();
    let chmod = |mode: &str| {
        let state = shop.folder.join("state");
        let done = Command::new("chmod").args(["-R", mode]).arg(state).status();
        assert!(done.unwrap().success());
    };
    // Root may write everything, so root asks as somebody else.
    let own = shop.command("list");
    let mut command = if is_root() {
        let copy = folder.path().join("mahnwerk");
        fs::copy(env!("CARGO_BIN_EXE_mahnwerk"), &copy).unwrap();
        let owner = format!("{}", folder.path().display());
        let given = Command::new("chown")
            .args(["-R", "65534:65534", &owner])
            .status();
        assert!(given.unwrap().success());
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
            .arg(copy)
            .args(own.get_args());
        command
    } else {
        own
    };
    chmod("a-w");
    let said = Said::of(command.output().unwrap());
    chmod("u+w");
    if is_root() {
        let given = Command::new("chown")
            .args(["-R", "0:0"])
            .arg(&shop.folder)
            .status();
        assert!(given.unwrap().success());
    }
    assert_eq!(said.code, Some(1), "{}{}", said.text, said.talk);
    assert!(said.talk.contains("cannot be written"), "{}", said.talk);
    assert!(said.talk.contains("chown -R"), "{}", said.talk);
    assert_eq!(shop.claims(), before);
}

#[test]
fn a_mail_of_ten_mebibytes_is_told_and_stops_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::new(folder.path());
    let mut large = shop.order("30901");
    large.resize(10 * 1024 * 1024 + 1, b'x');
    shop.receive("a-too-large", &large);
    let mut fitting = shop.order("30902");
    fitting.resize(2 * 1024 * 1024, b'\n');
    shop.receive("b-large", &fitting);
    shop.receive("c-small", &shop.order("30903"));
    let mut daemon = shop.run();
    until("the small one is read", || {
        shop.claims().contains("tea/30903")
    });
    let claims = shop.claims();
    assert!(!claims.contains("30901"), "{claims}");
    assert!(claims.contains("30902"), "{claims}");
    let review = shop.call("list review --json").text;
    assert!(review.contains("larger than 10 MiB"), "{review}");
    daemon.stop();
}

#[test]
fn a_socket_that_cannot_be_opened_is_a_wrong_configuration_and_leaves_a_clean_store() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let text = fs::read_to_string(here().join("files/good.toml")).unwrap();
    let text = text.replace("[DIR]", dir.to_str().unwrap());
    let good = format!("socket = \"{}/control.sock\"", dir.display());
    assert!(text.contains(&good), "{text}");
    for what in [
        "maildir mail",
        "maildir out",
        "secret seal-key",
        "file no-socket 3",
    ] {
        prepare(dir, what);
    }
    let write = |socket: &str| {
        let text = text.replace(&good, &format!("socket = \"{socket}\""));
        fs::write(dir.join("mahnwerk.toml"), text).unwrap();
    };
    let call = |words: &str| {
        let words = ["--config", "[DIR]/mahnwerk.toml"]
            .into_iter()
            .chain(words.split(' '));
        Said::of(mahnwerk(dir, words).output().unwrap())
    };
    let long = format!("{}/{}", dir.display(), "x".repeat(120));
    let file = dir.join("no-socket").display().to_string();
    for (socket, words) in [
        (
            file.as_str(),
            "is no socket; remove it or name another `socket`",
        ),
        (&long, "is longer than 107 characters"),
        ("/proc/none/control.sock", "name another `socket`"),
    ] {
        write(socket);
        let said = call("run");
        assert_eq!(said.code, Some(4), "{}", said.talk);
        assert!(said.talk.contains(words), "{}", said.talk);
    }
    // It never ran, so nothing has to be waited for.
    write(&dir.join("control.sock").display().to_string());
    let mut daemon = Running::start(
        mahnwerk(dir, ["--config", "[DIR]/mahnwerk.toml", "run"]),
        &dir.join("control.sock"),
    );
    daemon.stop();
    let state = dir.join("state");
    assert!(state.exists());
}
