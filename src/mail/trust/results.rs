//! One `Authentication-Results` field by the grammar of RFC 8601 2.2: quoted strings with escapes, nested comments,
//! comments and blanks anywhere between tokens, properties that belong to their clause.
//!
//! No regular expression: each published trick against readers of this field ends one token where the server did not.
//! A field that departs from the grammar says nothing at all.

use std::str::Chars;

/// What one field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    /// authserv-id, lower-cased.
    pub host: String,
    /// The clauses in order.
    pub clauses: Vec<Clause>,
}

/// `method=result` with its properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// `dkim`, `spf`, `dmarc` ..., lower-cased.
    pub method: String,
    /// `pass`, `fail` ..., lower-cased.
    pub result: String,
    /// `header.from` and the like, lower-cased, with their values.
    pub properties: Vec<(String, String)>,
}

impl Clause {
    /// The value of a property; `None` if it is absent or given twice with different values.
    pub fn property(&self, name: &str) -> Option<&str> {
        let mut values = self.properties.iter().filter(|(key, _)| key == name);
        let (_, value) = values.next()?;
        values.all(|(_, other)| other == value).then_some(value)
    }
}

/// Reads one field's value.
///
/// # Errors
/// Where it departs from the grammar, in words.
pub fn parse(value: &str) -> Result<Results, String> {
    let mut at = Cursor(value.chars());
    at.blank()?;
    let host = at.value()?.to_ascii_lowercase();
    at.blank()?;
    if at.peek().is_some_and(|c| c.is_ascii_digit()) && at.word() != "1" {
        return Err("its version is not 1".into());
    }
    let mut clauses = Vec::new();
    loop {
        at.blank()?;
        match at.0.next() {
            None => break,
            Some(';') => {}
            Some(other) => return Err(format!("`{other}` stands where a `;` belongs")),
        }
        at.blank()?;
        if at.peek().is_none_or(|c| c == ';') {
            continue; // hosts write a `;` behind the last clause
        }
        if let Some(clause) = clause(&mut at)? {
            clauses.push(clause);
        }
    }
    Ok(Results { host, clauses })
}

fn clause(at: &mut Cursor<'_>) -> Result<Option<Clause>, String> {
    let method = at.word().to_ascii_lowercase();
    at.blank()?;
    if method == "none" && at.peek().is_none_or(|c| c == ';') {
        return Ok(None);
    }
    at.equals()?;
    let result = at.word().to_ascii_lowercase();
    if method.is_empty() || result.is_empty() {
        return Err("a clause has no method or no result".into());
    }
    let mut properties = Vec::new();
    loop {
        at.blank()?;
        if at.peek().is_none_or(|c| c == ';') {
            break;
        }
        let mut key = at.word();
        at.blank()?;
        while key.ends_with('.') || at.peek() == Some('.') {
            let more = at.word();
            if more.is_empty() {
                return Err("a property has no name".into());
            }
            key.push_str(&more);
            at.blank()?;
        }
        at.equals()?;
        if key.is_empty() {
            return Err("a property has no name".into());
        }
        properties.push((key.to_ascii_lowercase(), at.value()?));
    }
    let (method, version) = method.split_once('/').unwrap_or((&method, "1"));
    Ok((version == "1").then(|| Clause {
        method: method.to_owned(),
        result,
        properties,
    }))
}

