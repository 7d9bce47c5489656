//! Folders that the configuration names: there, of the right kind, writable. Leaves nothing behind.

use std::fs;
use std::path::Path;

use super::check::Finding;
use crate::config::{Config, MailSource, OutgoingWay};

/// Looks at every folder.
pub fn look(config: &Config, findings: &mut Vec<Finding>) {
    findings.push(state(&config.paths.state));
    if let Some(folder) = &config.paths.statements {
        findings.push(match fs::metadata(folder) {
            Ok(meta) if meta.is_dir() => Finding::fine("statements", "the folder is there"),
            Ok(_) => Finding::wrong(
                "statements",
                format!("{} is a file; name a folder", folder.display()),
            ),
            Err(error) => Finding::wrong(
                "statements",
                format!(
                    "{} cannot be looked into ({error}); make it: mkdir -p {}",
                    folder.display(),
                    folder.display()
                ),
            ),
        });
    }
    for mailbox in &config.mailboxes {
        if let MailSource::Maildir(folder) = &mailbox.source {
            findings.push(maildir(&format!("mailbox {}", mailbox.name), folder));
        }
    }
    if let OutgoingWay::Maildir(folder) = &config.outgoing.way {
        findings.push(match writable(folder) {
            Ok(()) => Finding::fine("outgoing", "the Maildir can be written"),
            Err(why) => Finding::wrong("outgoing", why),
        });
    }
}

fn state(folder: &Path) -> Finding {
    match writable(folder) {
        Ok(()) => Finding::fine("state", "the folder can be written"),
        // Under systemd the folder is made for the service's own user (StateDirectory=).
        Err(_) if !folder.exists() && folder.starts_with("/var/lib") => {
            Finding::fine("state", "the folder is made when the service starts")
        }
        Err(why) => Finding::wrong("state", why),
    }
}

fn maildir(area: &str, folder: &Path) -> Finding {
    let place = folder.display();
    if !folder.exists() {
        return Finding::wrong(
            area,
            format!("the Maildir {place} is not there; name the folder with `new` and `cur` in it"),
        );
    }
    if !folder.join("new").is_dir() && !folder.join("cur").is_dir() {
        return Finding::wrong(
            area,
            format!("{place} is no Maildir: it has no `new` and `cur`"),
        );
    }
    match fs::read_dir(folder.join("new")).or_else(|_| fs::read_dir(folder.join("cur"))) {
        Ok(_) => Finding::fine(area, "the Maildir is there"),
        Err(error) => Finding::wrong(area, format!("the Maildir {place} cannot be read: {error}")),
    }
}

/// Whether something can be written there, tried in the nearest folder that exists.
fn writable(folder: &Path) -> Result<(), String> {
    let Some(there) = folder.ancestors().find(|folder| folder.exists()) else {
        return Err(format!("{} has no folder above it", folder.display()));
    };
    if !there.is_dir() {
        return Err(format!(
            "{} is a file where a folder is needed",
            there.display()
        ));
    }
    let probe = there.join(format!(".mahnwerk-check-{}", std::process::id()));
    let tried = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&probe);
    match tried {
        Ok(_) => {
            let _ = fs::remove_file(&probe); // an empty file that stays behind is no reason to fail
            Ok(())
        }
        Err(error) => Err(format!(
            "{} cannot be written by this user: {error}",
            there.display()
        )),
    }
}
