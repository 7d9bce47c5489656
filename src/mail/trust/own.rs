//! Who the merchant is on paper: his names and the lines of his business identity, as the configuration writes them.
//!
//! Compared without case, blanks and punctuation, and only as a whole: a name that merely contains his is another's.

use super::Trust;

/// A name of the merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnName {
    /// As he writes it.
    pub name: String,
    /// The shop that trades under it, if it is a shop's.
    pub shop: Option<String>,
}

impl Trust {
    /// The name of the merchant that this is.
    pub fn own_name(&self, name: &str) -> Option<&OwnName> {
        let bare = bare(name);
        let equal = |own: &&OwnName| !bare.is_empty() && self::bare(&own.name) == bare;
        self.names.iter().find(equal)
    }

    /// Whether the merchant's identity names this tax number.
    pub fn own_tax_number(&self, number: &str) -> bool {
        let number = bare(number);
        // Shorter ones stand by chance in telephone numbers and addresses.
        let whole = |line: &String| {
            let mut pieces = line.split([',', ';', ':']).map(bare);
            pieces.any(|piece| piece.ends_with(&number) && piece.len() <= number.len() + 12)
        };
        number.len() >= 9 && self.identity.iter().any(whole)
    }
}

fn bare(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_the_whole_name_or_number_is_his() {
        let trust = Trust {
            names: vec![OwnName {
                name: "Hofladen Wiesental GmbH".into(),
                shop: Some("hof".into()),
            }],
            identity: vec!["HRB 77, Amtsgericht Wiesental, USt-IdNr. DE 987654320".into()],
            ..Trust::default()
        };
        assert!(trust.own_name("HOFLADEN  Wiesental-GmbH").is_some());
        for other in ["", "Hofladen", "Hofladen Wiesental GmbH Nord"] {
            assert_eq!(trust.own_name(other), None, "{other}");
        }
        assert!(trust.own_tax_number("DE987654320"));
        for other in ["", "987654", "DE987654321", "HRB77"] {
            assert!(!trust.own_tax_number(other), "{other}");
        }
    }
}
