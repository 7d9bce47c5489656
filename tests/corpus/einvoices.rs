//! E-invoices in all syntaxes, compared field by field: nothing may be wrong, and at most one value in a hundred may be
//! missing.

use std::fs;
use std::path::{Path, PathBuf};

use mahnwerk::mail::{Trust, read_file};
use rust_decimal::Decimal;
use serde_json::Value;

use super::folder;

const FIELDS: [&str; 16] = [
    "number",
    "type_code",
    "issue_date",
    "due_date_effective",
    "currency",
    "total_gross",
    "already_paid",
    "amount_due",
    "seller",
    "buyer",
    "order_reference",
    "corrected_invoice",
    "iban_normalised",
    "payment_reference",
    "collection",
    "dunnable",
];

/// Files with expected values beside them.
fn pairs(folder: &Path) -> Vec<(PathBuf, Value)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let pair = |path: &PathBuf| {
        let want = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        (path.with_extension(""), want)
    };
    files
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(pair)
        .collect()
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => {
            let words: Vec<&str> = text.split_whitespace().collect();
            let text = words.join(" ").to_lowercase();
            (!text.is_empty()).then_some(text)
        }
        other => Some(other.to_string()),
    }
}

fn same(field: &str, want: &str, got: &str) -> bool {
    let amount = |text: &str| text.parse::<Decimal>().ok();
    match (amount(want), amount(got)) {
        (Some(want), Some(got))
            if ["total_gross", "already_paid", "amount_due"].contains(&field) =>
        {
            want == got
        }
        _ => want == got,
    }
}

/// Percentage and last day of each discount, sorted.
fn skonto(value: &Value) -> Vec<(Decimal, String)> {
    let step = |step: &Value| {
        let percent: Decimal = step["percent"].as_str().unwrap().parse().unwrap();
        (
            percent,
            step["until"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let mut steps: Vec<_> = value.as_array().into_iter().flatten().map(step).collect();
    steps.sort();
    steps
}

#[test]
fn nothing_is_wrong_and_almost_nothing_missing() {
    let Some(folder) = folder("einvoices") else {
        return;
    };
    let (mut right, mut missing, mut wrong) = (0, Vec::new(), Vec::new());
    let pairs = pairs(&folder);
    assert!(!pairs.is_empty(), "{} holds no pair", folder.display());
    let trust = Trust {
        assume: true,
        ..Trust::default()
    };
    for (path, want) in pairs {
        let bytes = fs::read(&path).unwrap();
        let reading = read_file(&bytes, jiff::Timestamp::UNIX_EPOCH, &trust);
        let got = serde_json::to_value(reading.shown()).unwrap();
        let got = &got["invoice"];
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for field in FIELDS {
            match (plain(&want[field]), plain(&got[field])) {
                (None, None) => {}
                (Some(_), None) => missing.push(format!("{name}: {field}")),
                (Some(want), Some(got)) if same(field, &want, &got) => right += 1,
                (want, got) => wrong.push(format!("{name}: {field}: want {want:?}, got {got:?}")),
            }
        }
        let (want, got) = (skonto(&want["skonto"]), skonto(&got["skonto"]));
        match want == got {
            true => right += 1,
            false if got.is_empty() => missing.push(format!("{name}: skonto")),
            false => wrong.push(format!("{name}: skonto: want {want:?}, got {got:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(missing.len() * 100 <= right, "{}", missing.join("\n"));
}
