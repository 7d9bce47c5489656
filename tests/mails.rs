//! Pairs of files that anyone can read: `X.eml` is a mail, `X.json` what is to be read from it. `BLESS=1` writes the
//! expectations anew; look at the difference before committing it.
//!
//! Every sender counts as listed (as in `explain --assume-trusted`), except in a folder with a `trust.txt`: there each
//! line lists an authserv-id (`host NAME`) or a shop's sender (`shop NAME ADDRESS`), and nobody else is trusted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

use std::fs;
use std::path::{Path, PathBuf};

use mahnwerk::ledger::{CustomerAddress, SealKey};
use mahnwerk::mail::trust::ShopSender;
use mahnwerk::mail::{RawMail, Reading, Recipe, Trust, read};
use serde_json::{Map, Value, json};

#[path = "mails/einvoices.rs"]
mod einvoices;
#[path = "mails/hostile.rs"]
mod hostile;
#[path = "mails/properties.rs"]
mod properties;

/// The shipped recipes.
pub fn recipes() -> Vec<Recipe> {
    let files: Vec<_> = Recipe::shipped()
        .iter()
        .map(|(name, text)| (name.to_string(), text.to_string()))
        .collect();
    Recipe::compile(&files).unwrap_or_else(|problems| panic!("{}", problems.join("\n")))
}

/// Reads one mail as received at a fixed time.
pub fn read_one(bytes: Vec<u8>, recipes: &[Recipe], trust: &Trust) -> Reading {
    let received = "2026-11-30T09:00:00Z".parse().unwrap();
    read(
        &RawMail { bytes, received },
        recipes,
        trust,
        &SealKey::new(&[7; 32]).unwrap(),
    )
}

/// Every sender is listed.
pub fn assumed() -> Trust {
    Trust {
        assume: true,
        hosts: vec!["mx.haus.example".into()],
        ..Trust::default()
    }
}

fn trust_of(folder: &Path) -> Trust {
    let Ok(text) = fs::read_to_string(folder.join("trust.txt")) else {
        return assumed();
    };
    let mut trust = Trust::default();
    for line in text.lines() {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["host", host] => trust.hosts.push((*host).to_owned()),
            ["shop", shop, sender] => trust.shops.push(ShopSender {
                shop: (*shop).to_owned(),
                senders: vec![CustomerAddress::new(sender).unwrap()],
                system: None,
                default_method: None,
            }),
            _ => panic!("{}: `{line}` is no line of a trust.txt", folder.display()),
        }
    }
    trust
}

/// All mails below the folder, sorted.
pub fn mails(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "eml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Where the pairs lie.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails")
}

/// What a pair expects: outcome, reason and every value that is there; not the trace.
fn expectation(reading: &Reading) -> Value {
    let shown = serde_json::to_value(reading.shown()).unwrap();
    let filled = |value: &Value| match value {
        Value::Object(object) => {
            let kept: Map<_, _> = object
                .iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            Value::Object(kept)
        }
        other => other.clone(),
    };
    let mut expected = Map::new();
    for name in ["kind", "outcome", "reason", "order", "failed_recipient"] {
        if !shown[name].is_null() {
            expected.insert(name.into(), filled(&shown[name]));
        }
    }
    let payments = shown["payments"].as_array().unwrap();
    if !payments.is_empty() {
        expected.insert("payments".into(), payments.iter().map(filled).collect());
    }
    expected.insert("facts".into(), json!(reading.events.len()));
    Value::Object(expected)
}

#[test]
fn every_pair_is_read_as_expected() {
    let (recipes, bless) = (recipes(), std::env::var_os("BLESS").is_some());
    let mails = mails(&root());
    assert!(mails.len() > 20, "the pairs are gone");
    let mut wrong = Vec::new();
    for mail in mails {
        let reading = read_one(
            fs::read(&mail).unwrap(),
            &recipes,
            &trust_of(mail.parent().unwrap()),
        );
        let got = serde_json::to_string_pretty(&expectation(&reading)).unwrap() + "\n";
        let pair = mail.with_extension("json");
        if bless {
            fs::write(&pair, &got).unwrap();
        } else if fs::read_to_string(&pair).unwrap_or_default() != got {
            wrong.push(format!(
                "{}: read as\n{got}trace {:#?}",
                mail.display(),
                reading.trace
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_recipe_reads_its_own_examples() {
    let recipes = recipes();
    let failures: Vec<String> = recipes.iter().flat_map(Recipe::check_examples).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let text: String = Recipe::shipped().iter().map(|(_, text)| *text).collect();
    let examples = text.matches("[[example]]").count();
    assert!(
        examples >= recipes.len(),
        "{examples} examples for {} recipes",
        recipes.len()
    );
}

#[test]
fn a_wrong_recipe_is_refused_with_file_line_and_column() {
    let wrong = "title = \"X\"\nnumbers = [\"1.2\"]\n[fields]\ntotall = [\"Summe\"]\n[[layout]]\nname = \"a\"\nevent = \"ordr\"\nmatch.all = [\"x\"]\nfields.total = [{ pattern = '(' }]\n";
    let problems = Recipe::compile(&[("mine.toml".into(), wrong.into())]).unwrap_err();
    let starts = [
        "mine.toml:2:12:",
        "mine.toml:4:1:",
        "mine.toml:7:9:",
        "mine.toml:9:17:",
    ];
    for start in starts {
        assert!(
            problems.iter().any(|p| p.starts_with(start)),
            "{start} is missing in\n{}",
            problems.join("\n")
        );
    }
    assert_eq!(problems.len(), starts.len(), "{problems:?}");
    let unknown = Recipe::compile(&[("b.toml".into(), "a = 1\n".into())]).unwrap_err();
    assert!(unknown[0].starts_with("b.toml:1:1:"), "{unknown:?}");
}
