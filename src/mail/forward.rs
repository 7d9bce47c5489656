//! Replies and forwards: mails that carry another mail, and the original inside a forward.
//!
//! Knows how mail programs pass a mail on: as an attached message, or in the text below a block that repeats the
//! original's head (`forward/head.rs`). What the forward dropped stays missing; nothing of the outer head is taken
//! for the original's. Knows no trust: whether the one who passes on may do so is decided in `read`.

mod head;
mod people;
#[cfg(test)]
mod tests;

use head::{Block, Head};

use super::html::{Line, Markup};
use super::parts::{Mail, Refused};

/// How a mail stands to what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Its sender says it himself.
    FirstHand,
    /// It answers a mail, and may quote it.
    Reply(&'static str),
    /// It passes another mail on; the reason in words.
    Forward(&'static str),
}

/// Beginnings of subjects by which mail programs mark an answer.
const REPLY: [&str; 9] = [
    "re:", "aw:", "antw:", "antwort:", "r:", "sv:", "odp:", "rép:", "rif:",
];
/// Beginnings of subjects by which mail programs mark a forward.
const FORWARD: [&str; 10] = [
    "fwd:", "fw:", "wg:", "wtr:", "tr:", "i:", "rv:", "pd:", "doorst:", "inoltra:",
];
/// Beginnings of the line that announces a forwarded text.
const RULES: [&str; 16] = [
    "begin forwarded",
    "anfang der weitergeleiteten",
    "début du message",
    "inizio messaggio inoltrato",
    "begin doorgestuurd",
    "inicio del mensaje reenviado",
    "-----original",
    "-----ursprüngliche",
    "-----weitergeleitete",
    "---------- forwarded",
    "---------- weitergeleitete",
    "---------- ursprüngliche",
    "-------- forwarded",
    "-------- weitergeleitete",
    "-------- original",
    "---------- original",
];

/// How this mail stands to what it says.
pub fn manner(mail: &Mail) -> Manner {
    let subject = bare_subject(&mail.subject);
    let starts = |words: &[&str]| words.iter().any(|word| subject.starts_with(word));
    if starts(&REPLY) {
        return Manner::Reply("a reply: what it quotes is no new order");
    }
    // Gmail and Outlook write In-Reply-To into forwards too: the subject decides first.
    if starts(&FORWARD) {
        return Manner::Forward("its subject says it is forwarded");
    }
    if mail.field("In-Reply-To").is_some() {
        return Manner::Reply("a reply: what it quotes is no new order");
    }
    if !mail.messages.is_empty() {
        return Manner::Forward("another mail is attached to it");
    }
    let mut lines = mail.html.iter().chain(&mail.text);
    if lines.any(|line| is_rule(&line.text())) {
        return Manner::Forward("it quotes another mail below a line that says so");
    }
    let quotes_head =
        |side: &[Line], kind| head::find(side, kind).is_some_and(|head| head.is_full());
    if quotes_head(&mail.html, Block::Html) || quotes_head(&mail.text, Block::Text) {
        return Manner::Forward("it quotes the head of another mail");
    }
    Manner::FirstHand
}

/// The mail that a forward carries, as far as the forward kept it.
///
/// # Errors
/// Why it cannot be taken out, in words.
pub fn original(mail: &Mail) -> Result<Mail, String> {
    match mail.messages.as_slice() {
        [] => inline(mail),
        [one] => attached(one),
        many => Err(format!(
            "{} mails are attached: forward them one by one",
            many.len()
        )),
    }
}

fn attached(raw: &[u8]) -> Result<Mail, String> {
    let inner = Mail::parse(raw).map_err(|Refused(why)| format!("the attached mail: {why}"))?;
    match inner.defects.first() {
        Some(defect) => Err(format!(
            "the head of the attached mail is not sound: {defect}"
        )),
        None => Ok(inner),
    }
}

/// The original below its repeated head. Where HTML and text both repeat it, they must name the same sender; a side
/// without it is left out, because nobody knows where the original begins there.
fn inline(mail: &Mail) -> Result<Mail, String> {
    let text: Vec<Line> = mail.text.iter().map(head::without_stars).collect();
    let html = head::find(&mail.html, Block::Html);
    let plain = head::find(&text, Block::Text);
    let markup = html
        .as_ref()
        .map_or_else(Markup::default, |_| mail.markup.clone());
    let first = match (&html, &plain) {
        (Some(html), Some(plain)) if html.from.address != plain.from.address => {
            return Err("text and HTML of the forward name two different senders".into());
        }
        (Some(head), _) | (None, Some(head)) => head,
        (None, None) => {
            return Err("the head of the original mail is not in it: forward it from the mail program, with its sender, date and subject, or redirect it".into());
        }
    };
    let from = first.from.address.clone();
    let from = from.ok_or("the forward does not show the one address of the original's sender")?;
    Ok(Mail {
        from: Some(from),
        from_name: first.from.name.clone(),
        subject: first.subject.clone(),
        to: addressed(&html, &plain, |head| &head.to),
        cc: first.cc.clone(),
        reply_to: addressed(&html, &plain, |head| &head.reply_to),
        date: first.date,
        html: html.map(|head| head.body(&mail.html)).unwrap_or_default(),
        text: plain.map(|head| head.body(&text)).unwrap_or_default(),
        markup,
        attachments: mail.attachments.clone(),
        ..Mail::default()
    })
}

/// The people of a field: from the HTML, unless only the text shows addresses.
fn addressed(
    html: &Option<Head>,
    plain: &Option<Head>,
    field: fn(&Head) -> &Vec<super::parts::Person>,
) -> Vec<super::parts::Person> {
    let sides = || [html, plain].into_iter().flatten().map(field);
    let with_address = sides().find(|people| people.iter().any(|p| p.address.is_some()));
    with_address
        .or_else(|| sides().next())
        .cloned()
        .unwrap_or_default()
}

/// A subject in lower case without the `[tags]` that gateways put in front.
fn bare_subject(subject: &str) -> String {
    let lower = subject.trim_start().to_lowercase();
    let mut bare = lower.as_str();
    while let Some((_, rest)) = bare.strip_prefix('[').and_then(|tag| tag.split_once(']')) {
        bare = rest.trim_start();
    }
    bare.to_owned()
}

/// The line by which a mail program announces what is forwarded.
fn is_rule(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    RULES.iter().any(|rule| line.starts_with(rule))
}
