//! A mail as recipes look at it: the unquoted lines of its HTML and text, blanks made plain, and the words in it.
//!
//! Each page knows where its words stand; markers and labels are looked up there, so the cost of a mail does not grow with
//! the number of recipes and labels.

use std::cell::OnceCell;

use super::index::{Phrase, Words};
use crate::mail::html::Line;
use crate::mail::parts::Mail;
use crate::mail::schema_org::{self, Marked};

/// Stands for a line break inside a value, and before a value that might be taken for a label: what a payer wrote. No
/// mail can hold it (`parts::clean` takes it out).
pub const FOLD: char = '\u{1f}';

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
    lower: String,
    /// Every line of every cell, in order.
    lines: Vec<LineAt>,
    words: Words,
}

/// Where a line stands in its page, and in the page's lower case.
#[derive(Clone, Copy, Debug)]
pub struct LineAt {
    /// Its row, the cell in the row, the line in the cell.
    pub place: (usize, usize, usize),
    start: usize,
    end: usize,
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
    subject_words: Words,
    marked: OnceCell<Option<Marked>>,
}

/// A phrase that must (or must not) stand in a mail; case and kind of blanks do not matter.
pub fn phrase(text: &str) -> Phrase {
    Phrase::new(plain(text).to_lowercase())
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
        View {
            mail,
            pages,
            subject_words: Words::of(&subject),
            subject,
            marked: OnceCell::new(),
        }
    }

    /// The phrase stands in subject or body.
    pub fn holds(&self, phrase: &Phrase) -> bool {
        self.pages
            .iter()
            .any(|page| page.words.hold(&page.lower, phrase))
            || self.titled(phrase)
    }

    /// The phrase stands in the subject.
    pub fn titled(&self, phrase: &Phrase) -> bool {
        self.subject_words.hold(&self.subject, phrase)
    }

    /// Hashes of the words of subject and body.
    pub fn words(&self) -> impl Iterator<Item = u64> + '_ {
        let pages = self.pages.iter().map(|page| &page.words);
        pages.chain([&self.subject_words]).flat_map(Words::hashes)
    }

    /// A value of the order in the mail's markup, by name.
    pub fn marked(&self, name: &str) -> Option<String> {
        let marked = self
            .marked
            .get_or_init(|| schema_org::read(&self.mail.markup));
        marked.as_ref()?.value(name)
    }
}

impl Page {
    /// Some rows of a page as a page of its own.
    pub fn of_rows(kind: PageKind, rows: &[Vec<Vec<String>>]) -> Page {
        Page::of(kind, rows.to_vec())
    }

    fn new(kind: PageKind, lines: &[Line]) -> Page {
        let cell = |cell: &String| -> Vec<String> {
            let untagged = (kind == PageKind::Text).then(|| untagged(cell));
            let cell: &str = untagged.as_deref().unwrap_or(cell);
            cell.split('\n').map(|part| plain(part.trim())).collect()
        };
        let rows = lines
            .iter()
            .filter(|line| !line.quoted())
            .map(|line| line.cells.iter().map(cell).collect())
            .collect();
        Page::of(kind, rows)
    }

    fn of(kind: PageKind, mut rows: Vec<Vec<Vec<String>>>) -> Page {
        let (mut joined, mut lower, mut lines) = (String::new(), String::new(), Vec::new());
        for (r, row) in rows.iter_mut().enumerate() {
            for (c, cell) in row.iter().enumerate() {
                for (l, line) in cell.iter().enumerate() {
                    let between = match (c, l) {
                        (0, 0) => "",
                        (_, 0) => " | ",
                        _ => "\n",
                    };
                    joined.push_str(between);
                    joined.push_str(line);
                    lower.push_str(between);
                    let start = lower.len();
                    push_lower(line, &mut lower);
                    lines.push(LineAt {
                        place: (r, c, l),
                        start,
                        end: lower.len(),
                    });
                }
            }
            joined.push('\n');
            lower.push('\n');
            if row.iter().flatten().all(String::is_empty) {
                row.clear();
            }
        }
        Page {
            kind,
            rows,
            words: Words::of(&lower),
            joined,
            lower,
            lines,
        }
    }

    /// The lines that begin with one of the labels, in order: its place, which label, the rest behind it as written.
    pub fn beginning<'p>(
        &'p self,
        labels: &'p [Phrase],
    ) -> Vec<((usize, usize, usize), &'p str, &'p str)> {
        let mut hits: Vec<(usize, usize)> = Vec::new();
        for (i, label) in labels.iter().enumerate() {
            for begin in self.words.places(&self.lower, label) {
                let line = self.lines.binary_search_by_key(&begin, |line| line.start);
                hits.extend(line.ok().map(|line| (line, i)));
            }
        }
        hits.sort_unstable();
        let mut found: Vec<((usize, usize, usize), &str, &str)> = Vec::new();
        let mut last = None;
        for (n, i) in hits {
            let (at, label) = (self.lines[n], labels[i].text());
            let rest = self.lower.get(at.start + label.len()..at.end);
            // A label counts only as whole words, and of several the first named.
            let whole = rest.filter(|rest| !rest.starts_with(char::is_alphanumeric));
            let Some(rest) = whole.filter(|_| last != Some(n)) else {
                continue;
            };
            last = Some(n);
            let (r, c, l) = at.place;
            let written = self.rows.get(r).and_then(|row| row.get(c)?.get(l));
            // Lower-casing may change lengths of rare letters; then the rest is shown in lower case.
            let written = written.filter(|line| line.len() == at.end - at.start);
            let written = written.and_then(|line| line.get(label.len()..));
            found.push((at.place, label, written.unwrap_or(rest)));
        }
        found
    }
}

fn push_lower(line: &str, lower: &mut String) {
    for c in line.chars() {
        match c.is_ascii() {
            true => lower.push(c.to_ascii_lowercase()),
            false => lower.extend(c.to_lowercase()),
        }
    }
}

/// No-break and narrow blanks and tabs become plain blanks.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    plain.extend(
        text.chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c }),
    );
    plain
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
