//! The draft as TOML that a merchant can read: fields, the words by which such mails are known, the samples as examples.

use std::collections::BTreeMap;

use super::Sample;
use super::place::Formats;
use crate::mail::Reading;
use crate::mail::recipe::view::{PageKind, View};

/// What is known before it is written.
pub struct Draft<'a> {
    pub name: &'a str,
    pub fields: &'a BTreeMap<&'static str, String>,
    /// Labels of number and total: such mails are known by them.
    pub labels: &'a [String],
    pub billing: Option<&'a str>,
    pub formats: &'a Formats,
    pub samples: &'a [Sample<'a>],
    pub views: &'a [View<'a>],
}

impl Draft<'_> {
    /// The recipe; with readings, the samples are its examples.
    pub fn text(&self, readings: &[Reading]) -> String {
        let list = |list: &[&str], usual: &str| match list.is_empty() {
            true => format!("[{}]", quoted(usual)),
            false => format!(
                "[{}]",
                list.iter()
                    .map(|one| quoted(one))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        };
        let mut text = format!(
            "# Drafted from {} mails. The examples are tried by `mahnwerk check`.\ntitle = {}\nnumbers = {}\ndates = {}\n\n[fields]\n",
            self.samples.len(),
            quoted(self.name),
            list(&self.formats.numbers, "1.234,56"),
            list(&self.formats.dates, "31.12.2026"),
        );
        for (field, source) in self.fields {
            text.push_str(&format!("{field} = {source}\n"));
        }
        if let Some(billing) = self.billing {
            text.push_str(&format!("billing = {billing}\n"));
        }
        text.push_str("\n[[layout]]\nname = \"order\"\nevent = \"order\"\n");
        let markers: Vec<String> = self.markers().iter().map(|marker| quoted(marker)).collect();
        text.push_str(&format!("match.all = [{}]\n", markers.join(", ")));
        if let Some(subject) = self.subject() {
            text.push_str(&format!("match.subject = [{}]\n", quoted(&subject)));
        }
        for ((sample, view), reading) in self.samples.iter().zip(self.views).zip(readings) {
            text.push_str(&example(sample, view, reading));
        }
        text
    }

    /// The labels, and the longest sentence without digits that all samples share.
    fn markers(&self) -> Vec<String> {
        let sentences = |view: &View<'_>| -> Vec<String> {
            let rows = view.pages.iter().flat_map(|page| &page.rows);
            let lines = rows.filter(|row| row.len() == 1).flatten().flatten();
            let constant = |line: &&String| {
                let letters = line.chars().count();
                (4..=60).contains(&letters)
                    && !line.chars().any(|c| c.is_ascii_digit() || "@|".contains(c))
            };
            lines.filter(constant).cloned().collect()
        };
        let values = |line: &String| {
            let mut values = self
                .samples
                .iter()
                .flat_map(|sample| sample.values.values());
            values.any(|value| line.contains(value.as_str()) || value.contains(line.as_str()))
        };
        let others: Vec<Vec<String>> = self.views.iter().skip(1).map(sentences).collect();
        let mut shared: Vec<String> = self.views.first().map(sentences).unwrap_or_default();
        shared.retain(|line| others.iter().all(|other| other.contains(line)) && !values(line));
        let longest = shared.into_iter().rev().max_by_key(|line| line.len());
        let mut markers = self.labels.to_vec();
        markers.extend(longest);
        markers.dedup();
        markers
    }

    /// How all subjects begin, without digits.
    fn subject(&self) -> Option<String> {
        let first = self.samples.first()?.mail.subject.clone();
        let mut end = first
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(first.len());
        for sample in self.samples {
            let same = first
                .char_indices()
                .zip(sample.mail.subject.chars())
                .take_while(|((_, a), b)| a == b);
            end = end.min(same.last().map_or(0, |((at, c), _)| at + c.len_utf8()));
        }
        // Not in the middle of a word.
        let words = first.get(..end)?;
        let words = match first[end..].starts_with(char::is_alphanumeric) {
            true => words.rsplit_once(' ').map_or("", |(words, _)| words),
            false => words,
        };
        let words = words.trim_end_matches([' ', '#', '(', ':', '-', '"']);
        (words.chars().count() >= 6).then(|| words.to_owned())
    }
}

/// One sample as an example: its head, its lines, and what is read from it.
fn example(sample: &Sample<'_>, view: &View<'_>, reading: &Reading) -> String {
    let mail = sample.mail;
    let address = |people: &[crate::mail::parts::Person]| {
        let person = people.first()?;
        Some(person.address.as_ref()?.as_str().to_owned())
    };
    let mut text = format!("\n[[example]]\nsubject = {}\n", quoted(&mail.subject));
    let heads = [
        (
            "from",
            mail.from.as_ref().map(|from| from.as_str().to_owned()),
        ),
        ("to", address(&mail.to)),
        ("reply_to", address(&mail.reply_to)),
        (
            "date",
            mail.field("Date").map(|date| date.trim().to_owned()),
        ),
    ];
    for (name, value) in heads {
        if let Some(value) = value {
            text.push_str(&format!("{name} = {}\n", quoted(&value)));
        }
    }
    match view.pages.first() {
        Some(page) if page.kind == PageKind::Html => {
            text.push_str(&format!("html = '''\n{}'''\n", html(&page.rows)));
        }
        Some(page) => text.push_str(&format!(
            "text = '''\n{}'''\n",
            page.joined.replace("'''", "’’’")
        )),
        None => {}
    }
    let shown = serde_json::to_value(reading.shown()).unwrap_or_default();
    let mut expect = vec![format!(
        "kind = {}",
        quoted(shown["kind"].as_str().unwrap_or_default())
    )];
    for (name, value) in shown["order"].as_object().into_iter().flatten() {
        match value {
            serde_json::Value::String(value) => expect.push(format!("{name} = {}", quoted(value))),
            serde_json::Value::Bool(true) => expect.push(format!("{name} = true")),
            _ => {}
        }
    }
    text + &format!("expect = {{ {} }}\n", expect.join(", "))
}

/// The rows of a page as plain HTML that is read back the same.
fn html(rows: &[Vec<Vec<String>>]) -> String {
    let safe = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('\'', "&#39;")
    };
    let lines = |cell: &Vec<String>| {
        cell.iter()
            .map(|line| safe(line))
            .collect::<Vec<_>>()
            .join("<br>")
    };
    let row = |row: &Vec<Vec<String>>| match row.as_slice() {
        [] => String::new(),
        [one] => format!("<p>{}</p>\n", lines(one)),
        cells => {
            let cells: String = cells
                .iter()
                .map(|cell| format!("<td>{}</td>", lines(cell)))
                .collect();
            format!("<table><tr>{cells}</tr></table>\n")
        }
    };
    rows.iter().map(row).collect()
}

/// A TOML basic string.
pub fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace(['\n', '\r', '\t'], " "))
}
