//! Secrets: read from where the configuration says, at the moment they are needed, wiped from memory afterwards.
//!
//! Invariant: a secret has no `Debug`, no `Display` and stands in no error text.

use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::config::Secret;

/// Longest secret.
const LENGTH: u64 = 64 * 1024;
/// How long a program may take to print one.
const PROGRAM: Duration = Duration::from_secs(20);

/// A secret in memory; wiped when it is dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// The secret itself: for the login and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// As the wiping string that it is.
    pub fn into_inner(self) -> Zeroizing<String> {
        self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Reads a secret: its first line, without the line end. Blocks; a program gets 20 seconds.
///
/// # Errors
/// Not there, readable by others, empty, or a program failed: in words with the next step.
pub fn password(secret: &Secret) -> Result<Password, String> {
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    let text = match secret {
        Secret::Credential(name) => credential(name, folder.as_deref())?,
        Secret::File(path) => file(path)?,
        Secret::Command(words) => command(words, PROGRAM)?,
    };
    let line = text.lines().next().unwrap_or("");
    let line = Zeroizing::new(line.to_owned());
    let place = describe(secret);
    if line.trim().is_empty() {
        return Err(format!(
            "{place} is empty; write the secret into its first line"
        ));
    }
    if line.chars().any(char::is_control) {
        return Err(format!(
            "{place} holds a control character; write the secret alone into its first line"
        ));
    }
    Ok(Password(line))
}

/// Where a secret is found, for messages.
fn describe(secret: &Secret) -> String {
    match secret {
        Secret::Credential(name) => format!("the credential `{name}`"),
        Secret::File(path) => format!("the secret file {}", path.display()),
        Secret::Command(words) => format!(
            "the output of `{}`",
            words.first().map_or("", String::as_str)
        ),
    }
}

fn credential(name: &str, folder: Option<&Path>) -> Result<Zeroizing<String>, String> {
    if name.is_empty() || name.contains('/') || name.starts_with('.') {
        return Err(format!(
            "`{name}` is no name of a credential: letters, digits, `-` and `_`"
        ));
    }
    let Some(folder) = folder else {
        return Err(format!(
            "the credential `{name}` exists only under systemd (LoadCredential={name}:/path in the unit); by hand, name a \
             file or a command in the configuration, or set CREDENTIALS_DIRECTORY to a folder that holds it"
        ));
    };
    read(&folder.join(name)).map_err(|error| {
        format!(
            "the credential `{name}` was not given to the service ({error}); add LoadCredential={name}:/path to the unit \
             (`systemctl edit`), then `systemctl daemon-reload`"
        )
    })
}

fn file(path: &Path) -> Result<Zeroizing<String>, String> {
    let place = path.display();
    let found = fs::metadata(path)
        .map_err(|error| format!("the secret file {place} cannot be read: {error}"))?;
    if !found.is_file() {
        return Err(format!("the secret file {place} is no file"));
    }
    if found.mode() & 0o077 != 0 {
        return Err(format!(
            "the secret file {place} is open to others (mode {:04o}); `chmod 600 {place}`",
            found.mode() & 0o7777
        ));
    }
    let own = fs::metadata("/proc/self").map(|own| own.uid());
    let owner = found.uid();
    // Somebody else's file could be changed by him at any time.
    if owner != 0 && own.as_ref().is_ok_and(|own| *own != owner) {
        return Err(format!(
            "the secret file {place} belongs to user {owner}, not to this one; `chown` it"
        ));
    }
    read(path).map_err(|error| format!("the secret file {place} cannot be read: {error}"))
}

fn read(path: &Path) -> std::io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    fs::File::open(path)?
        .take(LENGTH)
        .read_to_string(&mut text)?;
    Ok(text)
}

fn command(words: &[String], patience: Duration) -> Result<Zeroizing<String>, String> {
    let Some((program, arguments)) = words.split_first() else {
        return Err("the command of a secret is empty".into());
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| format!("`{program}` (command of a secret) does not start: {error}"))?;
    let out = child.stdout.take();
    let reader = std::thread::spawn(move || {
        let mut text = Zeroizing::new(String::new());
        let read = out.map(|out| out.take(LENGTH).read_to_string(&mut text));
        matches!(read, Some(Ok(_))).then_some(text)
    });
    let ended = wait(&mut child, patience);
    match ended {
        Some(status) if status.success() => {}
        Some(status) => {
            return Err(format!(
                "`{program}` (command of a secret) failed: {status}; run it by hand as the daemon's user"
            ));
        }
        None => {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!(
                "`{program}` (command of a secret) did not end within {} seconds; it must not ask anything",
                patience.as_secs()
            ));
        }
    }
    match reader.join() {
        Ok(Some(text)) => Ok(text),
        _ => Err(format!(
            "the output of `{program}` (command of a secret) is no UTF-8 text"
        )),
    }
}

/// Waits for the end; `None` if it takes too long.
fn wait(child: &mut Child, patience: Duration) -> Option<std::process::ExitStatus> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if begun.elapsed() < patience => {
                std::thread::sleep(Duration::from_millis(10));
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_must_be_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("imap");
        fs::write(&path, "geheim mit Blank \nsecond line\n").unwrap();
        let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let read = || password(&Secret::File(path.clone()));
        for open in [0o644, 0o640, 0o660, 0o604] {
            mode(open);
            let error = read().unwrap_err();
            assert!(
                error.contains("chmod 600") && !error.contains("geheim"),
                "{error}"
            );
        }
        for closed in [0o600, 0o400] {
            mode(closed);
            assert_eq!(read().unwrap().expose(), "geheim mit Blank ");
        }
        assert_eq!(format!("{:?}", read().unwrap()), "Password(..)");
        for bad in ["", "\n\n", "a\tb\n"] {
            mode(0o600);
            fs::write(&path, bad).unwrap();
            assert!(read().is_err(), "{bad:?}");
        }
        assert!(password(&Secret::File(folder.path().join("none"))).is_err());
        assert!(password(&Secret::File(folder.path().to_owned())).is_err());
    }

    #[test]
    fn a_command_is_waited_for_and_its_failure_told() {
        let sh = |text: &str| ["sh", "-c", text].map(str::to_owned).to_vec();
        let got = password(&Secret::Command(sh("echo one; echo two"))).unwrap();
        assert_eq!(got.expose(), "one");
        let error = password(&Secret::Command(sh("echo geheim; exit 3"))).unwrap_err();
        assert!(
            error.contains("exit status: 3") && !error.contains("geheim"),
            "{error}"
        );
        let error = command(&sh("sleep 30"), Duration::from_millis(100)).unwrap_err();
        assert!(error.contains("did not end"), "{error}");
        assert!(
            command(&["no-such-program".into()], PROGRAM)
                .unwrap_err()
                .contains("does not start")
        );
        assert!(command(&[], PROGRAM).is_err());
    }

    #[test]
    fn a_credential_comes_from_the_folder_of_the_service() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("imap-password"), "geheim").unwrap();
        let got = credential("imap-password", Some(folder.path())).unwrap();
        assert_eq!(*got, "geheim");
        for name in ["../imap-password", "", ".", "a/b"] {
            assert!(
                credential(name, Some(folder.path()))
                    .unwrap_err()
                    .contains("no name")
            );
        }
        let error = credential("smtp-password", Some(folder.path())).unwrap_err();
        assert!(error.contains("LoadCredential=smtp-password"), "{error}");
        assert!(
            credential("imap-password", None)
                .unwrap_err()
                .contains("systemd")
        );
    }
}
