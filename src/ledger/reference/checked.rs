//! References with check digits: RF (ISO 11649), the Swiss QR reference, the Belgian OGM, the Finnish viite.
//!
//! Knows digits only. A reference whose check digits are wrong is none: it is never repaired and never searched for a
//! number inside.

use super::text::fold;
use super::{normal_form, trimmed};

/// Shortest number that is looked for inside a longer checked reference.
const SHORTEST_INSIDE: usize = 5;

/// The creditor reference (ISO 11649) of a number; `None` if it has no letters or digits or is too long.
pub fn creditor_reference(number: &str) -> Option<String> {
    let body: String = fold(number)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    (1..=21).contains(&body.len()).then_some(())?;
    let check = 98 - mod_97(&format!("{body}RF00"))?;
    Some(format!("RF{check:02}{body}"))
}

/// The reference part of a valid creditor reference (RF, two check digits, at most 21 letters and digits).
pub fn checked_body(reference: &str) -> Option<String> {
    if !reference.starts_with(['R', 'r']) {
        return None; // most texts, at no cost
    }
    let letters: String = reference
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_uppercase();
    let body = letters.strip_prefix("RF")?;
    if !letters.is_ascii()
        || !(3..=23).contains(&body.len())
        || !body[..2].bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    (mod_97(&format!("{}{}", &body[2..], &letters[..4]))? == 1).then(|| normal_form(&body[2..]))
}

/// The known number that a structured reference stands for, if its check digits are right: the whole reference as it
/// was printed, or a number inside it.
pub(super) fn structured(reference: &str, known: &impl Fn(&str) -> bool) -> Option<String> {
    if let Some(body) = checked_body(reference) {
        return known(&body).then_some(body);
    }
    let digits: String = reference
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '/' | '+' | '*'))
        .collect();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    qr_reference(&digits, known)
        .or_else(|| ogm(&digits, known))
        .or_else(|| viite(&digits, known))
}

/// A Swiss QR reference: 27 digits, the last one the recursive check digit (table of the Swiss payment standards). Its
/// body is known as a whole, or ends in a known number behind filling zeros.
pub(super) fn qr_reference(digits: &str, known: &impl Fn(&str) -> bool) -> Option<String> {
    const TABLE: [u8; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    if digits.len() != 27 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (body, check) = digits.split_at(26);
    let carry = body.bytes().fold(0_u8, |carry, b| {
        TABLE[usize::from((carry + (b - b'0')) % 10)]
    });
    let right = (10 - carry) % 10;
    if check.bytes().next() != Some(b'0' + right) {
        return None;
    }
    whole_or_inside(digits, body, known)
}

/// A Belgian structured communication: ten digits and their remainder by 97, where 0 is written 97.
fn ogm(digits: &str, known: &impl Fn(&str) -> bool) -> Option<String> {
    (digits.len() == 12).then_some(())?;
    let (body, check) = digits.split_at(10);
    let rest = body.parse::<u64>().ok()? % 97;
    let right = if rest == 0 { 97 } else { rest };
    (check.parse::<u64>().ok()? == right)
        .then(|| whole_or_inside(digits, body, known))
        .flatten()
}

/// A Finnish reference number: weights 7, 3, 1 from the right, the check digit fills up to the next ten.
fn viite(digits: &str, known: &impl Fn(&str) -> bool) -> Option<String> {
    let digits = trimmed(digits);
    (4..=20).contains(&digits.len()).then_some(())?;
    let (body, check) = digits.split_at(digits.len() - 1);
    let weights = [7, 3, 1].iter().cycle();
    let sum: u32 = body
        .bytes()
        .rev()
        .zip(weights)
        .map(|(b, weight)| u32::from(b - b'0') * weight)
        .sum();
    (check.parse::<u32>().ok()? == (10 - sum % 10) % 10)
        .then(|| [digits, body].into_iter().find(|form| known(form)))?
        .map(str::to_owned)
}

fn whole_or_inside(digits: &str, body: &str, known: &impl Fn(&str) -> bool) -> Option<String> {
    let whole = [trimmed(digits), trimmed(body)];
    if let Some(form) = whole.into_iter().find(|form| known(form)) {
        return Some(form.to_owned());
    }
    // Longest first; only behind a filling zero, so that no number is the tail of a longer one.
    (1..body.len())
        .filter(|&start| body.as_bytes()[start - 1] == b'0' && body.as_bytes()[start] != b'0')
        .map(|start| &body[start..])
        .filter(|form| form.len() >= SHORTEST_INSIDE)
        .find(|form| known(form))
        .map(str::to_owned)
}

/// Belgian communications in running text: `+++090/9337/55493+++`.
pub(super) fn communications(text: &str) -> impl Iterator<Item = &str> {
    let mark = |mark: &'static str| text.split(mark).skip(1).step_by(2);
    mark("+++")
        .chain(mark("***"))
        .filter(|inside| inside.len() <= 20)
}

/// Remainder by 97 of letters and digits read as a number (A = 10 ... Z = 35), ISO 7064.
fn mod_97(text: &str) -> Option<u32> {
    text.chars().try_fold(0, |rest, c| {
        let value = c.to_digit(36)?;
        Some(if value < 10 {
            (rest * 10 + value) % 97
        } else {
            (rest * 100 + value) % 97
        })
    })
}
