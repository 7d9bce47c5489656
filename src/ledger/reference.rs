//! References that customers pay with: checked ones (RF and others), and order numbers as they stand in purposes.
//!
//! A purpose is attacker's input and badly typed besides: numbers are glued to words, broken by the bank's line
//! breaks, padded with zeros, spelled with other separators. It is cut into atoms (runs of letters, runs of digits);
//! a number is a row of atoms whose normal form somebody knows, and that is not part of a longer number.

mod checked;
mod text;

use super::event::Payment;
pub use checked::{checked_body, creditor_reference};
pub(crate) use text::fold;
use text::{
    Atom, Before, Gap, atoms, before, is_customer_word, is_date, is_keyword, is_long,
    is_word_for_number,
};

/// Characters of a purpose that are looked at; the longest a SEPA transfer can carry is 140.
const LONGEST_TEXT: usize = 600;
/// Atoms that one number can be broken into.
const LONGEST_ROW: usize = 7;
/// Longest normal form of a number.
const LONGEST_FORM: usize = 35;
/// Structured references of one payment that are looked at.
const MOST_REFERENCES: usize = 10;
/// A purpose of so many characters may have been cut off; a SEPA transfer carries 140, some banks cut earlier.
const LONG_TEXT: usize = 125;

/// A number that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its normal form.
    pub form: String,
    /// A word such as `Rechnung` stands before it, or it is long enough to be no accident.
    pub sure: bool,
    /// It stood in a creditor reference whose check digits are right.
    pub checked: bool,
}

/// Letters in capitals and digits only, umlauts spelled out, without leading zeros: what is compared.
pub fn normal_form(number: &str) -> String {
    let form: String = fold(number)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let cut = form.trim_start_matches('0');
    if cut.is_empty() { form } else { cut.to_owned() }
}

/// The normal forms under which a printed number is known: the whole, and without a leading `RE` and the like, which
/// customers leave out.
pub fn forms(number: &str) -> Vec<String> {
    let whole = normal_form(number);
    let letters = whole.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = whole.split_at(letters);
    let rest = rest.trim_start_matches('0');
    let mut forms = Vec::new();
    if is_keyword(word) && is_long(rest) {
        forms.push(rest.to_owned());
    }
    if !whole.is_empty() {
        forms.push(whole);
    }
    forms
}

/// Numbers that a payment names and `known` recognises by their normal form: the longest ones, left to right, each
/// once. A number behind a word for customer numbers is none.
pub fn named(payment: &Payment, known: impl Fn(&str) -> bool) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut add = |named: Named| match found.iter_mut().find(|other| other.form == named.form) {
        Some(other) => {
            other.sure |= named.sure;
            other.checked |= named.checked;
        }
        None => found.push(named),
    };
    let own = purpose(&payment.remittance);
    let references = payment.references.iter().take(MOST_REFERENCES);
    for reference in references
        .map(String::as_str)
        .chain(checked::communications(own))
    {
        if let Some(form) = checked::structured(reference, &known) {
            add(Named {
                form,
                sure: true,
                checked: true,
            });
        }
    }
    for text in texts(payment) {
        let atoms = atoms(&text);
        let mut start = 0;
        while start < atoms.len() {
            let (here, end) = named_at(&atoms, start, &known);
            here.into_iter().for_each(&mut add);
            start = end.max(start + 1);
        }
    }
    found
}

/// Customer numbers that the text names, with a word for them before, in normal form.
pub fn customers_named(payment: &Payment, known: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for text in texts(payment) {
        let atoms = atoms(&text);
        for start in 0..atoms.len() {
            if before(&atoms, start) != Before::Customer || is_word_for_number(atoms[start].text) {
                continue;
            }
            let mut row = String::new();
            for end in row_ends(&atoms, start) {
                row.push_str(atoms[end - 1].text);
                let form = trimmed(&row);
                if ends_here(&atoms, end) && known(form) && !found.iter().any(|f| f == form) {
                    found.push(form.to_owned());
                }
            }
        }
    }
    found
}

