//! Amounts in explicit formats. A separator is never guessed: an amount counts only if it is written exactly
//! as one of the formats that the recipe names by example (`1.234,56`), with as many decimals as the example has.
//! Knows no label and no shop.

use rust_decimal::Decimal;

use crate::ledger::{Currency, Money};

pub use super::dates::{DateFormat, date, month_number};

/// How amounts are written, taken from an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberFormat {
    decimal: char,
    group: char,
    decimals: usize,
    /// Groups of two digits above the thousands (lakh, crore).
    indian: bool,
    /// As machines print: no groups, a point and one or two decimals or none; only beside a currency.
    raw: bool,
}

/// An amount as it stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// With its sign.
    pub value: Decimal,
    /// By symbol or code beside it; `None` if there is none or only an ambiguous one (`$`, `kr`).
    pub currency: Option<Currency>,
    /// A symbol that several currencies share stands beside it (`$`).
    pub shared_sign: bool,
    /// Bytes of the text that it took.
    pub len: usize,
}

impl NumberFormat {
    /// A format from its example: `1.234,56`, `1,234.56`, `1’234.56`, `1 234,56`, or `1234.5` for numbers as machines
    /// print them.
    ///
    /// # Errors
    /// Says what an example looks like.
    pub fn by_example(example: &str) -> Result<NumberFormat, String> {
        let wrong = || {
            format!("`{example}` is no amount like `1.234,56`, `1,234.56`, `1’234.56` or `1234.5`")
        };
        let machine = example == "1234.5";
        if machine || example == "12,34,567.89" {
            return Ok(NumberFormat {
                decimal: '.',
                group: if machine { '.' } else { ',' },
                decimals: 2,
                indian: !machine,
                raw: machine,
            });
        }
        let chars: Vec<char> = example.chars().collect();
        match chars.as_slice() {
            ['1', group, '2', '3', '4', decimal, decimals @ ..]
                if (1..=3).contains(&decimals.len())
                    && decimals.iter().all(char::is_ascii_digit)
                    && ".,".contains(*decimal)
                    && ".,’' \u{a0}\u{202f}".contains(*group)
                    && group != decimal =>
            {
                Ok(NumberFormat {
                    decimal: *decimal,
                    group: *group,
                    decimals: decimals.len(),
                    indian: false,
                    raw: false,
                })
            }
            _ => Err(wrong()),
        }
    }

    fn is_group(&self, c: char) -> bool {
        match self.group {
            '’' | '\'' => "’'".contains(c),
            ' ' | '\u{a0}' | '\u{202f}' => " \u{a0}\u{202f}\u{2009}".contains(c),
            group => c == group,
        }
    }

    /// The unsigned number at the very start of the text, and its length in bytes.
    fn number(&self, text: &str) -> Option<(Decimal, usize)> {
        if self.raw {
            return raw(text);
        }
        let (mut digits, mut run, mut grouped, mut end) = (String::new(), 0, false, 0);
        let mut chars = text.char_indices().peekable();
        while let Some(&(at, c)) = chars.peek() {
            if c.is_ascii_digit() {
                digits.push(c);
                run += 1;
            } else if self.is_group(c) && run > 0 && starts_with_digit(&text[at + c.len_utf8()..]) {
                // 1 to 3 digits before the first group, exactly 3 (in India 2) in each later one but the last.
                let (most, each) = if self.indian { (2, 2) } else { (3, 3) };
                if run > most || (grouped && run != each) {
                    return None;
                }
                (grouped, run) = (true, 0);
            } else {
                end = at;
                break;
            }
            end = at + c.len_utf8();
            chars.next();
        }
        if digits.is_empty() || (grouped && run != 3) || digits.len() > 12 {
            return None;
        }
        let rest = text[end..].strip_prefix(self.decimal)?;
        let mut cents: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let mut len = end + self.decimal.len_utf8() + cents.len();
        // `320,-` and `958.–` are whole amounts.
        if let (true, Some(dash)) = (
            cents.is_empty(),
            rest.chars().next().filter(|c| "-–—".contains(*c)),
        ) {
            cents = "0".repeat(self.decimals);
            len += dash.len_utf8();
        }
        if cents.len() != self.decimals || goes_on(&text[len..]) {
            return None;
        }
        let value = Decimal::from_str_exact(&format!("{digits}.{cents}")).ok()?;
        Some((value, len))
    }
}

