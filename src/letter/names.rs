//! Which names a template uses, and where: read from its source, so that `{% if typo %}`, which a template engine takes
//! for false in silence, is found when the template is loaded.
//!
//! Knows the shape of the template language (tags, strings, paths, `for`, `set`), not its meaning; what it cannot
//! follow (components) it lets pass to the trial run.

use std::collections::BTreeMap;

/// A name used in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// Full path with the names of loops replaced: `claims[].paid[].on`.
    pub(super) path: String,
    /// As written.
    pub(super) written: String,
    /// Byte offset in the source.
    pub(super) at: usize,
}

/// What one template names.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// Variables.
    pub(super) uses: Vec<Use>,
    /// Files that it includes or extends, as written.
    pub(super) files: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Path(Vec<Segment>),
    Text(String),
    Mark(char),
}

#[derive(Clone, Debug, PartialEq)]
enum Segment {
    Name(String),
    Index,
}

const WORDS: &[&str] = &[
    "and", "or", "not", "is", "in", "if", "elif", "else", "true", "false", "True", "False", "none",
    "None", "ignore", "missing", "super", "loop", "as",
];

/// All names of a template's source.
pub(super) fn names(source: &str) -> Names {
    let mut found = Names::default();
    let mut scopes: Vec<BTreeMap<String, Option<String>>> = vec![BTreeMap::new()];
    let mut raw = false;
    let mut rest = 0;
    while let Some((start, kind, end)) = next_tag(source, rest) {
        rest = end;
        let inside = source[start + 2..end.saturating_sub(2).max(start + 2)].trim_matches('-');
        let offset = start + 2 + usize::from(source[start + 2..].starts_with('-'));
        let tokens = tokens(inside, offset);
        let first = match tokens.first() {
            Some((_, Token::Path(path))) => word(path).to_owned(),
            _ => String::new(),
        };
        match (kind, first.as_str()) {
            ('%', "raw") => raw = true,
            ('%', "endraw") => raw = false,
            _ if raw => {}
            ('{', _) => look(&tokens, &scopes, &mut found),
            ('%', "extends" | "include") => found.files.extend(texts(&tokens)),
            ('%', "for") => {
                let split = tokens
                    .iter()
                    .position(|(_, t)| matches!(t, Token::Path(p) if word(p) == "in"));
                let (bound, over) = tokens.split_at(split.unwrap_or(tokens.len()));
                look(over, &scopes, &mut found);
                let element = whole(over.get(1..).unwrap_or_default())
                    .and_then(|path| resolve(path, &scopes))
                    .map(|path| format!("{path}[]"));
                let names: Vec<&str> = bound.iter().skip(1).filter_map(name).collect();
                let scope = match names.as_slice() {
                    [one] => BTreeMap::from([((*one).to_owned(), element)]),
                    many => many.iter().map(|n| ((*n).to_owned(), None)).collect(),
                };
                scopes.push(scope);
            }
            ('%', "endfor") if scopes.len() > 1 => drop(scopes.pop()),
            ('%', "set" | "set_global") => {
                look(tokens.get(2..).unwrap_or_default(), &scopes, &mut found);
                if let (Some(name), Some(scope)) =
                    (tokens.get(1).and_then(name), scopes.first_mut())
                {
                    scope.insert(name.to_owned(), None);
                }
            }
            ('%', "if" | "elif") => look(&tokens[1..], &scopes, &mut found),
            ('%', "filter") => look(tokens.get(2..).unwrap_or_default(), &scopes, &mut found),
            _ => {} // block, endblock, component and their like name no variable
        }
    }
    found
}

/// The next `{{`, `{%` or `{#`: its start, its second character and the end behind its closing mark.
fn next_tag(source: &str, from: usize) -> Option<(usize, char, usize)> {
    let bytes = source.as_bytes();
    let start = (from..bytes.len().saturating_sub(1))
        .find(|&i| bytes[i] == b'{' && matches!(bytes[i + 1], b'{' | b'%' | b'#'))?;
    let (kind, close) = match bytes[start + 1] {
        b'{' => ('{', "}}"),
        b'%' => ('%', "%}"),
        _ => ('#', "#}"),
    };
    let mut quote = None;
    for (i, &byte) in bytes.iter().enumerate().skip(start + 2) {
        match (quote, byte) {
            (Some(q), b) if q == b => quote = None,
            (None, b @ (b'"' | b'\'' | b'`')) if kind != '#' => quote = Some(b),
            (None, _) if bytes[i..].starts_with(close.as_bytes()) => {
                return Some((start, kind, i + 2));
            }
            _ => {}
        }
    }
    None
}

fn tokens(text: &str, offset: usize) -> Vec<(usize, Token)> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut i = 0;
    while let Some(&(at, c)) = chars.get(i) {
        i += 1;
        if matches!(c, '"' | '\'' | '`') {
            let end = (i..chars.len())
                .find(|&j| chars[j].1 == c)
                .unwrap_or(chars.len());
            found.push((
                offset + at,
                Token::Text(chars[i..end].iter().map(|p| p.1).collect()),
            ));
            i = end + 1;
        } else if c.is_ascii_digit() {
            while chars.get(i).is_some_and(|p| letter(p.1) || p.1 == '.') {
                i += 1;
            }
        } else if letter(c) {
            let start = i - 1;
            let mut path = vec![read_name(&chars, start, &mut i)];
            loop {
                match (chars.get(i).map(|p| p.1), chars.get(i + 1).map(|p| p.1)) {
                    (Some('.'), Some(d)) if d.is_ascii_digit() => {
                        i += 1;
                        let start = i;
                        read_name(&chars, start, &mut i);
                        path.push(Segment::Index);
                    }
                    (Some('.'), Some(d)) if letter(d) => {
                        i += 1;
                        let start = i;
                        path.push(read_name(&chars, start, &mut i));
                    }
                    (Some('['), Some(_)) => {
                        i = (i..chars.len())
                            .find(|&j| chars[j].1 == ']')
                            .unwrap_or(chars.len())
                            + 1;
                        path.push(Segment::Index);
                    }
                    _ => break,
                }
            }
            found.push((offset + at, Token::Path(path)));
        } else if !c.is_whitespace() {
            found.push((offset + at, Token::Mark(c)));
        }
    }
    found
}

