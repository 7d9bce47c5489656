//! The head of a mail, read strictly on the raw bytes: limits, fields, and whether it is sound enough to be believed.
//!
//! A second From, a folded-in bare CR or a blank before the colon are ways to show one sender to the receiving server
//! and another to us (DESIGN 6). They do not make a mail unreadable, they make it unbelievable: [`Head::defects`].
//! Knows no trust and no content. RFC 5322 2.2, 3.6.

use super::parts::{Refused, clean};
use crate::ledger::CustomerAddress;

/// Largest header block, bytes.
pub const MAX_HEAD: usize = 256 * 1024;
/// Largest single field, bytes.
pub const MAX_FIELD: usize = 64 * 1024;
/// Most fields.
pub const MAX_FIELDS: usize = 1000;

/// One header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name as written.
    pub name: String,
    /// Value, unfolded, not decoded; bytes outside UTF-8 replaced.
    pub value: String,
}

/// The scanned head.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// Fields in their order.
    pub fields: Vec<Field>,
    /// Why it is not to be believed; empty if it is sound.
    pub defects: Vec<String>,
    /// The one address of the one From.
    pub from: Option<CustomerAddress>,
}

/// Scans the head of a raw mail.
///
/// # Errors
/// A limit, in words.
pub fn scan(raw: &[u8]) -> Result<Head, Refused> {
    let mut head = fields(raw)?;
    head.judge();
    Ok(head)
}

/// The fields of a block, without a look at who it is from; what is ambiguous is read in the way of the strictest reader.
fn fields(raw: &[u8]) -> Result<Head, Refused> {
    let block = head_block(raw)?;
    let mut head = Head::default();
    if block.windows(2).any(|w| w[0] == b'\r' && w[1] != b'\n') || block.contains(&0) {
        // Some readers end a line at a bare CR, others do not: two different mails in one.
        head.defects.push("the head holds a bare CR or NUL".into());
    }
    let mut size = 0;
    for line in block.split(|&b| b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        let text = String::from_utf8_lossy(line);
        if line[0] == b' ' || line[0] == b'\t' {
            size += line.len();
            match head.fields.last_mut() {
                Some(field) => field.value.push_str(&text),
                None => head
                    .defects
                    .push("the head begins with a continuation line".into()),
            }
        } else if let Some((name, value)) = text.split_once(':') {
            size = line.len();
            if name.is_empty() || !name.bytes().all(|b| (33..=126).contains(&b)) {
                head.defects
                    .push(format!("`{}` is no field name", clean(name)));
            }
            head.fields.push(Field {
                name: name.trim().to_owned(),
                value: value.to_owned(),
            });
        } else if !(head.fields.is_empty() && text.trim_start_matches('>').starts_with("From ")) {
            // A line without a colon is no field (an mbox separator in front is harmless).
            head.defects
                .push("the head holds a line that is no field".into());
        }
        if size > MAX_FIELD {
            return Err(Refused(format!(
                "a header field has more than {MAX_FIELD} bytes"
            )));
        }
        if head.fields.len() > MAX_FIELDS {
            return Err(Refused(format!("more than {MAX_FIELDS} header fields")));
        }
    }
    Ok(head)
}

fn head_block(raw: &[u8]) -> Result<&[u8], Refused> {
    let window = &raw[..raw.len().min(MAX_HEAD + 4)];
    let mut start = 0;
    for line in window.split_inclusive(|&b| b == b'\n') {
        if line == b"\n" || line == b"\r\n" {
            break;
        }
        start += line.len();
    }
    if start > MAX_HEAD {
        return Err(Refused(format!("the head has more than {MAX_HEAD} bytes")));
    }
    Ok(&raw[..start])
}

impl Head {
    /// The header block at the start of these bytes, up to the first empty line, for whoever needs its fields and not
    /// its sender (a bounce's report, a verdict).
    ///
    /// # Errors
    /// A limit, or what makes the block ambiguous, in words.
    pub fn parse(raw: &[u8]) -> Result<Head, String> {
        let mut head = fields(raw).map_err(|Refused(why)| why)?;
        match head.defects.is_empty() {
            true => Ok(head),
            false => Err(head.defects.swap_remove(0)),
        }
    }

