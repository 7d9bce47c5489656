//! A fact as one signed line of text: what our own mails carry, so that the mailbox alone rebuilds the ledger.
//!
//! Form: `mw1 BASE64URL(JSON) BASE64URL(HMAC-SHA256)`; white space inside is ignored, so that the line can be folded
//! in a header. A line that does not verify is not a fact. Seals, identities and tokens use one secret in three
//! domains, so that no one of them can pass for another.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::hmac;

use jiff::civil::Date;

use super::event::{Event, SourceId};

/// First word of a seal: our mark and the version of its form.
const MARK: &str = "mw1";
/// Letters of a base64url HMAC-SHA256.
const SIGNATURE_LETTERS: usize = 43;
/// A header line is folded at blanks; RFC 5322 2.1.1 asks for at most 78 characters with the field's name.
const LONGEST_WORD: usize = 60;
/// No event that we seal is nearly as long; what is longer is not worth an HMAC.
const LONGEST_SEAL: usize = 256 * 1024;
/// Letters and digits that nobody mistakes for one another: no l, o, 0, 1.
const TOKEN_LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 20 letters of 5 bits each.
const TOKEN_LENGTH: usize = 20;

/// The key of seals and tokens; never printed.
#[derive(Clone)]
pub struct SealKey(hmac::Key);

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey(..)")
    }
}

impl SealKey {
    /// From at least 32 secret bytes.
    ///
    /// # Errors
    /// Fewer bytes.
    pub fn new(secret: &[u8]) -> Result<SealKey, String> {
        if secret.len() < 32 {
            return Err("the seal key has fewer than 32 bytes; write 32 random bytes, e.g. `openssl rand -hex 32`".into());
        }
        Ok(SealKey(hmac::Key::new(hmac::HMAC_SHA256, secret)))
    }

    /// An unguessable identity for what is described by `text` (letters, tokens): truncated HMAC.
    pub fn identity(&self, text: &str) -> SourceId {
        SourceId::of(self.sign("identity", text.as_bytes()).as_ref())
    }

    /// The token that a reply to this digest must carry: 20 letters and digits.
    pub fn token(&self, digest: SourceId) -> String {
        let tag = self.sign("token", digest.bytes());
        tag.as_ref()
            .iter()
            .take(TOKEN_LENGTH)
            .map(|&byte| char::from(TOKEN_LETTERS[usize::from(byte % 32)]))
            .collect()
    }

    /// Whether the token belongs to the digest (constant time). Capitals are read as small letters: some programs
    /// write a quoted subject anew.
    pub fn token_fits(&self, digest: SourceId, token: &str) -> bool {
        let expected = self.token(digest);
        let given = token.trim().to_ascii_lowercase();
        same(expected.as_bytes(), given.as_bytes())
    }

    /// HMAC in a domain of its own: the domain's name cannot hold the NUL behind it.
    fn sign(&self, domain: &str, bytes: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(domain.as_bytes());
        context.update(&[0]);
        context.update(bytes);
        context.sign()
    }
}

impl Event {
    /// The event as one signed line.
    pub fn seal(&self, key: &SealKey) -> String {
        // Maps with text keys only and no failing serialisers are inside: writing cannot fail.
        let json = serde_json::to_vec(self).unwrap_or_default();
        let signature = key.sign("seal", &json);
        let mut line = String::from(MARK);
        for part in [BASE64.encode(&json), BASE64.encode(signature)] {
            for word in part.as_bytes().chunks(LONGEST_WORD) {
                line.push(' ');
                line.extend(word.iter().map(|&byte| char::from(byte)));
            }
        }
        line
    }

