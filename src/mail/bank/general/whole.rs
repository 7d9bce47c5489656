//! What holds for a mail as a whole: our account that it names, and that its two sides say the same.

use std::sync::LazyLock;

use regex::Regex;

use super::labels::{Label, Sorted};
use crate::mail::PaymentReading;
use crate::mail::bank::fold::one_line;

/// Accounts that the labels and sentences of a page name as ours.
pub fn accounts(sorted: &Sorted) -> Vec<String> {
    static OURS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:konto|account|a/c|compte|conto|rekening|cuenta|conta|konta|rachunk\w*|účt\w*|ucte|uctu)\b[^\n]{0,40}?[ (]((?-i:[A-Z]{2}\d\d(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,4})?)|(?:[*x•.…]+ ?)+\d{3,6})\b").ok()
    });
    let labelled = sorted
        .pairs
        .iter()
        .filter(|p| p.label == Label::Account)
        .map(|p| one_line(&p.value))
        .filter(|v| v.chars().filter(char::is_ascii_digit).count() >= 3);
    let said = sorted
        .prose
        .iter()
        .filter_map(|(_, line)| Some(OURS.as_ref()?.captures(line)?.get(1)?.as_str().to_owned()));
    labelled.chain(said).collect()
}

/// The bookings of HTML and text: what both say must be equal, what one says counts.
///
/// # Errors
/// What differs.
pub fn merged(
    html: Vec<PaymentReading>,
    text: Vec<PaymentReading>,
) -> Result<Vec<PaymentReading>, String> {
    if html.len() != text.len() {
        return Err("text and HTML hold different numbers of bookings".into());
    }
    let both = |(mut a, b): (PaymentReading, PaymentReading)| {
        if a.kind != b.kind || a.amount != b.amount {
            return Err(format!("HTML says {}, the text {}", a.amount, b.amount));
        }
        let one = |a: &mut Option<String>, b: Option<String>| match (&a, b) {
            (None, b) => *a = b,
            (Some(x), Some(y)) if one_line(x) != one_line(&y) => *a = None,
            _ => {}
        };
        one(&mut a.payer_name, b.payer_name);
        one(&mut a.payer_iban, b.payer_iban);
        one(&mut a.payer_email, b.payer_email);
        one(&mut a.remittance, b.remittance);
        one(&mut a.transaction_id, b.transaction_id);
        one(&mut a.end_to_end_id, b.end_to_end_id);
        a.booking_date = a.booking_date.or(b.booking_date);
        Ok(a)
    };
    html.into_iter().zip(text).map(both).collect()
}
