//! Finds the words of a field at the places that a recipe names, each with the place for the trace.

use std::collections::BTreeMap;

use regex::Regex;

use super::index::Phrase;
use super::view::{FOLD, Page, PageKind, View};
use super::{Alternative, Layout, Place, Take};
use crate::mail::parts::Person;

/// A value as it stands in the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The words; of a section its lines joined by line feeds.
    pub text: String,
    /// Where, in words.
    pub place: String,
    /// On which side of the mail; `None`: header, markup or constant.
    pub page: Option<PageKind>,
    /// The recipe says that in this section the person stands before the company.
    pub name_first: bool,
    /// It is clearly a value of its own: behind a colon, in its own cell or line, in a header ...
    pub apart: bool,
    /// Several amounts, one a line, that are to be added.
    pub added: bool,
}

/// Longest section, lines.
const SECTION: usize = 14;

/// All words found for a field: alternatives in order, of each the HTML before the text.
pub fn find(layout: &Layout, field: &str, view: &View<'_>) -> Vec<Found> {
    let Some(field) = layout.fields.get(field) else {
        return Vec::new();
    };
    field
        .alternatives
        .iter()
        .flat_map(|alternative| look(alternative, view))
        .collect()
}

/// The records of a layout's `rows`: named groups by name, in the order of the first side that has any.
pub fn rows(layout: &Layout, view: &View<'_>) -> Vec<BTreeMap<String, String>> {
    let Some(pattern) = &layout.rows else {
        return Vec::new();
    };
    for page in &view.pages {
        let records: Vec<_> = pattern
            .captures_iter(&page.joined)
            .map(|found| {
                pattern
                    .capture_names()
                    .flatten()
                    .filter_map(|name| {
                        Some((
                            name.to_owned(),
                            found.name(name)?.as_str().trim().to_owned(),
                        ))
                    })
                    .collect()
            })
            .collect();
        if !records.is_empty() {
            return records;
        }
    }
    Vec::new()
}

fn look(alternative: &Alternative, view: &View<'_>) -> Vec<Found> {
    let mut raw = match &alternative.place {
        Place::Header(name) => header(name, view),
        Place::Markup(name) => view
            .marked(name)
            .map(|text| simple(text, format!("structured data `{name}`")))
            .into_iter()
            .collect(),
        Place::Value(text) => vec![simple(text.clone(), "the recipe".to_owned())],
        _ => {
            return view
                .pages
                .iter()
                .filter(|page| alternative.page.is_none_or(|kind| kind == page.kind))
                .flat_map(|page| {
                    let mut found = on_page(alternative, page);
                    pick(alternative, &mut found);
                    found
                })
                .collect();
        }
    };
    pick(alternative, &mut raw);
    raw
}

/// What the pattern takes out of each find, and which of them counts first.
fn pick(alternative: &Alternative, found: &mut Vec<Found>) {
    if let (false, Some(pattern)) = (
        matches!(alternative.place, Place::Anywhere),
        &alternative.pattern,
    ) {
        found.retain_mut(|found| {
            let taken = group(pattern, &found.text);
            found.apart = true;
            taken.map(|text| found.text = text).is_some()
        });
    }
    match alternative.take {
        Take::First => {}
        Take::Last => found.reverse(),
        Take::Nth(n) => *found = found.drain(..).skip(n - 1).take(1).collect(),
    }
}

fn simple(text: String, place: String) -> Found {
    Found {
        text,
        place,
        page: None,
        name_first: false,
        apart: true,
        added: false,
    }
}

/// The first match, or all.
fn groups(pattern: &Regex, text: &str, first: bool) -> Vec<String> {
    if first {
        return group(pattern, text).into_iter().collect();
    }
    let all = pattern.find_iter(text);
    all.filter_map(|hit| group(pattern, hit.as_str())).collect()
}

/// The group `value`, else the first group that took part; without groups the whole match.
fn group(pattern: &Regex, text: &str) -> Option<String> {
    let found = pattern.captures(text)?;
    // A group that took no part is no value: `^(?:Saldo.*|(.+))$` passes over what is none.
    let hit = match pattern.captures_len() {
        1 => found.get(0)?,
        _ => found
            .name("value")
            .or_else(|| found.iter().skip(1).flatten().next())?,
    };
    Some(hit.as_str().trim().to_owned())
}

fn header(name: &str, view: &View<'_>) -> Vec<Found> {
    let mail = view.mail;
    // Never address and name in one text: a display name may hold another address.
    let addresses = |people: &[Person]| {
        let strict = people
            .iter()
            .filter_map(|p| Some(p.address.as_ref()?.as_str().to_owned()));
        strict.collect::<Vec<_>>()
    };
    let names = |people: &[Person]| people.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
    let texts = match name {
        "subject" => vec![mail.subject.clone()],
        "to" => addresses(&mail.to),
        "reply-to" => addresses(&mail.reply_to),
        "to-name" => names(&mail.to),
        "reply-to-name" => names(&mail.reply_to),
        "from-name" => vec![mail.from_name.clone()],
        "date" => mail.date.map(|day| day.to_string()).into_iter().collect(),
        other => mail.decoded(other).into_iter().collect(),
    };
    texts
        .into_iter()
        .map(|text| simple(text, format!("header {name}")))
        .collect()
}

