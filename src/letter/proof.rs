//! The last look at a finished mail: read again from its bytes and compared with what was meant.
//!
//! Knows the bytes and the intention, nothing of how they were made. A mail that fails does not leave: an address, a
//! bank account or a header that is not ours is worse than a letter that waits.

use std::collections::BTreeSet;

use super::mime::FACTS_TYPE;
use crate::ledger::CustomerAddress;

/// What a finished mail must be.
pub(super) struct Intent<'a> {
    pub(super) from: &'a CustomerAddress,
    pub(super) to: &'a CustomerAddress,
    /// Accounts that may be named; `None`: mails to the merchant, which may quote foreign ones.
    pub(super) accounts: Option<&'a [&'a str]>,
}

/// Checks the mail.
///
/// # Errors
/// In words what is not as it was meant.
pub(super) fn check(bytes: &[u8], intent: &Intent<'_>) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the mail is not 7-bit text")?;
    let odd = |c: char| !(c.is_ascii_graphic() || matches!(c, ' ' | '\r' | '\n'));
    if let Some(odd) = text.chars().find(|&c| odd(c)) {
        return Err(format!("the mail holds the character U+{:04X}", odd as u32));
    }
    let lines: Vec<&str> = text.split("\r\n").collect();
    if lines.iter().any(|line| line.contains(['\r', '\n'])) {
        return Err("the mail has a bare line break".into());
    }
    // RFC 5322 2.1.1
    if lines.iter().any(|line| line.len() > 998) {
        return Err("the mail has a line of more than 998 bytes".into());
    }
    let (head, body) = text.split_once("\r\n\r\n").ok_or("the mail has no body")?;
    let headers = headers(head)?;
    for name in [
        "from",
        "to",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
        "auto-submitted",
    ] {
        let count = headers.iter().filter(|(known, _)| known == name).count();
        if count != 1 {
            return Err(format!("the mail has {count} `{name}` headers"));
        }
    }
    for (name, value) in &headers {
        let addressed = match name.as_str() {
            "from" => Some(intent.from),
            "to" => Some(intent.to),
            "bcc" | "cc" | "sender" | "list-unsubscribe" => {
                return Err(format!("the mail has a `{name}` header"));
            }
            _ => None,
        };
        if addressed.is_some_and(|wanted| address_of(value) != wanted.as_str()) {
            return Err(format!(
                "the `{name}` header names another address than meant"
            ));
        }
    }
    let parts = parts(&headers, body)?;
    accounts(&parts, intent.accounts)
}

/// Names in lower case, values unfolded.
fn headers(head: &str) -> Result<Vec<(String, String)>, String> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        match (line.starts_with(' '), headers.last_mut()) {
            (true, Some((_, value))) => value.push_str(line),
            (true, None) => return Err("the mail starts with a folded line".into()),
            (false, _) => {
                let (name, value) = line
                    .split_once(':')
                    .ok_or("the mail has a header without a name")?;
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
    }
    Ok(headers)
}

fn address_of(value: &str) -> &str {
    match value.rsplit_once('<') {
        Some((_, rest)) => rest.trim_end().trim_end_matches('>'),
        None => value.trim(),
    }
}

/// Both parts, decoded; beside them a mail to the merchant may carry sealed facts.
fn parts(headers: &[(String, String)], body: &str) -> Result<Vec<String>, String> {
    let sections = sections(headers, body)?;
    let mixed = headers
        .iter()
        .any(|(name, value)| name == "content-type" && value.starts_with("multipart/mixed"));
    if !mixed {
        return text_and_html(&sections);
    }
    match sections.as_slice() {
        [(words, inner), (facts, _)] if facts.contains(FACTS_TYPE) => {
            let inner_headers = self::headers(words.trim_start())?;
            text_and_html(&self::sections(&inner_headers, inner)?)
        }
        _ => Err("the mail has a part that is neither its words nor sealed facts".into()),
    }
}

