//! A walk over the parsed file that collects every problem with its line, instead of stopping at the first.
//!
//! Knows TOML, not what the keys mean. Invariant: every key that a section may have is asked for exactly once, so
//! what was never asked for is unknown to the program. No problem repeats a value of a key that may hold a secret.

use std::cell::RefCell;
use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;
use super::nearest::nearest;

/// The file and what was found so far.
pub(super) struct Walk {
    line_starts: Vec<usize>,
    found: RefCell<Vec<Found>>,
    known: RefCell<BTreeSet<String>>,
}

struct Found {
    problem: Problem,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The line is no TOML.
    Syntax,
    /// A value is wrong.
    Value,
    /// Something is not there, or does not fit to something elsewhere: worth nothing while the file is no TOML.
    Fit,
}

/// A section: a table of the file, or one that is not there and has only defaults.
pub(super) struct Part<'w> {
    walk: &'w Walk,
    /// As written in the file: `[merchant]`, `[[shop]]`.
    name: String,
    /// Path of its keys: `merchant`, `shop`.
    path: String,
    pub(super) line: usize,
    entries: Option<&'w DeTable<'w>>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl Walk {
    pub(super) fn new(text: &str) -> Walk {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        Walk {
            line_starts: std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
            found: RefCell::default(),
            known: RefCell::default(),
        }
    }

    /// Line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.line_starts
            .partition_point(|&start| start <= at)
            .max(1)
    }

    /// The line is no TOML.
    pub(super) fn broken(&self, line: usize, text: impl Into<String>) {
        self.note(line, text.into(), Kind::Syntax);
    }

    /// A wrong value.
    pub(super) fn wrong(&self, line: usize, text: impl Into<String>) {
        self.note(line, text.into(), Kind::Value);
    }

    /// Something missing, or not fitting to another place.
    pub(super) fn unfit(&self, line: usize, text: impl Into<String>) {
        self.note(line, text.into(), Kind::Fit);
    }

    fn note(&self, line: usize, text: String, kind: Kind) {
        let problem = Problem { line, text };
        self.found.borrow_mut().push(Found { problem, kind });
    }

    /// The file as a section.
    pub(super) fn root<'w>(&'w self, table: &'w Spanned<DeTable<'w>>) -> Part<'w> {
        self.part("the file".into(), String::new(), 0, Some(table.get_ref()))
    }

    fn part<'w>(
        &'w self,
        name: String,
        path: String,
        line: usize,
        entries: Option<&'w DeTable<'w>>,
    ) -> Part<'w> {
        Part {
            walk: self,
            name,
            path,
            line,
            entries,
            asked: RefCell::default(),
        }
    }

    /// All problems in the order of the file. While a line is no TOML, nothing else is said about it, and nothing
    /// about what may be missing because of it.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let found = self.found.borrow();
        let syntax = |found: &&Found| found.kind == Kind::Syntax;
        let broken: BTreeSet<usize> = found
            .iter()
            .filter(syntax)
            .map(|found| found.problem.line)
            .collect();
        let mut problems: Vec<Problem> = found
            .iter()
            .filter(|found| match found.kind {
                Kind::Syntax => true,
                Kind::Value => !broken.contains(&found.problem.line),
                Kind::Fit => broken.is_empty(),
            })
            .map(|found| found.problem.clone())
            .collect();
        problems.sort_by_key(|problem| problem.line);
        problems.dedup();
        problems
    }

    /// Every key that was asked for, with its path.
    #[cfg(test)]
    pub(super) fn known(&self) -> BTreeSet<String> {
        self.known.borrow().clone()
    }
}

impl<'w> Part<'w> {
    fn find(&self, key: &'static str) -> Option<(usize, &'w DeValue<'w>)> {
        self.asked.borrow_mut().insert(key);
        self.walk.known.borrow_mut().insert(self.path_of(key));
        let (key, value) = self.entries?.get_key_value(key)?;
        Some((self.walk.line(key.span().start), value.get_ref()))
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Line of a key, or of the section.
    pub(super) fn line_of(&self, key: &str) -> usize {
        self.entries
            .and_then(|entries| entries.get_key_value(key))
            .map_or(self.line, |(key, _)| self.walk.line(key.span().start))
    }

    /// Something wrong with a key.
    pub(super) fn wrong(&self, key: &str, text: impl std::fmt::Display) {
        self.walk
            .wrong(self.line_of(key), format!("`{key}` {text}"));
    }

    /// Something missing in the section, or a key that does not fit to another place.
    pub(super) fn unfit(&self, key: &str, text: impl Into<String>) {
        self.walk.unfit(self.line_of(key), text);
    }

    /// A value, if it is there.
    pub(super) fn get<T>(
        &self,
        key: &'static str,
        read: impl Fn(&DeValue) -> Result<T, String>,
    ) -> Option<T> {
        let (line, value) = self.find(key)?;
        match read(value) {
            Ok(value) => Some(value),
            Err(why) => {
                self.walk.wrong(line, format!("`{key}` {why}"));
                None
            }
        }
    }

    /// A value that must be there; `next` says what to write.
    pub(super) fn need<T>(
        &self,
        key: &'static str,
        next: &str,
        read: impl Fn(&DeValue) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.get(key, read);
        if !self.has(key) {
            self.unfit(key, format!("{} has no `{key}`: {next}", self.name));
        }
        value
    }

    /// Whether the key is written.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries
            .is_some_and(|entries| entries.contains_key(key))
    }