fn on_page(alternative: &Alternative, page: &Page) -> Vec<Found> {
    let side = match page.kind {
        PageKind::Html => "HTML",
        PageKind::Text => "text",
    };
    let found = |text: String, place: String, apart| Found {
        text,
        place: format!("{side} {place}"),
        page: Some(page.kind),
        name_first: false,
        apart,
        added: false,
    };
    match &alternative.place {
        Place::Anywhere => alternative
            .pattern
            .iter()
            .flat_map(|pattern| groups(pattern, &page.joined, alternative.take == Take::First))
            .map(|text| found(text, "by pattern".into(), true))
            .collect(),
        Place::Label { labels, next } => labelled(page, labels, *next)
            .into_iter()
            .map(|(text, label, apart)| found(text, format!("after `{label}`"), apart))
            .collect(),
        Place::Section {
            after,
            until,
            name_first,
            blank_lines,
        } => section(page, after, until, *blank_lines)
            .map(|(text, label)| Found {
                name_first: *name_first,
                ..found(text, format!("section `{label}`"), true)
            })
            .into_iter()
            .collect(),
        Place::Add(parts) => added(page, parts)
            .map(|text| Found {
                added: true,
                ..found(text, "several amounts".into(), true)
            })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// What stands behind each of several labels, one a line.
fn added(page: &Page, parts: &[Vec<Phrase>]) -> Option<String> {
    let behind = |labels: &Vec<Phrase>| {
        let (text, ..) = labelled(page, labels, true).into_iter().next()?;
        Some(text.replace('\n', " "))
    };
    let lines: Option<Vec<String>> = parts.iter().map(behind).collect();
    lines.map(|lines| lines.join("\n"))
}

/// What stands behind a label at the start of a line; `(words, label, set apart by a colon or a line or cell end)`.
pub fn labelled(page: &Page, labels: &[Phrase], next: bool) -> Vec<(String, String, bool)> {
    let mut values = Vec::new();
    for ((r, c, l), label, rest) in page.beginning(labels) {
        let (rest, colon) = match rest.trim_start().strip_prefix(':') {
            Some(rest) => (rest.trim(), true),
            None => (rest.trim(), false),
        };
        if !rest.is_empty() {
            values.push((rest.to_owned(), label.to_owned(), colon));
            continue;
        }
        let row = &page.rows[r];
        let below = row[c].get(l + 1).cloned();
        let beside = || {
            row[c + 1..]
                .iter()
                .map(|cell| cell.join("\n"))
                .find(|text| !text.trim().is_empty())
        };
        let under = || next_row(page, r).filter(|_| next);
        if let Some(text) = below
            .or_else(beside)
            .or_else(under)
            .filter(|text| !text.is_empty())
        {
            let text = text.trim_start_matches(FOLD).to_owned();
            values.push((text, label.to_owned(), true));
        }
    }
    values
}

fn next_row(page: &Page, r: usize) -> Option<String> {
    let row = page.rows[r + 1..].iter().find(|row| !row.is_empty())?;
    row.iter().flatten().find(|line| !line.is_empty()).cloned()
}

/// The label (in lower case) at the start of a line, as whole words.
pub fn label_at<'l>(line: &str, labels: &'l [String]) -> Option<&'l str> {
    let lower = line.to_lowercase();
    let begins = |label: &&String| {
        let rest = lower.strip_prefix(label.as_str());
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    labels.iter().find(begins).map(String::as_str)
}

fn section(
    page: &Page,
    after: &[Phrase],
    until: &[String],
    blank_lines: bool,
) -> Option<(String, String)> {
    for ((r, c, l), label, rest) in page.beginning(after) {
        if !rest.trim_matches([':', ' ', '*']).is_empty() {
            continue;
        }
        let row = &page.rows[r];
        let lines: Vec<String> = if l + 1 < row[c].len() {
            row[c][l + 1..].iter().take(SECTION).cloned().collect()
        } else if row.len() > 1 {
            column_below(page, r, c)
        } else {
            following(page, r + 1, until, blank_lines)
        };
        let stop = lines
            .iter()
            .position(|line| label_at(line, until).is_some())
            .unwrap_or(lines.len());
        if stop > 0 {
            return Some((lines[..stop].join("\n"), label.to_owned()));
        }
    }
    None
}

/// The lines of the same column in the row below: a table whose head row holds the labels.
fn column_below(page: &Page, r: usize, c: usize) -> Vec<String> {
    let columns = page.rows[r].len();
    let below = page.rows[r + 1..].iter().find(|row| !row.is_empty());
    let cell = below
        .filter(|row| row.len() == columns)
        .and_then(|row| row.get(c));
    cell.map_or_else(Vec::new, |cell| {
        cell.iter().take(SECTION).cloned().collect()
    })
}

fn following(page: &Page, from: usize, until: &[String], blank_lines: bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for row in page.rows.get(from..).unwrap_or_default() {
        if row.is_empty() && !lines.is_empty() && !blank_lines {
            break; // a text page separates sections by blank lines
        }
        for line in row.iter().flatten().filter(|line| !is_rule(line)) {
            if lines.len() == SECTION || label_at(line, until).is_some() {
                return lines;
            }
            lines.push(line.clone());
        }
    }
    lines
}

/// An empty line or one that is only drawn.
fn is_rule(line: &str) -> bool {
    line.chars().all(|c| " -_=*~".contains(c))
}
