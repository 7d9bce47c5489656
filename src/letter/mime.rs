//! From words to the bytes of a mail. Same input, same bytes: date, Message-ID and boundary are given, never made up.
//!
//! Knows headers and encodings, no money. Names and addresses come as checked types or from the configuration; every
//! body is quoted-printable, so the mail is 7-bit and its lines are short whatever the words are.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue,
};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};

use super::phrases::plain;
use super::templates::Words;
use crate::ledger::{CustomerAddress, SourceId};

/// The header that carries a sealed fact.
pub const FACT_HEADER: &str = "X-Mahnwerk-Fact";

/// The attachment that carries the sealed facts for which the head has no room, one a line.
pub const FACTS_TYPE: &str = "application/vnd.mahnwerk.facts";

/// Bytes of seals in a head: servers cut off heads of more than about 100 kB (Postfix `header_size_limit`), and a reader
/// believes no field of more than 64 KiB.
const HEAD_ROOM: usize = 40 * 1024;

/// RFC 5322 3.3.
const DATE: &str = "%a, %d %b %Y %H:%M:%S %z";

/// Everything that becomes a header, and the words.
pub(super) struct Draft<'a> {
    pub(super) id: SourceId,
    pub(super) at: Timestamp,
    pub(super) zone: &'a TimeZone,
    pub(super) from: (&'a str, &'a CustomerAddress),
    pub(super) to: (Option<&'a str>, &'a CustomerAddress),
    pub(super) reply_to: &'a CustomerAddress,
    /// Earlier letters to the same customer, oldest first.
    pub(super) thread: &'a [SourceId],
    /// Sealed facts.
    pub(super) seals: &'a [String],
    pub(super) words: &'a Words,
}

/// The Message-ID of a letter, by its identity and the domain it is sent from.
pub fn message_id(letter: SourceId, from: &CustomerAddress) -> String {
    format!("<mw.{letter}@{}>", from.domain())
}

/// The finished mail.
///
/// # Errors
/// In words what the mail builder refuses.
pub(super) fn bytes(draft: &Draft<'_>) -> Result<Vec<u8>, String> {
    let own = |id: &SourceId| message_id(*id, draft.from.1);
    let mut builder = Message::builder()
        .from(mailbox(Some(draft.from.0), draft.from.1)?)
        .to(mailbox(draft.to.0, draft.to.1)?)
        .reply_to(mailbox(None, draft.reply_to)?)
        .subject(plain(&draft.words.subject))
        .message_id(Some(own(&draft.id)));
    if let Some(last) = draft.thread.last() {
        let all: Vec<String> = draft.thread.iter().map(own).collect();
        builder = builder.in_reply_to(own(last)).references(all.join(" "));
    }
    let headers = [
        // The builder knows dates in UTC only and would ask the clock if it had none.
        (
            "Date",
            draft
                .at
                .to_zoned_datetime(TimeZone::UTC)
                .strftime(DATE)
                .to_string(),
        ),
        // RFC 3834 5: no program is to answer this.
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("X-Auto-Response-Suppress", "OOF, AutoReply".to_owned()),
    ];
    for (name, value) in headers {
        builder = builder.raw_header(HeaderValue::new(header_name(name)?, value));
    }
    let (in_head, attached) = divided(draft.seals);
    let mut body = MultiPart::alternative()
        .boundary(format!("mw-{}", draft.id))
        .singlepart(part(ContentType::TEXT_PLAIN, &draft.words.text))
        .singlepart(part(ContentType::TEXT_HTML, &draft.words.html));
    if !attached.is_empty() {
        body = MultiPart::mixed()
            .boundary(format!("mw-facts-{}", draft.id))
            .multipart(body)
            .singlepart(facts(&attached)?);
    }
    let mut message = builder.multipart(body).map_err(|error| error.to_string())?;
    // In the merchant's zone, so that customers read the day that the letter counts from.
    let date = draft
        .at
        .to_zoned_datetime(draft.zone.clone())
        .strftime(DATE)
        .to_string();
    message
        .headers_mut()
        .insert_raw(HeaderValue::new(header_name("Date")?, date));
    let mut bytes = Vec::new();
    for seal in in_head {
        bytes.extend(folded(FACT_HEADER, seal)?.into_bytes());
    }
    bytes.extend(message.formatted());
    Ok(bytes)
}

/// What the head carries, and what is attached.
fn divided(seals: &[String]) -> (Vec<&String>, Vec<&String>) {
    let (mut in_head, mut attached, mut used) = (Vec::new(), Vec::new(), 0);
    for seal in seals {
        used += seal.len() + FACT_HEADER.len();
        if used <= HEAD_ROOM {
            in_head.push(seal);
        } else {
            used -= seal.len() + FACT_HEADER.len();
            attached.push(seal);
        }
    }
    (in_head, attached)
}

fn facts(seals: &[&String]) -> Result<SinglePart, String> {
    let kind = ContentType::parse(FACTS_TYPE).map_err(|error| error.to_string())?;
    let lines: String = seals.iter().map(|seal| format!("{seal}\r\n")).collect();
    Ok(SinglePart::builder()
        .header(kind)
        .header(ContentDisposition::attachment("mahnwerk-facts.txt"))
        .header(ContentTransferEncoding::Base64)
        .body(lines))
}

fn header_name(name: &str) -> Result<HeaderName, String> {
    HeaderName::new_from_ascii(name.to_owned()).map_err(|error| error.to_string())
}

fn mailbox(name: Option<&str>, address: &CustomerAddress) -> Result<Mailbox, String> {
    let email = address
        .as_str()
        .parse()
        .map_err(|error| format!("the address {address} is refused: {error}"))?;
    // The builder panics on a line break in a name: nothing but one plain line gets that far.
    Ok(Mailbox::new(
        name.map(plain).filter(|name| !name.is_empty()),
        email,
    ))
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder()
        .header(kind)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(text.to_owned())
}

/// One header, folded at 76 characters (RFC 5322 2.2.3); the reader of a seal ignores white space.
fn folded(name: &str, value: &str) -> Result<String, String> {
    if !value
        .bytes()
        .all(|byte| byte.is_ascii_graphic() || byte == b' ')
    {
        return Err(format!("{name} holds a character that no header may hold"));
    }
    let value: Vec<&str> = value.split(' ').collect();
    let mut header = format!("{name}:");
    for word in value {
        let mut rest = word;
        let mut room = 76 - name.len() - 2;
        if header.len() > name.len() + 1 {
            header.push_str("\r\n");
            room = 75;
        }
        loop {
            let (row, more) = rest.split_at(room.min(rest.len()));
            header.push(' ');
            header.push_str(row);
            rest = more;
            room = 75;
            if rest.is_empty() {
                break;
            }
            header.push_str("\r\n");
        }
    }
    header.push_str("\r\n");
    Ok(header)
}
