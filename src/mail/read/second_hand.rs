//! Replies and forwards: mails that carry another mail. What they quote has lost its proof and is no new order.
//!
//! Knows subjects' prefixes, separators and attached messages of the usual clients, German and English; knows no shop.

use crate::mail::Trust;
use crate::mail::parts::Mail;
use crate::mail::trust::Verdict;

/// Why a mail is a reply or a forward rather than the shop's own.
pub fn not_first_hand(mail: &Mail) -> Option<&'static str> {
    let subject = mail.subject.trim_start().to_lowercase();
    let starts = |words: &[&str]| words.iter().any(|word| subject.starts_with(word));
    if mail.field("In-Reply-To").is_some()
        || starts(&["re:", "aw:", "antw:", "antwort:", "r:", "sv:"])
    {
        return Some("a reply: what it quotes is no new order");
    }
    if starts(&["fwd:", "fw:", "wg:", "wtr:", "tr:", "i:"]) || !mail.messages.is_empty() {
        return Some(
            "a forwarded mail: let the shop's mail be redirected instead, then its sender can be proven",
        );
    }
    let quoted_head = |line: &str| {
        [
            "-----original",
            "-----ursprüngliche",
            "---------- forwarded",
            "-------- weitergeleitete",
            "begin forwarded",
            "anfang der weitergeleiteten",
            "-----weitergeleitete",
            "-------- forwarded",
            "-------- original",
        ]
        .iter()
        .any(|mark| line.starts_with(mark))
    };
    let lines = mail
        .html
        .iter()
        .chain(&mail.text)
        .flat_map(|line| &line.cells);
    let forwarded = lines
        .into_iter()
        .any(|cell| quoted_head(&cell.trim().to_lowercase()));
    forwarded.then_some("a mail that quotes another one: what it quotes is not proven")
}

/// The shop's mail inside a forward as an attachment. Its own sender cannot be proven any more, so without a proof of
/// the forwarder it is for review.
pub fn attached(mail: &Mail, verdict: &Verdict, trust: &Trust) -> Option<Mail> {
    let [inner] = mail.messages.as_slice() else {
        return None;
    };
    if !trust.assume
        || !verdict.proven()
        || !trust.may_forward(&verdict.from)
        || mail.field("In-Reply-To").is_some()
    {
        return None;
    }
    let report = mail
        .field("Content-Type")
        .is_some_and(|kind| kind.to_lowercase().contains("multipart/report"));
    Mail::parse(inner)
        .ok()
        .filter(|inner| !report && inner.defects.is_empty() && inner.messages.is_empty())
}