/// Head and body of each part.
fn sections<'a>(
    headers: &[(String, String)],
    body: &'a str,
) -> Result<Vec<(&'a str, &'a str)>, String> {
    let (_, kind) = headers
        .iter()
        .find(|(name, _)| name == "content-type")
        .ok_or("the mail has no type")?;
    let boundary = kind
        .split_once("boundary=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(boundary, _)| format!("--{boundary}"))
        .ok_or("the mail has no boundary")?;
    let parts = body.split(boundary.as_str());
    Ok(parts
        .filter_map(|part| part.split_once("\r\n\r\n"))
        .collect())
}

fn text_and_html(sections: &[(&str, &str)]) -> Result<Vec<String>, String> {
    let parts: Vec<String> = sections
        .iter()
        .map(|(_, text)| decoded(text))
        .collect::<Result<_, _>>()?;
    if parts.len() != 2 {
        return Err(format!(
            "the mail has {} parts instead of text and HTML",
            parts.len()
        ));
    }
    Ok(parts)
}

/// RFC 2045 6.7.
pub(super) fn decoded(text: &str) -> Result<String, String> {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let pair = after
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        match (
            byte,
            pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()),
        ) {
            (b'=', Some(value)) => {
                bytes.push(value);
                rest = &after[2..];
            }
            (b'=', None) => return Err("a part is not quoted-printable".into()),
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| "a part is not UTF-8".into())
}

fn accounts(parts: &[String], allowed: Option<&[&str]>) -> Result<(), String> {
    for part in parts {
        if let Some(odd) = part
            .chars()
            .find(|&c| c.is_control() && !"\r\n\t".contains(c))
        {
            return Err(format!("the text holds the character U+{:04X}", odd as u32));
        }
    }
    let Some(allowed) = allowed else {
        return Ok(());
    };
    let named: Vec<BTreeSet<String>> = parts.iter().map(|part| ibans(part)).collect();
    if let Some(foreign) = named
        .iter()
        .flatten()
        .find(|iban| !allowed.contains(&iban.as_str()))
    {
        return Err(format!(
            "the letter names the account {foreign}, which is not configured"
        ));
    }
    match named.windows(2).all(|pair| pair[0] == pair[1]) {
        true => Ok(()),
        false => Err("text and HTML name different accounts".into()),
    }
}

/// Every account number in a text: two letters, two check digits, 11 to 30 more, in groups or not, whose checksum is
/// right (ISO 13616-1, ISO 7064 mod 97-10).
pub(super) fn ibans(text: &str) -> BTreeSet<String> {
    let chars: Vec<char> = text.chars().collect();
    let word = |i: usize| chars.get(i).is_some_and(|c| c.is_alphanumeric());
    let mut found = BTreeSet::new();
    for start in 0..chars.len() {
        if start > 0 && word(start - 1) {
            continue;
        }
        let mut iban = String::new();
        let mut i = start;
        while iban.len() < 34 {
            match chars.get(i) {
                Some(c) if c.is_ascii_alphanumeric() => iban.push(c.to_ascii_uppercase()),
                Some(' ' | '\u{a0}') if word(i + 1) && !iban.is_empty() => {}
                _ => break,
            }
            i += 1;
            if iban.len() >= 15 && !word(i) && is_iban(&iban) {
                found.insert(iban.clone());
            }
        }
    }
    found
}

fn is_iban(text: &str) -> bool {
    let shape = text.bytes().enumerate().all(|(i, b)| match i {
        0 | 1 => b.is_ascii_uppercase(),
        2 | 3 => b.is_ascii_digit(),
        _ => true,
    });
    let turned = text.chars().skip(4).chain(text.chars().take(4));
    let rest = turned
        .filter_map(|c| c.to_digit(36))
        .fold(0u32, |rest, digit| {
            (rest * if digit > 9 { 100 } else { 10 } + digit) % 97
        });
    shape && rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_numbers_are_found_however_they_are_written() {
        let text = "IBAN: DE02 1203 0000 0000 2020 51\nBIC und de02120300000000202051, nicht RE20 1001 2000 3000 4000";
        assert_eq!(
            ibans(text),
            BTreeSet::from(["DE02120300000000202051".to_owned()])
        );
        assert_eq!(ibans("DE02\u{a0}1203 0000 0000 2020 51 heute").len(), 1);
        assert!(ibans("DE02 1203 0000 0000 2020 52").is_empty());
    }

    #[test]
    fn quoted_printable_is_read_back() {
        assert_eq!(
            decoded("=C3=BCber=\r\n fl=C3=BCssig=3D"),
            Ok("über flüssig=".into())
        );
        assert!(decoded("=ZZ").is_err() && decoded("=FF").is_err());
    }
}
