//! What kind of mail it is, and the words that are no amounts: the number, its line, whether it speaks of paid money.

use std::sync::LazyLock;

use regex::Regex;

use super::labels::LABELS;
use super::pairs::Pairs;
use crate::mail::recipe::Common;
use crate::mail::recipe::view::{Page, View};
use crate::mail::shop::{payment, take};

/// Lines at the top of a mail that count as its heading.
const HEADING: usize = 10;

/// Whether the mail announces a new order, and if so whether in German; `None`: it does not, or speaks of something else.
pub fn is_new_order(view: &View<'_>, pairs: &Pairs) -> Option<bool> {
    let bill = |text: &str| {
        let bare = text.trim_start_matches(|c: char| !c.is_alphanumeric());
        LABELS.invoice.iter().any(|word| {
            bare.strip_prefix(word.as_str())
                .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        })
    };
    if LABELS
        .elsewhere
        .iter()
        .any(|word| view.subject.contains(word))
        || bill(&view.subject)
    {
        return None;
    }
    let status = pairs.of_kind(&LABELS.status);
    let voids = |value: &&str| {
        LABELS
            .void
            .iter()
            .any(|word| value.to_lowercase().contains(word))
    };
    if status.iter().any(voids) {
        return None;
    }
    let heading = heading(view);
    let elsewhere = |line: &String| {
        // `Sobald Ihre Bestellung versandt ist` is a promise, no notice.
        let short = line.chars().count() <= 70;
        if !short || line.contains(':') || has_word(line, &LABELS.not_yet) {
            return false;
        }
        bill(line)
            || LABELS
                .elsewhere
                .iter()
                .any(|word| starts_a_word(line, word))
    };
    if heading.iter().any(elsewhere) {
        return None;
    }
    let says = |words: &[String]| {
        let mut words = words.iter();
        words.any(|word| says(view, &heading, word))
    };
    if !says(&LABELS.confirms) {
        return None;
    }
    let german = says(&LABELS.order_german);
    (german || says(&LABELS.order)).then_some(german)
}

fn says(view: &View<'_>, heading: &[String], word: &str) -> bool {
    view.subject.contains(word) || heading.iter().any(|line| line.contains(word))
}

/// Whether the merchant is told of the order, rather than the customer.
pub fn is_to_merchant(view: &View<'_>) -> bool {
    let heading = heading(view);
    let mut words = LABELS.to_merchant.iter();
    words.any(|word| says(view, &heading, word))
}

/// The one number of the order; `None` if there is none.
pub fn number(view: &View<'_>, pairs: &Pairs) -> Option<Result<String, String>> {
    static BESIDE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)\b(?:bestellung|bestellnummer|auftrag|auftragsbestätigung|bestellbestätigung|order|commande|ordine|bestelling|pedido|zamówienie|zamówienia)\s*(?:(?:nr|no|num)\b\.?|nummer|number|numéro|n[°º.]|id)?\s*:?\s*(#?)([a-z0-9][a-z0-9./_-]{0,38})",
        )
        .ok()
    });
    let pattern = BESIDE.as_ref()?;
    let mut found: Vec<String> = pairs
        .of_kind(&LABELS.number)
        .into_iter()
        .filter_map(take::number)
        .collect();
    let lines = view
        .pages
        .iter()
        .flat_map(|page| page.rows.iter().flatten().flatten());
    let subject = &view.mail.subject;
    for (line, in_subject) in lines.map(|line| (line, false)).chain([(subject, true)]) {
        for hit in pattern.captures_iter(line) {
            let whole = hit.get(0).map_or("", |m| m.as_str());
            let sign = hit.get(1).is_some_and(|mark| !mark.as_str().is_empty());
            let number = hit.get(2).and_then(|value| take::number(value.as_str()));
            // Subjects name the number bare: `Ihre Bestellung 4711`, but not `Your order 2 items` or a day.
            let bare =
                |number: &String| in_subject && number.len() > 2 && number.matches('.').count() < 2;
            found.extend(number.filter(|number| sign || says_number(whole) || bare(number)));
        }
    }
    found.sort();
    found.dedup();
    match found.as_slice() {
        [] => None,
        [one] => Some(Ok(one.clone())),
        [one, other, ..] => Some(Err(format!(
            "the mail names two numbers: {one} and {other}"
        ))),
    }
}

/// `Bestellung Nr. 12`, not `Bestellung 12`.
fn says_number(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        " nr",
        " no",
        "nummer",
        "number",
        "numéro",
        " n°",
        " nº",
        " n.",
        " id",
        "bestellnummer",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// The lines that name the number, shortest part around it first: a day may stand beside it.
pub fn lines_with(view: &View<'_>, number: &str) -> Vec<String> {
    let lines = view
        .pages
        .iter()
        .flat_map(|page| page.rows.iter().flatten().flatten());
    let named = lines.filter(|line| line.contains(number) && line.chars().count() <= 160);
    named.cloned().collect()
}

/// A line that says that money has come, or names a way of paying at once; `None` if none does.
pub fn says_paid<'v>(view: &'v View<'_>, common: &Common, known: bool) -> Option<&'v str> {
    let mut lines = view
        .pages
        .iter()
        .flat_map(|page| page.rows.iter().flatten().flatten());
    let says = |line: &&String| {
        let lower = line.to_lowercase();
        let at_once = || line.chars().count() <= 60 && payment::method(line, common).1;
        has_word(&lower, &LABELS.paid) && !has_word(&lower, &LABELS.not_yet) || !known && at_once()
    };
    lines.find(says).map(String::as_str)
}

/// Days of the payment term, where payment lines name just one.
pub fn terms(pairs: &Pairs) -> Option<u16> {
    let speaks = |text: &str| {
        let lower = text.to_lowercase();
        let pays = [
            "zahlbar",
            "zahlungsziel",
            "zahlungsbedingung",
            "payable",
            "pay within",
            "payment term",
            "netto",
            "net ",
        ];
        pays.iter().any(|word| lower.contains(word))
            && !["skonto", "discount", "%"]
                .iter()
                .any(|word| lower.contains(word))
    };
    let texts = pairs.all().map(|(label, value)| format!("{label} {value}"));
    let mut days: Vec<u16> = texts
        .filter(|text| speaks(text))
        .filter_map(|text| take::days(&text))
        .collect();
    days.sort_unstable();
    days.dedup();
    match days.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// The first lines of each side that are no rows of a table, in lower case.
fn heading(view: &View<'_>) -> Vec<String> {
    let lines = |page: &Page| {
        let rows = page.rows.iter().filter(|row| row.len() == 1);
        let lines = rows
            .flatten()
            .flatten()
            .filter(|line| !line.trim().is_empty());
        lines
            .take(HEADING)
            .map(|line| line.to_lowercase())
            .collect::<Vec<_>>()
    };
    view.pages.iter().flat_map(lines).collect()
}

/// One of these stands in the text as whole words.
pub fn has_word<W: AsRef<str>>(text: &str, words: &[W]) -> bool {
    let padded = |text: &str| {
        let parts = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        parts.fold(String::from(" "), |all, word| all + word + " ")
    };
    let text = padded(text);
    words
        .iter()
        .any(|word| text.contains(&padded(word.as_ref())))
}

fn starts_a_word(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(char::is_alphanumeric))
}
