//! `cargo run --example matching -- match --json FILE...`: scenarios of payments and claims, played through the ledger.
//! Prints one JSON object per file. All decisions are the ledger's; here words are translated only.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod facts;
mod play;
mod said;

fn main() {
    let files = std::env::args()
        .skip(1)
        .filter(|word| !matches!(word.as_str(), "match" | "--json"));
    for file in files {
        let text = std::fs::read_to_string(&file).expect("the scenario can be read");
        let scenario = serde_json::from_str(&text).expect("the scenario is JSON");
        let mut answer = play::play(&scenario);
        answer["file"] = file.into();
        println!("{answer}");
    }
}
