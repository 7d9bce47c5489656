//! What comes back of our own: copies of our letters, bounces, the merchant's replies, customers' answers.
//!
//! A copy counts by its seal, a bounce by the identity of our letter, a command by token and proven sender. An answer
//! only ever holds letters back, so it needs no proof; but nobody holds a claim in somebody else's name unless he knows
//! the unguessable identity of a letter. Imports the ledger's facts; knows no ledger.

mod bounce;
pub mod command;
#[cfg(test)]
mod tests;
pub mod words;

use std::sync::LazyLock;

use jiff::Span;
use jiff::civil::Date;
use regex::Regex;

use super::parts::Mail;
use super::{Kind, Outcome, RawMail, Reading, Trace, Trust};
use crate::ledger::event::{Answered, Command};
use crate::ledger::{CustomerAddress, Event, EventKey, Evidence, Fact, SealKey, SourceId};
use crate::mail::trust::{Level, Verdict};

/// Days for which a digest's token is good.
const TOKEN_DAYS: i64 = 14;
/// Longest excerpt of an answer, characters.
const EXCERPT: usize = 300;
const FACT_HEADER: &str = "X-Mahnwerk-Fact";
/// Attachment with the seals for which the head has no room.
const FACTS_TYPE: &str = "application/vnd.mahnwerk.facts";

static LETTER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\bmw\.([0-9a-f]{32})@([A-Za-z0-9.-]+)").ok());

/// Copies, bounces and replies. `None`: the mail is none of them and goes on to the other readers. `verdict` is that
/// of the mail's head, or why there is none (bounces often have no proper From).
pub fn read(
    raw: &RawMail,
    mail: &Mail,
    verdict: Result<&Verdict, &str>,
    trust: &Trust,
    key: &SealKey,
) -> Option<Reading> {
    if let Some(reading) = copy(mail, trust, key) {
        return Some(reading);
    }
    if let Some((mut reading, bounced)) = bounce::read(mail, trust, key) {
        let facts = bounced.map(|b| (Fact::Bounced(b), Evidence::Unproven));
        events(&mut reading, raw, facts);
        return Some(reading);
    }
    let verdict = verdict.ok()?;
    reply(raw, mail, verdict, trust, key).or_else(|| answer_to_letter(raw, mail, verdict, trust))
}

/// A mail that no reader understood and that nobody listed wrote: an answer of a customer, perhaps. Its facts hold the
/// claims of that address, if it has any. `None`: a newsletter, or not proven.
pub fn read_stranger(
    raw: &RawMail,
    mail: &Mail,
    verdict: &Verdict,
    trust: &Trust,
) -> Option<Reading> {
    let bulk = mail.field("List-Unsubscribe").is_some() || mail.field("List-Id").is_some();
    let own = trust.is_own(&verdict.from) || trust.is_merchant(&verdict.from);
    if bulk || own || !verdict.proven_or_spf() || automatic(mail) {
        return None;
    }
    Some(answered(raw, mail, verdict, None))
}

/// The identity of a letter of ours in a text that names its Message-ID.
pub fn letter_id(text: &str, trust: &Trust) -> Option<SourceId> {
    LETTER.as_ref()?.captures_iter(text).find_map(|found| {
        let ours = trust
            .own
            .as_ref()
            .is_none_or(|own| own.domain().eq_ignore_ascii_case(&found[2]));
        found[1].parse().ok().filter(|_| ours)
    })
}