/// `1.234,56.7` or `12,34,56` is no amount.
fn goes_on(rest: &str) -> bool {
    let mut after = rest.chars();
    after.next().is_some_and(|c| ".,’'".contains(c))
        && after.next().is_some_and(|c| c.is_ascii_digit())
}

/// A number as machines print it: `5547`, `387.3`, `85.70`.
fn raw(text: &str) -> Option<(Decimal, usize)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    let decimals = text[whole..].strip_prefix('.').map_or(0, digits);
    let len = whole + if decimals > 0 { decimals + 1 } else { 0 };
    if whole == 0 || whole > 12 || decimals > 2 || goes_on(&text[len..]) {
        return None;
    }
    let mut value = Decimal::from_str_exact(&text[..len]).ok()?;
    value.rescale(2);
    Some((value, len))
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The amount at the start of a text (`-8,50 €`, `CHF-23.98`, `€1.234,50 EUR`, `+ 12,00 EUR`), in one of the formats.
/// Two formats that give two values, or two currencies that contradict, give none.
pub fn amount(text: &str, formats: &[NumberFormat]) -> Option<Amount> {
    let mut found = None;
    for format in formats {
        match (amount_in(text, format), found) {
            (Some(new), None) => found = Some(new),
            (Some(new), Some(old)) if new != old => return None,
            _ => {}
        }
    }
    found
}

fn amount_in(text: &str, format: &NumberFormat) -> Option<Amount> {
    let mut rest = text.trim_start();
    let (mut negative, mut currency, mut shared_sign) = (false, None, false);
    for _ in 0..3 {
        if let Some(after) = rest.strip_prefix(['-', '−', '–']) {
            if negative {
                return None;
            }
            negative = true;
            rest = after.trim_start();
        } else if let Some(after) = rest.strip_prefix('+') {
            rest = after.trim_start();
        } else if let Some((sign, after)) = currency_sign(rest) {
            shared_sign |= sign.is_none();
            currency = currency.or(sign);
            rest = after.trim_start();
        } else {
            break;
        }
    }
    let (mut value, len) = format.number(rest)?;
    rest = &rest[len..];
    for _ in 0..2 {
        let Some((sign, after)) = currency_sign(rest.trim_start()) else {
            break;
        };
        if currency.is_some() && sign.is_some() && currency != sign {
            return None;
        }
        shared_sign |= sign.is_none();
        currency = currency.or(sign);
        rest = after;
    }
    if rest.starts_with('-') && !rest[1..].starts_with(|c: char| c.is_alphanumeric() || c == ' ') {
        negative = !negative; // `7,90-`
        rest = &rest[1..];
    }
    if rest.starts_with(|c: char| c.is_ascii_digit() || c == '%') {
        return None;
    }
    if format.raw && currency.is_none() {
        return None; // a bare whole number is anything
    }
    if negative {
        value = -value;
    }
    Some(Amount {
        value,
        currency,
        shared_sign,
        len: text.len() - rest.len(),
    })
}

/// A currency symbol or code at the start; `Some((None, ..))` for a symbol that several currencies share.
fn currency_sign(text: &str) -> Option<(Option<Currency>, &str)> {
    const SIGNS: [(&str, &str); 22] = [
        ("€", "EUR"),
        ("£", "GBP"),
        ("SFr.", "CHF"),
        ("Fr.", "CHF"),
        ("zł", "PLN"),
        ("Kč", "CZK"),
        ("Euro", "EUR"),
        ("euros", "EUR"),
        ("EURO", "EUR"),
        ("R$", "BRL"),
        ("₹", "INR"),
        ("Rs.", "INR"),
        ("Rs", "INR"),
        ("C$", "CAD"),
        ("US$", "USD"),
        ("CA$", "CAD"),
        ("A$", "AUD"),
        ("$", ""),
        ("kr.", ""),
        ("kr", ""),
        ("Ft", "HUF"),
        ("¥", ""),
    ];
    const CODES: [&str; 32] = [
        "EUR", "USD", "GBP", "CHF", "PLN", "CZK", "SEK", "NOK", "DKK", "HUF", "RON", "BGN", "CAD",
        "AUD", "NZD", "JPY", "ISK", "TRY", "BRL", "INR", "SGD", "HKD", "ZAR", "MXN", "AED", "ILS",
        "THB", "CNY", "UAH", "RSD", "MAD", "KRW",
    ];
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphabetic());
    for code in CODES {
        if let Some(rest) = text.strip_prefix(code).filter(|rest| ends(rest)) {
            return Some((code.parse().ok(), rest));
        }
    }
    for (sign, code) in SIGNS {
        if let Some(rest) = text.strip_prefix(sign).filter(|rest| ends(rest)) {
            return Some((code.parse().ok(), rest));
        }
    }
    None
}

