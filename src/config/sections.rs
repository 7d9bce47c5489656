//! The merchant, his mailboxes, the way out, the folders: each section read key by key.

use std::path::PathBuf;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::values::{self, LANGUAGES, STATES, address, flag, line, number, path, short_name, word};
use super::walk::Part;
use super::{Login, MailSource, Mailbox, Merchant, Outgoing, OutgoingWay, Paths, Secret, secret};
use crate::ledger::Language;
use crate::ledger::calendar::Region;

const IDENTITY: &str = "list the lines that stand under your business letters, e.g. \
     identity = [\"Alpenblick GmbH, Seestr. 1, 87527 Sonthofen\", \"HRB 1234, Amtsgericht Kempten\"]";

const AUTHSERV: &str = "mails are believed by the verdict of the server that receives them. Open any mail of this \
     mailbox, show its source: the first word after `Authentication-Results:` is the name to list here";

/// `[merchant]`.
pub(super) fn merchant(part: &Part) -> Option<Merchant> {
    let name = part.need(
        "name",
        "write the name of the business, e.g. name = \"Alpenblick GmbH\"",
        line,
    );
    let main = part.need(
        "address",
        "write the address that reads the daily mail, e.g. address = \"you@shop.example\"",
        address,
    );
    let also = part.list("also", address).unwrap_or_default();
    let language = part
        .get("language", word(LANGUAGES))
        .unwrap_or(Language::De);
    let (zone, zone_name) = part.get("zone", values::zone).unwrap_or_else(standard_zone);
    let region = part.get("state", word(STATES)).unwrap_or(Region::Any);
    let identity = part.list("identity", line);
    // § 35a GmbHG, §§ 37a, 125a HGB: the details of a business letter, also in a mail.
    if identity.as_ref().is_none_or(Vec::is_empty) {
        part.unfit(
            "identity",
            format!("[merchant] has no `identity`: {IDENTITY}"),
        );
    }
    part.finish();
    Some(Merchant {
        name: name?,
        address: main?,
        also,
        language,
        zone,
        zone_name,
        region,
        identity: identity?,
    })
}

fn standard_zone() -> (TimeZone, String) {
    let name = "Europe/Berlin";
    (
        TimeZone::get(name).unwrap_or(TimeZone::UTC),
        name.to_owned(),
    )
}

/// `[[mailbox]]`, all of them.
pub(super) fn mailboxes(root: &Part) -> Option<Vec<Mailbox>> {
    let parts = root.sections("mailbox").unwrap_or_default();
    if parts.is_empty() {
        root.unfit(
            "mailbox",
            "There is no [[mailbox]]: name the one that receives the shop's and the bank's mails.",
        );
    }
    let mailboxes: Vec<Option<Mailbox>> = parts.iter().map(mailbox).collect();
    unique(&parts, &mailboxes, "name", |mailbox| mailbox.name.clone());
    unique(&parts, &mailboxes, "address", |mailbox| {
        mailbox.address.to_string()
    });
    mailboxes.into_iter().collect()
}

fn mailbox(part: &Part) -> Option<Mailbox> {
    let address = part.need("address", "write the mailbox's own address", address);
    let name = part.get("name", short_name);
    let authserv_ids = part.list("authserv_ids", values::host).unwrap_or_default();
    let maildir = part.get("maildir", path);
    let login = login(
        part,
        Server {
            key: "imap",
            port: 993,
            starttls_port: 143,
        },
        address.as_ref().map(|a| a.as_str()),
    );
    let folders = part
        .list("folders", line)
        .unwrap_or_else(|| vec!["INBOX".into(), "Sent".into()]);
    let bounds = SignedDuration::from_secs(10)..=SignedDuration::from_hours(24);
    let poll = part
        .get("poll", values::duration(bounds))
        .unwrap_or(SignedDuration::from_mins(5));
    part.finish();
    if authserv_ids.is_empty() && !part.has("maildir") {
        part.unfit(
            "authserv_ids",
            format!("[[mailbox]] has no `authserv_ids`: {AUTHSERV}"),
        );
    }
    if folders.is_empty() {
        part.wrong(
            "folders",
            "names no folder; write e.g. folders = [\"INBOX\", \"Sent\"]",
        );
    }
    let source = match maildir {
        Some(maildir) => MailSource::Maildir(maildir),
        None => MailSource::Imap {
            login: login?,
            folders,
            poll,
        },
    };
    let address = address?;
    // A name that does not change when a second mailbox is added: cursors are kept under it.
    let name = if part.has("name") {
        name?
    } else {
        address.to_string()
    };
    Some(Mailbox {
        name,
        address,
        authserv_ids,
        source,
    })
}

/// What is usual of a kind of server.
struct Server {
    key: &'static str,
    port: u16,
    starttls_port: u16,
}

