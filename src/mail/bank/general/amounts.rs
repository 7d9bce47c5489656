//! Amounts in the words of a bank whose way of writing them nobody knows: only what can be read in one way.
//!
//! `1.234,50` and `1,234.50` have two decimals and say by themselves which sign is which; `1.234` does not and is none.
//! A `$` or `kr` without a code is nobody's currency.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use crate::ledger::{Currency, Money};

/// An amount with what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Without its sign.
    pub money: Money,
    /// Plus or minus, H or S, Cr or Dr.
    pub sign: Option<Sign>,
}

/// The direction that an amount bears itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Money in.
    Plus,
    /// Money out.
    Minus,
}

/// Currencies as they stand beside amounts.
const CURRENCY: &str = r"(?:R\$|US\$|CA\$|C\$|A\$|€|£|\$|₹|SFr\.|Fr\.|Rs\.?|zł|Kč|EUROS?\b|Euros?\b|euros?\b|[A-Z]{3}\b)";

/// The pattern of an amount with what stands beside it, for sentences.
pub fn pattern() -> String {
    format!(
        r"(?-i:[+−–-]? ?(?:{CURRENCY} ?){{0,2}}[+−–-]? ?\d(?:[\d.,'’ ]*\d)?(?: ?{CURRENCY}){{0,2}}(?: ?\([A-Z]{{3}}\))?)"
    )
}

/// All amounts with a currency in a text; `None`: one of them cannot be read in one way.
pub fn all(text: &str, home: Option<Currency>) -> Option<Vec<Found>> {
    static ANY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&pattern()).ok());
    static BARE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\d.,'’ +−–-]+$").ok());
    let bare = |text: &str| BARE.as_ref().is_none_or(|bare| bare.is_match(text));
    ANY.as_ref()?
        .find_iter(text)
        .map(|m| m.as_str().trim())
        .filter(|m| !bare(m) && !is_no_currency(m))
        .map(|m| whole(m, home))
        .collect()
}

/// `BIC 12`, `2025 ABC`: three capitals that are no currency.
fn is_no_currency(text: &str) -> bool {
    let words = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| w.len() == 3);
    let signs = text.contains(['€', '£', '$', '₹', 'ł', 'č']);
    let mut capitals = words
        .filter(|w| w.chars().all(|c| c.is_ascii_uppercase()))
        .peekable();
    !signs && capitals.peek().is_some() && capitals.all(|w| !KNOWN.contains(&w))
}

/// The one amount that a value consists of. `home` is the currency of a bank whose `$` (or bare number) is known.
pub fn whole(text: &str, home: Option<Currency>) -> Option<Found> {
    static WHOLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let sign = r"(?P<sign>[+−–-])? ?";
        let sign2 = sign.replace("sign", "sign2");
        let c = |name: &str| CURRENCY.replacen("(?:", &format!("(?P<{name}>"), 1);
        let pattern = format!(
            r"^{sign}(?:{} ?)?(?:{} ?)?{sign2}(?P<number>\d(?:[\d.,'’ ]*\d)?)(?:,-|,–|\.-)? ?(?P<back>-(?:[^\d\w]|$))? ?(?:{} ?)?(?:\(?{}\)? ?)?(?P<side>-|H|S|Haben|Soll|Cr\.?|Dr\.?|CR|DR|C|D)?$",
            c("before"),
            c("before2"),
            c("behind"),
            c("behind2")
        );
        Regex::new(&pattern).ok()
    });
    let text = text.trim().trim_end_matches(['.', '!']);
    let found = WHOLE.as_ref()?.captures(text)?;
    let get = |name: &str| found.name(name).map(|m| m.as_str());
    let mut currency: Option<Currency> = None;
    for name in ["before", "before2", "behind", "behind2"] {
        let Some(sign) = get(name) else { continue };
        match (code(sign)?, currency) {
            (Some(new), Some(old)) if new != old => return None,
            (Some(new), _) => currency = Some(new),
            (None, _) => {} // `$`: the code beside it decides, else the bank's home
        }
    }
    let money = Money::new(number(get("number")?)?, currency.or(home)?);
    let mut signs: Vec<Sign> = Vec::new();
    for text in ["sign", "sign2", "back", "side"]
        .iter()
        .filter_map(|name| get(name))
    {
        signs.push(match text.trim() {
            "+" | "H" | "Haben" | "Cr" | "Cr." | "CR" | "C" => Sign::Plus,
            _ => Sign::Minus,
        });
    }
    let sign = signs.first().copied();
    (signs.iter().all(|s| Some(*s) == sign) && money.amount <= Money::LIMIT && money.is_positive())
        .then_some(Found { money, sign })
}

