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
pub(super) fn text(answers: &Answers, folder: &Path) -> String {
    let a = answers;
    let list = |items: &[String]| {
        items
            .iter()
            .map(|item| quoted(item))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let ca = a.ca.as_ref().map_or(String::new(), |ca| {
        format!("ca = {}\n", quoted(&ca.display().to_string()))
    });
    let starttls = if a.smtp_port == 587 {
        "starttls = true\n"
    } else {
        ""
    };
    let port = if matches!(a.smtp_port, 465 | 587) {
        String::new()
    } else {
        format!("port = {}\n", a.smtp_port)
    };
    let paths = if folder == Path::new("/etc/mahnwerk") {
        String::new()
    } else {
        let below = |name: &str| quoted(&folder.join(name).display().to_string());
        format!(
            "\n[paths]\nstate = {}\nsocket = {}\n",
            below("state"),
            below("control.sock")
        )
    };
    format!(
        "# Written by `mahnwerk setup`. Every key is explained in config.example.toml; `mahnwerk check` finds every problem.\n\
         seal_key = {seal}\n\n\
         [merchant]\nname = {business}\naddress = {merchant}\nlanguage = {language}\nzone = {zone}\nstate = {state}\nidentity = [{identity}]\n\n\
         [[mailbox]]\nname = \"main\"\naddress = {mailbox}\nauthserv_ids = [{authserv}]\nhost = {imap}\n{imap_port}user = {user}\npassword = {imap_password}\n{ca}\n\
         [outgoing]\nfrom = {from}\nhost = {smtp}\n{port}{starttls}user = {user}\npassword = {smtp_password}\n{ca}\n\
         [[shop]]\nname = {shop}\nsenders = [{senders}]\naccount = \"main\"\n\n\
         [[account]]\nname = \"main\"\niban = {iban}\nholder = {holder}\n{paths}",
        seal = place(folder, SEAL_KEY),
        business = quoted(&a.business),
        merchant = quoted(&a.merchant),
        language = quoted(&a.language),
        zone = quoted(&a.zone),
        state = quoted(&a.state),
        identity = list(&a.identity),
        mailbox = quoted(&a.mailbox),
        authserv = list(
            &a.authserv
                .split(',')
                .map(|id| id.trim().to_owned())
                .filter(|id| !id.is_empty())
                .collect::<Vec<_>>()
        ),
        imap = quoted(&a.imap_host),
        imap_port = if a.imap_port == 993 {
            String::new()
        } else {
            format!("port = {}\n", a.imap_port)
        },
        user = quoted(&a.user),
        imap_password = place(folder, PASSWORDS[0]),
        from = quoted(&a.from),
        smtp = quoted(&a.smtp_host),
        smtp_password = place(folder, PASSWORDS[1]),
        shop = quoted(&a.shop),
        senders = list(&a.senders),
        iban = quoted(&a.iban),
        holder = quoted(&a.holder),
    )
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
