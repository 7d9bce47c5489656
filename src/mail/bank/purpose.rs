//! What the payer wrote, as the bank prints it: nothing in it is an amount, a name or a direction.
//!
//! Only two things are taken out of it: the end-to-end id behind the label `EREF+` of German banks, and, of a return,
//! the bank's own ISO 20022 reason code.

use std::sync::LazyLock;

use regex::Regex;

/// The words mean that the payer wrote nothing.
pub fn is_nothing(text: &str) -> bool {
    let bare = text
        .trim_matches(|c: char| c.is_whitespace() || "-–—.:/()".contains(c))
        .to_lowercase();
    let words = [
        "",
        "keine",
        "keiner",
        "kein",
        "keine angabe",
        "nicht angegeben",
        "ohne",
        "none",
        "no message",
        "no reference",
        "not provided",
        "notprovided",
        "n/a",
        "aucun",
        "aucune",
        "nessuna",
        "nessuno",
        "geen",
        "ninguno",
        "sin concepto",
        "brak",
        "nenhuma",
        "žádná",
        "empty",
        "leer",
        "kein verwendungszweck",
        "no note",
        "not specified",
    ];
    words.contains(&bare.as_str())
}

/// The end-to-end id that German banks print inside the purpose.
pub fn end_to_end_id(purpose: &str) -> Option<String> {
    static EREF: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|\s)EREF\s?[+:]\s?(\S{1,35})").ok());
    let found = EREF.as_ref()?.captures(purpose)?;
    let id = found.get(1)?.as_str();
    (!["NOTPROVIDED", "NONREF"].contains(&id.to_uppercase().as_str())).then(|| id.to_owned())
}

/// The reason code of a returned payment (ISO 20022 external code set), if exactly one is named.
pub fn return_reason(text: &str) -> Option<String> {
    static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\b(AC0[1346]|AC13|AG0[12]|AM0[1459]|BE0[1-7]|CNOR|DNOR|DT01|ED05|FF01|FOCR|MD0[1-7]|MS0[23]|RC01|RR0[1-4]|SL01|TECH|TM01|CUST|FRAD|DUPL|UPAY)\b").ok()
    });
    let mut codes: Vec<&str> = CODE.as_ref()?.find_iter(text).map(|m| m.as_str()).collect();
    codes.dedup();
    match codes.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_reasons_are_found_at_their_labels_only() {
        assert_eq!(
            end_to_end_id("EREF+A-77 SVWZ+RE 1").as_deref(),
            Some("A-77")
        );
        assert_eq!(end_to_end_id("SVWZ+RE 1\nEREF+B1").as_deref(), Some("B1"));
        assert_eq!(end_to_end_id("EREF+NOTPROVIDED SVWZ+RE"), None);
        assert_eq!(end_to_end_id("MEREF+1"), None);
        assert_eq!(
            return_reason("RÜCKGABE MD06 WIDERSPRUCH").as_deref(),
            Some("MD06")
        );
        assert_eq!(return_reason("AM04 oder MD06"), None);
        assert!(is_nothing(" - ") && is_nothing("Keine Angabe") && !is_nothing("RE 1"));
    }
}
