//! A mail taken apart: header fields, the lines of its text and HTML, markup, attachments, attached messages.
//!
//! Limits come before the costly step they protect (DESIGN 8), the nesting limit before the parser ever sees the bytes,
//! because dropping a deeply nested result would exhaust the stack. Knows no shop, no bank and no trust; it only says
//! whether the head is well-formed enough to be believed ([`Mail::defects`]).
//! Invariant: every string in here is free of control, bidi and zero-width characters.

use jiff::Timestamp;
use jiff::civil::Date;
use mail_parser::{
    Address, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};

use super::head::{self, Field};
use super::html::{self, Line, Markup};
use crate::ledger::CustomerAddress;

/// Largest mail, bytes.
pub const MAX_MAIL: usize = 10 * 1024 * 1024;
/// Deepest nesting of multiparts and attached messages.
pub const MAX_NESTING: usize = 20;
/// Most parts of one mail.
pub const MAX_PARTS: usize = 200;
/// Most decoded text of one mail, bytes.
pub const MAX_TEXT: usize = 2 * 1024 * 1024;
/// Most structure lines (`multipart/`, `message/`) before the parser is not even started.
const MAX_STRUCTURE: usize = 200;

/// A mail taken apart.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// Header fields in their order.
    pub fields: Vec<Field>,
    /// Why the head is not to be believed: second From, duplicate Subject, bare CR ... Empty for a sound mail.
    pub defects: Vec<String>,
    /// The one address of the one From, or why there is none.
    pub from: Option<CustomerAddress>,
    /// Display name of From: never evidence.
    pub from_name: String,
    /// Subject, decoded.
    pub subject: String,
    /// Addresses of To.
    pub to: Vec<Person>,
    /// Addresses of Cc.
    pub cc: Vec<Person>,
    /// Addresses of Reply-To.
    pub reply_to: Vec<Person>,
    /// Day of the Date field in the offset that the field itself names.
    pub date: Option<Date>,
    /// Instant of the Date field. Written by the sender: for display, never for order.
    pub sent: Option<Timestamp>,
    /// Lines of the text parts, one cell each.
    pub text: Vec<Line>,
    /// Lines of the HTML parts, table cells kept apart.
    pub html: Vec<Line>,
    /// JSON-LD blocks and microdata items of the HTML parts.
    pub markup: Markup,
    /// Attachments.
    pub attachments: Vec<Attachment>,
    /// Attached messages (message/rfc822), raw.
    pub messages: Vec<Vec<u8>>,
}

/// A display name and an address as a header names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Display name, cleaned; may be empty.
    pub name: String,
    /// Address under the strict grammar; `None` if it is none.
    pub address: Option<CustomerAddress>,
}

/// An attached file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// File name, cleaned; may be empty. Never a path to open.
    pub name: String,
    /// Content type in lower case, e.g. `application/pdf`.
    pub content_type: String,
    /// Decoded content.
    pub bytes: Vec<u8>,
}

/// Why a mail was not taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

impl Mail {
    /// Takes a mail apart.
    ///
    /// # Errors
    /// The limit that it breaks, in words.
    pub fn parse(raw: &[u8]) -> Result<Mail, Refused> {
        if raw.len() > MAX_MAIL {
            return refuse(format!(
                "the mail has {} bytes, more than {MAX_MAIL}",
                raw.len()
            ));
        }
        let head = head::scan(raw)?;
        if structure_lines(raw) > MAX_STRUCTURE {
            return refuse(format!(
                "more than {MAX_STRUCTURE} nested parts or messages"
            ));
        }
        let parsed = MessageParser::default().parse(raw);
        let Some(message) = parsed.filter(|message| !message.parts.is_empty()) else {
            return refuse("the mail has no readable head".into());
        };
        if nesting(&message, 0) > MAX_NESTING {
            return refuse(format!("parts are nested more than {MAX_NESTING} deep"));
        }
        if message.parts.len() > MAX_PARTS {
            return refuse(format!(
                "{} parts, more than {MAX_PARTS}",
                message.parts.len()
            ));
        }
        let mut mail = Mail {
            from: head.from,
            from_name: people(message.from())
                .into_iter()
                .next()
                .unwrap_or_default()
                .name,
            subject: clean(message.subject().unwrap_or_default()),
            to: people(message.to()),
            cc: people(message.cc()),
            reply_to: people(message.reply_to()),
            fields: head.fields,
            defects: head.defects,
            ..Mail::default()
        };
        mail.take_date(&message);
        mail.take_parts(&message)?;
        Ok(mail)
    }