    /// A list; one value alone is a list of one. `None` if the key is not written.
    pub(super) fn list<T>(
        &self,
        key: &'static str,
        read: impl Fn(&DeValue) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let (line, value) = self.find(key)?;
        let mut list = Vec::new();
        let mut one = |line: usize, value: &DeValue| match read(value) {
            Ok(value) => list.push(value),
            Err(why) => self.walk.wrong(line, format!("`{key}` {why}")),
        };
        match value {
            DeValue::Array(items) => items
                .iter()
                .for_each(|item| one(self.walk.line(item.span().start), item.get_ref())),
            value => one(line, value),
        }
        Some(list)
    }

    /// The values of a list that can be read, without a word about the others: for a second look.
    pub(super) fn quietly<T>(
        &self,
        key: &str,
        read: impl Fn(&DeValue) -> Result<T, String>,
    ) -> Vec<T> {
        match self
            .entries
            .and_then(|entries| entries.get(key))
            .map(Spanned::get_ref)
        {
            Some(DeValue::Array(items)) => items
                .iter()
                .filter_map(|item| read(item.get_ref()).ok())
                .collect(),
            Some(value) => read(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// A section below this one that stands at most once.
    pub(super) fn section(&self, key: &'static str) -> Part<'w> {
        let path = self.path_of(key);
        let name = format!("[{path}]");
        let entries = match self.find(key) {
            None => None,
            Some((_, DeValue::Table(table))) => Some(table),
            Some((line, _)) => {
                self.walk.wrong(
                    line,
                    format!("`{path}` is a section: write {name} on a line of its own, once"),
                );
                None
            }
        };
        let line = if entries.is_some() {
            self.line_of(key)
        } else {
            0
        };
        self.walk.part(name, path, line, entries)
    }

    /// Sections below this one that may stand many times; a single one may be written with single brackets.
    pub(super) fn sections(&self, key: &'static str) -> Option<Vec<Part<'w>>> {
        let (line, value) = self.find(key)?;
        let path = self.path_of(key);
        let name = format!("[[{path}]]");
        let part = |line: usize, table: &'w DeTable<'w>| {
            self.walk
                .part(name.clone(), path.clone(), line, Some(table))
        };
        let mut parts = Vec::new();
        match value {
            DeValue::Table(table) => parts.push(part(line, table)),
            DeValue::Array(items) => {
                for item in items.iter() {
                    let line = self.walk.line(item.span().start);
                    match item.get_ref() {
                        DeValue::Table(table) => parts.push(part(line, table)),
                        _ => self.walk.wrong(
                            line,
                            format!("`{path}` is a section: write {name} on a line of its own"),
                        ),
                    }
                }
            }
            _ => self.walk.wrong(
                line,
                format!("`{path}` is a section: write {name} on a line of its own"),
            ),
        }
        Some(parts)
    }

    /// Says which keys nothing asked for.
    pub(super) fn finish(&self) {
        let Some(entries) = self.entries else { return };
        let asked = self.asked.borrow();
        for (key, _) in entries
            .iter()
            .filter(|(key, _)| !asked.contains(key.get_ref().as_ref()))
        {
            let line = self.walk.line(key.span().start);
            // A key comes from the file: shown short and without control characters.
            let shown: String = key
                .get_ref()
                .chars()
                .filter(|c| !c.is_control())
                .take(40)
                .collect();
            let next = match nearest(&shown, asked.iter().copied()) {
                Some(near) => format!("do you mean `{near}`?"),
                None => format!(
                    "it may have {}",
                    asked.iter().copied().collect::<Vec<_>>().join(", ")
                ),
            };
            self.walk
                .unfit(line, format!("{} has no key `{shown}`: {next}", self.name));
        }
    }
}