    /// The values of all fields of this name (any case), top first, without white space around them.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = move |field: &&Field| field.name.eq_ignore_ascii_case(name);
        self.fields
            .iter()
            .filter(named)
            .map(|field| field.value.trim())
    }

    /// The first value of this name.
    pub fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// The preconditions of every level of trust (DESIGN 6): one From with one address, no second Subject, To, Date,
    /// Message-ID, Content-Type; a second Reply-To neither, since a customer's address may stand there.
    fn judge(&mut self) {
        for name in [
            "Subject",
            "To",
            "Date",
            "Message-ID",
            "Content-Type",
            "Reply-To",
        ] {
            if self.count(name) > 1 {
                self.defects.push(format!("{name} stands more than once"));
            }
        }
        match self.count("From") {
            0 => self.defects.push("there is no From".into()),
            1 => {
                let from = self
                    .fields
                    .iter()
                    .find(|f| f.name.eq_ignore_ascii_case("From"));
                match one_address(from.map_or("", |f| &f.value)) {
                    Ok(address) => self.from = Some(address),
                    Err(why) => self
                        .defects
                        .push(format!("From is not one plain address: {why}")),
                }
            }
            n => self.defects.push(format!("{n} From fields")),
        }
    }

    fn count(&self, name: &str) -> usize {
        self.fields
            .iter()
            .filter(|f| f.name.eq_ignore_ascii_case(name))
            .count()
    }
}

/// Exactly one mailbox: `addr`, or `display name <addr>`. No group, no route, no comment, no second address.
///
/// # Errors
/// What the strict grammar refuses, in words.
pub fn one_address(value: &str) -> Result<CustomerAddress, String> {
    let value = value.trim();
    let Some(rest) = value.strip_suffix('>') else {
        return CustomerAddress::new(value);
    };
    let Some((name, address)) = rest.rsplit_once('<') else {
        return Err("`>` without `<`".into());
    };
    let (mut quoted, mut escaped) = (false, false);
    for c in name.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            // RFC 5322 3.4: unquoted, these start another mailbox, a group, a route or a comment.
            ',' | ';' | ':' | '<' | '>' | '@' | '(' | ')' | '[' | ']' | '\\' => {
                return Err(format!("the display name holds an unquoted `{c}`"));
            }
            _ => {}
        }
    }
    if quoted {
        return Err("a quote is not closed".into());
    }
    if address.trim() != address {
        return Err("blanks inside the angle brackets".into());
    }
    CustomerAddress::new(address)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_from_with_one_address() {
        assert_eq!(
            one_address("Tee <shop@tee.example>").unwrap().as_str(),
            "shop@tee.example"
        );
        assert!(one_address("\"a@b.example, c\" <shop@tee.example>").is_ok());
        for bad in [
            "a@b.example, c@d.example",
            "a@b.example <c@d.example>",
            "\"a@b.example\" <c@d.example>, e@f.example",
            "x (comment) <a@b.example>",
            "<@r.example:a@b.example>",
            "\"a\"@b.example",
            "g: a@b.example;",
            "\"open <a@b.example>",
        ] {
            assert!(one_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_head_that_shows_two_faces_is_a_defect() {
        let defects = |raw: &str| scan(raw.as_bytes()).unwrap().defects.len();
        assert_eq!(defects("From: a@b.example\r\nSubject: x\r\n\r\n"), 0);
        assert_eq!(defects("From: a@b.example\nFrom: c@d.example\n\n"), 1);
        assert_eq!(
            defects("From: a@b.example\r\nSubject: x\rFrom: c@d.example\r\n\r\n"),
            1
        );
        assert_eq!(defects("From : a@b.example\r\n\r\n"), 1);
        assert_eq!(
            defects("From: a@b.example\r\nSubject: 1\r\nSubject: 2\r\n\r\n"),
            1
        );
    }

    #[test]
    fn limits_of_the_head() {
        let many = "X: y\r\n".repeat(MAX_FIELDS + 1);
        assert!(scan(many.as_bytes()).is_err());
        let long = format!("X: {}\r\n\r\n", "y".repeat(MAX_FIELD));
        assert!(scan(long.as_bytes()).is_err());
        let folded = format!(
            "X: y\r\n{}",
            " yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(3000)
        );
        assert!(scan(folded.as_bytes()).is_err());
        assert!(scan(&vec![b'x'; MAX_HEAD + 10]).is_err());
    }

    #[test]
    fn fields_are_unfolded_and_end_at_the_empty_line() {
        let head = Head::parse(b"From me 1\nSubject: a\r\n\tb\r\nX: 1\n\nY: 2\n").unwrap();
        assert_eq!(head.first("subject"), Some("a\tb"));
        assert_eq!(head.first("x"), Some("1"));
        assert_eq!(head.first("y"), None);
    }

    #[test]
    fn what_two_readers_could_see_differently_is_refused() {
        for odd in [
            &b"Subject: a\rFrom: x@evil.example\r\n\r\n"[..],
            b"Subject: a\0b\r\n\r\n",
            b" folded: first\r\n\r\n",
            b"Subject: a\r\nno field\r\n\r\n",
            b"Sub ject: a\r\n\r\n",
            b": a\r\n\r\n",
        ] {
            assert!(
                Head::parse(odd).is_err(),
                "{}",
                String::from_utf8_lossy(odd)
            );
        }
    }
}
