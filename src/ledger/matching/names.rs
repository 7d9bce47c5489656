//! Do two printed names mean the same person or firm? A weak fact: it never books by itself.

use crate::ledger::customer::Customer;
use crate::ledger::event::Payment;
use crate::ledger::reference::fold;

/// How well a payer's name fits a customer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Nothing in common, or no name.
    None,
    /// The surname, or as much of the name as the bank left.
    Part,
    /// Every word of the customer's or the company's name.
    Full,
}

/// Words of a name that tell people apart: no titles, no legal forms, vowels with dots spelled as banks without them do.
pub fn words(name: &str) -> Vec<String> {
    let mut folded = fold(name);
    if folded.contains('.') {
        for form in [" E.K.", " E. K.", " E.V.", " E. V."] {
            folded = folded.replace(form, " ");
        }
    }
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !is_ballast(word))
        .map(without_dots)
        .collect()
}

/// A vowel that stands for one with dots, as who has no dots writes it: `MUELLER` and `MULLER` are one name.
fn without_dots(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for c in word.chars() {
        if c != 'E' || !plain.ends_with(['A', 'O', 'U']) {
            plain.push(c);
        }
    }
    plain
}

fn is_ballast(word: &str) -> bool {
    matches!(
        word,
        "GMBH"
            | "CO"
            | "KG"
            | "AG"
            | "UG"
            | "SE"
            | "EK"
            | "EV"
            | "OHG"
            | "GBR"
            | "MBH"
            | "INC"
            | "LTD"
            | "LLC"
            | "SARL"
            | "SAS"
            | "BV"
            | "DR"
            | "PROF"
            | "DIPL"
            | "ING"
            | "MED"
            | "HERR"
            | "FRAU"
            | "MR"
            | "MRS"
            | "MS"
            | "UND"
            | "U"
            | "AND"
            | "INH"
            | "HAFTUNGSBESCHRANKT"
            | "HAFTUNGSBESCHRAENKT"
    )
}

/// How well the payer fits the customer (his name or his company's).
pub fn fit(payment: &Payment, customer: &Customer) -> Fit {
    let Some(payer) = payment.payer.as_deref() else {
        return Fit::None;
    };
    let payer = words(payer);
    let names = customer.name.iter().chain(&customer.company);
    names
        .map(|name| fit_words(&payer, &words(name.as_str()), payment.payer_cut))
        .max()
        .unwrap_or(Fit::None)
}

fn fit_words(payer: &[String], name: &[String], cut: bool) -> Fit {
    let letters: usize = name.iter().map(String::len).sum();
    if name.is_empty() || payer.is_empty() || letters < 4 {
        return Fit::None;
    }
    if name.iter().all(|word| payer.contains(word)) && (name.len() > 1 || letters >= 5) && !cut {
        return Fit::Full;
    }
    let surname = name
        .last()
        .is_some_and(|last| last.len() >= 3 && payer.contains(last));
    if surname || (cut && cut_fits(payer, name)) {
        return Fit::Part;
    }
    Fit::None
}

/// The cut words are the beginning of the name, in whatever order: all but the last whole, the last one a beginning.
fn cut_fits(cut: &[String], name: &[String]) -> bool {
    let Some((last, whole)) = cut.split_last() else {
        return false;
    };
    let mut left: Vec<&String> = name.iter().collect();
    for word in whole {
        let Some(place) = left.iter().position(|other| *other == word) else {
            return false;
        };
        left.remove(place);
    }
    left.iter().any(|word| word.starts_with(last.as_str()))
}

/// Two lines may have the same payer: one of them names none, or a cut name begins as the other does, or one name's
/// words are all in the other.
pub fn same_payer(a: &Payment, b: &Payment) -> bool {
    let (Some(first), Some(second)) = (a.payer.as_deref(), b.payer.as_deref()) else {
        return true;
    };
    let (first, second) = (words(first), words(second));
    if first.is_empty() || second.is_empty() {
        return true;
    }
    let within = |few: &[String], many: &[String]| few.iter().all(|word| many.contains(word));
    within(&first, &second)
        || within(&second, &first)
        || (a.payer_cut && cut_fits(&first, &second))
        || (b.payer_cut && cut_fits(&second, &first))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::ledger::{CustomerName, Language};

    fn payment(payer: &str, cut: bool) -> Payment {
        serde_json::from_value(serde_json::json!({
            "account": "paypal", "amount": "1.00 EUR", "payer": payer, "payer_cut": cut,
        }))
        .unwrap()
    }

    fn fits(payer: &str, cut: bool, name: &str) -> Fit {
        let customer = Customer {
            name: CustomerName::new(name).ok(),
            company: None,
            address: None,
            country: None,
            postcode: None,
            language: Language::De,
        };
        fit(&payment(payer, cut), &customer)
    }

    #[test]
    fn names_as_banks_write_them() {
        for (payer, cut, name, expected) in [
            ("KÖHLER, ANNEGRET", false, "Annegret Köhler", Fit::Full),
            ("KOEHLER ANNEGRET", false, "Annegret Köhler", Fit::Full),
            (
                "Kohler Annegret u. Rolf",
                false,
                "Annegret Köhler",
                Fit::Full,
            ),
            ("A. Köhler", false, "Annegret Köhler", Fit::Part),
            ("Rolf Köhler", false, "Annegret Köhler", Fit::Part),
            ("Annegret.", true, "Annegret Köhler", Fit::Part),
            ("Annegr Kö", true, "Annegret Köhler", Fit::None),
            ("Köhler, A", true, "Annegret Köhler", Fit::Part),
            ("Foto Brandt", false, "Annegret Köhler", Fit::None),
            (
                "HOLZBAU WEIDNER GMBH + CO KG",
                false,
                "Holzbau Weidner GmbH & Co. KG",
                Fit::Full,
            ),
            ("", false, "Annegret Köhler", Fit::None),
        ] {
            assert_eq!(fits(payer, cut, name), expected, "{payer} / {name}");
        }
    }

    #[test]
    fn a_cut_name_and_its_whole() {
        let same = |a: &str, cut: bool, b: &str| same_payer(&payment(a, cut), &payment(b, false));
        assert!(same("Annegret K.", true, "KOEHLER, ANNEGRET"));
        assert!(!same("Annegret K.", true, "WEIDNER, ANNEGRET"));
        assert!(!same("Annegret K.", false, "KOEHLER, ANNEGRET"));
        assert!(!same("Lars Brandt", false, "Jens Brandt"));
    }
}
