//! `:86:`, what the bank says about an entry: the German subfields `?20` with the SEPA labels inside, the Dutch words
//! between slashes, or plain text. Knows where the payer's own words begin and end, and takes nothing else for bank's.

use crate::ledger::Money;
use crate::mail::parts::clean;
use crate::mail::statement::{Aside, Class, Line, iban_in, meant, squeezed};

/// German business transaction codes of money that came back: direct debits (009, 108-111), transfers (059, 159, 160)
/// and re-credited direct debits (181, 184).
const RETURNED: [&str; 10] = [
    "009", "059", "108", "109", "110", "111", "159", "160", "181", "184",
];

/// Labels in the order in which the banks write them (DK, Anlage 3 zum DFÜ-Abkommen, 8.2.4).
const LABELS: [&str; 13] = [
    "EREF", "KREF", "MREF", "CRED", "DEBT", "COAM", "OAMT", "SVWZ", "ABWA", "ABWE", "RREF", "IBAN",
    "BIC",
];

/// Words of the Dutch structure, as ABN AMRO, ING and Rabobank write them.
const WORDS: [&str; 27] = [
    "TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "CSID", "MARF", "ORDP", "BENM", "CNTP", "TRCD",
    "ISDT", "PREF", "RTRN", "ULTD", "ULTC", "PURP", "ADDR", "SVCL", "KREF", "ACCW", "OCMT", "CHGS",
    "EXCH", "NRTX", "SUM",
];

/// Whether these lines have a structure by which their fields can be told apart.
pub(super) fn is_structured(lines: &[&str]) -> bool {
    let first = lines.first().map_or("", |l| l.trim_start());
    subfield_code(first).is_some() || slash_words(first)
}

/// Takes what `:86:` says into the line.
pub(super) fn take(lines: &[&str], line: &mut Line) {
    let whole = lines.concat();
    if let Some(gvc) = subfield_code(whole.trim_start()) {
        line.gvc = Some(gvc.to_owned());
        let back = RETURNED.contains(&gvc);
        if back && matches!(line.class, Class::Credit | Class::Debit) {
            line.class = Class::Return;
        }
        // A blank before the code: one bank's structure, another's plain text.
        line.purpose_unsure |= whole.starts_with(' ');
        german(&whole, line);
    } else if slash_words(&whole) {
        dutch(&whole, line);
    } else {
        let own = lines.iter().map(|l| squeezed(&clean(l)));
        line.remittance.extend(own.filter(|l| !l.is_empty()));
    }
}

/// The three digits before the first subfield (`166?00`).
fn subfield_code(text: &str) -> Option<&str> {
    let (code, rest) = (text.get(..3)?, text.get(3..6)?.as_bytes());
    let digits = |b: &[u8]| b.iter().all(u8::is_ascii_digit);
    (digits(code.as_bytes()) && rest[0] == b'?' && digits(&rest[1..])).then_some(code)
}

fn slash_words(text: &str) -> bool {
    let mut parts = text.split('/');
    parts.next() == Some("") && parts.next().is_some_and(|word| WORDS.contains(&word))
}

/// Subfields in their order. A code that does not ascend is not the bank's.
fn subfields(text: &str) -> (Vec<(u8, &str)>, bool) {
    let mut found: Vec<(u8, &str)> = Vec::new();
    let (mut ordered, mut rest) = (true, &text[3..]);
    while let Some(at) = rest.find('?') {
        let code = rest
            .get(at + 1..at + 3)
            .filter(|c| c.bytes().all(|b| b.is_ascii_digit()));
        let Some(code) = code.and_then(|c| c.parse().ok()) else {
            match rest.get(at + 1..) {
                Some(more) => rest = more,
                None => break,
            }
            continue;
        };
        ordered &= found.last().is_none_or(|(last, _)| *last < code);
        let value = rest.get(at + 3..).unwrap_or_default();
        found.push((code, value));
        rest = value;
    }
    // Each value ends where the next code begins.
    for at in 1..found.len() {
        let (before, next) = (found[at - 1].1, found[at].1);
        let end = before.len() - next.len() - 3;
        found[at - 1].1 = &before[..end];
    }
    (found, ordered)
}

