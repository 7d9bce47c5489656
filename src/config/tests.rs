//! The example file and the parser hold each other; problems are told all at once, each at its line.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;

const EXAMPLE: &str = include_str!("../../config.example.toml");

/// The example with its `# example` lines taken out, and with its `#key = value` lines as they are or active.
fn plain(defaults_active: bool) -> String {
    let active = |line: &str| {
        let setting = line
            .strip_prefix('#')
            .filter(|rest| !rest.starts_with(' ') && !rest.is_empty());
        setting
            .filter(|_| defaults_active)
            .unwrap_or(line)
            .to_owned()
            + "\n"
    };
    EXAMPLE
        .lines()
        .filter(|line| !line.ends_with("# example"))
        .map(active)
        .collect()
}

#[test]
fn the_example_is_right_and_its_shown_defaults_are_the_real_ones() {
    let silent = Config::parse(&plain(false)).unwrap();
    let spoken = Config::parse(&plain(true)).unwrap();
    assert_eq!(format!("{silent:#?}"), format!("{spoken:#?}"));
}

#[test]
fn every_key_of_the_parser_stands_in_the_example_and_every_other_way_round() {
    let all: String = EXAMPLE
        .lines()
        .map(|line| {
            line.strip_prefix('#')
                .filter(|rest| !rest.starts_with(' '))
                .unwrap_or(line)
                .to_owned()
                + "\n"
        })
        .collect();
    let walk = Walk::new(&all);
    let problems = read(&all, &walk).map(|_| ()).unwrap_err();
    for problem in &problems {
        assert!(problem.text.contains("exclude each other"), "{problem:?}");
    }
    let mut written = BTreeSet::new();
    let (table, _) = DeTable::parse_recoverable(&all);
    keys(table.get_ref(), "", &mut written);
    let known: BTreeSet<String> = walk.known().into_iter().collect();
    assert_eq!(known, written);
}

fn keys(table: &DeTable, path: &str, written: &mut BTreeSet<String>) {
    use toml::de::DeValue;
    for (key, value) in table.iter() {
        let key = if path.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{path}.{}", key.get_ref())
        };
        match value.get_ref() {
            DeValue::Table(below)
                if !matches!(key.rsplit('.').next(), Some("password" | "seal_key")) =>
            {
                keys(below, &key, written);
            }
            DeValue::Array(items) => {
                items
                    .iter()
                    .filter_map(|item| item.get_ref().as_table())
                    .for_each(|below| keys(below, &key, written));
            }
            _ => {}
        }
        written.insert(key);
    }
}

fn problems(change: impl Fn(String) -> String) -> Vec<String> {
    let text = change(plain(false));
    match Config::parse(&text) {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .into_iter()
            .map(|problem| {
                let line = text.lines().nth(problem.line.wrapping_sub(1)).unwrap_or("");
                format!("{line} | {}", problem.text)
            })
            .collect(),
    }
}

