//! A recipe's own examples: a short mail in the recipe and what must be read from it.

use super::Recipe;
use super::file::Example;
use crate::ledger::SealKey;
use crate::mail::{RawMail, Trust, read};

/// Reads the example with this one recipe and compares; the differences, each with the example's place.
pub fn check(recipe: &Recipe, place: &str, example: &Example) -> Vec<String> {
    let Ok(key) = SealKey::new(&[0; 32]) else {
        return Vec::new();
    };
    let trust = Trust {
        assume: true,
        ..Trust::default()
    };
    let mail = RawMail {
        bytes: mail(recipe, example).into_bytes(),
        received: jiff::Timestamp::UNIX_EPOCH,
    };
    let reading = read(&mail, std::slice::from_ref(recipe), &trust, &key);
    let got = match serde_json::to_value(reading.shown()) {
        Ok(got) => got,
        Err(error) => return vec![format!("{place}: {error}")],
    };
    let order = got.get("order");
    let payment = got.get("payments").and_then(|payments| payments.get(0));
    let mut differences = Vec::new();
    for (name, want) in &example.expect {
        let value = match name.as_str() {
            "kind" | "outcome" => got.get(name),
            _ => order
                .and_then(|o| o.get(name))
                .or_else(|| payment.and_then(|p| p.get(name))),
        };
        let value = match value {
            None | Some(serde_json::Value::Null) => String::new(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let want = match want {
            toml::Value::String(text) => text.clone(),
            toml::Value::Boolean(yes) => yes.to_string(),
            toml::Value::Integer(n) => n.to_string(),
            _ => "a text, a number, true or false".to_owned(),
        };
        if want != value {
            differences.push(format!(
                "{place}: {name} is `{value}`, not `{want}` ({})",
                reading.reason
            ));
        }
    }
    if example.expect.is_empty() {
        differences.push(format!("{place}: the example expects nothing"));
    }
    differences
}

fn mail(recipe: &Recipe, example: &Example) -> String {
    let domain = recipe.from.first().map_or("shop.example", String::as_str);
    let or = |text: &str, default: String| {
        if text.is_empty() {
            default
        } else {
            text.to_owned()
        }
    };
    let mut head = vec![
        format!(
            "From: {}",
            or(&example.from, format!("Shop <shop@{domain}>"))
        ),
        format!(
            "To: {}",
            or(&example.to, "Kunde <kunde@example.org>".into())
        ),
        format!("Subject: {}", example.subject),
        format!(
            "Date: {}",
            or(&example.date, "Thu, 31 Dec 2026 12:00:00 +0100".into())
        ),
        "MIME-Version: 1.0".into(),
    ];
    if !example.reply_to.is_empty() {
        head.push(format!("Reply-To: {}", example.reply_to));
    }
    let (kind, body) = if example.html.is_empty() {
        ("plain", &example.text)
    } else {
        ("html", &example.html)
    };
    head.push(format!("Content-Type: text/{kind}; charset=utf-8"));
    head.push("Content-Transfer-Encoding: 8bit".into());
    format!("{}\r\n\r\n{body}", head.join("\r\n"))
}
