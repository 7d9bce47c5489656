//! The header block of a mail as raw fields, in order. Knows lines, folding and names; knows no meaning.
//!
//! Stricter than any mail reader: what two readers could see differently (a bare CR, a NUL, a line that is neither a
//! field nor a continuation) is refused here, so that nobody behind sees another header than the server judged.

/// One header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name, lower-cased, without the blanks that some writers put before the colon.
    pub name: String,
    /// Value, unfolded (RFC 5322 2.2.3: only the line break goes), outer white space cut; not decoded.
    pub value: String,
}

/// All header fields, top first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The fields.
    pub fields: Vec<Field>,
}

impl Head {
    /// The header block at the start of these bytes, up to the first empty line.
    ///
    /// # Errors
    /// What makes the block ambiguous, in words.
    pub fn parse(mail: &[u8]) -> Result<Head, String> {
        let mut fields: Vec<Field> = Vec::new();
        for (at, line) in mail.split(|&b| b == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                break;
            }
            if line.iter().any(|&b| b == b'\r' || b == 0) {
                return Err(format!("header line {} holds a bare CR or a NUL", at + 1));
            }
            let text = String::from_utf8_lossy(line);
            if at == 0 && text.starts_with("From ") {
                continue; // the envelope line of an mbox
            }
            if text.starts_with([' ', '\t']) {
                let Some(field) = fields.last_mut() else {
                    return Err("the header begins with a continuation line".into());
                };
                field.value.push_str(&text);
                continue;
            }
            let Some((name, value)) = text.split_once(':') else {
                return Err(format!("header line {} has no colon", at + 1));
            };
            let name = name.trim_end_matches([' ', '\t']).to_ascii_lowercase();
            if name.is_empty() || !name.bytes().all(|b| (33..=126).contains(&b)) {
                return Err(format!("header line {} has no proper field name", at + 1));
            }
            fields.push(Field {
                name,
                value: value.to_owned(),
            });
        }
        for field in &mut fields {
            field.value = field.value.trim().to_owned();
        }
        Ok(Head { fields })
    }

    /// The values of all fields of this (lower-case) name, top first.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |field| field.name == name)
            .map(|field| field.value.as_str())
    }

    /// The first value of this (lower-case) name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.name == name)
            .map(|field| field.value.as_str())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn fields_are_unfolded_and_end_at_the_empty_line() {
        let head = Head::parse(b"Subject : a\r\n\tb\r\nX: 1\n\nY: 2\n").unwrap();
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
