//! The configuration as setup writes it, and its secret files: all of them or none.

use std::path::{Path, PathBuf};

use crate::cli::write;

/// What was asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    pub(super) business: String,
    pub(super) merchant: String,
    pub(super) language: String,
    pub(super) zone: String,
    pub(super) state: String,
    pub(super) identity: Vec<String>,
    pub(super) mailbox: String,
    pub(super) authserv: String,
    pub(super) user: String,
    pub(super) imap_host: String,
    pub(super) imap_port: u16,
    pub(super) smtp_host: String,
    pub(super) smtp_port: u16,
    pub(super) from: String,
    pub(super) shop: String,
    pub(super) senders: Vec<String>,
    pub(super) holder: String,
    pub(super) iban: String,
    pub(super) ca: Option<PathBuf>,
}

/// The passwords, as the systemd unit loads them and as their files beside the configuration are called.
pub(super) const PASSWORDS: [&str; 2] = ["imap-password", "smtp-password"];

/// The same of the key of seals.
pub(super) const SEAL_KEY: &str = "seal-key";

/// Where a secret is found: under systemd's own folder the unit hands it over, elsewhere it is a file.
fn place(folder: &Path, name: &str) -> String {
    if folder == Path::new("/etc/mahnwerk") {
        format!("{{ credential = {} }}", quoted(name))
    } else {
        format!(
            "{{ file = {} }}",
            quoted(&folder.join(name).display().to_string())
        )
    }
}

/// The text of the file; `folder` is where it will lie.
pub(super) fn text(a: &Answers, folder: &Path) -> String {
    let mut text = Lines(
        "# Written by `mahnwerk setup`. Every key is explained in config.example.toml; `mahnwerk check` finds every problem.\n"
            .into(),
    );
    text.raw("seal_key", &place(folder, SEAL_KEY));
    text.section("[merchant]");
    text.set("name", &a.business);
    text.set("address", &a.merchant);
    text.set("language", &a.language);
    text.set("zone", &a.zone);
    text.set("state", &a.state);
    text.list("identity", &a.identity);
    text.section("[[mailbox]]");
    text.set("name", "main");
    text.set("address", &a.mailbox);
    let ids = a.authserv.split(',').map(|id| id.trim().to_owned());
    text.list(
        "authserv_ids",
        &ids.filter(|id| !id.is_empty()).collect::<Vec<_>>(),
    );
    text.server(
        &a.imap_host,
        a.imap_port,
        993,
        a,
        &place(folder, PASSWORDS[0]),
    );
    text.section("[outgoing]");
    text.set("from", &a.from);
    text.server(
        &a.smtp_host,
        a.smtp_port,
        465,
        a,
        &place(folder, PASSWORDS[1]),
    );
    if a.smtp_port == 587 {
        text.raw("starttls", "true");
    }
    text.section("[[shop]]");
    text.set("name", &a.shop);
    text.list("senders", &a.senders);
    text.set("account", "main");
    text.section("[[account]]");
    text.set("name", "main");
    text.set("iban", &a.iban);
    text.set("holder", &a.holder);
    if folder != Path::new("/etc/mahnwerk") {
        text.section("[paths]");
        text.set("state", &folder.join("state").display().to_string());
        text.set("socket", &folder.join("control.sock").display().to_string());
    }
    text.0
}

/// The file line by line.
struct Lines(String);

impl Lines {
    fn section(&mut self, head: &str) {
        self.0.push_str(&format!("\n{head}\n"));
    }

    fn raw(&mut self, key: &str, value: &str) {
        self.0.push_str(&format!("{key} = {value}\n"));
    }

    fn set(&mut self, key: &str, value: &str) {
        self.raw(key, &quoted(value));
    }

    fn list(&mut self, key: &str, values: &[String]) {
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        self.raw(key, &format!("[{}]", values.join(", ")));
    }

    fn server(&mut self, host: &str, port: u16, usual: u16, answers: &Answers, password: &str) {
        self.set("host", host);
        if port != usual {
            self.raw("port", &port.to_string());
        }
        self.set("user", &answers.user);
        self.raw("password", password);
        if let Some(ca) = &answers.ca {
            self.set("ca", &ca.display().to_string());
        }
    }
}

/// A TOML string: JSON's escapes are a part of TOML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Writes the secrets, then the configuration; what was written is taken back if a later one fails.
pub(super) fn write(
    path: &Path,
    text: &str,
    secrets: &[(&str, &str)],
    force: bool,
) -> Result<(), String> {
    let folder = folder(path);
    std::fs::create_dir_all(&folder)
        .map_err(|error| format!("{} cannot be made: {error}.", folder.display()))?;
    let mut written: Vec<PathBuf> = Vec::new();
    let files = secrets
        .iter()
        .map(|(name, secret)| (folder.join(name), format!("{secret}\n"), 0o600));
    for (file, content, mode) in files.chain([(path.to_owned(), text.to_owned(), 0o644)]) {
        if let Err(why) = write::whole(&file, content.as_bytes(), mode, force) {
            if !force {
                written
                    .iter()
                    .for_each(|file| drop(std::fs::remove_file(file)));
            }
            return Err(why);
        }
        written.push(file);
    }
    Ok(())
}

/// Folder of the file.
pub(super) fn folder(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute
        .parent()
        .map_or_else(|| PathBuf::from("/"), Path::to_owned)
}
