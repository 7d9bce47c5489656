//! Drafts a recipe from sample mails and the values that the merchant names: where each value stands, behind which label,
//! in which form, and by which constant words such mails are known.
//!
//! The draft is text; what it reads from the samples is decided by compiling and using it like any other recipe, so a draft
//! that misreads a named value is told and not kept. Knows no file.

mod place;
mod write;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::view::View;
use super::{FIELDS, Recipe};
use crate::ledger::SealKey;
use crate::mail::numbers::{self, DateFormat, NumberFormat};
use crate::mail::parts::Mail;
use crate::mail::{RawMail, Reading, Trust, read};

/// Fields that can be named.
pub const NAMED: [&str; 10] = [
    "order_number",
    "invoice_number",
    "order_date",
    "customer_name",
    "customer_email",
    "company",
    "total",
    "amount_due",
    "payment_method",
    "due_date",
];
const NUMBERS: [&str; 5] = ["1.234,56", "1,234.56", "1’234.56", "1 234,56", "1234.5"];
const DATES: [&str; 7] = [
    "31.12.2026",
    "2026-12-31",
    "31. Dezember 2026",
    "December 31, 2026",
    "31/12/2026",
    "12/31/2026",
    "31-12-2026",
];

/// A sample mail and the values that it holds, by field.
pub struct Sample<'a> {
    /// The mail.
    pub mail: &'a Mail,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Values as printed, or amounts as `1005.50` and days as `2026-12-30`.
    pub values: BTreeMap<String, String>,
}

/// What was learned.
#[derive(Debug)]
pub struct Learned {
    /// The recipe, with its examples.
    pub text: String,
    /// What it reads from each sample.
    pub readings: Vec<Reading>,
}

/// A named value by its meaning.
#[derive(Clone, Debug, PartialEq)]
enum Want {
    Text(String),
    Amount(Decimal),
    Day(Date),
}

/// Drafts a recipe of this name.
///
/// # Errors
/// Each value that was not found or is read differently, in words.
pub fn learn(name: &str, samples: &[Sample<'_>]) -> Result<Learned, Vec<String>> {
    let views: Vec<View<'_>> = samples
        .iter()
        .map(|sample| View::new(sample.mail))
        .collect();
    let mut problems = Vec::new();
    let (mut fields, mut labels) = (BTreeMap::new(), Vec::new());
    let mut formats = place::Formats::default();
    let billing = place::billing(samples, &views);
    for field in NAMED {
        if billing.is_some() && ["customer_name", "company"].contains(&field) {
            continue; // the address holds them
        }
        let wanted: Vec<Option<Want>> = samples
            .iter()
            .map(|sample| want(field, sample.values.get(field)?))
            .collect();
        if wanted.iter().all(Option::is_none) {
            continue;
        }
        match place::find(field, &wanted, samples, &views, &mut formats) {
            Some((source, label)) => {
                labels.extend(label.filter(|_| ["order_number", "total"].contains(&field)));
                fields.insert(field, source);
            }
            None if place::in_billing(field) => {}
            None => problems.push(format!(
                "{field}: the value was not found at one place of all mails"
            )),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let draft = write::Draft {
        name,
        fields: &fields,
        labels: &labels,
        billing: billing.as_deref(),
        formats: &formats,
        samples,
        views: &views,
    };
    let bare = draft.text(&[]);
    let readings = try_out(name, &bare, samples)?;
    let differing = differing(samples, &readings);
    if !differing.is_empty() {
        return Err(differing);
    }
    let text = draft.text(&readings);
    let readings = try_out(name, &text, samples)?;
    Ok(Learned { text, readings })
}

/// Whether a field can be named.
pub fn is_named(field: &str) -> bool {
    NAMED.contains(&field) && FIELDS.contains(&field)
}

fn want(field: &str, value: &str) -> Option<Want> {
    let value = value.trim();
    Some(match field {
        "total" | "amount_due" => Want::Amount(amount(value)?),
        "order_date" | "due_date" => Want::Day(day(value)?),
        _ => Want::Text(value.to_owned()),
    })
}

/// An amount in any of the forms that name only one value.
fn amount(text: &str) -> Option<Decimal> {
    if let Ok(plain) = Decimal::from_str_exact(text) {
        return Some(plain);
    }
    let formats = number_formats();
    let found = formats
        .iter()
        .find_map(|(_, format)| numbers::amount(text, std::slice::from_ref(format)));
    found.map(|found| found.value)
}

fn day(text: &str) -> Option<Date> {
    let formats = date_formats();
    formats
        .iter()
        .find_map(|(_, format)| numbers::date(text, &[*format]))
}

fn number_formats() -> Vec<(&'static str, NumberFormat)> {
    let format = |example| Some((example, NumberFormat::by_example(example).ok()?));
    NUMBERS.into_iter().filter_map(format).collect()
}

fn date_formats() -> Vec<(&'static str, DateFormat)> {
    let format = |example| Some((example, DateFormat::by_example(example).ok()?));
    DATES.into_iter().filter_map(format).collect()
}

/// Reads the samples with the draft alone.
fn try_out(name: &str, text: &str, samples: &[Sample<'_>]) -> Result<Vec<Reading>, Vec<String>> {
    let common = super::shipped::SHIPPED
        .iter()
        .find(|(file, _)| *file == "_common.toml");
    let mut files: Vec<(String, String)> = Vec::new();
    files.extend(common.map(|(file, text)| ((*file).to_owned(), (*text).to_owned())));
    files.push((format!("{name}.toml"), text.to_owned()));
    let recipes = Recipe::compile(&files)?;
    let trust = Trust {
        assume: true,
        ..Trust::default()
    };
    let key = SealKey::new(&[0; 32]).map_err(|why| vec![why])?;
    let one = |sample: &Sample<'_>| {
        let mail = RawMail {
            bytes: sample.bytes.to_vec(),
            received: jiff::Timestamp::UNIX_EPOCH,
        };
        read(&mail, &recipes, &trust, &key)
    };
    Ok(samples.iter().map(one).collect())
}

/// What the draft reads differently than named.
fn differing(samples: &[Sample<'_>], readings: &[Reading]) -> Vec<String> {
    let mut problems = Vec::new();
    for (n, (sample, reading)) in samples.iter().zip(readings).enumerate() {
        let shown = serde_json::to_value(reading.shown()).unwrap_or_default();
        let order = &shown["order"];
        if order.is_null() {
            problems.push(format!("mail {}: {}", n + 1, reading.reason));
            continue;
        }
        for (field, value) in &sample.values {
            let got = match &order[field.as_str()] {
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Null => String::new(),
                other => other.to_string(),
            };
            let same = match want(field, value) {
                Some(Want::Amount(amount)) => got.parse() == Ok(amount),
                Some(Want::Day(day)) => got == day.to_string(),
                // The method is told by its meaning, not by its words.
                Some(Want::Text(_)) if field == "payment_method" => !got.is_empty(),
                Some(Want::Text(text)) => got.to_lowercase() == text.to_lowercase(),
                None => false,
            };
            if !same {
                problems.push(format!(
                    "mail {}: {field} is read as `{got}`, not `{value}`",
                    n + 1
                ));
            }
        }
    }
    problems
}
