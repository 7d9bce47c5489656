//! Real mail servers on loopback for one test: Dovecot reads, Postfix takes and delivers, everything below one directory.
//!
//! Nothing below `/etc` is touched, ports come from the system, and no process outlives the test. [`front`] stands before
//! Postfix and can misbehave on purpose.

pub mod front;
mod process;
pub mod scripted;
mod setup;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use mahnwerk::config::{Login, Secret};
use mahnwerk::world::tls::Password;

use front::Front;
pub use front::{Fault, Seen, Step, What};
use process::{Servant, run};
use setup::Facts;

/// Password of every mailbox.
pub const PASSWORD: &str = "rig-password";

const NEEDED: [&str; 4] = [
    "/usr/sbin/dovecot",
    "/usr/lib/dovecot/lmtp",
    "/usr/lib/postfix/sbin/master",
    "/usr/bin/openssl",
];

/// The servers of one test.
pub struct Rig {
    front: Front,
    _smtp: Servant,
    imap: Servant,
    _mda: Servant,
    ports: [u16; 4],
    owner: (u32, u32),
    directory: tempfile::TempDir,
}

impl Rig {
    /// Starts everything, in about two seconds. `None`: the packages are missing and `MAHNWERK_SKIP_SERVERS=1` allows to
    /// go without (the test says so).
    pub fn start() -> Option<Rig> {
        let missing: Vec<&str> = NEEDED
            .into_iter()
            .filter(|path| !Path::new(path).exists())
            .collect();
        if !missing.is_empty() {
            let text = format!(
                "missing: {}; install them with `.ci/packages` or `apt-get install -y --no-install-recommends dovecot-imapd \
                 dovecot-lmtpd postfix openssl`",
                missing.join(", ")
            );
            assert!(
                std::env::var("MAHNWERK_SKIP_SERVERS").is_ok_and(|value| value == "1"),
                "{text}; or set MAHNWERK_SKIP_SERVERS=1 to leave these tests out"
            );
            eprintln!("SKIPPED: {text}");
            return None;
        }
        let mut last = String::new();
        for _ in 0..3 {
            // Another program may take a port between its choice and its use.
            match Rig::attempt() {
                Ok(rig) => return Some(rig),
                Err(why) => last = why,
            }
        }
        panic!("the servers do not start: {last}");
    }

    fn attempt() -> Result<Rig, String> {
        let directory = tempfile::Builder::new()
            .prefix("mwrig")
            .tempdir()
            .map_err(|e| e.to_string())?;
        let d = directory.path();
        // Unix sockets: 108 bytes with the longest name below.
        assert!(
            d.as_os_str().len() <= 72,
            "TMPDIR is too long: {}",
            d.display()
        );
        fs::set_permissions(d, fs::Permissions::from_mode(0o755)).map_err(|e| e.to_string())?;
        let root = fs::metadata(d).is_ok_and(|meta| meta.uid() == 0);
        let ports = free_ports();
        let owner = prepare(d, root, ports)?;
        let mut mda = dovecot(d, "mda");
        let mut imap = dovecot(d, "imap");
        let mut smtp = postfix(d, root);
        for (servant, port) in [(&mut imap, ports[0]), (&mut smtp, ports[3])] {
            wait_for(
                || servant.runs(),
                || TcpStream::connect(("127.0.0.1", port)).is_ok(),
            )
            .map_err(|why| format!("{why}\n{}", logs(d)))?;
        }
        wait_for(|| mda.runs(), || d.join("run/mda/auth-smtp").exists())
            .map_err(|why| format!("{why}\n{}", logs(d)))?;
        let front = Front::start(d.join("tls"), ports[3]);
        Ok(Rig {
            front,
            _smtp: smtp,
            imap,
            _mda: mda,
            ports,
            owner,
            directory,
        })
    }

