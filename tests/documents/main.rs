//! The documents say what the program does: commands, words, names, defaults and files that they name exist, and both
//! languages of the handbook say the same.
//!
//! Tables that are compared stand between `<!-- name -->` and `<!-- /name -->`; a key of the configuration is written
//! as `[section] key`.
#![allow(clippy::unwrap_used, clippy::panic)]

mod reasons;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use clap::{CommandFactory, Parser};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mahnwerk::cli::args::Cli;
use mahnwerk::ledger::policy::Approval;
use mahnwerk::ledger::{Language, Policy, SourceId};
use mahnwerk::letter::filters::FILTERS;
use mahnwerk::letter::variables::VARIABLES;
use mahnwerk::mail::ours::command;
use mahnwerk::mail::recipe::Recipe;
use text::{blocks, command_lines, prose, read, root, table, ticked};

const HANDBOOKS: [&str; 2] = ["templates/handbook/de.md", "templates/handbook/en.md"];
const FOR_MERCHANTS: [&str; 3] = ["README.md", HANDBOOKS[0], HANDBOOKS[1]];

#[test]
fn every_command_line_is_understood() {
    for name in FOR_MERCHANTS {
        let lines = command_lines(&read(name));
        assert!(lines.len() > 2, "{name}: no command lines found");
        for line in lines {
            let parsed = Cli::try_parse_from(line.split_whitespace());
            if let Err(error) = parsed {
                panic!("{name}: `{line}`: {error}");
            }
        }
    }
}

#[test]
fn the_handbook_names_every_command() {
    for name in HANDBOOKS {
        let named: BTreeSet<String> = command_lines(&read(name))
            .iter()
            .filter_map(|line| line.split_whitespace().nth(1).map(str::to_owned))
            .collect();
        for command in Cli::command().get_subcommands() {
            let word = command.get_name();
            let known = command.is_hide_set() || word == "help" || named.contains(word);
            assert!(known, "{name}: does not name `mahnwerk {word}`");
        }
    }
}

#[test]
fn exit_codes_are_those_of_the_help() {
    let help = Cli::command().render_long_help().to_string();
    let codes: BTreeSet<String> = help
        .lines()
        .skip_while(|line| *line != "Exit codes:")
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect();
    assert_eq!(codes.len(), 7, "{help}");
    for name in FOR_MERCHANTS {
        let told: BTreeSet<String> = table(name, "exit codes")
            .into_iter()
            .map(|row| row[0].clone())
            .collect();
        assert_eq!(told, codes, "{name}");
    }
}

#[test]
fn every_variable_of_a_template_is_in_the_handbook_and_no_other() {
    let known: BTreeSet<&str> = VARIABLES.iter().map(|variable| variable.name).collect();
    for name in HANDBOOKS {
        let cells = table(name, "variables");
        let first: Vec<&str> = cells.iter().flat_map(|row| ticked(&row[0])).collect();
        let told: BTreeSet<&str> = first.iter().copied().collect();
        let missing: Vec<_> = known.difference(&told).collect();
        let unknown: Vec<_> = told.difference(&known).collect();
        assert!(missing.is_empty(), "{name}: misses {missing:?}");
        assert!(unknown.is_empty(), "{name}: names {unknown:?}");
    }
}

#[test]
fn every_filter_is_in_the_handbook_and_no_other() {
    let known: Vec<&str> = FILTERS.iter().map(|(filter, _, _)| *filter).collect();
    for name in HANDBOOKS {
        let cells = table(name, "filters");
        let told: Vec<&str> = cells.iter().flat_map(|row| ticked(&row[0])).collect();
        assert_eq!(told, known, "{name}");
    }
}