struct Cursor<'a>(Chars<'a>);

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.0.clone().next()
    }

    /// Skips white space and comments.
    fn blank(&mut self) -> Result<(), String> {
        let mut depth = 0;
        while let Some(c) = self.peek() {
            match c {
                '(' => depth += 1,
                ')' if depth == 0 => return Err("a comment ends that did not begin".into()),
                ')' => depth -= 1,
                // Inside a comment a quotation mark means nothing (RFC 5322 3.2.2), but it shows that the server echoes a
                // stranger's quoted address there, which may hold a `)`: such a comment ends nobody knows where.
                '"' if depth > 0 => return Err("a quotation mark stands in a comment".into()),
                '\\' if depth > 0 => drop(self.0.next()),
                _ if depth == 0 && !c.is_ascii_whitespace() => return Ok(()),
                _ => {}
            }
            self.0.next();
        }
        match depth {
            0 => Ok(()),
            _ => Err("a comment does not end".into()),
        }
    }

    fn equals(&mut self) -> Result<(), String> {
        match self.0.next() {
            Some('=') => self.blank(),
            _ => Err("a `=` is missing".into()),
        }
    }

    fn run(&mut self, stop: &str) -> String {
        let mut word = String::new();
        while let Some(c) = self.peek() {
            if c.is_ascii_whitespace() || stop.contains(c) {
                break;
            }
            word.push(c);
            self.0.next();
        }
        word
    }

    fn word(&mut self) -> String {
        self.run(";=()\"")
    }

    /// A value: token, quoted string, or an address whose local part is quoted.
    fn value(&mut self) -> Result<String, String> {
        let mut value = String::new();
        if self.peek() == Some('"') {
            value = self.quoted()?;
            if self.peek() == Some('@') {
                value = format!("\"{value}\"{}", self.run(";()\""));
            }
        } else {
            value.push_str(&self.run(";()\""));
        }
        match self.peek() {
            Some('"') => Err("a quotation begins inside a value".into()),
            Some(c) if !c.is_ascii_whitespace() && !";()".contains(c) => {
                Err("a value goes on behind its quotation".into())
            }
            _ if value.is_empty() => Err("a value is missing".into()),
            _ => Ok(value),
        }
    }

    fn quoted(&mut self) -> Result<String, String> {
        self.0.next();
        let mut text = String::new();
        while let Some(c) = self.0.next() {
            match c {
                '"' => return Ok(text),
                '\\' => text.extend(self.0.next()),
                _ => text.push(c),
            }
        }
        Err("a quotation does not end".into())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn said(value: &str) -> Vec<String> {
        let clauses = parse(value).unwrap().clauses;
        let line = |c: Clause| {
            let properties = c.properties.iter().map(|(k, v)| format!(" {k}={v}"));
            format!(
                "{}={}{}",
                c.method,
                c.result,
                properties.collect::<String>()
            )
        };
        clauses.into_iter().map(line).collect()
    }

    #[test]
    fn blanks_and_comments_may_stand_between_all_tokens() {
        assert_eq!(
            said(
                "MX.Example (a (b) \\) c) 1 ; dmarc (x) = (y) pass (z) header . from = (q) a.example (w);"
            ),
            ["dmarc=pass header.from=a.example"]
        );
        assert_eq!(parse("MX.Example;none").unwrap().host, "mx.example");
        assert_eq!(said("mx.example; none"), Vec::<String>::new());
        assert_eq!(said("\"mx.example\"; spf/1=Pass"), ["spf=pass"]);
        assert_eq!(said("mx.example; spf/2=pass"), Vec::<String>::new());
    }

    #[test]
    fn values_keep_what_is_quoted() {
        assert_eq!(
            said(
                "mx; spf=pass smtp.mailfrom=\"a; dmarc=pass header.from=b.example\"@evil.example; dkim=none"
            ),
            [
                "spf=pass smtp.mailfrom=\"a; dmarc=pass header.from=b.example\"@evil.example",
                "dkim=none"
            ]
        );
        assert_eq!(
            said("mx; dkim=pass reason=\"a \\\"b\\\" c\" header.b=AbC/d+e= action=none"),
            ["dkim=pass reason=a \"b\" c header.b=AbC/d+e= action=none"]
        );
    }

    #[test]
    fn a_field_outside_the_grammar_says_nothing() {
        for value in [
            "",
            "; dmarc=pass",
            "spf=pass (no id) smtp.mailfrom=a.example",
            "mx.example 2; dmarc=pass",
            "mx.example dmarc=pass",
            "mx.example; dmarc",
            "mx.example; dmarc=pass word",
            "mx.example; dmarc=pass header.from=\"a",
            "mx.example; dmarc=pass header.from=\"a\"b",
            "mx.example; dmarc=pass header.from=a\"b\"",
            "mx.example; spf=fail (a; dmarc=pass",
            "mx.example; spf=fail a) dmarc=pass",
            "mx.example; spf=pass (of \"a); dmarc=pass header.from=bank.example (b\"@evil.example)",
        ] {
            assert!(parse(value).is_err(), "{value}");
        }
    }
}
