//! The people that a repeated head names: `Name <a@b>`, `Name [mailto:a@b]`, `Name <a@b<mailto:a@b>>`, `"Last, First" <a@b>`,
//! or only a name. Invariant: an address is taken only where its entry shows exactly one.

use std::sync::LazyLock;

use regex::Regex;

use crate::ledger::CustomerAddress;
use crate::mail::parts::Person;

static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"[^\s<>\[\]()"',;:]+@[^\s<>\[\]()"',;:]+"#).ok());

/// Most people of one field.
const MOST: usize = 100;

/// Everyone a field names.
pub fn all(value: &str) -> Vec<Person> {
    let mut people = Vec::new();
    let mut entry = String::new();
    let (mut quoted, mut angle) = (false, 0_usize);
    for c in value.chars() {
        match c {
            '"' => quoted = !quoted,
            '<' | '[' => angle += 1,
            '>' | ']' => angle = angle.saturating_sub(1),
            _ => {}
        }
        // Outlook writes `Last, First <a@b>`: a comma ends an entry only behind an address.
        let ends = c == ';' || c == ',' && entry.contains('@');
        if ends && !quoted && angle == 0 {
            people.push(one(&entry));
            entry.clear();
        } else {
            entry.push(c);
        }
    }
    people.push(one(&entry));
    people.retain(|person| person.address.is_some() || !person.name.is_empty());
    people.truncate(MOST);
    people
}

/// The one whom an entry names; without an address if it shows none or two.
pub fn one(entry: &str) -> Person {
    let Some(pattern) = ADDRESS.as_ref() else {
        return Person::default();
    };
    let mut found = pattern
        .find_iter(entry)
        .map(|hit| hit.as_str().to_lowercase());
    let first = found.next();
    let twice = found.any(|other| Some(&other) != first.as_ref());
    let address = first
        .filter(|_| !twice)
        .and_then(|address| CustomerAddress::new(&address).ok());
    let end = entry.find(['<', '[', '(']).unwrap_or(entry.len());
    let name = entry.get(..end).unwrap_or_default();
    let name = name.trim_matches(|c: char| c.is_whitespace() || "\"'*„“”".contains(c));
    let name = if name.contains('@') { "" } else { name };
    Person {
        name: name.to_owned(),
        address,
    }
}
