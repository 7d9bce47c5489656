//! The house rules, read from the source text: who imports whom, what the pure rooms must not touch, words that nobody
//! may write, lengths, heads, and how wide the top level is. Every finding names file and line.
#![allow(clippy::unwrap_used, clippy::panic)]

mod checker;
mod rules;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

use rules::TOP_LEVEL;
use source::Source;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder, by their path from the project's root.
fn rust_files(below: &str) -> Vec<(String, String)> {
    let mut open = vec![root().join(below)];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path
                    .strip_prefix(root())
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// Names of the dependencies as they stand in paths.
fn dependencies() -> Vec<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let table = manifest.split("[dependencies]").nth(1).unwrap();
    let table = table.split("\n[").next().unwrap();
    let names = table
        .lines()
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.trim()));
    let names = names.filter(|name| !name.is_empty() && !name.starts_with('#'));
    names.map(|name| name.replace('-', "_")).collect()
}

fn report(findings: Vec<String>) {
    assert!(
        findings.is_empty(),
        "{} findings:\n{}\n",
        findings.len(),
        findings.join("\n")
    );
}

#[test]
fn the_source_keeps_the_house_rules() {
    let files = rust_files("src");
    assert!(files.len() > 20, "the source was not found");
    let tests = source::test_files(&files);
    let dependencies = dependencies();
    assert!(
        dependencies.iter().any(|name| name == "mail_parser"),
        "{dependencies:?}"
    );
    let mut findings = Vec::new();
    for (path, text) in &files {
        let source = Source::new(path, text, tests.contains(path));
        findings.extend(rules::check(&source, &dependencies));
    }
    report(findings);
}

#[test]
fn tests_are_short_and_say_what_they_are() {
    let files = rust_files("tests");
    let check = |(path, text): &(String, String)| rules::form(&Source::new(path, text, true));
    report(files.iter().flat_map(check).collect());
}

#[test]
fn the_top_level_is_no_wider_than_drawn() {
    let mut findings = Vec::new();
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !TOP_LEVEL.contains(&name.as_str()) {
            findings.push(format!(
                "{name}:1: is not part of the top level; it belongs into a folder"
            ));
        }
    }
    report(findings);
}

#[test]
fn every_declared_test_file_is_there() {
    // `autotests = false`: a test folder that nobody declares never runs.
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut findings = Vec::new();
    for entry in fs::read_dir(root().join("tests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path
            .strip_prefix(root())
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let runs = Path::new(&name).extension().is_some_and(|end| end == "rs")
            || path.join("main.rs").exists();
        if runs && !manifest.contains(&format!("\"{name}")) {
            findings.push(format!(
                "{name}:1: is not declared in Cargo.toml, so it never runs"
            ));
        }
    }
    report(findings);
}
