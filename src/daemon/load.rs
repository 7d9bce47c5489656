//! Reads the configuration file, or says everything that is wrong with it and what to do next.

use std::io::ErrorKind;
use std::path::Path;

use crate::config::{Config, Problem};
use crate::daemon::Reply;

/// A configuration is a page or two: what is larger is another file.
const LARGEST: u64 = 1 << 20;

/// The checked configuration, or the final answer of the command.
pub fn load(path: &Path) -> Result<Config, Reply> {
    let text = text(path).map_err(wrong)?;
    Config::parse(&text).map_err(|problems| wrong(problems_text(path, &problems)))
}

/// The file's text, or a message that tells the reasons apart.
pub fn text(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let meta = std::fs::metadata(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!(
            "There is no configuration at {shown}.\nWrite one with: mahnwerk setup\nOr name another one: mahnwerk --config FILE ...\n"
        ),
        ErrorKind::PermissionDenied => denied(path),
        _ => format!("The configuration {shown} cannot be read: {error}.\n"),
    })?;
    if meta.is_dir() {
        return Err(format!(
            "The configuration {shown} is a folder; name the file in it, e.g. --config {}.\n",
            path.join("mahnwerk.toml").display()
        ));
    }
    if !meta.is_file() || meta.len() > LARGEST {
        return Err(format!(
            "The configuration {shown} is no plain file of at most 1 MiB; name the right one with --config FILE.\n"
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied => denied(path),
        _ => format!("The configuration {shown} cannot be read: {error}.\n"),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|&&b| b == b'\n')
            .count();
        format!("{shown}:{line}: this line is not UTF-8; save the file as UTF-8.\n")
    })
}

fn denied(path: &Path) -> String {
    format!(
        "The configuration {} may not be read by this user; run the command as the user of the service or as root.\n",
        path.display()
    )
}

/// All problems, one a line, with their places.
pub fn problems_text(path: &Path, problems: &[Problem]) -> String {
    let mut text = String::new();
    for problem in problems {
        match problem.line {
            0 => text.push_str(&format!("{}: {}\n", path.display(), problem.text)),
            line => text.push_str(&format!("{}:{line}: {}\n", path.display(), problem.text)),
        }
    }
    let count = match problems.len() {
        1 => "One problem".to_owned(),
        n => format!("{n} problems"),
    };
    text.push_str(&format!(
        "{count}. Every key is explained in config.example.toml.\n"
    ));
    text
}

fn wrong(talk: String) -> Reply {
    Reply {
        talk,
        exit: 4,
        ..Reply::default()
    }
}