    /// Puts a mail into a folder (`INBOX`, `Sent`) as received at that time.
    pub fn put(&self, address: &str, folder: &str, bytes: &[u8], received: Timestamp) {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::SeqCst);
        let maildir = self.maildir(address, folder);
        for name in ["cur", "new", "tmp"] {
            self.make(&maildir.join(name));
        }
        let name = format!(
            "{}.M{count:06}P1.rig,S={}",
            received.as_second(),
            bytes.len()
        );
        let temporary = maildir.join("tmp").join(&name);
        fs::write(&temporary, bytes).expect("a writable Maildir");
        let file = fs::File::options()
            .write(true)
            .open(&temporary)
            .expect("the mail just written");
        file.set_modified(
            SystemTime::UNIX_EPOCH + Duration::from_secs(received.as_second().unsigned_abs()),
        )
        .expect("a settable time");
        own(&temporary, self.owner);
        fs::rename(&temporary, maildir.join("new").join(&name)).expect("one file system");
    }

    /// All mails in the INBOX of an address, in the order of their arrival.
    pub fn mails(&self, address: &str) -> Vec<Vec<u8>> {
        let maildir = self.maildir(address, "INBOX");
        let mut files: Vec<(SystemTime, PathBuf)> = ["new", "cur"]
            .iter()
            .filter_map(|name| fs::read_dir(maildir.join(name)).ok())
            .flatten()
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        files.sort();
        files
            .iter()
            .map(|(_, path)| fs::read(path).expect("a readable mail"))
            .collect()
    }

    /// Waits until an address has so many mails; its mails.
    pub fn wait_for_mails(&self, address: &str, count: usize) -> Vec<Vec<u8>> {
        let enough = wait_for(|| true, || self.mails(address).len() >= count);
        assert!(
            enough.is_ok(),
            "{address} has {} mails, not {count}\n{}",
            self.mails(address).len(),
            logs(self.path())
        );
        self.mails(address)
    }

    /// Log-in to read this address, TLS at once.
    pub fn imap_login(&self, address: &str) -> Login {
        self.login(address, self.ports[1], false)
    }

    /// Log-in to read this address by STARTTLS.
    pub fn imap_starttls(&self, address: &str) -> Login {
        self.login(address, self.ports[0], true)
    }

    /// Log-in to send as this address, through the front that can misbehave.
    pub fn smtp_login(&self, address: &str) -> Login {
        self.login(address, self.front.port(), false)
    }

    /// Log-in to send as this address at Postfix itself, by STARTTLS.
    pub fn smtp_starttls(&self, address: &str) -> Login {
        self.login(address, self.ports[2], true)
    }

    /// Log-in to send as this address at Postfix itself, TLS at once.
    pub fn smtp_direct(&self, address: &str) -> Login {
        self.login(address, self.ports[3], false)
    }

    /// The password of every log-in.
    pub fn password(&self) -> Password {
        Password::of(&echo())
    }

    /// File that holds the authority of the servers' certificates; `other.pem` beside it signed nothing.
    pub fn ca(&self) -> PathBuf {
        self.path().join("tls/ca.pem")
    }

    /// The rig's directory.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Stops the reading server with everything that belongs to it: connections stand, nothing answers.
    pub fn freeze_imap(&self) {
        self.imap.signal("STOP");
    }

    /// Lets it go on.
    pub fn thaw_imap(&self) {
        self.imap.signal("CONT");
    }

    /// How the front misbehaves from now on.
    pub fn smtp_fault(&self, fault: Fault) {
        self.front.set(fault);
    }

    /// Every transaction that passed through the front since the start.
    pub fn smtp_seen(&self) -> Vec<Seen> {
        self.front.seen()
    }

    /// `doveadm` on the reading server; what it prints.
    pub fn doveadm(&self, words: &[&str]) -> String {
        let config = self.path().join("etc/imap.conf").display().to_string();
        run(&[&["doveadm", "-c", &config], words].concat(), self.path())
    }

    fn login(&self, address: &str, port: u16, starttls: bool) -> Login {
        Login {
            host: "localhost".to_owned(),
            port,
            starttls,
            user: address.to_owned(),
            password: echo(),
            ca: Some(self.ca()),
        }
    }

    fn maildir(&self, address: &str, folder: &str) -> PathBuf {
        let (local, domain) = address.rsplit_once('@').expect("an address");
        let maildir = self
            .path()
            .join("mail")
            .join(domain)
            .join(local)
            .join("Maildir");
        if folder == "INBOX" {
            maildir
        } else {
            maildir.join(format!(".{folder}"))
        }
    }

    /// Makes a directory and those above it, owned like the mail.
    fn make(&self, path: &Path) {
        if path.exists() {
            return;
        }
        if let Some(parent) = path.parent() {
            self.make(parent);
        }
        let _ = fs::create_dir(path);
        own(path, self.owner);
    }
}

