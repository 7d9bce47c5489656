//! Folders of a mailbox: their names, and opening one read-only.
//!
//! A folder is only ever opened with EXAMINE (RFC 3501 section 6.3.2): the server then refuses every change, even one that we
//! asked for by mistake. `Sent` stands for the folder that the server marks as such (RFC 6154), whatever it is called.

use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response, ResponseCode};

use super::wire::{Problem, Wire};

/// What EXAMINE tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Opened {
    /// UIDVALIDITY; 0 where the server gave none.
    pub(super) validity: u64,
    /// UIDNEXT; `None` where the server gave none.
    pub(super) next: Option<u32>,
    /// Number of mails.
    pub(super) exists: u32,
}

/// Opens a folder of the configuration, by its own name or as the one marked for it.
pub(super) async fn open(wire: &mut Wire, folder: &str) -> Result<Opened, Problem> {
    let name = find(wire, folder).await?;
    let mut opened = Opened::default();
    let limit = wire.limits().command;
    wire.open = None;
    let command = format!("EXAMINE {}", quoted(&name)?);
    let answer = wire
        .ask(&command, limit, |response| match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => opened.exists = *count,
            Response::Data { outcome, .. } => match outcome.code {
                Some(ResponseCode::UidValidity(validity)) => opened.validity = validity.into(),
                Some(ResponseCode::UidNext(next)) => opened.next = Some(next),
                _ => {}
            },
            _ => {}
        })
        .await;
    match answer {
        Ok(()) if opened.validity == 0 => Err(Problem::Refused(format!(
            "the folder `{folder}` has no lasting numbers (UIDVALIDITY), so it cannot be read: name another folder"
        ))),
        Ok(()) => {
            wire.open = Some(folder.to_owned());
            Ok(opened)
        }
        Err(Problem::Refused(said)) => Err(Problem::Refused(format!(
            "the folder `{folder}` cannot be opened ({said})"
        ))),
        Err(other) => Err(other),
    }
}

/// One line of LIST.
struct Listed {
    name: String,
    sent: bool,
    selectable: bool,
}

async fn find(wire: &mut Wire, folder: &str) -> Result<String, Problem> {
    // RFC 3501 section 5.1: INBOX always exists.
    if folder.eq_ignore_ascii_case("INBOX") {
        return Ok("INBOX".to_owned());
    }
    if let Some(name) = wire.names.get(folder) {
        return Ok(name.clone());
    }
    let listed = list(wire).await?;
    let coded = to_modified_utf7(folder);
    let marked = || listed.iter().find(|entry| entry.sent && folder == "Sent");
    let exact = || {
        listed
            .iter()
            .find(|entry| entry.selectable && (entry.name == coded || entry.name == folder))
    };
    let Some(found) = marked().or_else(exact) else {
        let mut names: Vec<String> = listed
            .iter()
            .filter(|entry| entry.selectable)
            .take(40)
            .map(|entry| format!("`{}`", from_modified_utf7(&entry.name)))
            .collect();
        names.sort_by_key(|name| (name != "`INBOX`", name.clone()));
        return Err(Problem::Refused(format!(
            "there is no folder `{folder}`: correct `folders`; the mailbox has {}",
            names.join(", ")
        )));
    };
    let name = found.name.clone();
    wire.names.insert(folder.to_owned(), name.clone());
    Ok(name)
}

async fn list(wire: &mut Wire) -> Result<Vec<Listed>, Problem> {
    let mut listed = Vec::new();
    let limit = wire.limits().command;
    wire.ask("LIST \"\" \"*\"", limit, |response| {
        if let Response::MailboxData(MailboxDatum::List(data)) = response
            && listed.len() < 10_000
        {
            let has = |wanted: NameAttribute<'_>| data.name_attributes.contains(&wanted);
            listed.push(Listed {
                name: data.name.clone().into_owned(),
                sent: has(NameAttribute::Sent),
                selectable: !has(NameAttribute::NoSelect),
            });
        }
    })
    .await?;
    Ok(listed)
}

/// A name as a quoted string (RFC 3501 section 9, quoted).
fn quoted(name: &str) -> Result<String, Problem> {
    if name.chars().any(char::is_control) {
        return Err(Problem::Refused(
            "a folder's name holds a control character: correct `folders`".to_owned(),
        ));
    }
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!("\"{escaped}\""))
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// RFC 3501 section 5.1.3: how the wire writes a name that is not ASCII.
fn to_modified_utf7(name: &str) -> String {
    let mut out = String::new();
    let mut units: Vec<u16> = Vec::new();
    let flush = |units: &mut Vec<u16>, out: &mut String| {
        if units.is_empty() {
            return;
        }
        out.push('&');
        let (mut bits, mut held) = (0u32, 0u32);
        for unit in units.drain(..) {
            bits = (bits << 16) | u32::from(unit);
            held += 16;
            while held >= 6 {
                held -= 6;
                out.push(BASE64[(bits >> held & 63) as usize].into());
                bits &= (1 << held) - 1;
            }
        }
        if held > 0 {
            out.push(BASE64[(bits << (6 - held) & 63) as usize].into());
        }
        out.push('-');
    };
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut units, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        }
    }
    flush(&mut units, &mut out);
    out
}

/// A name of the wire for a person; what is not well-formed stays as it is.
pub(super) fn from_modified_utf7(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let Some((coded, after)) = behind.split_once('-') else {
            return name.to_owned();
        };
        rest = after;
        if coded.is_empty() {
            out.push('&');
            continue;
        }
        let (mut bits, mut held, mut units) = (0u32, 0u32, Vec::new());
        for byte in coded.bytes() {
            let Some(value) = BASE64.iter().position(|&b| b == byte) else {
                return name.to_owned();
            };
            bits = (bits << 6) | u32::try_from(value).unwrap_or(0);
            held += 6;
            if held >= 16 {
                held -= 16;
                units.push((bits >> held & 0xffff) as u16);
                bits &= (1 << held) - 1;
            }
        }
        out.push_str(&String::from_utf16_lossy(&units));
    }
    out + rest
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_on_the_wire() {
        assert_eq!(
            to_modified_utf7("Gelöschte Objekte"),
            "Gel&APY-schte Objekte"
        );
        assert_eq!(
            from_modified_utf7("Gel&APY-schte Objekte"),
            "Gelöschte Objekte"
        );
        assert_eq!(to_modified_utf7("A & B"), "A &- B");
        assert_eq!(from_modified_utf7("half&APY"), "half&APY");
        assert_eq!(quoted("a\"b\\c").unwrap(), r#""a\"b\\c""#);
        assert!(quoted("a\r\nb").is_err());
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in "[^\\p{Cc}]{0,20}") {
            let wire = to_modified_utf7(&name);
            prop_assert!(wire.is_ascii());
            prop_assert_eq!(from_modified_utf7(&wire), name);
        }
    }
}
