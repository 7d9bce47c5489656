//! Reasons, as values with a text in both languages: what `why`, `simulate`, the digest and `explain` print.

use super::customer::Language;

/// One reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// It holds the letter back.
    pub holds: bool,
    /// In German.
    pub de: String,
    /// In English.
    pub en: String,
}

impl Note {
    /// The reason in a language.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::De => &self.de,
            Language::En => &self.en,
        }
    }
}