/// Made by a machine (RFC 3834 2, and what older programs write). X-Auto-Response-Suppress alone is no sign: people's
/// mail programs set it too.
pub fn automatic(mail: &Mail) -> bool {
    let says = |name: &str, words: &[&str]| {
        let value = mail
            .field(name)
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        words.iter().any(|word| value.starts_with(word))
    };
    let submitted = mail
        .field("Auto-Submitted")
        .is_some_and(|v| !v.trim().to_ascii_lowercase().starts_with("no"));
    let subject = mail.subject.to_lowercase();
    let subjects = [
        "abwesenheit",
        "automatische antwort",
        "automatic reply",
        "autoreply",
        "auto-reply",
        "auto reply",
        "out of office",
        "out of the office",
        "abwesend",
        "ich bin nicht im büro",
        "gelesen:",
        "read:",
        "lesebestätigung",
        "eingangsbestätigung",
        "[ticket",
    ];
    let null_path = mail
        .field("Return-Path")
        .is_some_and(|path| path.trim() == "<>");
    submitted
        || null_path
        || says("Precedence", &["bulk", "junk", "list", "auto_reply"])
        || ["X-Autoreply", "X-Autorespond", "List-Id"]
            .iter()
            .any(|name| mail.field(name).is_some())
        || mail
            .field("Content-Type")
            .is_some_and(|t| t.to_ascii_lowercase().starts_with("multipart/report"))
        || subjects
            .iter()
            .any(|word| subject.starts_with(word) || subject.contains(&format!(": {word}")))
}

fn trace(text: impl Into<String>) -> Trace {
    Trace {
        reader: "ours".into(),
        text: text.into(),
    }
}

fn events(reading: &mut Reading, raw: &RawMail, facts: impl IntoIterator<Item = (Fact, Evidence)>) {
    for ((fact, by), index) in facts.into_iter().zip(0..) {
        let key = EventKey {
            at: raw.received,
            source: raw.source(),
            index,
        };
        reading.events.push(Event { key, fact, by });
    }
}

/// A copy of a letter of ours, wherever it lies. Only the mail's own header counts, and only under our own From.
fn copy(mail: &Mail, trust: &Trust, key: &SealKey) -> Option<Reading> {
    trust
        .own
        .as_ref()
        .filter(|own| mail.from.as_ref() == Some(*own))?;
    let mut lines: Vec<&str> = mail.fields_named(FACT_HEADER).collect();
    let attached = mail
        .attachments
        .iter()
        .filter(|a| a.content_type == FACTS_TYPE);
    let attached = attached.filter_map(|a| std::str::from_utf8(&a.bytes).ok());
    lines.extend(
        attached
            .flat_map(str::lines)
            .filter(|line| !line.is_empty()),
    );
    if lines.is_empty() {
        return None;
    }
    let facts: Vec<Event> = lines
        .iter()
        .filter_map(|line| Event::unseal(line, key))
        .collect();
    if facts.len() != lines.len() {
        let why = "says it is a copy of our letter, but its seal is not ours";
        return Some(Reading::new(Kind::None, Outcome::Review, why.into()));
    }
    let mut reading = Reading::new(
        Kind::None,
        Outcome::Booked,
        "a copy of our own letter".into(),
    );
    reading
        .trace
        .push(trace(format!("{} sealed facts", facts.len())));
    reading.events = facts;
    Some(reading)
}

/// The merchant's reply to a digest.
fn reply(
    raw: &RawMail,
    mail: &Mail,
    verdict: &Verdict,
    trust: &Trust,
    key: &SealKey,
) -> Option<Reading> {
    let end = |outcome, why: &str| Some(Reading::new(Kind::None, outcome, why.into()));
    let lines = mail.text.iter().chain(&mail.html);
    let mut quoted = lines.filter(|l| l.quoted()).map(|l| l.text());
    let tag = key
        .read_tag(&mail.subject)
        .or_else(|| quoted.find_map(|line| key.read_tag(&line)));
    let Some((digest, on)) = tag else {
        let theirs = trust.is_merchant(&verdict.from) && answers(mail, trust).is_some();
        return match (mail.subject.contains("[mw-"), theirs) {
            (true, _) => end(Outcome::Review, "a reply whose token is not valid"),
            (_, true) => end(
                Outcome::Review,
                "a reply of the merchant without the token of a digest",
            ),
            _ => None,
        };
    };
    let today = trust.day(raw.received);
    if let Err((outcome, why)) = may_order(mail, verdict, trust, on, today) {
        return end(outcome, &why);
    }
    let facts: Vec<Fact> = match commands(mail, digest, today) {
        Ok(none) if none.is_empty() => {
            return end(Outcome::Ignored, "a reply of the merchant without a word");
        }
        Ok(commands) => commands.into_iter().map(Fact::Ordered).collect(),
        Err(words) => vec![Fact::Unclear { words }],
    };
    let said = match facts.as_slice() {
        [Fact::Unclear { .. }] => "the merchant's words are no command; he gets an answer".into(),
        [_] => "an order of the merchant".into(),
        facts => format!("{} orders of the merchant", facts.len()),
    };
    let mut reading = Reading::new(Kind::None, Outcome::Booked, said);
    let token = trace(format!("token of the digest of {on}"));
    reading.trace.push(token);
    let facts = facts.into_iter().map(|fact| (fact, Evidence::Token));
    events(&mut reading, raw, facts);
    Some(reading)
}

