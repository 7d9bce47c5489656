//! JSON for people's terminals and for programs: pretty, and with every character escaped that a terminal could obey.

use std::fmt::Write;

use serde::Serialize;

use super::table::hostile;

/// The value as indented JSON with a line end.
pub fn text(value: &impl Serialize) -> String {
    let plain = match serde_json::to_string_pretty(value) {
        Ok(plain) => plain,
        // Only a map with keys that are no texts could fail, and no report has one; it must not print half a value.
        Err(error) => return format!("{{\n  \"error\": {:?}\n}}\n", error.to_string()),
    };
    let mut text = String::with_capacity(plain.len() + 1);
    for c in plain.chars() {
        if c == '\n' || !hostile(c) {
            text.push(c);
        } else {
            // RFC 8259 7: any character may be escaped; outside of strings there is none of these.
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}"); // writing to a String cannot fail
            }
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_a_terminal_could_obey_is_escaped_and_stays_the_same_value() {
        let value = "a\u{1b}[31m\u{9b}2J\u{202e}b\u{e0041}";
        let text = super::text(&value);
        assert!(text.trim_end().is_ascii(), "{text}");
        assert_eq!(
            serde_json::from_str::<String>(&text).ok().as_deref(),
            Some(value)
        );
    }
}
