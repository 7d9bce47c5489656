//! Reading mails: `cargo bench --bench read`. Uses the folder `orders` of MAHNWERK_CORPUS (else of `../shared/corpus`)
//! where it is present, else the project's own fixtures; the figure that counts is mails a second on one core.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use divan::counter::ItemsCount;
use jiff::Timestamp;
use mahnwerk::ledger::SealKey;
use mahnwerk::mail::{RawMail, Recipe, Trust, read};

fn main() {
    divan::main();
}

fn mails(folder: &Path) -> Vec<RawMail> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "eml") {
                found.push(RawMail {
                    bytes: std::fs::read(path).unwrap(),
                    received: Timestamp::UNIX_EPOCH,
                });
            }
        }
    }
    found
}

#[divan::bench]
fn orders(bencher: divan::Bencher<'_, '_>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = std::env::var_os("MAHNWERK_CORPUS")
        .map_or_else(|| root.join("../shared/corpus"), PathBuf::from)
        .join("orders");
    let mails = mails(if corpus.is_dir() {
        &corpus
    } else {
        Path::new("tests/mails")
    });
    let files: Vec<(String, String)> = Recipe::shipped()
        .iter()
        .map(|(name, text)| (name.to_string(), text.to_string()))
        .collect();
    let recipes = Recipe::compile(&files).unwrap();
    let key = SealKey::new(&[1; 32]).unwrap();
    let trust = Trust {
        assume: true,
        ..Trust::default()
    };
    bencher.counter(ItemsCount::new(mails.len())).bench(|| {
        mails
            .iter()
            .map(|mail| read(mail, &recipes, &trust, &key).trace.len())
            .sum::<usize>()
    });
}
