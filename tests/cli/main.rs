//! Transcripts: what the program prints, word for word. Each `*.txt` beside this file is one session in a folder of its
//! own, `[DIR]`, into which everything in `files/` was copied.
//!
//! `$ mahnwerk ...` is run; what follows is its output: lines of stdout behind two blanks, of stderr behind `! `, at last
//! `? N` where the exit code is not 0. `+ maildir NAME`, `+ folder NAME`, `+ secret NAME`, `+ file NAME BYTES`, `+ spoil
//! FILE` prepare the folder. `# ` says what is shown. Days from today on are `[DAY]`, days since one are `[N] days`: a
//! transcript is the same tomorrow. `BLESS=1 cargo test --test cli` writes down what the program prints now.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::civil::Date;
use regex::Regex;

mod bad_input;
mod daemon;
mod json;
mod replay;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli")
}

#[test]
fn transcripts() {
    let mut files: Vec<PathBuf> = fs::read_dir(here())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let mut wrong = Vec::new();
    for file in files {
        let wanted = fs::read_to_string(&file).unwrap();
        let printed = session(&wanted);
        if printed == wanted {
            continue;
        }
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, printed).unwrap();
        } else {
            wrong.push(difference(&file, &wanted, &printed));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nIf this is meant: BLESS=1 cargo test --test cli",
        wrong.join("\n")
    );
}

/// Plays the commands of a transcript; the transcript as it is now.
fn session(wanted: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    for file in fs::read_dir(here().join("files")).unwrap() {
        let file = file.unwrap().path();
        let text = fs::read_to_string(&file)
            .unwrap()
            .replace("[DIR]", dir.to_str().unwrap());
        fs::write(dir.join(file.file_name().unwrap()), text).unwrap();
    }
    let mut printed = String::new();
    for line in wanted.lines() {
        if let Some(prepared) = line.strip_prefix("+ ") {
            prepare(dir, prepared);
        } else if let Some(command) = line.strip_prefix("$ ") {
            if !printed.is_empty()
                && !printed.ends_with("\n\n")
                && !printed
                    .trim_end()
                    .rsplit('\n')
                    .next()
                    .unwrap()
                    .starts_with(['#', '+'])
            {
                printed.push('\n');
            }
            printed.push_str(&format!("{line}\n{}", run(dir, command)));
            continue;
        } else if !line.starts_with("# ") {
            continue;
        }
        if !printed.is_empty()
            && !printed
                .trim_end()
                .rsplit('\n')
                .next()
                .unwrap()
                .starts_with(['#', '+'])
        {
            printed.push('\n');
        }
        printed.push_str(&format!("{line}\n"));
    }
    printed
}

fn prepare(dir: &Path, what: &str) {
    let (kind, name) = what.split_once(' ').unwrap();
    let (name, size) = name.split_once(' ').unwrap_or((name, "0"));
    let path = dir.join(name);
    match kind {
        "file" => fs::write(path, vec![b'x'; size.parse().unwrap()]).unwrap(),
        "spoil" => spoil(&path),
        "folder" => fs::create_dir_all(path).unwrap(),
        "maildir" => ["new", "cur", "tmp"]
            .iter()
            .for_each(|part| fs::create_dir_all(path.join(part)).unwrap()),
        "secret" => {
            fs::write(&path, "0123456789abcdef0123456789abcdef\n").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        other => panic!("`+ {other}` is not known"),
    }
}

/// Overwrites the middle of every file below a folder, as a failing disk does.
fn spoil(path: &Path) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            spoil(&entry.unwrap().path());
        }
        return;
    }
    let mut bytes = fs::read(path).unwrap();
    let (from, to) = (bytes.len() / 8, bytes.len() / 2);
    bytes[from..to].fill(0x5a);
    fs::write(path, bytes).unwrap();
}

/// The program with these words, in this folder, without the environment of whoever runs the tests.
fn mahnwerk<'a>(dir: &Path, words: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mahnwerk"));
    let words = words.into_iter();
    command
        .args(words.map(|word| word.replace("[DIR]", dir.to_str().unwrap())))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir(dir)
        .stdin(Stdio::null());
    command
}

/// Days from today on, and numbers that grow by the day, as words that stay.
fn lasting(text: &str) -> String {
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let today = jiff::Timestamp::now().to_zoned_datetime(zone).date();
    let lasts = |text: &str, form: &str| {
        Date::strptime(form, text).is_ok_and(|day| day < today || day.year() == 2099)
    };
    let mask = |text: &str, find: &str, form: &str| {
        let found = Regex::new(find).unwrap();
        let masked = found.replace_all(text, |day: &regex::Captures| {
            if lasts(&day[1], form) {
                day[0].to_owned()
            } else {
                "[DAY]".to_owned()
            }
        });
        masked.into_owned()
    };
    let weekday = "(?: (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?";
    let text = mask(
        text,
        &format!(r"\b(\d{{4}}-\d\d-\d\d)\b{weekday}"),
        "%Y-%m-%d",
    );
    let text = mask(&text, r"\b(\d{1,2} [A-Z][a-z]{2} \d{4})\b", "%d %b %Y");
    let over = Regex::new(r"\b\d+ days overdue").unwrap();
    over.replace_all(&text, "[N] days overdue").into_owned()
}

fn run(dir: &Path, command: &str) -> String {
    let words = split(command);
    assert_eq!(words.first().map(String::as_str), Some("mahnwerk"));
    let words = words.iter().skip(1).map(String::as_str);
    let output = mahnwerk(dir, words).output().unwrap();
    let plain = |bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(
            !text.contains('\u{1b}'),
            "colour or control outside of a terminal: {text}"
        );
        lasting(&text.replace(dir.to_str().unwrap(), "[DIR]"))
    };
    let mut text = String::new();
    for line in plain(&output.stdout).lines() {
        text.push_str(format!("  {line}").trim_end());
        text.push('\n');
    }
    for line in plain(&output.stderr).lines() {
        text.push_str(format!("! {line}").trim_end());
        text.push('\n');
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => text.push_str(&format!("? {code}\n")),
        None => text.push_str("? killed\n"),
    }
    text
}

/// Words of a command; double quotes hold several together.
fn split(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in command.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn difference(file: &Path, wanted: &str, printed: &str) -> String {
    let (mut a, mut b) = (wanted.lines(), printed.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (a.next(), b.next()) {
            (None, None) => return format!("{}: differs in blank ends only", file.display()),
            (a, b) if a == b => {}
            (a, b) => {
                let show = |line: Option<&str>| line.unwrap_or("(ends)").to_owned();
                return format!(
                    "{}:{number}:\n  wanted:  {}\n  printed: {}",
                    file.display(),
                    show(a),
                    show(b)
                );
            }
        }
    }
}