fn german(text: &str, line: &mut Line) {
    let (fields, ordered) = subfields(text.trim_start());
    let joined = |codes: &[u8]| -> String {
        let values = fields.iter().filter(|(code, _)| codes.contains(code));
        values.map(|(_, value)| *value).collect()
    };
    if !ordered {
        line.doubt = Some("the bank's subfields are not in their order".into());
    }
    let account = squeezed(&clean(&joined(&[31]))).replace(' ', "");
    let name = squeezed(&clean(&joined(&[32, 33])));
    let (name, iban) = ((!name.is_empty()).then_some(name), iban_in(&account));
    let german_iban = account.len() == 22 && iban.is_some();
    if account.is_empty() || german_iban {
        (line.counterparty_name, line.counterparty_iban) = (name, iban);
    } else {
        // Beside any other account number banks are seen to run the name on from it: a hint, not a proof.
        line.aside = Aside { name, iban };
    }
    let purpose: Vec<&str> = pieces(&fields, 20..=29);
    labelled(&purpose, line);
    let more = pieces(&fields, 60..=63).concat();
    line.continued = Some(squeezed(&clean(&more))).filter(|m| !m.is_empty());
    line.return_reason =
        Some(joined(&[34])).filter(|r| line.class == Class::Return && !r.is_empty());
}

fn pieces<'a>(fields: &[(u8, &'a str)], codes: std::ops::RangeInclusive<u8>) -> Vec<&'a str> {
    let of = fields.iter().filter(|(code, _)| codes.contains(code));
    of.map(|(_, value)| *value).collect()
}

/// The purpose by its labels. They may be cut by the borders of the subfields; the payer's words keep these borders as
/// line ends, since a number may be cut there.
fn labelled(pieces: &[&str], line: &mut Line) {
    let text = pieces.concat();
    let mut borders = Vec::with_capacity(pieces.len());
    let mut length = 0;
    for piece in pieces {
        length += piece.len();
        borders.push(length);
    }
    let marks = marks(&text);
    let segment = |name: &str| {
        let at = marks.iter().position(|(label, _)| *label == name)?;
        let from = marks[at].1 + name.len() + 1;
        let end = marks.get(at + 1).map_or(text.len(), |next| next.1);
        Some((from, end))
    };
    let reference = |name: &str| {
        let (from, end) = segment(name)?;
        let value = text[from..end].split("MTLG:").next()?;
        let value = squeezed(&clean(value));
        (!value.is_empty() && meant(&value)).then_some(value)
    };
    line.end_to_end_id = reference("EREF");
    line.ultimate_name = reference("ABWA");
    line.instructed = reference("OAMT").and_then(|text| ordered(&text));
    let own = match (segment("SVWZ"), marks.first()) {
        (Some(own), _) => vec![own],
        (None, None) => vec![(0, text.len())],
        // No purpose is marked: what stands before the labels, and the bank's message behind a reference.
        (None, Some((_, first))) => {
            let last = marks.last().is_some_and(|(label, _)| *label == "EREF");
            let message = text.find("MTLG:").filter(|at| last && at > first);
            let message = message.map(|at| (at, text.len()));
            std::iter::once((0, *first)).chain(message).collect()
        }
    };
    for (from, end) in own {
        let mut start = from;
        let inner = borders.iter().copied().filter(|b| *b > from && *b < end);
        for border in inner.chain([end]) {
            let piece = clean(&text[start..border]);
            if !piece.trim().is_empty() {
                line.remittance.push(piece.trim().to_owned());
            }
            start = border;
        }
    }
}

/// The amount that was ordered; the entry gives its currency.
fn ordered(text: &str) -> Option<Money> {
    Some(Money::new(super::entry::amount(text)?, "XXX".parse().ok()?))
}

