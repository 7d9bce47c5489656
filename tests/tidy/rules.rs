//! The rules and their tables. A rule takes a source and returns findings; it changes nothing and forgives nothing.

use regex::Regex;

use crate::source::{Source, item_end};

/// Everything that may lie in the project's root.
pub const TOP_LEVEL: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "LICENSE",
    "deny.toml",
    "config.example.toml",
    "systemd",
    ".ci",
    ".git",
    ".gitignore",
    "templates",
    "src",
    "tests",
    "target",
];

/// A room: its name, the rooms it may import, the crates it may use.
struct Room(
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const ALL: &[&str] = &[
    "cli", "config", "daemon", "demo", "ledger", "letter", "mail", "report", "world",
];

const ROOMS: &[Room] = &[
    Room(
        "ledger",
        &[],
        &[
            "rust_decimal",
            "jiff",
            "serde",
            "serde_json",
            "ring",
            "base64",
        ],
    ),
    Room(
        "mail",
        &["ledger"],
        &[
            "mail_parser",
            "regex",
            "toml",
            "serde",
            "serde_json",
            "quick_xml",
            "html5gum",
            "flate2",
            "zip",
            "csv",
            "jiff",
            "rust_decimal",
        ],
    ),
    Room(
        "letter",
        &["ledger"],
        &["tera", "lettre", "serde", "jiff", "rust_decimal"],
    ),
    Room(
        "report",
        &["ledger", "mail", "config"],
        &["serde", "serde_json", "toml", "csv", "jiff", "rust_decimal"],
    ),
    Room(
        "config",
        &["ledger", "mail"],
        &["serde", "toml", "jiff", "rust_decimal"],
    ),
    Room(
        "world",
        &["config", "ledger", "letter", "mail"],
        &[
            "tokio",
            "tokio_rustls",
            "rustls",
            "rustls_native_certs",
            "async_imap",
            "futures_util",
            "lettre",
            "sled",
            "sd_notify",
            "tracing",
            "tracing_subscriber",
            "zeroize",
            "serde",
            "serde_json",
            "jiff",
        ],
    ),
    Room(
        "daemon",
        &["config", "ledger", "letter", "mail", "report", "world"],
        &[
            "tokio",
            "serde",
            "serde_json",
            "jiff",
            "rust_decimal",
            "tracing",
        ],
    ),
    Room(
        "cli",
        ALL,
        &[
            "clap",
            "serde",
            "serde_json",
            "csv",
            "jiff",
            "rust_decimal",
            "tokio",
            "tracing",
            "zeroize",
            "toml",
        ],
    ),
    Room(
        "demo",
        ALL,
        &[
            "serde",
            "serde_json",
            "jiff",
            "rust_decimal",
            "tokio",
            "tracing",
        ],
    ),
    Room("lib", &[], &[]),
    Room("main", &[], &[]),
];

/// Rooms without clock, files, sockets, threads, randomness, async, printing, environment.
const PURE: &[&str] = &["ledger", "mail", "letter"];

const PURE_BANS: &[(&str, &str)] = &[
    (
        r"\bstd::(fs|net|thread|env|process|os|time|io::(stdout|stderr|stdin))\b",
        "reaches outside",
    ),
    (
        r"\bstd::\{[^}]*\b(fs|net|thread|env|process|os|time)\b",
        "reaches outside",
    ),
    (
        r"\b(SystemTime|Instant)\b",
        "looks at a clock; time comes in as an argument",
    ),
    (r"\btokio\b", "is async; a pure room is not"),
    (r"\brand(om)?::", "rolls dice"),
    (r"\be?print(ln)?!", "prints; a pure room returns values"),
    (
        r"\basync\s+(fn|move|\{)|\.await\b",
        "is async; a pure room is not",
    ),
];

const CLOCK: &str = r"\b(Timestamp|Zoned|ZonedDateTime|SystemTime|Utc|Local)::now\b|\bjiff::now\b";
/// The only clock of the program.
const CLOCK_FILE: &str = "src/world/service.rs";

const BANS: &[(&str, &str)] = &[
    (
        r"\.unwrap\(\)",
        "`unwrap` outside tests: say what happens instead",
    ),
    (
        r"\.expect\(",
        "`expect` outside tests: say what happens instead",
    ),
    (r"\bpanic!", "`panic!` outside tests: return the error"),
    (r"\b(todo|unimplemented|dbg)!", "unfinished code"),
    (r"\bunsafe\b", "`unsafe`"),
    (
        r"\butils?\b",
        "`utils` says nothing: name it by what it knows",
    ),
    (
        r"\b(struct|enum|trait|type|mod)\s+\w*(Manager|Helper|Handler|Service|Util)s?\b",
        "name it by the merchant's noun",
    ),
];

/// Longest file and function.
const FILE: usize = 400;
const FUNCTION: usize = 60;

/// All rules for a file of `src`.
pub fn check(source: &Source<'_>, dependencies: &[String]) -> Vec<String> {
    let mut findings = form(source);
    if !source.test {
        findings.extend(imports(source, dependencies));
        findings.extend(bans(source));
        findings.extend(functions(source));
    }
    findings
}

/// What holds for test files too: head, length, no notes to oneself.
pub fn form(source: &Source<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    if !source.text.starts_with("//!") {
        findings.push(format!(
            "{}:1: begins without `//!`: what it knows, what it must not know",
            source.path
        ));
    }
    let lines = source.text.lines().count();
    if lines > FILE {
        findings.push(format!(
            "{}:{FILE}: {lines} lines, at most {FILE}",
            source.path
        ));
    }
    // Written apart, so that this file does not find itself. `X` thrice is also a currency (ISO 4217: none).
    let words = [["TO", "DO"], ["FIX", "ME"]].map(|parts| parts.concat());
    let notes = Regex::new(&format!(r"\b({})\b|//[/!]? *X{{3}}\b", words.join("|"))).unwrap();
    for (number, line) in source.text.lines().enumerate() {
        if let Some(word) = notes.find(line) {
            findings.push(format!(
                "{}:{}: `{}`: do it or file it",
                source.path,
                number + 1,
                word.as_str()
            ));
        }
    }
    findings
}

fn imports(source: &Source<'_>, dependencies: &[String]) -> Vec<String> {
    let name = source.room();
    let Some(Room(_, ours, crates)) = ROOMS.iter().find(|room| room.0 == name) else {
        return vec![format!(
            "{}:1: `{name}` is no room of the house",
            source.path
        )];
    };
    let mut findings = Vec::new();
    for (place, other) in rooms_named(source) {
        let known = ALL.contains(&other.as_str());
        if known && other != name && !ours.contains(&other.as_str()) && name != "main" {
            findings.push(source.at(place, &format!("`{name}` must not know `{other}`")));
        }
    }
    let path = Regex::new(r"(^|[^\w:.])(?:::)?([a-z]\w*)::").unwrap();
    for found in path.captures_iter(&source.code) {
        let other = found.get(2).unwrap();
        let is_crate = dependencies.iter().any(|name| name == other.as_str());
        if is_crate && !crates.contains(&other.as_str()) {
            let text = format!("`{name}` must not use the crate `{}`", other.as_str());
            findings.push(source.at(other.start(), &text));
        }
    }
    findings
}

/// Every room that a path names, with its place: `crate::x`, `crate::{x, y}`, and `super::` up to the root.
fn rooms_named(source: &Source<'_>) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    let path = Regex::new(r"\b(?:crate::|((?:super::)+))(\w+|\{)").unwrap();
    for found in path.captures_iter(&source.code) {
        let supers = found
            .get(1)
            .map_or(0, |supers| supers.as_str().matches("super").count());
        if supers > 0 && supers < source.depth() {
            continue;
        }
        let word = found.get(2).unwrap();
        if word.as_str() != "{" {
            named.push((word.start(), word.as_str().to_owned()));
            continue;
        }
        let group = &source.code[word.start()..item_end(&source.code, word.start())];
        let mut depth = 0;
        let mut first = false;
        for (at, c) in group.char_indices() {
            match c {
                '{' => (depth, first) = (depth + 1, depth == 0),
                '}' => depth -= 1,
                ',' => first = depth == 1,
                c if first && c.is_alphabetic() => {
                    let name: String = group[at..]
                        .chars()
                        .take_while(|c| c.is_alphanumeric() || *c == '_')
                        .collect();
                    named.push((word.start() + at, name));
                    first = false;
                }
                _ => {}
            }
        }
    }
    named
}

fn bans(source: &Source<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    let mut look = |pattern: &str, reason: &str| {
        for found in Regex::new(pattern).unwrap().find_iter(&source.code) {
            let text = found
                .as_str()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            findings.push(source.at(found.start(), &format!("`{text}`: {reason}")));
        }
    };
    for (pattern, reason) in BANS {
        look(pattern, reason);
    }
    if PURE.contains(&source.room()) {
        for (pattern, reason) in PURE_BANS {
            look(pattern, reason);
        }
    }
    if source.path != CLOCK_FILE {
        look(CLOCK, "the program has one clock, `world::service::now`");
    }
    findings
}

fn functions(source: &Source<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    let head = Regex::new(r"\bfn\s+(\w+)").unwrap();
    for found in head.captures_iter(&source.code) {
        let start = found.get(0).unwrap().start();
        let lines = source.code[start..item_end(&source.code, start)]
            .lines()
            .count();
        if lines > FUNCTION {
            let text = format!("`{}` has {lines} lines, at most {FUNCTION}", &found[1]);
            findings.push(source.at(start, &text));
        }
    }
    findings
}