/// A number behind a word such as `Rechnung` that is long enough to be no accident and that nobody knows: the payer
/// means something else than what is in the books.
pub fn unknown_number(payment: &Payment, known: impl Fn(&str) -> bool) -> Option<String> {
    for text in texts(payment) {
        let atoms = atoms(&text);
        for start in 0..atoms.len() {
            if before(&atoms, start) != Before::Keyword || !begins_here(&atoms, start) {
                continue;
            }
            let mut row = String::new();
            let mut forms = Vec::new();
            for end in row_ends(&atoms, start) {
                if end > start + 1 && atoms[end - 1].gap == Gap::Blank {
                    break;
                }
                row.push_str(atoms[end - 1].text);
                forms.push(trimmed(&row).to_owned());
            }
            let digits = |form: &String| form.bytes().filter(u8::is_ascii_digit).count();
            let long = forms.last().filter(|form| digits(form) >= 5);
            if let Some(long) = long
                && !is_date(&atoms[start..start + forms.len()])
                && !forms.iter().any(|form| known(form))
                && !named_at(&atoms, start, &known).0.iter().any(|n| n.sure)
            {
                return Some(long.clone());
            }
        }
    }
    None
}

/// The last number of a purpose that the bank cut off, in normal form: what stands at the end of a long text.
pub fn cut_number(payment: &Payment) -> Option<String> {
    let text = purpose(&payment.remittance).trim_end();
    if text.chars().count() < LONG_TEXT {
        return None;
    }
    let folded = fold(text);
    let atoms = atoms(&folded);
    let start = (0..atoms.len())
        .rev()
        .take_while(|&i| {
            i + 1 == atoms.len() || matches!(atoms[i + 1].gap, Gap::Glued | Gap::Joint)
        })
        .filter(|&i| begins_here(&atoms, i) && !is_keyword(atoms[i].text))
        .last()?;
    let row: String = atoms[start..].iter().map(|atom| atom.text).collect();
    let form = trimmed(&row);
    (form.bytes().filter(u8::is_ascii_digit).count() >= 4).then(|| form.to_owned())
}

/// Every normal form that the payment's text could name: what a later claim's number is looked up in.
pub fn possible_forms(payment: &Payment) -> Vec<String> {
    let mut forms = Vec::new();
    for text in texts(payment) {
        let atoms = atoms(&text);
        for start in 0..atoms.len() {
            let mut row = String::new();
            for end in row_ends(&atoms, start) {
                row.push_str(atoms[end - 1].text);
                if row.len() > LONGEST_FORM {
                    break;
                }
                forms.extend(checked_body(&row));
                forms.push(trimmed(&row).to_owned());
            }
        }
    }
    forms.sort();
    forms.dedup();
    forms
}

/// Rows of digits of the payment's text with at least six digits, in normal form: what a near miss is looked for in.
pub fn long_numbers(payment: &Payment) -> Vec<String> {
    possible_forms(payment)
        .into_iter()
        .filter(|form| form.len() >= 6 && form.bytes().all(|b| b.is_ascii_digit()))
        .collect()
}

/// One digit differs, or two neighbours are swapped.
pub fn is_near(a: &str, b: &str) -> bool {
    if a.len() != b.len() || a == b {
        return false;
    }
    let wrong: Vec<usize> = a
        .bytes()
        .zip(b.bytes())
        .enumerate()
        .filter(|(_, (x, y))| x != y)
        .map(|(i, _)| i)
        .collect();
    match wrong.as_slice() {
        [_] => true,
        &[i, j] => {
            j == i + 1 && a.as_bytes()[i] == b.as_bytes()[j] && a.as_bytes()[j] == b.as_bytes()[i]
        }
        _ => false,
    }
}

/// The parts of a payment in which a number may stand, folded.
fn texts(payment: &Payment) -> impl Iterator<Item = String> + '_ {
    let own = std::iter::once(purpose(&payment.remittance));
    let references = payment
        .references
        .iter()
        .take(MOST_REFERENCES)
        .map(String::as_str);
    own.chain(references).map(fold)
}

