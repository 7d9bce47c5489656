//! A fact as one signed line of text: what our own mails carry, so that the mailbox alone rebuilds the ledger.
//!
//! Form: `mw1 BASE64URL(JSON) BASE64URL(HMAC-SHA256)`; white space inside is ignored, so that the line can be folded
//! in a header. A line that does not verify is not a fact.

use jiff::civil::Date;

use super::event::{Event, SourceId};

/// The key of seals and tokens; never printed.
#[derive(Clone)]
pub struct SealKey(ring::hmac::Key);

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
        Ok(SealKey(ring::hmac::Key::new(
            ring::hmac::HMAC_SHA256,
            secret,
        )))
    }

    /// An unguessable identity for what is described by `text` (letters, tokens): truncated HMAC.
    pub fn identity(&self, text: &str) -> SourceId {
        SourceId::of(ring::hmac::sign(&self.0, text.as_bytes()).as_ref())
    }

    /// The token that a reply to this digest must carry: 20 letters and digits.
    pub fn token(&self, _digest: SourceId) -> String {
        todo!()
    }

    /// Whether the token belongs to the digest (constant time).
    pub fn token_fits(&self, _digest: SourceId, _token: &str) -> bool {
        todo!()
    }
}

impl Event {
    /// The event as one signed line.
    pub fn seal(&self, _key: &SealKey) -> String {
        todo!()
    }

    /// The event, if the line is one of ours.
    pub fn unseal(_line: &str, _key: &SealKey) -> Option<Event> {
        todo!()
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