#[test]
fn every_word_of_a_reply_is_understood_and_means_the_same_in_both_languages() {
    let (digest, today) = (SourceId::of(b"digest"), Date::constant(2026, 11, 24));
    let mut words = BTreeSet::new();
    for name in HANDBOOKS {
        let rows = table(name, "replies");
        assert!(rows.len() >= 12, "{name}");
        for row in rows {
            let phrases = [ticked(&row[0]), ticked(&row[1])].concat();
            assert!(phrases.len() > 1, "{name}: {row:?}");
            let meant: Vec<_> = phrases
                .iter()
                .map(|phrase| {
                    command::parse(phrase, digest, today)
                        .unwrap_or_else(|| panic!("{name}: `{phrase}` is not understood"))
                })
                .collect();
            let same = meant.iter().all(|commands| *commands == meant[0]);
            assert!(same, "{name}: {phrases:?} mean {meant:?}");
            words.extend(
                meant
                    .iter()
                    .map(|commands| kind(&format!("{:?}", commands[0]))),
            );
        }
    }
    // Five words for questions, six orders about a claim, three about everything.
    assert_eq!(words.len(), 14, "{words:?}");
}

/// The names of variants in what `Debug` prints, without what they carry.
fn kind(debug: &str) -> String {
    let of = |mark: &str| {
        let rest = debug.split_once(mark).map_or("", |(_, rest)| rest);
        let word: String = rest.chars().take_while(|c| c.is_alphabetic()).collect();
        word
    };
    let first: String = debug.chars().take_while(|c| c.is_alphabetic()).collect();
    [first, of(" word: "), of(" order: ")].join(" ")
}

#[test]
fn both_handbooks_have_the_same_sections_and_the_same_code() {
    let levels = |text: &str| -> Vec<usize> {
        let heads = prose(text).into_iter().filter(|line| line.starts_with('#'));
        heads
            .map(|line| line.bytes().take_while(|b| *b == b'#').count())
            .collect()
    };
    let code = |text: &str| -> Vec<(String, Vec<String>)> {
        let bare = |line: &String| {
            line.split(" #")
                .next()
                .unwrap_or_default()
                .trim_end()
                .to_owned()
        };
        let blocks = blocks(text).into_iter();
        blocks
            .map(|(kind, lines)| {
                let lines = lines.iter().map(bare);
                (kind, lines.filter(|line| !line.starts_with('#')).collect())
            })
            .collect()
    };
    let [de, en] = HANDBOOKS.map(read);
    assert_eq!(levels(&de), levels(&en));
    assert_eq!(code(&de), code(&en));
    for (name, text) in HANDBOOKS.iter().zip([&de, &en]) {
        assert!(text.lines().count() <= 320, "{name} is too long");
    }
    for mark in ["variables", "filters", "replies", "defaults", "exit codes"] {
        assert_eq!(
            table(HANDBOOKS[0], mark).len(),
            table(HANDBOOKS[1], mark).len(),
            "{mark}"
        );
    }
}

#[test]
fn links_lead_to_files() {
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"]
        .iter()
        .chain(&HANDBOOKS)
    {
        let folder = root().join(name).parent().unwrap().to_owned();
        for link in read(name).split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap();
            let known = target.is_empty() || folder.join(target).exists();
            assert!(known, "{name}: {target} is not there");
        }
    }
}

#[test]
fn the_configuration_has_the_keys_that_the_documents_name() {
    let mut keys = BTreeSet::new();
    let mut section = String::new();
    for line in read("config.example.toml").lines() {
        let line = line.trim_start_matches('#');
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']).to_owned();
        } else if let Some((key, _)) = line.split_once(" = ")
            && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        {
            keys.insert(format!("[{section}] {key}"));
        }
    }
    assert!(keys.contains("[reminders.window] from"), "{keys:?}");
    for name in FOR_MERCHANTS {
        let text = prose(&read(name)).join("\n");
        let named = ticked(&text)
            .into_iter()
            .filter(|code| code.starts_with('['));
        let named: Vec<&str> = named.filter(|code| code.contains("] ")).collect();
        for key in named {
            assert!(keys.contains(key), "{name}: `{key}` is no key");
        }
    }
}

