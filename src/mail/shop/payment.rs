//! Printed payment texts to the method they mean.

use crate::ledger::PaymentMethod;
use crate::mail::recipe::Common;

/// The method, and whether it means that the money is already there. The first line of the shared map with a word that
/// stands in the text as whole words wins; an unknown text is `Other` and not paid.
pub fn method(text: &str, common: &Common) -> (PaymentMethod, bool) {
    let text = padded(text);
    common
        .payment
        .iter()
        .find(|line| line.words.iter().any(|word| text.contains(&padded(word))))
        .map_or((PaymentMethod::Other, false), |line| {
            (line.method, line.paid)
        })
}

/// Words in lower case with one blank around each.
fn padded(text: &str) -> String {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase);
    words.fold(String::from(" "), |all, word| all + &word + " ")
}