fn one(from: &str, to: &str) -> String {
    let found = problems(|text| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[test]
fn each_problem_is_told_with_its_line_and_the_next_step() {
    for (from, to, said) in [
        (
            "address = \"chef@",
            "adress = \"x\"\naddress = \"chef@",
            "adress = \"x\" | [merchant] has no key `adress`: do you mean `address`?",
        ),
        ("3704 0044", "3704 0045", "is mistyped"),
        (
            "host = \"imap.mail.example\"",
            "host = \"imaps://mail\"",
            "`host` is no host name",
        ),
        (
            "#poll = \"5 min\"",
            "poll = \"often\"",
            "poll = \"often\" | `poll` is no duration; write it like \"5 min\"",
        ),
        ("#poll = \"5 min\"", "poll = \"1 s\"", "must be from"),
        (
            "#zone = \"Europe/Berlin\"",
            "zone = \"Europe/Berlinn\"",
            "write e.g. \"Europe/Berlin\"",
        ),
        (
            "#state = \"any\"",
            "state = \"Bavaria\"",
            "must be one of \"BW\"",
        ),
        (
            "#digest_at = \"08:00\"",
            "digest_at = \"8 o'clock\"",
            "must be a time of day",
        ),
        ("#per_hour = 25", "per_hour = 0", "from 1 to 10000"),
        (
            "#account = \"haupt\"",
            "account = \"neben\"",
            "is no [[account]]; there is `haupt`, `paypal`",
        ),
        (
            "#account = \"haupt\"",
            "account = \"paypal\"",
            "has no IBAN",
        ),
        ("#minimum = 5.00", "minimum = 5.001", "at most two decimals"),
        (
            "#from = \"09:00\"",
            "from = \"18:00\"",
            "nothing would ever go out",
        ),
        ("#port = 993", "port = 993\nport = 994", "is no TOML"),
        (
            "authserv_ids = [\"mx.mail.example\"]",
            "",
            "Authentication-Results",
        ),
        ("[paths]", "[paths]\n[path]", "do you mean `paths`?"),
        (
            "holder = \"Alpenblick Gartenbedarf GmbH\"",
            "",
            "exactly as the bank has it",
        ),
        ("chef@alpenblick.example\"", "chef\"", "has no @"),
    ] {
        let found = one(from, to);
        assert!(found.contains(said), "{to}: {found}");
    }
}

#[test]
fn a_password_in_the_file_is_refused_and_not_repeated() {
    let found = one(
        "password = { credential = \"imap-password\" }",
        "password = \"hunter2\"",
    );
    assert!(
        found.contains("never stands in the configuration")
            && found.contains("credential = \"imap-password\"")
    );
    assert!(
        !found.split(" | ").nth(1).unwrap().contains("hunter2"),
        "{found}"
    );
    let found = one(
        "password = { credential = \"smtp-password\" }",
        "password = { value = \"hunter2\" }",
    );
    assert!(
        found.contains("knows no such place")
            && !found.split(" | ").nth(1).unwrap().contains("hunter2")
    );
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_file() {
    let text = "[merchant]\nname = 3\n[[mailbox]]\nport = 70000\n[reminders]\ngap_days = -1\n[reminders.window]\nto = \"25:00\"\n";
    let found: Vec<usize> = Config::parse(text)
        .unwrap_err()
        .into_iter()
        .map(|problem| problem.line)
        .collect();
    assert!(found.is_sorted(), "{found:?}");
    for line in [0, 1, 2, 3, 4, 6, 8] {
        assert!(found.contains(&line), "line {line} of {found:?}");
    }
}

#[test]
fn a_broken_line_hides_nothing_else_and_invents_nothing() {
    let found = problems(|text| {
        text.replacen("[[shop]]", "[[shop", 1)
            .replacen("#gap_days = 7", "gap_days = 700", 1)
    });
    assert!(
        found.iter().any(|text| text.contains("is no TOML")),
        "{found:?}"
    );
    assert!(
        found.iter().any(|text| text.contains("`gap_days` must be")),
        "{found:?}"
    );
    assert!(
        !found
            .iter()
            .any(|text| text.contains("There is no [[shop]]")),
        "{found:?}"
    );
}

#[test]
fn senders_and_names_belong_to_one_each() {
    let twice = "\n[[shop]]\nname = \"garten\"\nsenders = [\"Shop@alpenblick.example\"]\naccount = \"haupt\"\n";
    let found = problems(|text| text + twice);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].contains("stands twice") && found[1].contains("another shop or account lists too"),
        "{found:?}"
    );
}

#[test]
fn any_text_gives_problems_and_no_panic() {
    for text in [
        "",
        "\u{0}",
        "a",
        "[[[",
        "[merchant]\r\nname=1\r\n",
        "mailbox = 3\nshop = [1, {}]\nmerchant = []\nreminders = { level = [], window = 1 }",
    ] {
        assert!(!Config::parse(text).unwrap_err().is_empty(), "{text}");
    }
}

#[test]
fn several_broken_lines_are_all_told() {
    let text = "[merchant]\nname = Alpen blick\naddress = chef@alpenblick.example\n";
    let found = Config::parse(text).unwrap_err();
    assert_eq!(
        found.iter().map(|problem| problem.line).collect::<Vec<_>>(),
        [2, 3],
        "{found:?}"
    );
    // Keys below a broken heading stand in the wrong section: nothing is said about them.
    let found = Config::parse("[merchant\nnames = \"a\"\naddress = \"chef@x\"\n").unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
}
