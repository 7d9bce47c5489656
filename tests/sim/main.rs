//! The whole daemon in a simulated world, from seeds: mails come late, twice and in another order, the mailbox and the
//! server fail, the process dies before and after every durable and network step, the machine loses what was not
//! synced. A failing seed is printed; `SIM_SEED=N cargo test --test sim` reproduces it, `SIM_SEEDS=N` runs more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod check;
mod dice;
mod life;
mod peers;
mod rules;
mod script;

use life::{Life, Summary};

/// Lives in a normal run.
const SEEDS: u64 = 1_000;

#[test]
fn no_seed_breaks_a_promise() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let seeds = match number("SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SIM_SEEDS").unwrap_or(SEEDS),
    };
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let results: Vec<(u64, Result<Summary, String>)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|worker| {
                let mine: Vec<u64> = seeds
                    .clone()
                    .filter(|seed| seed % workers == worker)
                    .collect();
                scope.spawn(move || lives(&mine))
            })
            .collect();
        handles
            .into_iter()
            .flat_map(|handle| handle.join().unwrap())
            .collect()
    });
    let broken: Vec<String> = results
        .iter()
        .filter_map(|(seed, result)| Some(format!("seed {seed}: {}", result.as_ref().err()?)))
        .collect();
    let sum = |value: fn(&Summary) -> usize| {
        results
            .iter()
            .filter_map(|(_, r)| r.as_ref().ok())
            .map(value)
            .sum::<usize>()
    };
    println!(
        "{} lives: {} letters, {} deaths, {} turns, {} answers of the merchant",
        results.len(),
        sum(|s| s.letters),
        sum(|s| s.deaths),
        sum(|s| s.turns),
        sum(|s| s.digests)
    );
    assert!(
        broken.is_empty(),
        "{} lives broke a promise:\n{}",
        broken.len(),
        broken.join("\n")
    );
    assert!(
        sum(|s| s.letters) > results.len() / 4,
        "hardly any letter went out: the simulation tests nothing"
    );
}

fn lives(seeds: &[u64]) -> Vec<(u64, Result<Summary, String>)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut rules = rules::rules();
    let mut results = Vec::new();
    for &seed in seeds {
        let (again, result) = runtime.block_on(Life::new(seed).live(rules));
        rules = again;
        results.push((seed, result));
    }
    results
}
