//! The table of CSV layouts (`templates/statements/csv.toml`): which column is what, which word says what. Data alone;
//! what becomes of a row is decided in `rows`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::mail::statement::Class;

/// The shipped table.
static TABLE: LazyLock<Result<Table, String>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../templates/statements/csv.toml"))
        .map_err(|e| e.to_string())
});

/// The whole table.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// Words of headers by what the column is.
    pub(super) columns: BTreeMap<String, Vec<String>>,
    states: BTreeMap<String, Vec<String>>,
    kinds: BTreeMap<String, Vec<String>>,
    pub(super) layout: Vec<Layout>,
    providers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// What is known of one bank's or provider's export beyond the words of its header.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Layout {
    pub(super) name: String,
    /// The account's name in the configuration, of providers.
    pub(super) account: Option<String>,
    /// Headers that must all be there.
    pub(super) header: Vec<String>,
    /// All headers in their order: a file in which a few are overwritten is recognised by the others.
    pub(super) order: Vec<String>,
    /// Columns that are something else than their header's word says.
    pub(super) columns: BTreeMap<String, String>,
    /// One column holds several fields under these labels.
    pub(super) labels: BTreeMap<String, Vec<String>>,
    /// The bank repeats its references (`EREF: ... IBAN: ...`) behind the purpose.
    pub(super) tail: bool,
    /// Amounts carry no sign because all are received.
    pub(super) received: bool,
    /// Words before the name of the other side.
    pub(super) before_name: Vec<String>,
    /// Which of the providers' lists says what a kind is.
    pub(super) kinds: Option<String>,
}

/// The shipped table; `None` if it is broken, which a test forbids.
pub(super) fn table() -> Option<&'static Table> {
    TABLE.as_ref().ok()
}

/// Small letters and digits with single blanks; umlauts spelled out; units in brackets (EUR, UTC) left out.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().take(200) {
        match c {
            'ä' | 'Ä' => out.push_str("ae"),
            'ö' | 'Ö' => out.push_str("oe"),
            'ü' | 'Ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'é' | 'è' => out.push('e'),
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            '€' => out.push_str(" eur "),
            _ => out.push(' '),
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    let unit = |word: &&&str| matches!(**word, "eur" | "chf" | "usd" | "gbp" | "utc");
    let units = words.iter().rev().take_while(unit).count();
    match words[..words.len() - units].split_last() {
        // `Umsatz in EUR`
        Some((&"in", before)) if units > 0 => before.join(" "),
        _ => words[..words.len() - units].join(" "),
    }
}

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Booked,
    Pending,
    Failed,
    Unknown,
}

impl Table {
    /// What this status says; an empty one says nothing against a booking.
    pub(super) fn state(&self, text: &str) -> State {
        let word = folded(text);
        let says = |state: &str| {
            self.states
                .get(state)
                .is_some_and(|words| words.contains(&word))
        };
        match () {
            () if word.is_empty() || says("booked") => State::Booked,
            () if says("pending") => State::Pending,
            () if says("failed") => State::Failed,
            () => State::Unknown,
        }
    }

    /// What a kind makes of an amount that comes in or goes out.
    pub(super) fn class(&self, layout: Option<&Layout>, kind: &str, incoming: bool) -> Class {
        let by_sign = if incoming {
            Class::Credit
        } else {
            Class::Debit
        };
        let kind = folded(kind);
        let in_list = |words: Option<&Vec<String>>| {
            words.is_some_and(|words| words.iter().any(|word| kind.contains(&folded(word))))
        };
        let Some(provider) = layout.and_then(|l| l.kinds.as_ref()) else {
            return match () {
                () if in_list(self.kinds.get("return")) => Class::Return,
                () if in_list(self.kinds.get("reversal")) => Class::Reversal,
                () => by_sign,
            };
        };
        let list = |name: &str| in_list(self.providers.get(provider).and_then(|p| p.get(name)));
        match () {
            () if list("fee") => Class::Fee,
            () if list("internal") => Class::Internal,
            () if list("failed") => Class::Failed,
            () if list("payout") => Class::Payout,
            // What comes back to the merchant is no customer's payment.
            () if list("refund") => {
                if incoming {
                    Class::Internal
                } else {
                    Class::Refund
                }
            }
            () if list("return") => {
                if incoming {
                    Class::Internal
                } else {
                    Class::Return
                }
            }
            () if list("pending") => Class::Pending,
            () if list("payment") => by_sign,
            () => Class::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_shipped_table_is_whole() {
        let table = TABLE.as_ref().unwrap();
        for layout in &table.layout {
            assert!(layout.header.len() >= 4, "{}", layout.name);
            for role in layout.columns.keys() {
                let known = table.columns.contains_key(role)
                    || ["labelled", "subject"].contains(&role.as_str());
                assert!(known, "{}: {role}", layout.name);
            }
            let kinds = layout.kinds.as_ref();
            assert!(
                kinds.is_none_or(|k| table.providers.contains_key(k)),
                "{}",
                layout.name
            );
        }
    }

    #[test]
    fn headers_are_compared_by_their_words() {
        for (a, b) in [
            ("Betrag (€)", "betrag"),
            ("Umsatz in EUR", "umsatz"),
            ("Zahlungsempfänger*in", "zahlungsempfaenger in"),
        ] {
            assert_eq!(folded(a), b);
        }
        assert_ne!(folded("Betrag (Fremdwährung)"), folded("Betrag"));
    }
}