fn read_name(chars: &[(usize, char)], start: usize, i: &mut usize) -> Segment {
    *i = start;
    while chars
        .get(*i)
        .is_some_and(|p| p.1.is_ascii_alphanumeric() || p.1 == '_')
    {
        *i += 1;
    }
    Segment::Name(chars[start..*i].iter().map(|p| p.1).collect())
}

/// Notes every variable of an expression: not filters, tests, functions, keyword arguments or words of the language.
fn look(tokens: &[(usize, Token)], scopes: &[BTreeMap<String, Option<String>>], found: &mut Names) {
    let mark = |i: Option<usize>, wanted: char| {
        i.and_then(|i| tokens.get(i))
            .is_some_and(|(_, t)| *t == Token::Mark(wanted))
    };
    let said = |i: Option<usize>, wanted: &str| {
        let token = i.and_then(|i| tokens.get(i));
        matches!(token, Some((_, Token::Path(p))) if word(p) == wanted)
    };
    for (i, (at, token)) in tokens.iter().enumerate() {
        let Token::Path(path) = token else { continue };
        let before = i.checked_sub(1);
        let is_test = said(before, "is") || (said(before, "not") && said(i.checked_sub(2), "is"));
        let is_argument = mark(Some(i + 1), '=')
            && !mark(Some(i + 2), '=')
            && (mark(before, '(') || mark(before, ','));
        let is_function = path.len() == 1 && mark(Some(i + 1), '(');
        let is_component = mark(before, '<') && mark(i.checked_sub(2), '{');
        if WORDS.contains(&word(path))
            || mark(before, '|')
            || is_test
            || is_argument
            || is_function
            || is_component
        {
            continue;
        }
        if let Some(resolved) = resolve(path, scopes) {
            found.uses.push(Use {
                path: resolved,
                written: text(path),
                at: *at,
            });
        }
    }
}

/// The full path; `None` where it starts at a name whose value is not followed.
fn resolve(path: &[Segment], scopes: &[BTreeMap<String, Option<String>>]) -> Option<String> {
    let first = word(path);
    let start = match scopes.iter().rev().find_map(|scope| scope.get(first)) {
        Some(bound) => bound.clone()?,
        None => first.to_owned(),
    };
    Some(
        path[1..]
            .iter()
            .fold(start, |so_far, segment| match segment {
                Segment::Name(name) => format!("{so_far}.{name}"),
                Segment::Index => format!("{so_far}[]"),
            }),
    )
}

fn text(path: &[Segment]) -> String {
    resolve(path, &[]).unwrap_or_default()
}

fn word(path: &[Segment]) -> &str {
    match path.first() {
        Some(Segment::Name(name)) => name,
        _ => "",
    }
}

fn name((_, token): &(usize, Token)) -> Option<&str> {
    match token {
        Token::Path(path) => Some(word(path)),
        _ => None,
    }
}

/// The expression is nothing but one path.
fn whole(tokens: &[(usize, Token)]) -> Option<&[Segment]> {
    match tokens {
        [(_, Token::Path(path))] => Some(path),
        _ => None,
    }
}

fn texts(tokens: &[(usize, Token)]) -> Vec<String> {
    let text = |(_, token): &(usize, Token)| match token {
        Token::Text(text) => Some(text.clone()),
        _ => None,
    };
    tokens.iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(source: &str) -> Vec<String> {
        names(source).uses.into_iter().map(|u| u.path).collect()
    }

    #[test]
    fn paths_through_loops_filters_and_strings() {
        let source = r#"{% for c in claims %}{{ c.open | money }}{% for p in c.paid %}{{ p.on|date }}{% endfor %}
            {%- if not c.level and deadline -%}{{ "no {{ name }}" ~ sums[0] }}{% endif %}{% endfor %}{{ c }}
            {# {{ nothing }} #}{% raw %}{{ raw }}{% endraw %}{{ 2 | count(one="x", many=greeting) }}
            {% set x = today %}{{ x.y }}{% if loop.last or seen_until is defined %}{% endif %}{% include "de/_a.txt" %}"#;
        assert_eq!(
            paths(source),
            [
                "claims",
                "claims[].open",
                "claims[].paid",
                "claims[].paid[].on",
                "claims[].level",
                "deadline",
                "sums[]",
                "c",
                "greeting",
                "today",
                "seen_until"
            ]
        );
        assert_eq!(names(source).files, ["de/_a.txt"]);
    }

    #[test]
    fn a_place_is_the_place_of_the_name() {
        let source = "Subject: x\n\n{% if typo %}{% endif %}";
        let found = names(source);
        assert_eq!(&source[found.uses[0].at..][..4], "typo");
        assert!(
            paths("{{ unfinished").is_empty()
                && paths("{%").is_empty()
                && paths("{{-}}").is_empty()
        );
    }
}
