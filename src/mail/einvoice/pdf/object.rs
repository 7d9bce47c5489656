//! The values of a PDF (ISO 32000-1, 7.3): numbers, names, strings, arrays, dictionaries, references.
//!
//! Knows no file structure. Total and linear: depth and number of values are bounded, and what departs from the grammar
//! is no value.

/// Deepest nesting of arrays and dictionaries.
const MAX_DEPTH: usize = 64;
/// Most values in one object; more are no catalog and no file specification.
const MAX_VALUES: usize = 50_000;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// null, true, false, a real number: nothing that is asked for.
    Other,
    /// An integer.
    Number(i64),
    /// A name without its slash, `#` escapes resolved.
    Name(Vec<u8>),
    /// A string, its escapes resolved.
    Text(Vec<u8>),
    /// An array.
    Array(Vec<Object>),
    /// A dictionary.
    Dict(Dict),
    /// A reference to the object of this number; generations are not told apart.
    Ref(u32),
}

/// A dictionary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dict(Vec<(Vec<u8>, Object)>);

impl Dict {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Object> {
        let named = self.0.iter().find(|(name, _)| name == key.as_bytes());
        named.map(|(_, value)| value)
    }

    /// Whether the value of a key is this name.
    pub fn is(&self, key: &str, name: &str) -> bool {
        matches!(self.get(key), Some(Object::Name(value)) if value == name.as_bytes())
    }
}

impl Object {
    /// The number of a non-negative integer.
    pub fn number(&self) -> Option<usize> {
        match self {
            Object::Number(number) => usize::try_from(*number).ok(),
            _ => None,
        }
    }
}

/// A place in the bytes from which values are read.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    /// Where it stands.
    pub at: usize,
    left: usize,
}

