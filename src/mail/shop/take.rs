//! Single values out of found words: numbers of orders, names in a greeting, days of terms.

use std::sync::LazyLock;

use regex::Regex;

/// An order or invoice number: the first word, without `#` and punctuation; letters, digits and `-_/.`; at least one
/// digit, or eight capital letters and more (PrestaShop, Vendure); at most 40 characters.
pub fn number(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let word = word
        .trim_start_matches(['#', '(', '„', '"'])
        .trim_end_matches([',', '.', ';', ':', ')', '"', '“', '!']);
    let allowed = word
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_/.".contains(c));
    let digit = word.chars().any(|c| c.is_ascii_digit());
    let letters = word.len() >= 8 && word.chars().all(|c| c.is_ascii_uppercase());
    let plausible = allowed && word.len() <= 40 && (digit || letters);
    plausible.then(|| word.to_owned())
}

/// The name in a greeting line: `Hallo Sehr geehrter Herr Jan Voß,`, `Guten Tag Jan Voß,`, `Dear Mrs. Ann Lee,`.
pub fn greeted(line: &str) -> Option<String> {
    static GREETING: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^(?:(?i:hallo|guten tag|sehr geehrte[rs]?|sehr geehrte\(r\)|dear|hello|hi|liebe[r]?|bonjour|ciao|hola|buongiorno|gentile|beste|geachte|estimad[oa]|witaj|dzień dobry)\s+)+(?:(?:Ms\./Mrs|Herrn?|Frau|Mrs?|Ms|Miss|Mx|Divers)\.?\s+)?(\p{L}[\p{L} .'’-]{2,60}?)\s?[,!]$",
        )
        .ok()
    });
    let name = GREETING
        .as_ref()?
        .captures(line.trim())?
        .get(1)?
        .as_str()
        .trim();
    let nobody = [
        "damen und herren",
        "kunde",
        "kundin",
        "customer",
        "client",
        "sir or madam",
        "there",
        "team",
    ];
    let lower = name.to_lowercase();
    (!nobody.iter().any(|word| lower.contains(word))).then(|| name.to_owned())
}

/// Days of a payment term: `innerhalb von 14 Tagen`, `within 30 days`, `net 30`. Only a plain number of days; a cash
/// discount's days are not a term.
pub fn days(text: &str) -> Option<u16> {
    static TERM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(\d{1,3})\s*(?:tagen?|days?)\b|\bnet(?:to)?\s*(\d{1,3})\b").ok()
    });
    let found = TERM.as_ref()?.captures(text)?;
    let days: u16 = found
        .get(1)
        .or_else(|| found.get(2))?
        .as_str()
        .parse()
        .ok()?;
    (1..=180).contains(&days).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_and_terms() {
        assert_eq!(number("20460 umfasst folgende").as_deref(), Some("20460"));
        assert_eq!(number("#1001.").as_deref(), Some("1001"));
        assert_eq!(number("wird Ihnen"), None);
        assert_eq!(number("XKBKNABJK - x").as_deref(), Some("XKBKNABJK"));
        assert_eq!(number("Bestellung"), None);
        assert_eq!(
            greeted("Dear Ms./Mrs. Ida Blum,").as_deref(),
            Some("Ida Blum")
        );
        assert_eq!(
            greeted("Hallo Sehr geehrte Frau Hanne Bäcker,").as_deref(),
            Some("Hanne Bäcker")
        );
        assert_eq!(
            greeted("Dear Mrs. Siobhán O’Connor-Fitz,").as_deref(),
            Some("Siobhán O’Connor-Fitz")
        );
        assert_eq!(greeted("Sehr geehrte Damen und Herren,"), None);
        assert_eq!(greeted("vielen Dank für Ihre Bestellung,"), None);
        assert_eq!(days("Zahlbar innerhalb von 14 Tagen ohne Abzug."), Some(14));
        assert_eq!(days("Lieferung in 3 Werktagen"), None);
    }
}
