//! Letters of ours that came back: delivery reports (RFC 3464) and the odd ones that are only text. A report counts by
//! the identity of our letter inside it, never by its sender: anybody can write as MAILER-DAEMON.

use std::sync::LazyLock;

use regex::Regex;

use super::letter_id;
use crate::ledger::event::{Bounced, Fact};
use crate::ledger::{CustomerAddress, Event, SealKey, SourceId};
use crate::mail::head::Head;
use crate::mail::parts::{Mail, clean};
use crate::mail::{Kind, Outcome, Reading, Trust};

static STATUS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b").ok());
static REPLY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b55[0-6][ -]").ok());
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}").ok());

fn find<'t>(pattern: &LazyLock<Option<Regex>>, text: &'t str) -> Option<&'t str> {
    Some(pattern.as_ref()?.find(text)?.as_str())
}

/// One recipient of a report.
#[derive(Debug, Default)]
struct Recipient {
    address: Option<String>,
    status: Option<String>,
    failed: bool,
    words: String,
}

/// The reading of a bounce without its event's key; `None`: the mail is no bounce.
pub fn read(mail: &Mail, trust: &Trust, key: &SealKey) -> Option<(Reading, Option<Bounced>)> {
    let report = attached(mail, "message/delivery-status");
    let odd = mail.field("X-Failed-Recipients");
    if report.is_none() && odd.is_none() && !(from_a_mailer(mail) && speaks_of_failure(mail)) {
        return None;
    }
    let ours = |address: &str| {
        let address = CustomerAddress::new(address).ok();
        address.is_some_and(|a| trust.is_own(&a) || trust.is_merchant(&a))
    };
    let mut recipients = report.as_deref().map(recipients).unwrap_or_default();
    if recipients.is_empty() {
        recipients.push(from_text(mail, odd));
    }
    // A letter goes to the customer and, in the same transaction, to our own mailbox: the customer is meant.
    recipients.sort_by_key(|r| (r.address.as_deref().is_some_and(ours), !r.failed));
    let recipient = recipients.into_iter().next().unwrap_or_default();
    let letter = returned_letter(mail, trust, key);
    let mut reading = Reading::new(Kind::Bounce, Outcome::Review, String::new());
    reading.failed_recipient.clone_from(&recipient.address);
    let whom = recipient
        .address
        .clone()
        .unwrap_or_else(|| "an unnamed address".into());
    let Some(letter) = letter else {
        reading.reason = format!("a bounce for {whom} that names no letter of ours");
        return Some((reading, None));
    };
    let permanent = recipient.failed
        && recipient
            .status
            .as_deref()
            .is_some_and(|s| s.starts_with("5.") && s != "5.2.2");
    reading.outcome = Outcome::Booked;
    reading.reason = match permanent {
        true => format!("our letter to {whom} cannot be delivered"),
        false => format!("our letter to {whom} is delayed"),
    };
    let bounced = Bounced {
        letter,
        address: recipient.address,
        status: recipient.status,
        permanent,
        reason: recipient.words.chars().take(200).collect(),
    };
    Some((reading, Some(bounced)))
}

fn attached(mail: &Mail, kind: &str) -> Option<String> {
    let part = mail.attachments.iter().find(|a| a.content_type == kind)?;
    Some(String::from_utf8_lossy(&part.bytes).into_owned())
}

fn from_a_mailer(mail: &Mail) -> bool {
    let from = mail.field("From").unwrap_or_default().to_ascii_lowercase();
    let null_path = mail
        .field("Return-Path")
        .is_some_and(|path| path.trim() == "<>");
    [
        "mailer-daemon",
        "postmaster",
        "mail delivery",
        "mailerdaemon",
    ]
    .iter()
    .any(|name| from.contains(name))
        || null_path
}

