//! Who owes. Names and addresses from mails are own types with an allow-list (DESIGN 8): whatever holds a value of
//! these types may put it into a header, a template, a log line or a terminal without looking again.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A language in which we write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// German.
    De,
    /// English.
    En,
}

/// One e-mail address under a strict grammar: dot-atom local part, ASCII domain with a dot, no literal, lower-cased
/// domain; at most 254 characters (RFC 5321 4.5.3.1). Compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CustomerAddress(String);

/// A person's or company's name: letters, digits, blanks and common punctuation; no control, bidi or zero-width
/// characters, no URL; at most 70 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CustomerName(String);

/// The customer as a shop mail names him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<CustomerName>,
    /// Company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<CustomerName>,
    /// Where letters go; without it nothing can be sent and the merchant is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<CustomerAddress>,
    /// ISO 3166-1 alpha-2 of the billing address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Postcode of the billing address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// Language of the shop's mail.
    pub language: Language,
}

impl CustomerAddress {
    /// Checks and normalises an address.
    ///
    /// # Errors
    /// Says in words what the strict grammar refuses.
    pub fn new(text: &str) -> Result<CustomerAddress, String> {
        let text = text.trim();
        let refuse = |why: &str| Err(format!("the address is refused: {why}"));
        let Some((local, domain)) = text.rsplit_once('@') else {
            return refuse("it has no @");
        };
        if text.len() > 254 || local.is_empty() || local.len() > 64 {
            return refuse("it is too long or has no local part");
        }
        // RFC 5322 3.2.3 atext, and a first character that no program takes for a flag or a pipe.
        let atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
        if !local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(atext))
            || !local.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        {
            return refuse("its local part is not a plain dot-atom");
        }
        let label = |l: &str| {
            !l.is_empty()
                && l.len() <= 63
                && !l.starts_with('-')
                && !l.ends_with('-')
                && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        let top_is_a_word = domain
            .rsplit('.')
            .next()
            .is_some_and(|top| top.starts_with(|c: char| c.is_ascii_alphabetic()));
        if !domain.contains('.') || !domain.split('.').all(label) || !top_is_a_word {
            return refuse("its domain is not a plain host name");
        }
        Ok(CustomerAddress(text.to_ascii_lowercase()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part behind the @.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl CustomerName {
    /// Checks a name and folds its white space.
    ///
    /// # Errors
    /// Says in words what the allow-list refuses.
    pub fn new(text: &str) -> Result<CustomerName, String> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() || text.chars().count() > 70 {
            return Err("the name is refused: it is empty or longer than 70 characters".into());
        }
        if let Some(odd) = text
            .chars()
            .find(|&c| !(c.is_alphanumeric() || " .,'’`´&+-–/()\"„“”!:*#@|_%".contains(c)))
        {
            return Err(format!(
                "the name is refused: it holds the character U+{:04X}",
                odd as u32
            ));
        }
        let lower = text.to_lowercase();
        if lower.contains("://") || lower.contains("www.") {
            return Err("the name is refused: it holds a web address".into());
        }
        Ok(CustomerName(text))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CustomerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for CustomerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CustomerAddress {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        CustomerAddress::new(&String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for CustomerName {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        CustomerName::new(&String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}