/// The labels that the bank wrote, with their places: each once, and behind `SVWZ+`, where the payer's words stand, only
/// those that the norm has there.
fn marks(text: &str) -> Vec<(&'static str, usize)> {
    let mut found: Vec<(&'static str, usize)> = Vec::new();
    for (plus, _) in text.match_indices('+') {
        let label = LABELS.iter().find(|label| text[..plus].ends_with(**label));
        let Some(label) = label else { continue };
        let behind_purpose = found.iter().any(|(known, _)| *known == "SVWZ");
        let allowed = !behind_purpose || matches!(*label, "ABWA" | "ABWE");
        if allowed && !found.iter().any(|(known, _)| known == label) {
            found.push((label, plus - label.len()));
        }
    }
    found
}

/// A word of the Dutch structure: its name, its place, and where its value begins.
type Word<'a> = (&'a str, usize, usize);

/// The words that the bank wrote: each once, and behind the payer's words only those that the banks have there.
fn dutch_words(text: &str) -> Vec<Word<'_>> {
    let mut found: Vec<Word<'_>> = Vec::new();
    let mut at = 0;
    while let Some(slash) = text[at..].find('/').map(|s| s + at) {
        at = slash + 1;
        let Some(len) = text[at..].find('/') else {
            break;
        };
        let word = WORDS.iter().find(|word| **word == &text[at..at + len]);
        let new = |word: &&&str| !found.iter().any(|f| f.0 == **word);
        let Some(word) = word.filter(new) else {
            continue;
        };
        let before = [
            "NAME", "IBAN", "BIC", "ORDP", "BENM", "CNTP", "REMI", "RTRN",
        ];
        if !found.iter().any(|f| f.0 == "REMI") || !before.contains(word) {
            found.push((word, slash, at + len + 1));
        }
        at += len;
    }
    found
}

/// `/TRTP/SEPA OVERBOEKING/IBAN/NL.../NAME/.../REMI/.../EREF/...`, `/CNTP/IBAN/BIC/NAME///REMI/USTD//.../`.
fn dutch(text: &str, line: &mut Line) {
    let found = dutch_words(text);
    let raw = |word: &str| {
        let at = found.iter().position(|f| f.0 == word)?;
        let end = found.get(at + 1).map_or(text.len(), |next| next.1);
        text.get(found[at].2..end)
    };
    let said =
        |text: &str| Some(squeezed(&clean(text.trim_matches('/')))).filter(|t| !t.is_empty());
    let value = |word: &str| said(raw(word)?);
    line.counterparty_name = value("NAME");
    line.counterparty_iban = value("IBAN").as_deref().and_then(iban_in);
    if let Some(party) = raw("CNTP") {
        let parts: Vec<&str> = party.split('/').collect();
        line.counterparty_iban = parts.first().and_then(|iban| iban_in(iban));
        line.counterparty_name = parts.get(2).and_then(|name| said(name));
    }
    line.end_to_end_id = value("EREF").filter(|id| meant(id));
    line.ultimate_name = value("ULTD");
    if raw("RTRN").is_some() && matches!(line.class, Class::Credit | Class::Debit) {
        line.class = Class::Return;
        line.return_reason = value("RTRN");
    }
    let Some(purpose) = raw("REMI") else { return };
    match purpose.strip_prefix("STRD/") {
        Some(structured) => line
            .references
            .extend(structured.split('/').nth(1).and_then(said)),
        None => line
            .remittance
            .extend(said(purpose.strip_prefix("USTD//").unwrap_or(purpose))),
    }
}

/// The end-to-end id in a purpose that still has its labels, as in some CSV exports.
pub(in crate::mail::statement) fn end_to_end(purpose: &str) -> Option<String> {
    let mut line = Line::default();
    labelled(&[purpose], &mut line);
    line.end_to_end_id
}
