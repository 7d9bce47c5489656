//! Scenarios of payments and claims: nothing may be booked wrongly, and every outcome, allocation and final state is as
//! the scenario says.

use std::collections::BTreeSet;
use std::fs;

use rust_decimal::Decimal;
use serde_json::Value;

#[path = "../matching/facts.rs"]
mod facts;
#[path = "../matching/play.rs"]
mod play;
#[path = "../matching/said.rs"]
mod said;

use super::folder;

#[test]
fn every_scenario_is_booked_as_a_careful_bookkeeper_would() {
    let Some(folder) = folder("matching") else {
        return;
    };
    let (wrong, count) = judged(&folder);
    assert!(count > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The project's own scenarios.
#[test]
fn every_scenario_of_our_own_too() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matching");
    let (wrong, count) = judged(&folder);
    assert!(count > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
}

fn judged(folder: &std::path::Path) -> (Vec<String>, usize) {
    let (mut wrong, mut count) = (Vec::new(), 0);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    for file in files {
        let scenario: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let said = play::play(&scenario);
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let expected = scenario["expected"].as_array().unwrap();
        for (want, got) in expected.iter().zip(said["payments"].as_array().unwrap()) {
            let differ = differences(want, got);
            if !differ.is_empty() {
                let id = &want["payment"];
                wrong.push(format!("{name} {id}: {}\n  {got}", differ.join(", ")));
            }
        }
        for (number, want) in scenario["final"].as_object().unwrap() {
            let got = &said["final"][number];
            let same = want["status"] == got["status"]
                && money(&want["open"]) == money(&got["open"])
                && (want["fees_open"].is_null()
                    || money(&want["fees_open"]) == money(&got["fees_open"]))
                && (want["dunnable"] != false || got["dunnable"] == false);
            if !same {
                wrong.push(format!("{name} {number}: {got}, not {want}"));
            }
        }
        count += 1;
    }
    (wrong, count)
}

fn money(value: &Value) -> Decimal {
    value
        .as_str()
        .map_or(Decimal::ZERO, |digits| digits.parse().unwrap())
}

/// What an answer says otherwise than it should.
fn differences(want: &Value, got: &Value) -> Vec<&'static str> {
    let mut differ = Vec::new();
    for key in ["outcome", "auto", "duplicate_of", "merges"] {
        if want[key] != got[key] {
            differ.push(key);
        }
    }
    let booked = want["auto"] == true;
    if booked && money(&want["credit"]) != money(&got["credit"]) {
        differ.push("credit");
    }
    if money(&want["fee"]) != money(&got["fee"]) {
        differ.push("fee");
    }
    if parts(&want["allocations"]) != parts(&got["allocations"]) {
        differ.push("allocations");
    }
    if parts(&want["later"]["allocations"]) != parts(&got["later"]["allocations"]) {
        differ.push("later");
    }
    let set = |value: &Value| -> BTreeSet<String> {
        let names = value.as_array().into_iter().flatten();
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    for key in ["candidates", "hold"] {
        if !want[key].is_null() && set(&want[key]) != set(&got[key]) {
            differ.push(key);
        }
    }
    for key in ["decision", "notify"] {
        if !want[key].is_null() && got[key].is_null() {
            differ.push(key);
        }
    }
    differ
}

fn parts(value: &Value) -> BTreeSet<(String, [Decimal; 5])> {
    let allocations = value.as_array().into_iter().flatten();
    allocations
        .map(|one| {
            let keys = ["amount", "discount", "write_off", "fees", "interest"];
            let mut amounts = [Decimal::ZERO; 5];
            for (place, key) in keys.iter().enumerate() {
                amounts[place] = money(&one[key]);
            }
            (one["invoice"].as_str().unwrap().to_owned(), amounts)
        })
        .collect()
}
