//! A mail as recipes look at it: the unquoted lines of its HTML and text, blanks made plain, and the words in it.
//!
//! The set of words is built once per mail; whether a recipe can match at all is then one look-up per recipe, so the
//! cost of a mail does not grow noticeably with the number of recipes.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::mail::html::Line;
use crate::mail::parts::Mail;

/// Where a line was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PageKind {
    /// HTML parts.
    Html,
    /// Plain text parts.
    Text,
}

/// One side of a mail.
#[derive(Debug)]
pub struct Page {
    /// Which side.
    pub kind: PageKind,
    /// Rows of cells of lines. A blank text line is a row without cells.
    pub rows: Vec<Vec<Vec<String>>>,
    /// All lines, cells separated by ` | `, joined by line feeds.
    pub joined: String,
}

/// A mail as recipes look at it.
#[derive(Debug)]
pub struct View<'m> {
    /// The mail.
    pub mail: &'m Mail,
    /// HTML first, then text; empty sides are left out.
    pub pages: Vec<Page>,
    /// Subject in lower case.
    pub subject: String,
    haystack: String,
    words: HashSet<u64>,
}

/// A phrase that must (or must not) stand in a mail, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    phrase: String,
    longest: u64,
}

impl Marker {
    /// A marker; case and kind of blanks do not matter.
    pub fn new(phrase: &str) -> Marker {
        let phrase = plain(phrase).to_lowercase();
        let longest = words(&phrase).max_by_key(|word| word.len()).map_or(0, hash);
        Marker { phrase, longest }
    }

    /// The phrase in lower case.
    pub fn phrase(&self) -> &str {
        &self.phrase
    }
}

impl<'m> View<'m> {
    /// Looks at a mail.
    pub fn new(mail: &'m Mail) -> View<'m> {
        View::of_lines(mail, &mail.html, &mail.text)
    }

    /// Looks at a mail of which other lines are to be seen than it has itself.
    pub fn of_lines(mail: &'m Mail, html: &[Line], text: &[Line]) -> View<'m> {
        let pages = [(PageKind::Html, html), (PageKind::Text, text)]
            .into_iter()
            .map(|(kind, lines)| Page::new(kind, lines))
            .filter(|page| !page.joined.trim().is_empty())
            .collect();
        View::of_pages(mail, pages)
    }

    /// Looks at these pages of a mail only.
    pub fn of_pages(mail: &'m Mail, pages: Vec<Page>) -> View<'m> {
        let subject = plain(&mail.subject).to_lowercase();
        let mut haystack = subject.clone();
        for page in &pages {
            haystack.push('\n');
            haystack.push_str(&page.joined.to_lowercase());
        }
        let words = words(&haystack).map(hash).collect();
        View {
            mail,
            pages,
            subject,
            haystack,
            words,
        }
    }

    /// The marker's words stand in subject or body.
    pub fn holds(&self, marker: &Marker) -> bool {
        (marker.longest == 0 || self.words.contains(&marker.longest))
            && self.haystack.contains(&marker.phrase)
    }
}

impl Page {
    /// Some rows of a page as a page of its own.
    pub fn of_rows(kind: PageKind, rows: &[Vec<Vec<String>>]) -> Page {
        let line = |row: &Vec<Vec<String>>| {
            let cells: Vec<String> = row.iter().map(|cell| cell.join("\n")).collect();
            cells.join(" | ") + "\n"
        };
        Page {
            kind,
            rows: rows.to_vec(),
            joined: rows.iter().map(line).collect(),
        }
    }

    fn new(kind: PageKind, lines: &[Line]) -> Page {
        let mut rows = Vec::new();
        let mut joined = String::new();
        for line in lines.iter().filter(|line| !line.quoted()) {
            let cells: Vec<Vec<String>> = line
                .cells
                .iter()
                .map(|cell| {
                    let untagged = (kind == PageKind::Text).then(|| untagged(cell));
                    let cell = untagged.as_deref().unwrap_or(cell);
                    cell.split('\n')
                        .map(|part| plain(part).trim().to_owned())
                        .collect()
                })
                .collect();
            for (i, cell) in cells.iter().enumerate() {
                joined.push_str(if i > 0 { " | " } else { "" });
                joined.push_str(&cell.join("\n"));
            }
            joined.push('\n');
            let empty = cells.iter().flatten().all(String::is_empty);
            rows.push(if empty { Vec::new() } else { cells });
        }
        Page { kind, rows, joined }
    }
}

/// No-break and narrow blanks and tabs become plain blanks.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect()
}

/// A line of a text part as people see it: shops leave tags and entities in it, mail programs write `*bold*`.
fn untagged(line: &str) -> String {
    if !line.contains(['<', '&', '*']) {
        return line.to_owned();
    }
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[1..].trim_start_matches('/');
        let tag = TAGS.iter().find(|tag| {
            let after = name.strip_prefix(**tag);
            after.is_some_and(|after| after.starts_with(['>', ' ', '/']))
        });
        match (tag, rest.find('>')) {
            (Some(&tag), Some(end)) => {
                text.push_str(if tag == "br" { "\n" } else { "" });
                rest = &rest[end + 1..];
            }
            _ => {
                text.push('<');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    for (entity, sign) in [
        ("&nbsp;", " "),
        ("&euro;", "€"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&amp;", "&"),
    ] {
        if text.contains(entity) {
            text = text.replace(entity, sign);
        }
    }
    let stars = text.matches('*').count();
    // Masked numbers (`****4711`) are no bold print.
    if stars > 0 && stars.is_multiple_of(2) && !text.contains("**") {
        text = text.replace('*', "");
    }
    text
}

const TAGS: [&str; 9] = ["br", "p", "b", "strong", "i", "em", "span", "div", "h2"];

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn hash(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}
