//! The part of a mail that its writer wrote himself: above the quotation, without greeting and signature.
//! Knows how mail programs begin a quotation in German and English; knows no command.

use crate::mail::html::Line;
use crate::mail::parts::Mail;

/// The writer's own lines, trimmed, empty ones left out. The text part counts; the HTML only where there is no text.
pub fn own_lines(mail: &Mail) -> Vec<String> {
    let blank = |lines: &[Line]| lines.iter().all(|line| line.text().trim().is_empty());
    let lines = if blank(&mail.text) {
        &mail.html
    } else {
        &mail.text
    };
    let mut own = Vec::new();
    for line in lines {
        let text = line.text();
        let text = text.trim();
        if line.quoted() || begins_quotation(text) {
            // "Am 3. März schrieb Mahnwerk" may be broken over two lines, of which only the second ends with the verb.
            if own
                .last()
                .is_some_and(|last: &String| begins_attribution(last))
                && ends_attribution(text)
            {
                own.pop();
            }
            break;
        }
        if !text.is_empty() {
            own.push(text.to_owned());
        }
    }
    own
}

/// The own lines as one text of at most `most` characters, for a person.
pub fn excerpt(mail: &Mail, most: usize) -> String {
    let text = own_lines(mail).join("\n");
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn begins_quotation(line: &str) -> bool {
    let low = line.to_lowercase();
    let signature = matches!(low.as_str(), "--" | "-- " | "___");
    let rule = low.len() > 9 && low.chars().all(|c| c == '_');
    let phone = [
        "gesendet von mein",
        "von meinem iphone",
        "sent from my",
        "get outlook for",
    ];
    let head = [
        "von:",
        "from:",
        "gesendet:",
        "sent:",
        "*von:*",
        "*from:*",
        "begin forwarded",
        "anfang der weitergeleiteten",
    ];
    let dashes = low.starts_with("---")
        && ["original", "ursprüngliche", "forwarded", "weitergeleitete"]
            .iter()
            .any(|w| low.contains(w));
    signature
        || rule
        || dashes
        || phone
            .iter()
            .chain(&head)
            .any(|start| low.starts_with(start))
        || begins_attribution(line) && ends_attribution(line)
        || !begins_attribution(line) && ends_attribution(line) && line.contains('@')
}

fn begins_attribution(line: &str) -> bool {
    let low = line.to_lowercase();
    ["am ", "on ", "le "]
        .iter()
        .any(|start| low.starts_with(start))
        && line.chars().any(|c| c.is_ascii_digit())
}

fn ends_attribution(line: &str) -> bool {
    let low = line.to_lowercase();
    let end = low.trim_end_matches([':', ' ']);
    end.ends_with("wrote") || low.ends_with(':') && low.contains("schrieb")
}

/// Greetings without a name.
const GREETING: [&str; 11] = [
    "hallo",
    "hi",
    "hey",
    "hello",
    "moin",
    "guten morgen",
    "guten tag",
    "guten abend",
    "good morning",
    "dear mahnwerk",
    "liebes mahnwerk",
];

/// Thanks.
const THANKS: [&str; 7] = [
    "danke",
    "vielen dank",
    "danke schön",
    "dankeschön",
    "thanks",
    "thank you",
    "many thanks",
];

/// What stands over a name at the end.
const CLOSING: [&str; 19] = [
    "gruß",
    "gruss",
    "grüße",
    "gruesse",
    "viele grüße",
    "viele gruesse",
    "liebe grüße",
    "lg",
    "vg",
    "mfg",
    "mit freundlichen grüßen",
    "mit freundlichen gruessen",
    "beste grüße",
    "schöne grüße",
    "best regards",
    "kind regards",
    "regards",
    "best",
    "cheers",
];

/// Greetings and closings: lines that say nothing. `None`: the line is none; `Some(true)`: what follows is a name.
pub fn courtesy(line: &str) -> Option<bool> {
    let low = line.to_lowercase();
    let bare = low.trim_matches(|c: char| !c.is_alphanumeric());
    if GREETING.contains(&bare) || THANKS.contains(&bare) {
        return Some(false);
    }
    let greets_by_name = bare.split_whitespace().count() <= 3
        && ["hallo ", "hi ", "hello ", "guten tag "]
            .iter()
            .any(|start| bare.starts_with(start));
    if greets_by_name {
        return Some(false);
    }
    let closes = CLOSING.iter().any(|c| {
        bare == *c
            || bare.strip_prefix(*c).is_some_and(|rest| {
                rest.starts_with([' ', ',']) && rest.split_whitespace().count() <= 2
            })
    });
    closes.then_some(true)
}