/// Server and login; `None` also if the section has a `maildir` instead.
fn login(part: &Part, server: Server, user: Option<&str>) -> Option<Login> {
    let credential = if server.key == "imap" {
        "imap-password"
    } else {
        "smtp-password"
    };
    let host = part.get("host", values::host);
    let starttls = part.get("starttls", flag).unwrap_or(false);
    let port = part.get("port", number(1..=65535));
    let name = part.get("user", line);
    let password = part.get("password", secret::place(credential));
    let ca = part.get("ca", path);
    if part.has("maildir") {
        if part.has("host") {
            part.unfit(
                "host",
                "`host` and `maildir` exclude each other: keep one of them",
            );
        }
        return None;
    }
    if !part.has("host") {
        let text = format!(
            "`host` is missing: name the {} server, or a `maildir` on this machine",
            server.key.to_uppercase()
        );
        part.unfit("host", text);
    }
    if !part.has("password") {
        part.unfit("password", format!("`password` is missing: say where it is found, e.g. password = {{ credential = \"{credential}\" }}"));
    }
    // Sending a password over a connection that may end up unencrypted is no option (THREATS: TLS always).
    if let (Some(25), "smtp") = (port, server.key) {
        part.wrong("port", "25 takes mail from other servers; a mail program uses 465 (or 587 with starttls = true)");
    }
    let usual = if starttls {
        server.starttls_port
    } else {
        server.port
    };
    Some(Login {
        host: host?,
        port: port.unwrap_or(usual),
        starttls,
        user: name.or_else(|| user.map(str::to_owned))?,
        password: password?,
        ca,
    })
}

/// `[outgoing]`.
pub(super) fn outgoing(part: &Part, merchant: Option<&Merchant>) -> Option<Outgoing> {
    let from = part.need(
        "from",
        "write the address that customers see as sender",
        address,
    );
    let from_name = part.get("from_name", line);
    let maildir = part.get("maildir", path);
    let login = login(
        part,
        Server {
            key: "smtp",
            port: 465,
            starttls_port: 587,
        },
        from.as_ref().map(|a| a.as_str()),
    );
    // Strict hosters begin with 50 recipients an hour, and our own copy is one of two.
    let per_hour = part.get("per_hour", number(1..=10_000)).unwrap_or(25);
    let rehearsal = part.get("rehearsal", flag).unwrap_or(false);
    let bounds = SignedDuration::from_mins(1)..=SignedDuration::from_hours(24 * 14);
    let evidence_wait = part.get("evidence_wait", values::duration(bounds));
    part.finish();
    let way = match maildir {
        Some(maildir) => OutgoingWay::Maildir(maildir),
        None => OutgoingWay::Smtp(login?),
    };
    Some(Outgoing {
        from: from?,
        from_name: from_name.or_else(|| merchant.map(|merchant| merchant.name.clone()))?,
        way,
        per_hour,
        rehearsal,
        evidence_wait: evidence_wait.unwrap_or_else(|| super::rules::standard().evidence_wait),
    })
}

/// `[paths]`.
pub(super) fn paths(part: &Part) -> Option<Paths> {
    let paths = Paths {
        state: part
            .get("state", path)
            .unwrap_or_else(|| PathBuf::from("/var/lib/mahnwerk")),
        socket: part
            .get("socket", path)
            .unwrap_or_else(|| PathBuf::from("/run/mahnwerk/control.sock")),
        templates: part.get("templates", path),
        recipes: part.get("recipes", path),
        statements: part.get("statements", path),
    };
    part.finish();
    // sun_path of unix(7) holds 108 bytes with its zero.
    if paths.socket.as_os_str().len() > 107 {
        part.wrong(
            "socket",
            "is longer than 107 characters, more than a Unix socket may have",
        );
    }
    Some(paths)
}

/// `seal_key`.
pub(super) fn seal_key(root: &Part) -> Secret {
    root.get("seal_key", secret::place("seal-key"))
        .unwrap_or_else(|| Secret::Credential("seal-key".into()))
}

/// Says which of several sections repeat a value.
pub(super) fn unique<T>(
    parts: &[Part],
    values: &[Option<T>],
    key: &str,
    of: impl Fn(&T) -> String,
) {
    let mut seen: Vec<(String, usize)> = Vec::new();
    for (part, value) in parts.iter().zip(values) {
        let Some(value) = value.as_ref().map(&of) else {
            continue;
        };
        match seen.iter().find(|(earlier, _)| *earlier == value) {
            Some((_, line)) => {
                part.unfit(key, format!("`{key}` \"{value}\" stands twice (first in line {line}); each needs its own"));
            }
            None => seen.push((value, part.line_of(key))),
        }
    }
}
