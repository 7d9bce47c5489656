//! A fact as one signed line of text: what our own mails carry, so that the mailbox alone rebuilds the ledger.
//!
//! Form: `mw1 BASE64URL(JSON) BASE64URL(HMAC-SHA256)`; white space inside is ignored, so that the line can be folded
//! in a header. A line that does not verify is not a fact.

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
