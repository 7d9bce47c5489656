//! Pairs of files that anyone can read: a statement file and, beside it, what is to be read from it. `BLESS=1` writes the
//! expectations anew; look at the difference before committing it. The folder `refused` holds files that must give nothing.
//!
//! The properties: any bytes give a reading; a file that is cut anywhere never yields another amount.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use mahnwerk::ledger::Fact;
use mahnwerk::mail::{Reading, Trust, read_file};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Every account counts as the merchant's.
fn read_one(bytes: &[u8]) -> Reading {
    let trust = Trust {
        assume: true,
        ..Trust::default()
    };
    read_file(bytes, "2026-03-16T08:00:00Z".parse().unwrap(), &trust)
}

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/statements");
    let mut found = Vec::new();
    for folder in fs::read_dir(root).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|end| end != "json") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() > 50, "{} files", found.len());
    found
}

fn without_nothing(value: Value) -> Value {
    let Value::Object(map) = value else {
        return value;
    };
    let said = |(_, v): &(String, Value)| !v.is_null() && *v != json!([]);
    Value::Object(map.into_iter().filter(said).collect::<Map<_, _>>())
}

/// What of a reading is compared: the outcome, every line, every fact.
fn shown(reading: &Reading) -> Value {
    let lines = serde_json::to_value(&reading.transactions).unwrap();
    let lines: Vec<Value> = lines
        .as_array()
        .unwrap()
        .iter()
        .cloned()
        .map(without_nothing)
        .collect();
    let facts: Vec<String> = reading.events.iter().map(|e| fact(&e.fact)).collect();
    json!({"outcome": reading.outcome, "reason": reading.reason, "transactions": lines, "facts": facts})
}

fn fact(fact: &Fact) -> String {
    let (what, payment) = match fact {
        Fact::Paid(payment) => ("paid", payment),
        Fact::Pending(payment) => ("pending", payment),
        Fact::Returned(payment) => ("returned", payment),
        Fact::Seen(seen) => {
            let account = seen.account.as_deref().unwrap_or("all accounts");
            return format!("{account} is known until {}", seen.until);
        }
        other => panic!("a statement says {other:?}"),
    };
    let name = payment.payer.as_deref().unwrap_or("nobody");
    let unsure = if payment.proposal_only {
        ", only proposed"
    } else {
        ""
    };
    let text = payment.remittance.replace('\n', " | ");
    format!(
        "{what} {} on {} by {name}: {text}{unsure}",
        payment.amount, payment.account
    )
}

#[test]
fn every_statement_is_read_as_its_pair_says() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for path in files() {
        let got = shown(&read_one(&fs::read(&path).unwrap()));
        let expected = PathBuf::from(format!("{}.json", path.display()));
        if bless {
            fs::write(
                &expected,
                serde_json::to_string_pretty(&got).unwrap() + "\n",
            )
            .unwrap();
            continue;
        }
        let want: Value = serde_json::from_str(&fs::read_to_string(&expected).unwrap()).unwrap();
        if want != got {
            wrong.push(format!("{}:\n  want {want}\n  got  {got}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_refused_gives_no_line_and_a_reason() {
    for path in files()
        .iter()
        .filter(|p| p.to_string_lossy().contains("refused"))
    {
        let reading = read_one(&fs::read(path).unwrap());
        assert!(reading.transactions.is_empty(), "{}", path.display());
        assert!(
            reading.events.is_empty() && !reading.reason.is_empty(),
            "{}",
            path.display()
        );
    }
}

/// Amounts with their class and currency, of what becomes money.
fn amounts(reading: &Reading) -> Vec<String> {
    let money = ["credit", "return", "reversal", "pending"];
    let lines = reading.transactions.iter();
    let lines = lines.filter(|line| money.contains(&line.class.word()));
    lines
        .map(|line| format!("{:?} {:?} {}", line.class, line.amount, line.incoming))
        .collect()
}

#[test]
fn a_file_cut_anywhere_yields_no_other_amount() {
    for path in files() {
        let bytes = fs::read(&path).unwrap();
        let whole = amounts(&read_one(&bytes));
        let step = bytes.len() / 40 + 1;
        for at in (0..bytes.len())
            .step_by(step)
            .chain(bytes.len().saturating_sub(60)..bytes.len())
        {
            for amount in amounts(&read_one(&bytes[..at])) {
                assert!(
                    whole.contains(&amount),
                    "{} cut at {at}: {amount}, not in {whole:?}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn any_bytes_and_any_change_give_a_reading() {
    let fixtures: Vec<Vec<u8>> = files().iter().map(|p| fs::read(p).unwrap()).collect();
    let mut config = ProptestConfig::with_cases(200);
    config.failure_persistence = None;
    proptest!(config, |(bytes in proptest::collection::vec(any::<u8>(), 0..2000), which in any::<prop::sample::Index>(),
                        at in any::<prop::sample::Index>(), byte in any::<u8>())| {
        prop_assert!(!read_one(&bytes).reason.is_empty());
        let mut changed = which.get(&fixtures).clone();
        let place = at.index(changed.len());
        changed[place] = byte;
        prop_assert!(!read_one(&changed).reason.is_empty());
    });
}

#[test]
fn bombs_are_refused_cheaply() {
    let many_fields = ":20:A\n:25:1\n:60F:C260101EUR0,\n:86:".to_owned() + &"x\n".repeat(500_000);
    let long_line = format!(":20:A\n:61:{}\n", "1".repeat(3_000_000));
    let one_quote = format!(
        "Datum;Betrag;Name\n10.03.2026;1,00;\"{}",
        "a\n".repeat(1_000_000)
    );
    let wide = format!("Datum;Betrag;Name{}\n", ";x".repeat(1_000_000));
    let commas = ";".repeat(4_000_000);
    for odd in [many_fields, long_line, one_quote, wide, commas] {
        let start = std::time::Instant::now();
        let reading = read_one(odd.as_bytes());
        assert!(reading.transactions.is_empty(), "{}", reading.reason);
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }
}