#[test]
fn the_handbook_states_the_defaults_of_the_policy() {
    let day = Date::constant(2026, 1, 1);
    let policy = Policy::standard(TimeZone::UTC, Language::De, day, BTreeMap::new());
    let [friendly, reminder, last] = policy.levels.as_slice() else {
        panic!("three levels")
    };
    let [early, late] = policy.prepayment.as_slice() else {
        panic!("two letters about prepayment")
    };
    assert_eq!((reminder.days, last.days), (0, 0));
    assert_eq!(
        (friendly.approval, reminder.approval, last.approval),
        (Approval::Forewarn, Approval::Forewarn, Approval::Ask)
    );
    let banking = [friendly, reminder, last].map(|rule| rule.banking_days);
    assert_eq!(banking, [friendly.banking_days; 3]);
    let clock = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
    let want = [
        ("term_days", policy.term_days.to_string()),
        ("deadline_days", policy.deadline_days.to_string()),
        ("friendly", friendly.days.to_string()),
        ("banking_days", friendly.banking_days.to_string()),
        ("prepayment-1", early.days.to_string()),
        ("prepayment-2", late.days.to_string()),
        ("digest_at", clock(policy.digest_at)),
        ("from", clock(policy.window.from)),
        ("to", clock(policy.window.to)),
        ("freshness_days", policy.freshness_days.to_string()),
        ("gap_days", policy.gap_days.to_string()),
        ("minimum", policy.minimum.to_string()),
        ("floor", policy.breaker.floor.to_string()),
        ("factor", policy.breaker.factor.to_string()),
        (
            "first_recipients",
            policy.breaker.first_recipients.to_string(),
        ),
        ("until_letters", policy.breaker.until_letters.to_string()),
        ("evidence_wait", policy.evidence_wait.as_hours().to_string()),
    ];
    for name in HANDBOOKS {
        let rows = table(name, "defaults").into_iter();
        let told: Vec<(String, String)> = rows
            .map(|row| {
                let key = ticked(&row[0]).last().unwrap().to_string();
                let key = key.rsplit("] ").next().unwrap().to_owned();
                let value = row[1].split_whitespace().next().unwrap().to_owned();
                (key, value)
            })
            .collect();
        let want = want
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()));
        assert_eq!(told, want.collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn the_recipe_of_the_handbook_compiles_and_reads_its_example() {
    for name in HANDBOOKS {
        let recipes: Vec<String> = blocks(&read(name))
            .into_iter()
            .filter(|(kind, lines)| kind == "toml" && lines.iter().any(|line| line == "[[layout]]"))
            .map(|(_, lines)| lines.join("\n"))
            .collect();
        assert_eq!(recipes.len(), 1, "{name}");
        let shipped = Recipe::shipped().iter();
        let mut files: Vec<(String, String)> = shipped
            .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()))
            .collect();
        files.push(("laden.toml".into(), recipes[0].clone()));
        let compiled = Recipe::compile(&files).unwrap_or_else(|why| panic!("{name}: {why:#?}"));
        let own = compiled
            .iter()
            .find(|recipe| recipe.name == "laden")
            .unwrap();
        assert_eq!(own.check_examples(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_architecture_is_short_and_names_files_that_exist() {
    let text = read("ARCHITECTURE.md");
    assert!(text.lines().count() <= 250);
    let prose = prose(&text).join("\n");
    let mut seen = 0;
    for code in ticked(&prose) {
        let path = |c: char| c.is_ascii_alphanumeric() || "/._-*".contains(c);
        if !code.contains('/') || code.starts_with('/') || !code.chars().all(path) {
            continue;
        }
        let bare = code.split("/*").next().unwrap();
        let places = [
            bare.to_owned(),
            format!("src/{bare}"),
            format!("src/{bare}.rs"),
        ];
        let there = places.iter().any(|place| root().join(place).exists());
        assert!(there, "`{code}` is not there");
        seen += 1;
    }
    assert!(seen > 20, "only {seen} paths found");
}
