//! `--json` of every command that prints data: valid, nothing else on stdout, and the same keys as ever (`keys.json`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use super::{here, mahnwerk};

const COMMANDS: [&str; 20] = [
    "list claims --all",
    "list questions",
    "list payments --all",
    "list customers --all",
    "list letters --all",
    "list mails",
    "list review",
    "show 5521",
    "show 1204",
    "why 1204",
    "why 5521",
    "status",
    "simulate --days 30",
    "export",
    "check",
    "rebuild --dry-run",
    "pay 1204 --dry-run",
    "resume 1204",
    "checked",
    "simulate --days 31",
];

/// Every way through objects; places of a list are one.
fn paths(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            let path = format!("{path}.{key}");
            found.insert(path.trim_start_matches('.').to_owned());
            paths(value, &path, found);
        }),
        Value::Array(list) => list.iter().for_each(|value| paths(value, path, found)),
        _ => {}
    }
}

#[test]
fn json_is_valid_and_its_keys_stay() {
    let folder = tempfile::tempdir().unwrap();
    let demo = mahnwerk(folder.path(), ["demo", "--dir", "[DIR]/shop"]);
    assert!({ demo }.output().unwrap().status.success());
    let mut keys: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for command in COMMANDS {
        let words = ["--config", "[DIR]/shop/mahnwerk.toml", "--json"];
        let words = words.into_iter().chain(command.split(' '));
        let output = mahnwerk(folder.path(), words).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        if command.starts_with("resume") || command.starts_with("checked") {
            continue; // orders say what they did; here they only prepare the next command
        }
        let value: Value = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{command}: {error}: {text}"));
        assert!(text.ends_with('\n'), "{command}");
        paths(&value, "", keys.entry(command).or_default());
    }
    let printed = serde_json::to_string_pretty(&keys).unwrap() + "\n";
    let file = here().join("keys.json");
    if std::env::var_os("BLESS").is_some() {
        fs::write(file, printed).unwrap();
        return;
    }
    let wanted = fs::read_to_string(file).unwrap();
    assert!(
        wanted == printed,
        "keys.json differs from what is printed:\n{printed}\nIf this is meant: BLESS=1 cargo test --test cli"
    );
}
