//! Where a named value stands in the samples: the label before it, the heading above it, or a header field.

use super::{Sample, Want, date_formats, number_formats};
use crate::mail::numbers::{self, DateFormat, NumberFormat};
use crate::mail::parts::Person;
use crate::mail::recipe::index::Phrase;
use crate::mail::recipe::labelled;
use crate::mail::recipe::view::{Page, View};

/// Longest label, letters.
const LABEL: usize = 60;

/// How the samples write amounts and days.
#[derive(Default)]
pub struct Formats {
    /// Examples of amounts.
    pub numbers: Vec<&'static str>,
    /// Examples of days.
    pub dates: Vec<&'static str>,
}

/// Fields that the billing address holds too.
pub fn in_billing(field: &str) -> bool {
    ["customer_name", "company", "customer_email"].contains(&field)
}

/// The TOML of the place that holds the value in every sample that names it, and something readable in the others; and its
/// label, if it is one.
pub fn find(
    field: &str,
    wanted: &[Option<Want>],
    samples: &[Sample<'_>],
    views: &[View<'_>],
    formats: &mut Formats,
) -> Option<(String, Option<String>)> {
    if let Some(header) = header(field, wanted, samples) {
        return Some((header, None));
    }
    let first = wanted.iter().position(Option::is_some)?;
    let want = wanted[first].as_ref()?;
    for candidate in candidates(want, &views[first]) {
        let label = [Phrase::new(candidate.label.to_lowercase())];
        let holds = |(view, want): (&View<'_>, &Option<Want>)| {
            let found = view
                .pages
                .iter()
                .flat_map(|page| labelled(page, &label, candidate.next));
            let mut read = found.filter_map(|(text, ..)| candidate.read(&text, field));
            let read = read.next();
            read.is_some() && want.as_ref().is_none_or(|want| read.as_ref() == Some(want))
        };
        if views.iter().zip(wanted).all(holds) {
            let list = match want {
                Want::Amount(_) => Some(&mut formats.numbers),
                Want::Day(_) => Some(&mut formats.dates),
                Want::Text(_) => None,
            };
            if let (Some(list), Some(example)) = (list, candidate.example)
                && !list.contains(&example)
            {
                list.push(example);
            }
            return Some((candidate.source(), Some(candidate.label)));
        }
    }
    None
}

fn header(field: &str, wanted: &[Option<Want>], samples: &[Sample<'_>]) -> Option<String> {
    let named = || {
        let both = samples.iter().zip(wanted);
        both.filter_map(|(sample, want)| match want {
            Some(Want::Text(text)) => Some((sample.mail, text)),
            _ => None,
        })
    };
    let among = |people: &[Person], text: &str| {
        let address = |person: &Person| {
            let address = person.address.as_ref()?;
            Some(address.as_str().eq_ignore_ascii_case(text))
        };
        people.iter().any(|person| address(person) == Some(true))
    };
    if field == "customer_email" && named().next().is_some() {
        if named().all(|(mail, text)| among(&mail.to, text)) {
            return Some("[{ header = \"to\" }]".into());
        }
        if named().all(|(mail, text)| among(&mail.reply_to, text)) {
            return Some("[{ header = \"reply-to\" }]".into());
        }
    }
    None
}

/// A label that might lead to the value.
struct Candidate {
    label: String,
    next: bool,
    example: Option<&'static str>,
    numbers: Option<NumberFormat>,
    dates: Option<DateFormat>,
}

impl Candidate {
    /// What this place says, by its meaning.
    fn read(&self, text: &str, field: &str) -> Option<Want> {
        if let Some(format) = &self.numbers {
            let found = numbers::amount(text, std::slice::from_ref(format))?;
            return Some(Want::Amount(found.value));
        }
        if let Some(format) = self.dates {
            return numbers::date(text, &[format]).map(Want::Day);
        }
        let line = text.lines().next().unwrap_or_default().trim();
        let word = match field {
            "order_number" | "invoice_number" => crate::mail::shop::number(line)?,
            _ => line.to_owned(),
        };
        (!word.is_empty()).then_some(Want::Text(word))
    }

    fn source(&self) -> String {
        let label = super::write::quoted(&self.label);
        match self.next {
            false => format!("[{label}]"),
            true => format!("[{{ label = {label}, next = true }}]"),
        }
    }
}

fn candidates(want: &Want, view: &View<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for page in &view.pages {
        for (r, row) in page.rows.iter().enumerate() {
            for (c, cell) in row.iter().enumerate() {
                for (l, line) in cell.iter().enumerate() {
                    for (before, example) in places(want, line) {
                        let label = label_of(before, page, (r, c, l));
                        found.extend(label.map(|(label, next)| Candidate {
                            label,
                            next,
                            numbers: example.and_then(|e| NumberFormat::by_example(e).ok()),
                            dates: example.and_then(|e| DateFormat::by_example(e).ok()),
                            example,
                        }));
                    }
                }
            }
        }
    }
    found.sort_by_key(|candidate| candidate.next); // a label in the same row is surer
    found
}

/// What stands before each appearance of the value in a line, and how it is written there.
fn places<'l>(want: &Want, line: &'l str) -> Vec<(&'l str, Option<&'static str>)> {
    match want {
        Want::Text(text) => {
            let whole = |rest: Option<char>| rest.is_none_or(|c| !c.is_alphanumeric());
            line.match_indices(text.as_str())
                .filter(|(at, hit)| {
                    whole(line[..*at].chars().next_back())
                        && whole(line[at + hit.len()..].chars().next())
                })
                .map(|(at, _)| (&line[..at], None))
                .collect()
        }
        Want::Amount(amount) => {
            let starts = std::iter::once(0).chain(
                line.match_indices([' ', ':', '|'])
                    .map(|(at, sign)| at + sign.len()),
            );
            let mut found = Vec::new();
            for at in starts {
                for (example, format) in number_formats() {
                    let read = numbers::amount(&line[at..], std::slice::from_ref(&format));
                    if read.is_some_and(|read| read.value == *amount) {
                        found.push((&line[..at], Some(example)));
                    }
                }
            }
            found
        }
        Want::Day(day) => {
            let formats = date_formats();
            let written = formats
                .iter()
                .filter(|(_, format)| numbers::date(line, &[*format]) == Some(*day));
            let end = line
                .find(|c: char| c.is_ascii_digit())
                .unwrap_or(line.len());
            written
                .map(|(example, _)| (&line[..end], Some(*example)))
                .collect()
        }
    }
}

/// The label before a value in its line, above it in its cell, in the cell beside it or in the row above.
fn label_of(before: &str, page: &Page, (r, c, l): (usize, usize, usize)) -> Option<(String, bool)> {
    let before = before
        .split(':')
        .next()
        .unwrap_or(before)
        .trim_end_matches(['#', '(', ' ']);
    if before.trim().chars().any(char::is_alphabetic) {
        return label(before).map(|label| (label, false));
    }
    let row = &page.rows[r];
    if l > 0 {
        return label(&row[c][l - 1]).map(|label| (label, false));
    }
    if let Some(left) = row[..c]
        .iter()
        .rev()
        .find(|cell| !cell.concat().trim().is_empty())
    {
        return label(left.last()?).map(|label| (label, false));
    }
    let above = page.rows[..r].iter().rev().find(|row| !row.is_empty())?;
    label(above.iter().flatten().next()?).map(|label| (label, true))
}

/// A text that can be a label: letters, no digits, not long.
fn label(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches(':').trim();
    let letters = text.chars().count();
    let plain = !text.chars().any(|c| c.is_ascii_digit() || c == '@');
    ((2..=LABEL).contains(&letters) && plain).then(|| text.to_owned())
}

/// The TOML of the billing address: the heading above the customer's name or company, up to the line that ends it.
pub fn billing(samples: &[Sample<'_>], views: &[View<'_>]) -> Option<String> {
    let (sample, view) = samples
        .iter()
        .zip(views)
        .find(|(sample, _)| sample.values.contains_key("customer_name"))?;
    let person = sample.values.get("customer_name")?;
    let company = sample.values.get("company");
    for page in &view.pages {
        let lines: Vec<&String> = page.rows.iter().flatten().flatten().collect();
        for (n, line) in lines.iter().enumerate() {
            let named =
                |text: &String| line.trim().ends_with(text.as_str()) && label(line).is_some();
            if !(named(person) || company.is_some_and(named)) || n == 0 {
                continue;
            }
            let Some(heading) =
                label(lines[n - 1]).filter(|text| company != Some(text) && text != person)
            else {
                continue;
            };
            if !views.iter().all(|view| begins(view, &heading)) {
                continue;
            }
            let after = super::write::quoted(&heading);
            let end = lines[n + 1..]
                .iter()
                .find(|line| ends(line, views, samples.len()));
            let until =
                end.map(|line| super::write::quoted(line.split(':').next().unwrap_or(line).trim()));
            let until = until.map_or_else(String::new, |until| {
                format!(", until = [{until}, \"@shipping\"]")
            });
            return Some(format!("[{{ after = {after}{until} }}]"));
        }
    }
    None
}

fn begins(view: &View<'_>, heading: &str) -> bool {
    let label = [Phrase::new(heading.to_lowercase())];
    view.pages
        .iter()
        .any(|page| !page.beginning(&label).is_empty())
}

/// A line below the address that is the same in all mails: a label or a sentence, no part of the address.
fn ends(line: &str, views: &[View<'_>], samples: usize) -> bool {
    let text = line.split(':').next().unwrap_or(line).trim();
    let labelled = line.contains(':') || samples > 1;
    let country = [
        "deutschland",
        "österreich",
        "schweiz",
        "germany",
        "austria",
        "switzerland",
    ];
    labelled
        && !country.contains(&text.to_lowercase().as_str())
        && label(text).is_some()
        && views.iter().all(|view| begins(view, text))
}
