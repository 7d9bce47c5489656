//! The sentences of the German table of reasons are those that the program says.

use std::fs;
use std::path::Path;

use crate::text::{read, root};

/// All code of the program, its string literals joined where a line break inside them is escaped.
fn code(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            code(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let joined: Vec<&str> = text.split("\\\n").map(str::trim_start).collect();
            into.push_str(&joined.concat());
        }
    }
}

/// Sentences that may have changed since they were translated: they are told, and the table is to be tidied.
const STALE: usize = 10;

#[test]
fn a_translated_reason_is_one_that_the_program_says() {
    let mut all = String::new();
    code(&root().join("src"), &mut all);
    let table = read("templates/reasons/de.txt");
    let lines = table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut stale = Vec::new();
    for line in lines {
        let (english, _) = line
            .split_once(" => ")
            .unwrap_or_else(|| panic!("no ` => ` in: {line}"));
        let said = |words: &str| all.contains(words.trim());
        if !english.split(['{', '}']).step_by(2).all(said) {
            stale.push(english);
        }
    }
    assert!(
        stale.len() <= STALE,
        "tidy templates/reasons/de.txt: {stale:#?}"
    );
}
