//! The checker checked: each rule finds its bad snippet at the right line, and leaves the same words alone where they
//! are allowed (comments, strings, tests).

use crate::rules::{check, form};
use crate::source::{Source, test_files, without_comments};

fn findings(path: &str, text: &str) -> Vec<String> {
    let text = format!("//! Head.\n{text}");
    let dependencies = ["tokio", "serde", "mail_parser", "jiff", "csv"].map(str::to_owned);
    check(&Source::new(path, &text, false), &dependencies)
}

/// The snippet is found once, in its second line of the file, for a reason that holds `reason`.
fn found(path: &str, text: &str, reason: &str) {
    let findings = findings(path, text);
    let place = format!("{path}:2: ");
    assert_eq!(findings.len(), 1, "{text}: {findings:?}");
    assert!(
        findings[0].starts_with(&place) && findings[0].contains(reason),
        "{text}: {findings:?}"
    );
}

fn clean(path: &str, text: &str) {
    assert_eq!(findings(path, text), Vec::<String>::new(), "{text}");
}

#[test]
fn imports_are_held_to_the_table() {
    found(
        "src/ledger/a.rs",
        "use crate::mail::RawMail;",
        "must not know `mail`",
    );
    found(
        "src/ledger/a.rs",
        "fn f(x: crate::world::Cursor) {}",
        "must not know `world`",
    );
    found(
        "src/ledger/a.rs",
        "use super::super::config::Config;",
        "must not know `config`",
    );
    found(
        "src/ledger/a/b.rs",
        "use super::super::super::letter;",
        "must not know `letter`",
    );
    found(
        "src/mail/a.rs",
        "use crate::{ledger::{Event, world}, letter::Letter};",
        "must not know `letter`",
    );
    found(
        "src/report.rs",
        "use super::world::Store;",
        "must not know `world`",
    );
    found(
        "src/letter/a.rs",
        "use mail_parser::Message;",
        "the crate `mail_parser`",
    );
    found("src/config.rs", "use ::csv::Reader;", "the crate `csv`");
    found(
        "src/world/a.rs",
        "use crate::daemon::Request;",
        "must not know `daemon`",
    );
    found(
        "src/ledger/a.rs",
        "fn f() -> csv::Writer {}",
        "the crate `csv`",
    );
    clean(
        "src/ledger/a.rs",
        "use super::money::Money;\nuse crate::ledger::Event;\nuse jiff::Timestamp;",
    );
    clean("src/ledger/policy/a.rs", "use super::super::mail;");
    clean(
        "src/mail/a.rs",
        "use crate::{ledger::Event, mail::{csv, world}};\nuse self::csv::row;",
    );
    clean("src/daemon/a.rs", "use crate::world::Store;");
    let stray = findings("src/stray.rs", "");
    assert!(stray[0].contains("no room of the house"), "{stray:?}");
}

#[test]
fn pure_rooms_touch_nothing() {
    for bad in [
        "use std::fs;",
        "use std::{fmt, env};",
        "fn f() { std::thread::spawn(g); }",
        "fn f() { let x = Instant::elapsed; }",
        "fn f() { println!(); }",
        "fn f() { eprint!(); }",
        "fn f() { print!(); }",
        "async fn f() {}",
        "fn f() { rand::random(); }",
        "fn f() { std::process::exit(1); }",
    ] {
        for room in ["ledger", "mail", "letter"] {
            assert!(
                !findings(&format!("src/{room}/a.rs"), bad).is_empty(),
                "{bad}"
            );
        }
        clean("src/world/a.rs", bad);
    }
    found(
        "src/letter/a.rs",
        "fn f() { Timestamp::now(); }",
        "one clock",
    );
    found(
        "src/world/a.rs",
        "fn f() { Timestamp::now(); }",
        "one clock",
    );
    clean("src/world/service.rs", "fn f() { Timestamp::now(); }");
}

#[test]
fn banned_words_are_found_in_code_only() {
    for bad in [
        "fn f() { x.unwrap(); }",
        "fn f() { x.expect(1); }",
        "fn f() { todo!() }",
        "fn f() { dbg!(x); }",
        "fn f() { panic!(1); }",
        "fn f() { unsafe { g() } }",
        "mod utils;",
        "struct LetterManager;",
        "enum MailHandler {}",
        "trait Helper {}",
    ] {
        assert_eq!(findings("src/world/a.rs", bad).len(), 1, "{bad}");
        clean(
            "src/world/a.rs",
            &format!("// {bad}\nconst X: &str = \"{}\";", bad.replace('"', "'")),
        );
        clean(
            "src/world/a.rs",
            &format!("const X: &str = r#\"{bad}\"#; /* {bad} */"),
        );
        clean(
            "src/world/a.rs",
            &format!("#[cfg(test)]\nmod tests {{ {bad} }}"),
        );
    }
    clean(
        "src/world/a.rs",
        "fn f() { x.unwrap_or(1); y.expect_none(); let c = '\"'; z.unwrap_or_default(); }",
    );
    let word = ["TO", "DO"].concat();
    found("src/world/a.rs", &format!("// {word}: later"), &word);
    found(
        "src/world/a.rs",
        &format!("fn f() {{}} // {}", "X".repeat(3)),
        "do it or file it",
    );
}

#[test]
fn the_code_after_tests_is_read_again() {
    let text = "#[cfg(test)]\nmod tests { fn f() { x.unwrap() } }\nfn g() { y.unwrap() }";
    let found = findings("src/world/a.rs", text);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("src/world/a.rs:4: "), "{found:?}");
}

#[test]
fn lengths_and_heads() {
    let long = format!("fn f() {{\n{}}}", "    g();\n".repeat(60));
    found("src/world/a.rs", &long, "`f` has 62 lines");
    clean(
        "src/world/a.rs",
        &format!("fn f() {{\n{}}}", "    g();\n".repeat(58)),
    );
    let lines = "// x\n".repeat(400);
    assert!(findings("src/world/a.rs", &lines)[0].contains("401 lines"));
    let headless = form(&Source::new("tests/a.rs", "fn main() {}", true));
    assert!(
        headless[0].starts_with("tests/a.rs:1: begins without"),
        "{headless:?}"
    );
}

#[test]
fn literals_are_told_from_lifetimes() {
    let code = without_comments(
        "fn f<'a>(x: &'a str) { m('\\'', 'x', b'\"', \"a\\\"b\", br\"c\"); } // 'tail",
    );
    assert!(code.contains("fn f<'a>(x: &'a str)"), "{code}");
    assert!(
        !code.contains("tail") && !code.contains('b') || code.contains("b' '"),
        "{code}"
    );
    assert!(code.contains("); }"), "{code}");
}

#[test]
fn files_of_test_modules_are_known() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let files = [
        file("src/world/store.rs", "#[cfg(test)]\nmod tests;\nmod disk;"),
        file("src/world/store/tests.rs", ""),
        file("src/world/store/tests/more.rs", ""),
        file("src/world/store/disk.rs", ""),
        file("src/mail/mod.rs", "#[cfg(test)] mod probe;"),
        file("src/mail/probe.rs", ""),
    ];
    let found: Vec<String> = test_files(&files).into_iter().collect();
    assert_eq!(
        found,
        [
            "src/mail/probe.rs",
            "src/world/store/tests.rs",
            "src/world/store/tests/more.rs"
        ]
    );
}
