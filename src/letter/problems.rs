//! What is wrong with a template, each problem as `file:line:column: words` with the line below it.
//!
//! Knows the sources and the documented names; the engine's own errors are brought into the same form.

use std::collections::{BTreeMap, BTreeSet};

use tera::ErrorKind;

use super::names::{self, Names};
use super::templates::letter_of;
use super::variables::{Kind, VARIABLES};

/// Errors of the engine as `file:line:col: words`, with the line below where the source is at hand.
pub(super) fn reports(error: &tera::Error, files: &BTreeMap<&str, String>) -> Vec<String> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let (line, column) = (report.span().start_line, report.span().start_col + 1);
            vec![problem(
                report.filename(),
                line,
                column,
                &in_words(report.message()),
                files,
            )]
        }
        _ => error
            .to_string()
            .split("\n\n")
            .map(|block| located(block, files).unwrap_or_else(|| block.to_owned()))
            .collect(),
    }
}

/// The commonest mistake of a trial run deserves the next step.
fn in_words(message: &str) -> String {
    match message.ends_with("got `none`") || message.ends_with("got `undefined`") {
        true => format!(
            "{message}: this value may be missing, so put it between `{{% if ... %}}` and `{{% endif %}}`"
        ),
        false => message.to_owned(),
    }
}

/// The place and the words of one block of a collected report.
fn located(block: &str, files: &BTreeMap<&str, String>) -> Option<String> {
    let mut lines = block.lines();
    let words = lines.next()?.strip_prefix("error: ")?;
    let place = lines.next()?.trim_start().strip_prefix("--> ")?;
    let mut parts = place.rsplitn(3, ':');
    let (column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
    Some(problem(
        file,
        line.parse().ok()?,
        column.parse().ok()?,
        words,
        files,
    ))
}

fn problem(
    file: &str,
    line: usize,
    column: usize,
    words: &str,
    files: &BTreeMap<&str, String>,
) -> String {
    let source = files
        .get(file)
        .and_then(|text| text.lines().nth(line.saturating_sub(1)));
    match source {
        Some(source) => format!(
            "{file}:{line}:{column}: {words}\n  | {source}\n  | {}^",
            " ".repeat(column.saturating_sub(1))
        ),
        None => format!("{file}:{line}:{column}: {words}"),
    }
}

/// Every name that the documents do not know, in every letter and in the parts that it uses.
pub(super) fn unknown_names(files: &BTreeMap<&str, String>) -> Vec<String> {
    let found: BTreeMap<&str, Names> = files
        .iter()
        .map(|(path, text)| (*path, names::names(text)))
        .collect();
    let mut problems = Vec::new();
    for path in files.keys() {
        let Some((_, letter)) = letter_of(path) else {
            continue;
        };
        let kind = Kind::of(letter);
        let mut seen = BTreeSet::new();
        let mut todo = vec![(*path).to_owned()];
        while let Some(file) = todo.pop() {
            let Some((file, names)) = found.get_key_value(file.as_str()) else {
                continue;
            };
            if !seen.insert(*file) {
                continue;
            }
            todo.extend(names.files.iter().cloned());
            for used in names
                .uses
                .iter()
                .filter(|used| !documented(kind, &used.path))
            {
                let (line, column) = place(&files[file], used.at);
                let words = format!(
                    "unknown name `{}`; here are: {}",
                    used.written,
                    beside(kind, &used.path).join(", ")
                );
                problems.push(problem(file, line, column, &words, files));
            }
        }
    }
    problems
}

/// The name is in the list, or the beginning of one that is.
fn documented(kind: Kind, path: &str) -> bool {
    VARIABLES
        .iter()
        .filter(|variable| variable.kinds.contains(&kind))
        .any(|variable| {
            let rest = variable.name.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
}

/// The names that could stand in its place.
fn beside(kind: Kind, path: &str) -> Vec<&'static str> {
    let mut parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
    while !parent.is_empty() && !documented(kind, parent) {
        parent = parent.rsplit_once('.').map_or("", |(parent, _)| parent);
    }
    let names: BTreeSet<&str> = VARIABLES
        .iter()
        .filter(|variable| variable.kinds.contains(&kind))
        .filter_map(|variable| match parent {
            "" => Some(variable.name),
            _ => variable.name.strip_prefix(parent)?.strip_prefix('.'),
        })
        .map(|rest| rest.split(['.', '[']).next().unwrap_or(rest))
        .collect();
    names.into_iter().collect()
}

fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, text[start..at].chars().count() + 1)
}
