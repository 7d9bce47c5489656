//! Who may pass a mail on: the merchant, proven, and nobody else on the way from the shop to us.
//!
//! A forward by hand is the merchant's word for what the original said (DESIGN 6). Knows no shop and no reader.

use crate::mail::Trust;
use crate::mail::forward::{Manner, manner, original};
use crate::mail::parts::Mail;
use crate::mail::trust::Verdict;

/// Most hands through which a mail may have gone.
const HANDS: usize = 4;

/// The first-hand mail inside a forward, and its sender on the forwarder's proof.
///
/// # Errors
/// Why it is not to be read, in words.
pub fn passed_on(
    outer: &Mail,
    verdict: &Verdict,
    trust: &Trust,
) -> Result<(Mail, Verdict), String> {
    if !verdict.proven() || verdict.spf_only && !trust.assume {
        return Err(format!(
            "a forwarded mail whose forwarder is not proven: {}",
            verdict.why
        ));
    }
    if !trust.may_forward(&verdict.from) {
        return Err(format!(
            "forwarded by {}, which is no address of the merchant: let the shop's mail be redirected instead, then its sender can be proven",
            verdict.from
        ));
    }
    let mut inner = original(outer)?;
    for _ in 0..HANDS {
        let from = inner
            .from
            .clone()
            .ok_or("the forwarded mail has no single sender")?;
        match manner(&inner) {
            Manner::FirstHand => {
                let verdict = Verdict {
                    domain: from.domain().to_owned(),
                    forwarder: Some(verdict.from.clone()),
                    from,
                    ..verdict.clone()
                };
                return Ok((inner, verdict));
            }
            Manner::Reply(_) => return Err("the forwarded mail is itself a reply".into()),
            Manner::Forward(_) if trust.may_forward(&from) => inner = original(&inner)?,
            Manner::Forward(_) => {
                return Err(format!(
                    "inside a forward of {from}, which is no address of the merchant"
                ));
            }
        }
    }
    Err(format!("forwarded more than {HANDS} times"))
}
