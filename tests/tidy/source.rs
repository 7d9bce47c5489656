//! A Rust file for reading by rules: the same text with comments, strings and tests blanked out, line by line.

use std::collections::BTreeSet;

/// One file.
pub struct Source<'a> {
    /// From the project's root, with `/`.
    pub path: &'a str,
    /// As it is.
    pub text: &'a str,
    /// Without comments and the insides of strings, and without `#[cfg(test)]` items; same line numbers.
    pub code: String,
    /// The whole file is test code.
    pub test: bool,
}

impl<'a> Source<'a> {
    pub fn new(path: &'a str, text: &'a str, test: bool) -> Source<'a> {
        let code = without_tests(&without_comments(text));
        Source {
            path,
            text,
            code,
            test,
        }
    }

    /// The room: first folder or file below `src`.
    pub fn room(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap_or(self.path);
        below.split(['/', '.']).next().unwrap_or("")
    }

    /// How many modules deep: `src/ledger/policy/plan.rs` is 3.
    pub fn depth(&self) -> usize {
        let below = self.path.strip_prefix("src/").unwrap_or(self.path);
        let parts = below.split('/').count();
        parts - usize::from(below.ends_with("/mod.rs") || ["lib.rs", "main.rs"].contains(&below))
    }

    /// A finding at a place in the code.
    pub fn at(&self, place: usize, text: &str) -> String {
        let line = self.code[..place].matches('\n').count() + 1;
        format!("{}:{line}: {text}", self.path)
    }
}

/// Comments and the insides of literals become blanks.
pub fn without_comments(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match (chars[at], chars.get(at + 1)) {
            ('/', Some('/')) => until(&chars, at, |at| chars[at] == '\n'),
            ('/', Some('*')) => block_comment(&chars, at),
            ('"', _) => string(&chars, at),
            ('r', Some('"' | '#')) if !in_word(&chars, at) => raw_string(&chars, at).unwrap_or(at),
            ('b', Some('r')) if !in_word(&chars, at) => raw_string(&chars, at + 1).unwrap_or(at),
            ('\'', _) => character(&chars, at).unwrap_or(at),
            _ => at,
        };
        if end == at {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let literal = chars[at] != '/';
        for (n, c) in chars[at..end].iter().enumerate() {
            let edge = literal && (n == 0 || n + 1 == end - at);
            out.push(if *c == '\n' || edge { *c } else { ' ' });
        }
        at = end;
    }
    out
}

fn in_word(chars: &[char], at: usize) -> bool {
    // `br"..."` begins with its `b`; any other letter before the `r` makes it a name.
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

fn until(chars: &[char], from: usize, ends: impl Fn(usize) -> bool) -> usize {
    (from..chars.len())
        .find(|at| ends(*at))
        .unwrap_or(chars.len())
}

fn block_comment(chars: &[char], from: usize) -> usize {
    let mut depth = 0;
    let mut at = from;
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') if depth == 1 => return at + 2,
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    chars.len()
}

fn string(chars: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

fn raw_string(chars: &[char], from: usize) -> Option<usize> {
    let open = until(chars, from + 1, |at| chars[at] != '#');
    if chars.get(open) != Some(&'"') {
        return None; // a raw name: `r#type`
    }
    let hashes = open - from - 1;
    let closes =
        |at: usize| chars[at] == '"' && (1..=hashes).all(|n| chars.get(at + n) == Some(&'#'));
    let end = until(chars, open + 1, closes);
    Some((end + 1 + hashes).min(chars.len()))
}

/// A character literal; a lifetime is none.
fn character(chars: &[char], from: usize) -> Option<usize> {
    if chars.get(from + 1) == Some(&'\\') {
        return Some(until(chars, from + 3, |at| chars[at] == '\'') + 1);
    }
    (chars.get(from + 2) == Some(&'\'')).then_some(from + 3)
}

/// Items under `#[cfg(test)]` become blank lines.
fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    while let Some(start) = out.find("#[cfg(test)]") {
        let end = item_end(&out, start + "#[cfg(test)]".len());
        let blank: String = out[start..end]
            .chars()
            .map(|c| if c == '\n' { c } else { ' ' })
            .collect();
        out.replace_range(start..end, &blank);
    }
    out
}

/// Where an item ends: at its `;`, or at the brace that closes its first one.
pub fn item_end(code: &str, from: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[from..].char_indices() {
        match c {
            ';' if depth == 0 => return from + at + 1,
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth -= 1;
                if depth == 0 && c == '}' {
                    return from + at + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

/// The files that are modules under `#[cfg(test)]`, and those below them.
pub fn test_files(files: &[(String, String)]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, text) in files {
        let code = without_comments(text);
        let folder = match path
            .strip_suffix("/mod.rs")
            .or(path.strip_suffix("/lib.rs"))
        {
            Some(folder) => folder.to_owned(),
            None => path.trim_end_matches(".rs").to_owned(),
        };
        for part in code.split("#[cfg(test)]").skip(1) {
            let words: Vec<&str> = part.split_whitespace().take(3).collect();
            let name = words
                .iter()
                .position(|word| *word == "mod")
                .and_then(|at| words.get(at + 1));
            let Some(name) = name.and_then(|name| name.strip_suffix(';')) else {
                continue;
            };
            let (file, below) = (format!("{folder}/{name}.rs"), format!("{folder}/{name}/"));
            let names = files.iter().map(|(path, _)| path);
            found.extend(
                names
                    .filter(|path| **path == file || path.starts_with(&below))
                    .cloned(),
            );
        }
    }
    found
}