/// The payer's own words: without the bank's fields (`EREF+`, `KREF+`, `MREF+`, `CRED+` ...) where `SVWZ+` marks them.
fn purpose(text: &str) -> &str {
    let text = match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => &text[..end],
        None => text,
    };
    let Some((_, own)) = text.split_once("SVWZ+") else {
        return text;
    };
    let tag = |plus: usize| {
        [
            "EREF", "KREF", "MREF", "CRED", "DEBT", "ABWA", "ABWE", "IBAN", "BIC",
        ]
        .iter()
        .find(|tag| own[..plus].ends_with(**tag))
        .map(|tag| plus - tag.len())
    };
    let end = own.match_indices('+').find_map(|(plus, _)| tag(plus));
    &own[..end.unwrap_or(own.len())]
}

/// The longest known number that begins at this atom, and the atom behind it. Where one is whole before a blank and
/// another goes on behind it (`2026-304 1`), both are named and neither is sure.
fn named_at(
    atoms: &[Atom<'_>],
    start: usize,
    known: &impl Fn(&str) -> bool,
) -> (Vec<Named>, usize) {
    let (mut whole, mut broken): (Option<Named>, Option<Named>) = (None, None);
    let mut last = start;
    let before = before(atoms, start);
    let begins = begins_here(atoms, start) && before != Before::Customer;
    let reference = atoms[start].text == "RF";
    if !begins && !reference {
        return (Vec::new(), start);
    }
    let mut row = String::with_capacity(LONGEST_FORM);
    for end in row_ends(atoms, start) {
        row.push_str(atoms[end - 1].text);
        if row.len() > LONGEST_FORM {
            break;
        }
        let checked = checked_body(&row).filter(|form| reference && known(form));
        let checked = checked.or_else(|| checked::qr_reference(&row, known));
        if let Some(form) = checked {
            return (
                vec![Named {
                    form,
                    sure: true,
                    checked: true,
                }],
                end,
            );
        }
        let form = trimmed(&row);
        if begins && ends_here(atoms, end) && known(form) && !is_date(&atoms[start..end]) {
            let sure = is_long(form) || before == Before::Keyword;
            let blank = atoms[start + 1..end]
                .iter()
                .any(|atom| atom.gap == Gap::Blank);
            let best = if blank { &mut broken } else { &mut whole };
            *best = Some(Named {
                form: form.to_owned(),
                sure,
                checked: false,
            });
            last = end;
        }
    }
    let rivals = whole.is_some() && broken.is_some();
    let here = whole.into_iter().chain(broken).map(|named| Named {
        sure: named.sure && !rivals,
        ..named
    });
    (here.collect(), last)
}

/// Where a row of atoms from here on that could be one number can end, nearest first.
fn row_ends(atoms: &[Atom<'_>], start: usize) -> impl Iterator<Item = usize> {
    (start..atoms.len().min(start + LONGEST_ROW))
        .take_while(move |&i| i == start || atoms[i].gap != Gap::Apart)
        .map(|i| i + 1)
}

fn trimmed(row: &str) -> &str {
    match row.trim_start_matches('0') {
        "" => row,
        cut => cut,
    }
}

/// Nothing before the atom makes it the tail of a longer number: `1044` does not begin in `2025-1044`.
fn begins_here(atoms: &[Atom<'_>], start: usize) -> bool {
    let Some(before) = start.checked_sub(1).map(|i| &atoms[i]) else {
        return true;
    };
    match atoms[start].gap {
        Gap::Glued => !before.digits && is_keyword(before.text),
        Gap::Joint => !before.digits,
        Gap::Blank | Gap::Apart => true,
    }
}

/// Nothing behind the row makes it the head of a longer number.
fn ends_here(atoms: &[Atom<'_>], end: usize) -> bool {
    let Some(behind) = atoms.get(end) else {
        return true;
    };
    match behind.gap {
        Gap::Glued => !behind.digits && (is_keyword(behind.text) || is_customer_word(behind.text)),
        Gap::Joint => !behind.digits,
        Gap::Blank | Gap::Apart => true,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