/// The currency of a sign or code; `Some(None)`: a sign that several share; `None`: no currency at all.
fn code(text: &str) -> Option<Option<Currency>> {
    let code = match text.trim_end_matches('.') {
        "€" | "Euro" | "Euros" | "euro" | "euros" | "EURO" | "EUROS" => "EUR",
        "£" => "GBP",
        "R$" => "BRL",
        "US$" => "USD",
        "CA$" | "C$" => "CAD",
        "A$" => "AUD",
        "₹" | "Rs" => "INR",
        "SFr" | "Fr" => "CHF",
        "zł" => "PLN",
        "Kč" => "CZK",
        "$" => return Some(None),
        code if KNOWN.contains(&code) => code,
        _ => return None,
    };
    code.parse().ok().map(Some)
}

const KNOWN: [&str; 30] = [
    "EUR", "USD", "GBP", "CHF", "PLN", "CZK", "SEK", "NOK", "DKK", "HUF", "RON", "BGN", "CAD",
    "AUD", "NZD", "JPY", "ISK", "TRY", "BRL", "INR", "SGD", "HKD", "ZAR", "MXN", "AED", "ILS",
    "THB", "CNY", "UAH", "RSD",
];

/// A number that can be read in one way.
pub fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (whole, cents) = match text.rfind([',', '.']) {
        Some(at) if text.len() - at == 3 => (&text[..at], &text[at + 1..]),
        Some(at) if text.len() - at == 2 && !text[..at].contains([',', '.']) => return None,
        _ => (text, "00"),
    };
    let decimal = text.as_bytes().get(whole.len()).copied();
    let groups: Vec<&str> = whole.split([',', '.', '\'', '’', ' ']).collect();
    let separators: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let same = separators.windows(2).all(|w| w[0] == w[1]);
    // `1.234` and `1,234` without decimals may be one or a thousand.
    let unclear = decimal.is_none() && separators.iter().any(|c| ",.".contains(*c));
    let clash = separators
        .first()
        .is_some_and(|c| decimal == u8::try_from(*c as u32).ok());
    let (first, rest) = groups.split_first()?;
    let european = (1..=3).contains(&first.len()) && rest.iter().all(|g| g.len() == 3);
    let indian = separators.first() == Some(&',')
        && (1..=2).contains(&first.len())
        && rest
            .split_last()
            .is_some_and(|(last, middle)| last.len() == 3 && middle.iter().all(|g| g.len() == 2));
    let plain = rest.is_empty() && first.len() <= 9;
    if !same || unclear || clash || !(european || indian || plain) {
        return None;
    }
    let digits: String = groups.concat();
    Decimal::from_str_exact(&format!("{digits}.{cents}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_read_in_one_way_is_an_amount() {
        for (text, read) in [
            ("1.234,50 EUR", Some("1234.50 EUR")),
            ("EUR 1,234.50", Some("1234.50 EUR")),
            ("CHF 1'234.50", Some("1234.50 CHF")),
            ("1 234,50 Kč", Some("1234.50 CZK")),
            ("Rs. INR 3,25,000.00", Some("325000.00 INR")),
            ("87,50 $ (CAD)", Some("87.50 CAD")),
            ("$87.50 USD", Some("87.50 USD")),
            ("€ 30,00 EUR", Some("30.00 EUR")),
            ("250 EUR", Some("250.00 EUR")),
            ("250,- €", Some("250.00 EUR")),
            ("$87.50", None),
            ("1.234 EUR", None),
            ("12,5 EUR", None),
            ("1.23.4,50 EUR", None),
            ("1,234.567 EUR", None),
            ("49,90", None),
            ("49,90 EUR und 5,00 EUR", None),
            ("49,90 ABC", None),
            ("0,00 EUR", None),
        ] {
            assert_eq!(
                whole(text, None).map(|f| f.money.to_string()).as_deref(),
                read,
                "{text}"
            );
        }
    }

    #[test]
    fn signs_stand_before_or_behind() {
        let sign = |text: &str| whole(text, None).and_then(|f| f.sign);
        assert_eq!(sign("+49,90 EUR"), Some(Sign::Plus));
        assert_eq!(sign("EUR +75,30"), Some(Sign::Plus));
        assert_eq!(sign("-49,90 €"), Some(Sign::Minus));
        assert_eq!(sign("7,90- EUR"), Some(Sign::Minus));
        assert_eq!(sign("49,90 EUR H"), Some(Sign::Plus));
        assert_eq!(sign("49,90 EUR S"), Some(Sign::Minus));
        assert_eq!(sign("49,90 EUR"), None);
    }
}
