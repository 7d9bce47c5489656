//! IBANs as people write them: length by country, checksum (ISO 13616, ISO 7064 MOD 97-10).

/// Lengths by country, of the countries of the single euro payments area (registry of ISO 13616).
#[rustfmt::skip]
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24), ("AL", 28), ("AT", 20), ("BE", 16), ("BG", 22), ("CH", 21), ("CY", 28), ("CZ", 24), ("DE", 22),
    ("DK", 18), ("EE", 20), ("ES", 24), ("FI", 18), ("FR", 27), ("GB", 22), ("GI", 23), ("GR", 27), ("HR", 21),
    ("HU", 28), ("IE", 22), ("IS", 26), ("IT", 27), ("LI", 21), ("LT", 20), ("LU", 20), ("LV", 21), ("MC", 27),
    ("MD", 24), ("ME", 22), ("MK", 19), ("MT", 31), ("NL", 18), ("NO", 15), ("PL", 28), ("PT", 25), ("RO", 24),
    ("RS", 22), ("SE", 24), ("SI", 19), ("SK", 24), ("SM", 27), ("VA", 22),
];

/// The IBAN without blanks, in capitals.
///
/// # Errors
/// Length and checksum told apart, in words that continue "`iban` ...".
pub fn checked(text: &str) -> Result<String, String> {
    let iban: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_uppercase();
    if iban.len() < 15 || !iban.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err("is no IBAN: it has two letters, two digits and the account, e.g. DE89 3704 0044 0532 0130 00".into());
    }
    let country = &iban[..2];
    match LENGTHS.iter().find(|(code, _)| *code == country) {
        None => {
            return Err(format!(
                "begins with {country}, which is no country of the euro payments area"
            ));
        }
        Some(&(_, length)) if length != iban.len() => {
            return Err(format!(
                "has {} characters, an IBAN of {country} has {length}: compare it with your bank's paper",
                iban.len()
            ));
        }
        Some(_) => {}
    }
    let (head, account) = iban.split_at(4);
    let rest = account
        .chars()
        .chain(head.chars())
        .fold(0u32, |rest, c| match c.to_digit(36) {
            Some(digit) if digit > 9 => (rest * 100 + digit) % 97,
            Some(digit) => (rest * 10 + digit) % 97,
            None => rest,
        });
    if rest != 1 {
        return Err(
            "is mistyped: its check digits do not fit; compare it with your bank's paper".into(),
        );
    }
    Ok(iban)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_and_mistyped() {
        assert_eq!(
            checked("de89 3704 0044 0532 0130 00").as_deref(),
            Ok("DE89370400440532013000")
        );
        assert_eq!(
            checked("GB82 WEST 1234 5698 7654 32").as_deref(),
            Ok("GB82WEST12345698765432")
        );
        for (text, why) in [
            ("DE89 3704 0044 0532 0130 01", "mistyped"),
            ("DE98 3704 0044 0532 0130 00", "mistyped"),
            ("DE89 3704 0044 0532 0130", "has 20 characters"),
            ("XX89 3704 0044 0532 0130 00", "no country"),
            ("Ä", "no IBAN"),
            ("", "no IBAN"),
        ] {
            assert!(
                checked(text).is_err_and(|said| said.contains(why)),
                "{text}"
            );
        }
    }
}