/// Whether the writer of a reply with a valid token may order anything.
fn may_order(
    mail: &Mail,
    verdict: &Verdict,
    trust: &Trust,
    on: Date,
    today: Date,
) -> Result<(), (Outcome, String)> {
    let review = |why: String| Err((Outcome::Review, why));
    if !trust.is_merchant(&verdict.from) {
        return review("a reply with a token of the merchant, but from another address".into());
    }
    if automatic(mail) {
        let why = "an automatic reply from the merchant's address";
        return Err((Outcome::Ignored, why.into()));
    }
    if !verdict.proven() {
        let why = &verdict.why;
        return review(format!(
            "a reply with a token, but its sender is not proven: {why}"
        ));
    }
    let last = on.checked_add(Span::new().days(TOKEN_DAYS)).unwrap_or(on);
    if today > last {
        return review(format!("the token of this reply expired on {last}"));
    }
    Ok(())
}

/// All lines are commands or courtesies, or the whole reply is unclear: half of a thought is never obeyed.
fn commands(mail: &Mail, digest: SourceId, today: Date) -> Result<Vec<Command>, String> {
    let lines = words::own_lines(mail);
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        match (command::parse(line, digest, today), words::courtesy(line)) {
            (Some(commands), _) => found.extend(commands),
            (None, Some(true)) => break, // a closing: what follows is a name and a signature
            (None, Some(false)) => {}
            // A bare name as the last line, behind at least one order.
            (None, None)
                if at > 0 && at + 1 == lines.len() && !found.is_empty() && is_name(line) => {}
            (None, None) => return Err(words::excerpt(mail, EXCERPT)),
        }
    }
    found.truncate(100);
    Ok(found)
}

fn is_name(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let name = |word: &&str| {
        word.starts_with(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || ".-".contains(c))
    };
    words.len() <= 2 && words.iter().all(name)
}

/// The letter of ours that the mail says it answers.
fn answers(mail: &Mail, trust: &Trust) -> Option<SourceId> {
    let named = ["In-Reply-To", "References"]
        .iter()
        .filter_map(|name| mail.field(name));
    let mut named = named.filter_map(|value| letter_id(value, trust));
    named.next().or_else(|| {
        let mut lines = mail.text.iter().chain(&mail.html).map(|line| line.text());
        lines.find_map(|line| letter_id(&line, trust))
    })
}

fn answer_to_letter(
    raw: &RawMail,
    mail: &Mail,
    verdict: &Verdict,
    trust: &Trust,
) -> Option<Reading> {
    let letter = answers(mail, trust)?;
    let own = |a: &CustomerAddress| trust.is_own(a) || trust.is_merchant(a);
    (!own(&verdict.from)).then(|| answered(raw, mail, verdict, Some(letter)))
}

fn answered(raw: &RawMail, mail: &Mail, verdict: &Verdict, letter: Option<SourceId>) -> Reading {
    let automatic = automatic(mail);
    let what = match (automatic, letter.is_some()) {
        (true, _) => "an automatic answer to a letter of ours",
        (false, true) => "an answer to a letter of ours: it holds the customer's claims",
        (false, false) => "a mail by a person: it holds the claims of that address, if it has any",
    };
    let mut reading = Reading::new(Kind::None, Outcome::Booked, what.into());
    let by = match verdict.level {
        Level::Proven { .. } => verdict.evidence(),
        Level::Failed | Level::Unknown => Evidence::Unproven,
    };
    let fact = Fact::Answered(Answered {
        from: verdict.from.clone(),
        letter,
        automatic,
        excerpt: words::excerpt(mail, EXCERPT),
    });
    events(&mut reading, raw, [(fact, by)]);
    reading
}
