//! Documents as text: blocks, prose, what stands between backticks, marked tables, command lines.
//!
//! Knows the few forms of Markdown that the documents use, nothing of what they say. A block that is not closed or a
//! table that is not there is a failure, never an empty answer.

use std::fs;
use std::path::PathBuf;

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fenced blocks: what stands behind the fence, and the lines.
pub fn blocks(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut open: Option<(String, Vec<String>)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(kind), None) => open = Some((kind.to_owned(), Vec::new())),
            (Some(_), Some(_)) => found.extend(open.take()),
            (None, Some((_, lines))) => lines.push(line.to_owned()),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

/// The lines outside of fenced blocks.
pub fn prose(text: &str) -> Vec<&str> {
    let mut inside = false;
    let plain = text.lines().filter(|line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    });
    plain.collect()
}

/// What stands between backticks in a text without fenced blocks.
pub fn ticked(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The rows of a marked table, as cells; without its head.
pub fn table(name: &str, mark: &str) -> Vec<Vec<String>> {
    let text = read(name);
    let part = text
        .split_once(&format!("<!-- {mark} -->"))
        .and_then(|(_, rest)| rest.split_once(&format!("<!-- /{mark} -->")))
        .unwrap_or_else(|| panic!("{name}: has no table `{mark}`"))
        .0;
    // A `|` in a template is written `\|` inside a table.
    let rows = part.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = rows.map(|row| {
        let row = row.replace("\\|", "\u{1}");
        let cells = row.trim_matches('|').split('|');
        cells
            .map(|cell| cell.trim().replace('\u{1}', "|"))
            .collect()
    });
    cells.collect()
}

/// Command lines of `mahnwerk` in blocks and between backticks, without comments.
pub fn command_lines(text: &str) -> Vec<String> {
    let blocks = blocks(text).into_iter().flat_map(|(_, lines)| lines);
    let prose = prose(text).join("\n");
    let inline = ticked(&prose)
        .into_iter()
        .map(|code| code.split_whitespace().collect::<Vec<_>>().join(" "));
    blocks
        .chain(inline)
        .map(|line| {
            line.split(" #")
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned()
        })
        .map(|line| {
            let before = ["sudo ", "CREDENTIALS_DIRECTORY=/etc/mahnwerk "];
            let bare = before.iter().fold(line.as_str(), |rest, word| {
                rest.strip_prefix(word).unwrap_or(rest)
            });
            bare.to_owned()
        })
        .filter(|line| line.starts_with("mahnwerk "))
        .collect()
}