/// The amount at the start of a text as money: the currency beside it, else the given one; within
/// [`Money::LIMIT`].
pub fn money(text: &str, formats: &[NumberFormat], otherwise: Option<Currency>) -> Option<Money> {
    let found = amount(text, formats)?;
    // `$` alone is nobody's default currency; `$12.00 USD` says which.
    let otherwise = otherwise.filter(|_| !found.shared_sign);
    let money = Money::new(found.value, found.currency.or(otherwise)?);
    (money.amount.abs() <= Money::LIMIT).then_some(money)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str, formats: &[&str]) -> Option<String> {
        let formats: Vec<_> = formats
            .iter()
            .map(|f| NumberFormat::by_example(f).unwrap())
            .collect();
        money(text, &formats, None).map(|m| m.to_string())
    }

    #[test]
    fn amounts_are_read_in_their_format_only() {
        let de = &["1.234,56"][..];
        let all = &["1.234,56", "1,234.56", "1’234.56"][..];
        let raw = &["1.234,56", "1234.5"][..];
        for (text, formats, expected) in [
            ("223,67\u{a0}€ (inkl. 13,72 €)", de, Some("223.67 EUR")),
            ("2.416,20 EUR", de, Some("2416.20 EUR")),
            ("-50,00 €", de, Some("-50.00 EUR")),
            ("CHF-23.98", all, Some("-23.98 CHF")),
            ("CHF 1’189.00", all, Some("1189.00 CHF")),
            ("CHF 1'189.00", all, Some("1189.00 CHF")),
            ("€1.234,50 EUR", all, Some("1234.50 EUR")),
            ("-£10.00", all, Some("-10.00 GBP")),
            ("£1,713.00 GBP", all, Some("1713.00 GBP")),
            ("$12.00 USD", all, Some("12.00 USD")),
            ("7,90- €", de, None),
            ("7,90 €-", de, Some("-7.90 EUR")),
            ("$12.00", all, None),
            ("1.234 €", all, None),
            ("1.23 €", de, None),
            ("12.34,56 €", all, None),
            ("1.2345,00 €", all, None),
            ("1234,56 €", de, Some("1234.56 EUR")),
            ("19,00 %", de, None),
            ("€5,00 USD", de, None),
            ("99.999.999,00 €", de, None),
            ("320,- €", de, Some("320.00 EUR")),
            ("CHF 958.–", all, Some("958.00 CHF")),
            ("387.3 EUR", raw, Some("387.30 EUR")),
            ("5547 EUR", raw, Some("5547.00 EUR")),
            ("4.599,16 EUR", raw, Some("4599.16 EUR")),
            ("1.234 EUR", raw, None),
            ("5547", raw, None),
            ("1 234,56 €", &["1 234,56"][..], Some("1234.56 EUR")),
            ("EURO", de, None),
            (
                "Rs. INR 3,25,000.00",
                &["12,34,567.89"],
                Some("325000.00 INR"),
            ),
            ("INR 1,450.00", &["12,34,567.89"], Some("1450.00 INR")),
            ("INR 325,000.00", &["12,34,567.89"], None),
            ("R$ 1.950,00", de, Some("1950.00 BRL")),
        ] {
            assert_eq!(read(text, formats).as_deref(), expected, "{text}");
        }
    }
}
