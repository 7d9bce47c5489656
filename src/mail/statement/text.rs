//! The characters of statement files that declare no encoding: UTF-8 where it is valid, else the one-byte code of
//! Windows, which contains ISO-8859-1.

use std::borrow::Cow;

/// A file's text.
pub(super) struct Text<'a> {
    pub(super) text: Cow<'a, str>,
    /// It is not UTF-8 and holds bytes that make no sense in the one-byte code either (an old DOS code, perhaps).
    pub(super) unsure: bool,
}

/// Windows-1252, 0x80 to 0x9F.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of these bytes.
///
/// # Errors
/// It is no text.
pub(super) fn decode(bytes: &[u8]) -> Result<Text<'_>, String> {
    if let Some(wide) = bytes.strip_prefix(b"\xFF\xFE") {
        let units: Vec<u16> = wide
            .chunks_exact(2)
            .map(|c| u16::from_le_bytes([c[0], c[1]]))
            .collect();
        let text = String::from_utf16(&units).map_err(|_| "the file is not UTF-16".to_owned())?;
        return Ok(Text {
            text: Cow::Owned(text),
            unsure: false,
        });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err("the file is no text".into());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Text {
            text: Cow::Borrowed(text),
            unsure: false,
        });
    }
    let one = |&b: &u8| match b {
        0x80..=0x9F => WINDOWS[usize::from(b - 0x80)],
        _ => char::from(b),
    };
    let text: String = bytes.iter().map(one).collect();
    Ok(Text {
        unsure: is_unsure(&text),
        text: Cow::Owned(text),
    })
}

/// A sign of Windows' own range stands where only a letter makes sense: before a letter, and behind one or without being
/// a sign that opens anything.
pub(super) fn is_unsure(text: &str) -> bool {
    let opens = |c: char| "€‚„‘“–—‹ŠŒŽšœžŸ".contains(c);
    let letters = |c: char| "ŠŒŽšœžŸƒ’".contains(c);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().is_some_and(|n| n.is_alphabetic());
        let own = WINDOWS.contains(&c) && !letters(c);
        if own && next && (before.is_alphabetic() || !opens(c)) {
            return true;
        }
        before = c;
    }
    false
}