    /// The first field of that name (any case), unfolded, not decoded.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|f| f.name.eq_ignore_ascii_case(name))
            .map(|f| f.value.as_str())
    }

    /// All fields of that name (any case), top first, unfolded, not decoded.
    pub fn fields_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.fields
            .iter()
            .filter(move |f| f.name.eq_ignore_ascii_case(name))
            .map(|f| f.value.as_str())
    }

    /// When the last server took the mail, by its topmost Received field: for a mail that lies alone, without a mailbox
    /// that knows.
    pub fn arrived(&self) -> Option<Timestamp> {
        let (_, date) = self.field("Received")?.rsplit_once(';')?;
        let date = mail_parser::DateTime::parse_rfc822(date.trim())?;
        Timestamp::from_second(date.to_timestamp()).ok()
    }

    /// The domain of From; empty if there is none.
    pub fn from_domain(&self) -> &str {
        self.from.as_ref().map_or("", |from| from.domain())
    }

    fn take_date(&mut self, message: &Message<'_>) {
        let Some(date) = message.date() else { return };
        let (Ok(year), Ok(month), Ok(day)) = (
            i16::try_from(date.year),
            i8::try_from(date.month),
            i8::try_from(date.day),
        ) else {
            return;
        };
        self.date = Date::new(year, month, day).ok();
        self.sent = self
            .date
            .and_then(|_| Timestamp::from_second(date.to_timestamp()).ok());
    }

    fn take_parts(&mut self, message: &Message<'_>) -> Result<(), Refused> {
        let mut left = MAX_TEXT;
        let mut spend = |text: &str| match left.checked_sub(text.len()) {
            Some(rest) => {
                left = rest;
                Ok(())
            }
            None => refuse(format!("more than {MAX_TEXT} bytes of text")),
        };
        for part in &message.parts {
            let attached = part
                .content_disposition()
                .is_some_and(|d| d.is_attachment());
            match &part.body {
                PartType::Text(text) if !attached && is_plain(part) => {
                    spend(text)?;
                    self.text.extend(text_lines(text));
                }
                PartType::Html(text) if !attached => {
                    spend(text)?;
                    html::read(text, &mut self.html, &mut self.markup);
                }
                PartType::Multipart(_) => {}
                PartType::Message(inner) if inner.parts.is_empty() => {}
                PartType::Message(inner) => self.messages.push(inner.raw_message().to_vec()),
                _ => self.attachments.push(attachment(part)),
            }
        }
        Ok(())
    }
}

fn refuse<T>(why: String) -> Result<T, Refused> {
    Err(Refused(why))
}

fn is_plain(part: &MessagePart<'_>) -> bool {
    part.content_type().is_none_or(|t| {
        t.subtype()
            .is_none_or(|s| s.eq_ignore_ascii_case("plain") || s.eq_ignore_ascii_case("enriched"))
            && part.attachment_name().is_none()
    })
}

fn attachment(part: &MessagePart<'_>) -> Attachment {
    let content_type = part.content_type().map_or_else(
        || "application/octet-stream".to_owned(),
        |t| format!("{}/{}", t.ctype(), t.subtype().unwrap_or("plain")).to_ascii_lowercase(),
    );
    Attachment {
        name: clean(part.attachment_name().unwrap_or_default()).replace(['/', '\\'], "_"),
        content_type: clean(&content_type),
        bytes: part.contents().to_vec(),
    }
}