/// Writes every file that the servers need; the owner of the mail.
fn prepare(d: &Path, root: bool, ports: [u16; 4]) -> Result<(u32, u32), String> {
    let number = |words: &[&str]| {
        run(words, d)
            .trim()
            .parse::<u32>()
            .map_err(|e| e.to_string())
    };
    let me = run(&["id", "-un"], d).trim().to_owned();
    let my_group = run(&["id", "-gn"], d).trim().to_owned();
    let mail_user = if root { "nobody" } else { &me };
    let owner = (
        number(&["id", "-u", mail_user])?,
        number(&["id", "-g", mail_user])?,
    );
    let facts = Facts {
        directory: d,
        password: PASSWORD,
        uid: owner.0,
        gid: owner.1,
        internal: if root { "dovecot" } else { &me },
        login: if root { "dovenull" } else { &me },
        group: if root { "dovecot" } else { &my_group },
        imap: ports[0],
        imaps: ports[1],
        submission: ports[2],
        submissions: ports[3],
    };
    for folder in ["log", "mail", "run/imap", "run/mda"] {
        fs::create_dir_all(d.join(folder)).map_err(|e| e.to_string())?;
    }
    own(&d.join("mail"), owner);
    setup::certificates(d);
    setup::dovecot(&facts);
    setup::postfix(&facts);
    Ok(owner)
}

/// The password as a configuration names it.
fn echo() -> Secret {
    Secret::Command(vec!["echo".to_owned(), PASSWORD.to_owned()])
}

fn own(path: &Path, (uid, gid): (u32, u32)) {
    chown(path, Some(uid), Some(gid)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn dovecot(directory: &Path, name: &str) -> Servant {
    let config = directory
        .join(format!("etc/{name}.conf"))
        .display()
        .to_string();
    Servant::start(
        &["/usr/sbin/dovecot", "-F", "-c", &config],
        &directory.join(format!("log/{name}.out")),
    )
}

const POSTFIX: &str = r#"
cd "$0" && mkdir -p data spool && cd spool
sub='active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved trace'
mkdir -p $sub && chown postfix $sub . && chown root pid . && chown postfix:postdrop maildrop public
chmod 730 maildrop && chmod 710 public && chmod 700 private && chown postfix ../data
exec /usr/lib/postfix/sbin/master -d -c "$0/etc/postfix"
"#;

/// Postfix wants several user ids: root has them, an ordinary user gets them in a user namespace (package `uidmap`).
fn postfix(directory: &Path, root: bool) -> Servant {
    let d = directory.display().to_string();
    let mut words = vec!["/bin/sh", "-c", POSTFIX, &d];
    if !root {
        words.splice(0..0, ["unshare", "--map-root-user", "--map-auto", "--"]);
    }
    Servant::start(&words, &directory.join("log/smtp.out"))
}

fn free_ports() -> [u16; 4] {
    let listeners = [0; 4].map(|port| TcpListener::bind(("127.0.0.1", port)).expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("an address").port())
}

/// Waits up to 20 s for something, as long as `alive` holds.
fn wait_for(
    mut alive: impl FnMut() -> bool,
    mut there: impl FnMut() -> bool,
) -> Result<(), String> {
    let end = Instant::now() + Duration::from_secs(20);
    while !there() {
        if !alive() {
            return Err("a server ended".to_owned());
        }
        if Instant::now() > end {
            return Err("waited in vain for 20 s".to_owned());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn logs(directory: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(directory.join("log"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let log = fs::read_to_string(entry.path()).unwrap_or_default();
        let from = log.len().saturating_sub(3000);
        text += &format!(
            "--- {}\n{}\n",
            entry.path().display(),
            log.get(from..).unwrap_or("")
        );
    }
    text
}
