//! The corpora of real layouts beside the project. `MAHNWERK_CORPUS` names their root; a folder that is not there is
//! skipped with a line that says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

use std::path::{Path, PathBuf};

#[path = "corpus/einvoices.rs"]
mod einvoices;
#[path = "corpus/mails.rs"]
mod mails;
#[path = "corpus/matching.rs"]
mod matching;
#[path = "corpus/statements.rs"]
mod statements;

fn folder(name: &str) -> Option<PathBuf> {
    let corpus = std::env::var_os("MAHNWERK_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        PathBuf::from,
    );
    let folder = corpus.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("SKIPPED: there is no {}", folder.display());
    None
}