fn people(address: Option<&Address<'_>>) -> Vec<Person> {
    let Some(address) = address else {
        return Vec::new();
    };
    // THREATS 3: at most 100 addresses of a field.
    address
        .iter()
        .take(100)
        .map(|a| Person {
            name: clean(a.name().unwrap_or_default()),
            address: a.address().and_then(|a| CustomerAddress::new(a).ok()),
        })
        .collect()
}

/// Lines of a plain text, cleaned; each `>` at the start marks one more quotation and is taken off.
pub fn text_lines(text: &str) -> impl Iterator<Item = Line> + '_ {
    text.lines().map(|line| {
        let line = clean(line);
        let bare = line.trim_start();
        let marks = bare.chars().take_while(|c| matches!(c, '>' | ' '));
        let depth = match bare.starts_with('>') {
            true => marks.filter(|c| *c == '>').count(),
            false => 0,
        };
        let bare = match depth {
            0 => line.as_str(),
            _ => bare.trim_start_matches(['>', ' ']),
        };
        Line {
            cells: vec![bare.trim_end().to_owned()],
            depth,
        }
    })
}

/// Takes out what could hide or reorder text: control, bidi, zero-width and soft-hyphen characters. A tab stays a tab;
/// narrow and no-break blanks stay, because amounts are written with them.
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    cleaned.extend(text.chars().filter_map(kept));
    cleaned
}

/// What [`clean`] makes of one character.
pub fn kept(c: char) -> Option<char> {
    match c {
        ' '..='~' => Some(c),
        '\t' => Some('\t'),
        '\n' | '\r' => Some(' '),
        c if c.is_control() => None,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' => None,
        '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' => None,
        c => Some(c),
    }
}

/// Lines that open a structure, counted on the raw bytes: `multipart/` or `message/` in a `Content-Type` field or its
/// continuation, and any part's `Content-Type` at a tenth.
fn structure_lines(raw: &[u8]) -> usize {
    let (mut structures, mut types, mut inside) = (0, 0, false);
    for line in raw.split(|&b| b == b'\n' || b == b'\r') {
        let folded = line.first().is_some_and(|b| b" \t".contains(b));
        let bare = line.trim_ascii_start();
        let field = starts_with(bare, b"content-type");
        types += usize::from(field);
        inside = field || (inside && folded);
        if inside && (contains(bare, b"multipart") || contains(bare, b"message")) {
            structures += 1;
        }
    }
    structures.max(types / 5)
}

fn starts_with(line: &[u8], word: &[u8]) -> bool {
    line.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn contains(line: &[u8], word: &[u8]) -> bool {
    line.windows(word.len())
        .any(|w| w.eq_ignore_ascii_case(word))
}

/// Depth of the deepest part. Recursion is bounded by [`MAX_STRUCTURE`], which was checked on the raw bytes.
fn nesting(message: &Message<'_>, above: usize) -> usize {
    if above > MAX_STRUCTURE {
        return above;
    }
    let mut depth = vec![above; message.parts.len()];
    let mut deepest = above;
    // A multipart comes before its children, so one pass in order is enough.
    for (i, part) in message.parts.iter().enumerate() {
        let here = depth[i];
        deepest = deepest.max(here);
        match &part.body {
            PartType::Multipart(children) => {
                for &child in children {
                    if let Some(slot) = depth.get_mut(child as usize) {
                        *slot = here + 1;
                    }
                }
            }
            PartType::Message(inner) => deepest = deepest.max(nesting(inner, here + 1)),
            _ => {}
        }
    }
    deepest
}

impl Mail {
    /// The first field of that name, its encoded words decoded, cleaned.
    pub fn decoded(&self, name: &str) -> Option<String> {
        let raw = format!("X: {}\r\n\r\n", self.field(name)?);
        let message = MessageParser::new()
            .default_header_text()
            .parse(raw.as_bytes())?;
        match message.header("X")? {
            HeaderValue::Text(text) => Some(clean(text)),
            _ => None,
        }
    }
}
