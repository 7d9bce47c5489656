//! Statement files of banks and providers, compared as the scoring script does: entry by entry in the order of the file,
//! all fields of credits, returns and reversals. Nothing may be wrong, and 99 of 100 fields must be right.

use std::fs;
use std::path::{Path, PathBuf};

use mahnwerk::mail::{Trust, read_file};
use serde_json::{Map, Value, json};

use super::folder;

const BOOKED: [&str; 3] = ["credit", "return", "reversal"];
const ENTRY: [&str; 11] = [
    "class",
    "direction",
    "amount",
    "currency",
    "booking_date",
    "counterparty_name",
    "counterparty_iban",
    "remittance",
    "references",
    "end_to_end_id",
    "transaction_id",
];

fn booked(entry: &Value) -> bool {
    BOOKED.iter().any(|class| entry["class"] == **class)
}

/// The expected entries of camt, MT940 and CSV in one form; a field that a format lacks is left out.
fn wanted(file: &Value) -> Vec<Map<String, Value>> {
    let of = |value: &Value| {
        value["transactions"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    let all: Vec<Value> = match file["statements"].as_array() {
        Some(statements) => statements.iter().flat_map(of).collect(),
        None => of(file),
    };
    all.iter().filter(|t| booked(t)).map(entry).collect()
}

fn entry(t: &Value) -> Map<String, Value> {
    let mut entry = Map::new();
    for field in ENTRY.iter().filter(|f| t.get(**f).is_some()) {
        entry.insert((*field).to_owned(), t[*field].clone());
    }
    let back = t["class"] != "credit";
    let out = if let Some(direction) = t.get("credit_debit") {
        let out = direction == "DBIT";
        let ours_in = if back { out } else { true };
        let sides = if ours_in {
            ["debtor", "creditor"]
        } else {
            ["creditor", "debtor"]
        };
        let name = |side: &str| t[format!("{side}_name")].clone();
        let named = sides.iter().find(|side| back && !name(side).is_null());
        let side = named.unwrap_or(&sides[0]);
        entry.insert("counterparty_name".into(), name(side));
        entry.insert(
            "counterparty_iban".into(),
            t[format!("{side}_account")].clone(),
        );
        let references = t["structured_references"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let references: Vec<_> = references.iter().map(|r| r["reference"].clone()).collect();
        entry.insert("references".into(), json!(references));
        out
    } else {
        let effect = t["signed_effect"]
            .as_str()
            .unwrap_or(if back { "-" } else { "" });
        effect.starts_with('-')
    };
    entry.insert("direction".into(), json!(if out { "out" } else { "in" }));
    let day = ["booking_date", "value_date"]
        .iter()
        .find_map(|f| t.get(*f).filter(|d| d.is_string()));
    entry.insert("booking_date".into(), json!(day));
    let iban = entry
        .get("counterparty_iban")
        .and_then(Value::as_str)
        .unwrap_or("XX00");
    let letters = iban.bytes().take(2).filter(u8::is_ascii_uppercase).count();
    let digits = iban
        .bytes()
        .skip(2)
        .take(2)
        .filter(u8::is_ascii_digit)
        .count();
    if (letters, digits) != (2, 2) {
        entry.remove("counterparty_iban"); // a domestic or mutilated account number is not compared
    }
    entry
}

fn empty(value: &Value) -> bool {
    value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty)
}

fn same(field: &str, want: &Value, got: &Value) -> bool {
    let (Some(a), Some(b)) = (want.as_str(), got.as_str()) else {
        return want == got;
    };
    let amount = |text: &str| text.parse::<rust_decimal::Decimal>().ok();
    if field == "amount" && amount(a).is_some() {
        return amount(a) == amount(b);
    }
    let blank = if ["remittance", "counterparty_iban"].contains(&field) {
        ""
    } else {
        " "
    };
    let plain = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(blank)
            .to_lowercase()
    };
    plain(a) == plain(b)
}

/// All files with expected values beside them.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let expected = PathBuf::from(format!("{}.json", path.display()));
        if path.is_dir() {
            files(&path, found);
        } else if expected.is_file() {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn statements_are_read_right_and_nothing_wrong() {
    let Some(folder) = folder("statements") else {
        return;
    };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    assert!(
        !paths.is_empty(),
        "{} holds no statements",
        folder.display()
    );
    let trust = Trust {
        assume: true,
        ..Trust::default()
    };
    let (mut right, mut missing, mut wrong) = (0u32, 0u32, Vec::new());
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expected = fs::read_to_string(format!("{}.json", path.display())).unwrap();
        let want = wanted(&serde_json::from_str(&expected).unwrap());
        let reading = read_file(
            &fs::read(path).unwrap(),
            jiff::Timestamp::UNIX_EPOCH,
            &trust,
        );
        let got = serde_json::to_value(&reading.transactions).unwrap();
        let got: Vec<&Value> = got
            .as_array()
            .unwrap()
            .iter()
            .filter(|t| booked(t))
            .collect();
        if got.len() > want.len() {
            wrong.push(format!(
                "{name}: {} entries, {} expected",
                got.len(),
                want.len()
            ));
        }
        for (at, want) in want.iter().enumerate() {
            let got = got.get(at).map_or(&Value::Null, |g| *g);
            for (field, want) in want {
                let got = &got[field];
                match () {
                    () if empty(want) && empty(got) => {}
                    () if empty(got) => missing += 1,
                    () if same(field, want, got) => right += 1,
                    () => wrong.push(format!(
                        "{name}: entry {at}: {field} wrong: want {want}, got {got}"
                    )),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let share = f64::from(right) / f64::from((right + missing).max(1));
    assert!(
        share >= 0.99,
        "{right} of {} fields are right",
        right + missing
    );
}
