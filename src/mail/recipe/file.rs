//! The TOML form of a recipe, as serde reads it, and nothing else: meaning and checks are in `compile`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use toml::Spanned;

/// `NAME.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    pub title: String,
    pub from: Vec<String>,
    pub spf_is_enough: bool,
    pub names_are_cut: bool,
    pub numbers: Vec<Spanned<String>>,
    pub dates: Vec<Spanned<String>>,
    pub currency: Option<Spanned<String>>,
    #[serde(rename = "match")]
    pub markers: Markers,
    pub fields: BTreeMap<Spanned<String>, Sources>,
    pub sum: Option<Sum>,
    pub signs: BTreeMap<String, Spanned<String>>,
    pub labels: BTreeMap<String, Vec<String>>,
    pub payment: Vec<PaymentWords>,
    pub layout: Vec<Layout>,
    pub example: Vec<Spanned<Example>>,
}

/// `_common.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Common {
    /// Lists of labels by name.
    pub labels: BTreeMap<String, Vec<String>>,
    /// The payment map, in order.
    pub payment: Vec<PaymentWords>,
    /// Names of countries by code.
    pub countries: BTreeMap<String, Vec<String>>,
}

/// One line of the payment map: the first whose word stands in the printed text wins.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentWords {
    /// What the words mean.
    pub method: crate::ledger::PaymentMethod,
    /// Such a method means that the money is there.
    #[serde(default)]
    pub paid: bool,
    /// Whole words or phrases, any case.
    pub words: Vec<String>,
}

/// What must stand in a mail.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Markers {
    pub all: Vec<Words>,
    pub any: Vec<String>,
    pub none: Vec<String>,
    pub subject: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    pub name: String,
    pub event: Spanned<String>,
    #[serde(default)]
    pub language: Option<Spanned<String>>,
    #[serde(default, rename = "match")]
    pub markers: Markers,
    #[serde(default)]
    pub fields: BTreeMap<Spanned<String>, Sources>,
    #[serde(default)]
    pub without: Vec<Spanned<String>>,
    /// Labels that begin each of several bookings.
    #[serde(default)]
    pub each: Words,
    /// Words of the field `direction` by the event that they mean.
    #[serde(default)]
    pub direction: BTreeMap<Spanned<String>, Vec<String>>,
    #[serde(default)]
    pub sum: Option<Sum>,
    #[serde(default)]
    pub rows: Option<Spanned<String>>,
    #[serde(default)]
    pub numbers: Vec<Spanned<String>>,
    #[serde(default)]
    pub dates: Vec<Spanned<String>>,
}

/// How the rows above the total add up to it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sum {
    pub from: Vec<String>,
    pub first: Vec<String>,
    pub until: Vec<String>,
    pub ignore: Vec<String>,
    pub tax: Vec<String>,
    pub minus: Vec<String>,
    pub result: Vec<String>,
    pub item: Option<Spanned<String>>,
}

/// One or several alternatives of a field, in order.
#[derive(Debug, Default)]
pub struct Sources(pub Vec<Spanned<Source>>);

/// One place where a value may stand.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Source {
    pub label: Words,
    pub next: bool,
    pub take: Option<String>,
    pub add: Vec<Words>,
    pub after: Words,
    pub until: Words,
    pub order: Option<String>,
    pub blank_lines: bool,
    pub pattern: Option<String>,
    pub header: Option<String>,
    pub markup: Option<String>,
    pub value: Option<String>,
    pub page: Option<String>,
}

/// One word or several.
#[derive(Clone, Debug, Default)]
pub struct Words(pub Vec<String>);

/// A short mail and what must be read from it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Example {
    pub from: String,
    pub to: String,
    pub reply_to: String,
    pub subject: String,
    pub date: String,
    pub text: String,
    pub html: String,
    pub expect: BTreeMap<String, toml::Value>,
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: de::Deserializer<'de>>(d: D) -> Result<Words, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Words;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Words, E> {
                Ok(Words(vec![text.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Words, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = seq.next_element()? {
                    words.push(word);
                }
                Ok(Words(words))
            }
        }
        d.deserialize_any(V)
    }
}

/// A bare text is a label.
struct SourceOrLabel(Source);

impl<'de> Deserialize<'de> for SourceOrLabel {
    fn deserialize<D: de::Deserializer<'de>>(d: D) -> Result<SourceOrLabel, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = SourceOrLabel;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a label or a table like { label = \"..\" }")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<SourceOrLabel, E> {
                Ok(SourceOrLabel(Source {
                    label: Words(vec![text.to_owned()]),
                    ..Source::default()
                }))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SourceOrLabel, A::Error> {
                Source::deserialize(MapAccessDeserializer::new(map)).map(SourceOrLabel)
            }
        }
        d.deserialize_any(V)
    }
}

impl<'de> Deserialize<'de> for Sources {
    fn deserialize<D: de::Deserializer<'de>>(d: D) -> Result<Sources, D::Error> {
        let list = Vec::<Spanned<SourceOrLabel>>::deserialize(d)?;
        let place = |s: Spanned<SourceOrLabel>| Spanned::new(s.span(), s.into_inner().0);
        Ok(Sources(list.into_iter().map(place).collect()))
    }
}
