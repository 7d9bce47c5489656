//! Every shipped letter in both languages with invented values: the words as customers read them, and what holds for all.
use std::collections::BTreeSet;

use jiff::Timestamp;
use mahnwerk::ledger::Language;
use mahnwerk::letter::variables::VARIABLES;
use mahnwerk::letter::{Letter, Letters};

use crate::pairs::{compare, here};
use crate::readable::readable;
use crate::scenario::{key, sender, shipped};

const AT: Timestamp = Timestamp::constant(1_795_503_600, 0);

pub(crate) fn all() -> Vec<(String, Letter)> {
    let letters = shipped();
    let mut all = Vec::new();
    for (language, code) in [(Language::De, "de"), (Language::En, "en")] {
        for name in letters.names() {
            let letter = letters
                .sample(&name, language, &sender(language, false), AT)
                .unwrap();
            all.push((format!("{name}-{code}"), letter));
        }
    }
    all
}

#[test]
fn samples_read_like_this() {
    let odd: Vec<String> = all()
        .iter()
        .filter_map(|(name, letter)| {
            compare(
                &here().join(format!("samples/{name}.mail")),
                &readable(letter, &key()),
            )
        })
        .collect();
    assert!(odd.is_empty(), "{}", odd.join("\n\n"));
}

#[test]
fn ten_letters_in_two_languages_are_shipped() {
    assert_eq!(all().len(), 20);
}

#[test]
fn every_file_of_the_folder_is_inside_the_program() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/letters");
    let mut files = BTreeSet::new();
    for language in ["de", "en"] {
        for entry in std::fs::read_dir(root.join(language)).unwrap() {
            files.insert(format!(
                "{language}/{}",
                entry.unwrap().file_name().to_string_lossy()
            ));
        }
    }
    let shipped: BTreeSet<String> = Letters::shipped()
        .iter()
        .map(|(path, _)| (*path).to_owned())
        .collect();
    assert_eq!(files, shipped);
}

#[test]
fn no_shipped_letter_speaks_of_fee_interest_or_default() {
    for (path, text) in Letters::shipped() {
        let text = text.to_lowercase();
        for word in [
            "gebühr",
            "verzug",
            "zinsen",
            "mahnkosten",
            "interest",
            "late fee",
            "in default",
            "gericht",
        ] {
            assert!(!text.contains(word), "{path} says `{word}`");
        }
    }
}

#[test]
fn every_documented_name_is_documented_once() {
    let names: BTreeSet<&str> = VARIABLES
        .iter()
        .filter(|v| v.name != "reply_tag")
        .map(|v| v.name)
        .collect();
    assert_eq!(
        names.len(),
        VARIABLES.iter().filter(|v| v.name != "reply_tag").count()
    );
    assert!(
        VARIABLES
            .iter()
            .all(|v| !v.meaning.is_empty() && !v.example.is_empty())
    );
}