    /// The event, if the line is one of ours.
    pub fn unseal(line: &str, key: &SealKey) -> Option<Event> {
        if line.len() > LONGEST_SEAL {
            return None;
        }
        let letters: String = line.split_ascii_whitespace().collect();
        let rest = letters.strip_prefix(MARK)?;
        let (json, signature) =
            rest.split_at_checked(rest.len().checked_sub(SIGNATURE_LETTERS)?)?;
        let json = BASE64.decode(json).ok()?;
        let signature = BASE64.decode(signature).ok()?;
        let expected = key.sign("seal", &json);
        // `hmac::verify` takes the signed bytes in one piece, so the tags are compared here.
        same(expected.as_ref(), &signature).then_some(())?;
        serde_json::from_slice(&json).ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::ledger::event::{Evidence, Fact};

    fn key() -> SealKey {
        SealKey::new(b"an invented secret of thirty-two bytes").unwrap()
    }

    fn event(words: &str) -> Event {
        Event {
            key: crate::ledger::EventKey {
                at: "2026-11-20T08:00:00Z".parse().unwrap(),
                source: SourceId::of(words.as_bytes()),
                index: 3,
            },
            fact: Fact::Unclear {
                words: words.into(),
            },
            by: Evidence::Token,
        }
    }

    #[test]
    fn a_seal_survives_folding_and_no_other_change() {
        let event = event(
            "Könnt ihr das bitte noch einmal erklären? "
                .repeat(9)
                .as_str(),
        );
        let line = event.seal(&key());
        assert!(line.split(' ').all(|word| word.len() <= LONGEST_WORD));
        assert_eq!(Event::unseal(&line, &key()).as_ref(), Some(&event));
        assert_eq!(
            Event::unseal(&line.replace(' ', "\r\n\t"), &key()).as_ref(),
            Some(&event)
        );
        assert_eq!(
            Event::unseal(&line.replace(' ', ""), &key()).as_ref(),
            Some(&event)
        );
        for place in 0..line.len() {
            let mut changed = line.clone().into_bytes();
            if changed[place] == b' ' {
                continue;
            }
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(Event::unseal(&changed, &key()), None, "place {place}");
        }
        let other = SealKey::new(&[7; 32]).unwrap();
        assert_eq!(Event::unseal(&line, &other), None);
    }

    #[test]
    fn odd_lines_are_no_seals() {
        for line in [
            "",
            "mw1",
            "mw1 ü",
            "mw1 aaaa bbbb",
            &"ä".repeat(100),
            &"mw1 ".repeat(90_000),
        ] {
            assert_eq!(Event::unseal(line, &key()), None);
        }
    }

    #[test]
    fn a_token_fits_its_digest_only() {
        let (one, two) = (SourceId::of(b"one"), SourceId::of(b"two"));
        let token = key().token(one);
        assert_eq!(token.len(), 20);
        assert!(token.bytes().all(|b| TOKEN_LETTERS.contains(&b)));
        assert!(key().token_fits(one, &token));
        assert!(key().token_fits(one, &format!(" {} ", token.to_uppercase())));
        assert!(!key().token_fits(two, &token));
        assert!(!key().token_fits(one, &token[..19]));
        assert!(!key().token_fits(one, ""));
    }

    #[test]
    fn identities_and_tokens_live_in_domains_of_their_own() {
        assert_ne!(key().identity("x"), key().identity("y"));
        let plain = SourceId::of(hmac::sign(&key().0, b"x").as_ref());
        assert_ne!(key().identity("x"), plain);
        assert!(SealKey::new(&[1; 31]).is_err());
    }
}

impl SealKey {
    /// The mark that ends a digest's subject, so that a reply carries it: `[mw-ID-DAY-TOKEN]` with the digest's identity,
    /// its civil day (days since 1970 in base 36) and a token that covers both.
    pub fn reply_tag(&self, digest: SourceId, on: Date) -> String {
        let day = base36(days_of(on));
        let token = self.tag_token(digest, &day);
        format!("[mw-{digest}-{day}-{token}]")
    }

    /// Digest and day of a mark made by [`SealKey::reply_tag`], wherever it stands in the text (a subject, a quoted line).
    /// `None` where there is no mark or its token is wrong. White space inside the mark is ignored: mail programs fold
    /// long subjects.
    pub fn read_tag(&self, text: &str) -> Option<(SourceId, Date)> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        text.match_indices("[mw-").find_map(|(start, open)| {
            let rest = &text[start + open.len()..];
            let mut parts = rest[..rest.find(']')?].split('-');
            let (digest, day, token) = (parts.next()?, parts.next()?, parts.next()?);
            let digest = digest.parse::<SourceId>().ok()?;
            let fits = same(self.tag_token(digest, day).as_bytes(), token.as_bytes());
            (fits && parts.next().is_none()).then_some(())?;
            Some((digest, date_of(i32::from_str_radix(day, 36).ok()?)?))
        })
    }

    fn tag_token(&self, digest: SourceId, day: &str) -> String {
        self.identity(&format!("reply {digest} {day}")).to_string()[..20].to_owned()
    }
}

/// Equal, in a time that depends on the length only.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |odd, (x, y)| odd | (x ^ y)) == 0
}

fn days_of(day: Date) -> i32 {
    (day - Date::constant(1970, 1, 1)).get_days().max(0)
}

fn date_of(days: i32) -> Option<Date> {
    Date::constant(1970, 1, 1)
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()
}

fn base36(mut number: i32) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit((number % 36).unsigned_abs(), 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tag_tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_reply_tag_is_read_back_and_a_changed_one_is_not() {
        let key = SealKey::new(&[7; 32]).unwrap();
        let digest = SourceId::of(b"digest");
        let on = Date::constant(2026, 11, 24);
        let tag = key.reply_tag(digest, on);
        assert_eq!(tag.len(), "[mw-".len() + 32 + 1 + 4 - 1 + 1 + 20 + 1);
        assert_eq!(
            key.read_tag(&format!("AW: Mahnwerk {tag} wichtig")),
            Some((digest, on))
        );
        assert_eq!(
            key.read_tag(&tag.replacen('-', "-\r\n ", 2)),
            Some((digest, on))
        );
        let later = key.reply_tag(digest, Date::constant(2026, 11, 25));
        let day = |tag: &str| tag.split('-').nth(2).unwrap().to_owned();
        assert_eq!(key.read_tag(&tag.replace(&day(&tag), &day(&later))), None);
        let other = SealKey::new(&[8; 32]).unwrap();
        assert_eq!(other.read_tag(&tag), None);
        assert_eq!(key.read_tag("[mw-zz-1-2] [mw-"), None);
    }
}