fn speaks_of_failure(mail: &Mail) -> bool {
    let subject = mail.subject.to_lowercase();
    let words = [
        "undeliver",
        "unzustellbar",
        "delivery status",
        "delivery failure",
        "delivery has failed",
        "failure notice",
        "returned mail",
        "mail delivery failed",
        "delivery failed",
        "nicht zugestellt",
        "zustellung fehlgeschlagen",
        "konnte nicht zugestellt",
        "delayed",
        "verzögert",
        "returning message to sender",
    ];
    words.iter().any(|word| subject.contains(word))
}

/// The recipient blocks of a message/delivery-status (RFC 3464 2.3).
fn recipients(report: &str) -> Vec<Recipient> {
    let report = report.replace("\r\n", "\n");
    let blocks = report
        .split("\n\n")
        .filter_map(|block| Head::parse(block.trim_start_matches('\n').as_bytes()).ok());
    blocks
        .filter_map(|block| {
            let action = block.first("action")?.to_ascii_lowercase();
            let address = block
                .first("final-recipient")
                .or_else(|| block.first("original-recipient"));
            let address = address.map(|a| a.rsplit_once(';').map_or(a, |(_, a)| a));
            let status = block
                .first("status")
                .and_then(|s| find(&STATUS, s))
                .map(str::to_owned);
            Some(Recipient {
                address: address.and_then(|a| find(&ADDRESS, a)).map(str::to_owned),
                status,
                failed: action.trim() == "failed",
                words: clean(block.first("diagnostic-code").unwrap_or_default()),
            })
        })
        .collect()
}

/// A bounce that is only text: its own words above the returned mail.
fn from_text(mail: &Mail, failed: Option<&str>) -> Recipient {
    let lines: Vec<String> = mail
        .text
        .iter()
        .chain(&mail.html)
        .map(|line| line.text())
        .collect();
    let end = lines
        .iter()
        .position(|line| returned_begins(line))
        .unwrap_or(lines.len());
    let own = lines[..end].join("\n");
    let address = failed
        .and_then(|f| find(&ADDRESS, f))
        .or_else(|| find(&ADDRESS, &own));
    let low = own.to_lowercase();
    let waiting = [
        "delayed",
        "verzögert",
        "will retry",
        "still trying",
        "wird weiter versucht",
        "no action is required",
    ];
    let status = find(&STATUS, &own).map(str::to_owned);
    let refused = find(&REPLY, &own).is_some().then(|| "5.0.0".to_owned());
    Recipient {
        address: address.map(|a| a.trim_end_matches('.').to_owned()),
        status: status.or(refused),
        failed: !waiting
            .iter()
            .any(|word| low.contains(word) || mail.subject.to_lowercase().contains(word)),
        words: own
            .lines()
            .map(str::trim)
            .filter(|l| find(&STATUS, l).or(find(&REPLY, l)).is_some())
            .collect::<Vec<_>>()
            .join(" "),
    }
}

fn returned_begins(line: &str) -> bool {
    let low = line.trim().to_lowercase();
    low.starts_with("---")
        && (low.contains("copy of")
            || low.contains("below this line")
            || low.contains("original message"))
        || low.starts_with("return-path:")
        || low.starts_with("received:")
}

/// Our letter in the returned part: by seal, else by its Message-ID, which nobody can guess.
fn returned_letter(mail: &Mail, trust: &Trust, key: &SealKey) -> Option<SourceId> {
    let headers = attached(mail, "text/rfc822-headers").map(String::into_bytes);
    let attached: Vec<Head> = mail
        .messages
        .iter()
        .chain(&headers)
        .filter_map(|m| Head::parse(m).ok())
        .collect();
    let sealed = attached
        .iter()
        .flat_map(|head| head.all("x-mahnwerk-fact"))
        .find_map(|line| match Event::unseal(line, key)?.fact {
            Fact::Reminded(reminded) => Some(reminded.letter),
            _ => None,
        });
    let named = || {
        attached
            .iter()
            .find_map(|head| letter_id(head.first("message-id")?, trust))
    };
    let quoted = || {
        let mut lines = mail.text.iter().chain(&mail.html).map(|line| line.text());
        lines.find_map(|line| letter_id(&line, trust))
    };
    sealed.or_else(named).or_else(quoted)
}