impl<'a> Cursor<'a> {
    /// Stands at a place.
    pub fn new(bytes: &'a [u8], at: usize) -> Cursor<'a> {
        Cursor {
            bytes,
            at,
            left: MAX_VALUES,
        }
    }

    /// The value that stands here. `None`: there is none; the cursor stands where that became clear.
    pub fn value(&mut self) -> Option<Object> {
        self.nested(MAX_DEPTH)
    }

    /// Whether this word stands here; goes past it.
    pub fn word(&mut self, word: &[u8]) -> bool {
        self.blanks();
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let there = rest.starts_with(word);
        if there {
            self.at += word.len();
        }
        there
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => {
                    let line = self.bytes[self.at..].iter();
                    self.at += line.take_while(|b| !b"\r\n".contains(b)).count();
                }
                byte if is_blank(byte) => self.at += 1,
                _ => return,
            }
        }
    }

    fn nested(&mut self, depth: usize) -> Option<Object> {
        self.blanks();
        self.left = self.left.checked_sub(1)?;
        match (self.peek()?, self.bytes.get(self.at + 1)) {
            (b'<', Some(b'<')) => {
                self.at += 2;
                self.dict(depth.checked_sub(1)?).map(Object::Dict)
            }
            (b'[', _) => {
                self.at += 1;
                self.array(depth.checked_sub(1)?).map(Object::Array)
            }
            (b'<', _) => Some(Object::Text(self.hex())),
            (b'(', _) => self.string().map(Object::Text),
            (b'/', _) => Some(Object::Name(self.name())),
            (b'0'..=b'9' | b'+' | b'-' | b'.', _) => Some(self.number_or_reference()),
            (byte, _) if byte.is_ascii_alphabetic() => {
                let word = self.token();
                [&b"null"[..], b"true", b"false"]
                    .contains(&word)
                    .then_some(Object::Other)
            }
            _ => None,
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Dict> {
        let mut pairs = Vec::new();
        while !self.word(b">>") {
            if self.peek()? != b'/' {
                return None;
            }
            let key = self.name();
            pairs.push((key, self.nested(depth)?));
        }
        Some(Dict(pairs))
    }

    fn array(&mut self, depth: usize) -> Option<Vec<Object>> {
        let mut values = Vec::new();
        while !self.word(b"]") {
            values.push(self.nested(depth)?);
        }
        Some(values)
    }

    /// The bytes up to the next blank or delimiter.
    fn token(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let ends = |&b: &u8| is_blank(b) || b"()<>[]{}/%".contains(&b);
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let token = self.token();
        let mut name = Vec::with_capacity(token.len());
        let mut at = 0;
        while let Some(&byte) = token.get(at) {
            let escaped = (byte == b'#').then(|| token.get(at + 1..at + 3)).flatten();
            match escaped.and_then(|hex| Some(digit(hex[0])? << 4 | digit(hex[1])?)) {
                Some(byte) => {
                    name.push(byte);
                    at += 3;
                }
                None => {
                    name.push(byte);
                    at += 1;
                }
            }
        }
        name
    }

    fn number_or_reference(&mut self) -> Object {
        let token = self.token();
        if token.is_empty() {
            self.at += 1;
        }
        let integer = |token: &[u8]| std::str::from_utf8(token).ok()?.parse::<i64>().ok();
        let Some(number) = integer(token) else {
            return Object::Other;
        };
        let mut ahead = self.clone();
        ahead.blanks();
        let generation = ahead.token();
        let plain = (1..=5).contains(&generation.len());
        if plain && generation.iter().all(u8::is_ascii_digit) && ahead.word(b"R") {
            let ends = ahead.peek().is_none_or(|b| !b.is_ascii_alphanumeric());
            if let (true, Ok(number)) = (ends, u32::try_from(number)) {
                self.at = ahead.at;
                return Object::Ref(number);
            }
        }
        Object::Number(number)
    }

    fn hex(&mut self) -> Vec<u8> {
        self.at += 1;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&b| b == b'>').unwrap_or(rest.len());
        self.at += length + 1;
        let digits: Vec<u8> = rest[..length].iter().filter_map(|&b| digit(b)).collect();
        let pair = |pair: &[u8]| pair[0] << 4 | pair.get(1).copied().unwrap_or(0);
        digits.chunks(2).map(pair).collect()
    }

    fn string(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let (mut text, mut open) = (Vec::new(), 1);
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Some(text);
                    }
                }
                b'\\' => {
                    text.extend(self.escape()?);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
    }

    /// What stands behind a backslash; `None` in it: a line that goes on.
    fn escape(&mut self) -> Option<Option<u8>> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\n' => None,
            b'\r' => {
                self.at += usize::from(self.peek() == Some(b'\n'));
                None
            }
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(next @ b'0'..=b'7') = self.peek() else {
                        break;
                    };
                    code = code * 8 + u32::from(next - b'0');
                    self.at += 1;
                }
                Some(code.to_le_bytes()[0])
            }
            other => Some(other),
        })
    }
}

/// White space (ISO 32000-1, table 1).
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    fn read(text: &str) -> Option<Object> {
        Cursor::new(text.as_bytes(), 0).value()
    }

    #[test]
    fn values_are_read_by_the_grammar() {
        let text =
            "<< /A#42 [1 -2 3.5 (a\\(b\\051(c)\\\n) <48 6> null] % no\n /R 12 0 R /D<</Type/X>> >>";
        let Some(Object::Dict(dict)) = read(text) else {
            panic!("no dictionary");
        };
        let values = vec![
            Object::Number(1),
            Object::Number(-2),
            Object::Other,
            Object::Text(b"a(b)(c)".to_vec()),
            Object::Text(b"H\x60".to_vec()),
            Object::Other,
        ];
        assert_eq!(dict.get("AB"), Some(&Object::Array(values)));
        assert_eq!(dict.get("R"), Some(&Object::Ref(12)));
        assert!(matches!(dict.get("D"), Some(Object::Dict(inner)) if inner.is("Type", "X")));
    }

    #[test]
    fn what_is_no_value_or_too_much_of_it_is_none() {
        let deep = format!("{}{}", "[".repeat(70), "]".repeat(70));
        let many = format!("[{}]", "1 ".repeat(60_000));
        for odd in [
            "", "<<", "[1", "(a", "<</A>>", "endobj", "<<1 2>>", &deep, &many,
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
