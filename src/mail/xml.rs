//! XML under hard limits, as a plain tree of local names. Knows no camt and no invoice.
//!
//! Refused outright: any DOCTYPE, unknown entities, depth, number of elements, size. Namespaces are not resolved: banks
//! write the same elements under many prefixes, and nothing here is believed because of a prefix.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Largest file, bytes.
pub const MAX_XML: usize = 5 * 1024 * 1024;
const MAX_DEPTH: usize = 64;
const MAX_ELEMENTS: usize = 600_000;
const MAX_ATTRIBUTES: usize = 256;

/// An element.
#[derive(Debug, Default)]
pub struct Node {
    /// Local name.
    pub name: Box<str>,
    /// Its own text, entities resolved, outer white space cut.
    pub text: String,
    /// Value of the `Ccy` attribute.
    pub currency: Option<String>,
    /// All other attributes: local name and value.
    pub attributes: Box<[(Box<str>, Box<str>)]>,
    /// Elements inside, in order.
    pub children: Vec<Node>,
}

impl Node {
    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|node| &*node.name == name)
    }

    /// The value of the attribute of this local name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let named = self.attributes.iter().find(|(key, _)| &**key == name);
        named.map(|(_, value)| &**value)
    }

    /// All children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |node| &*node.name == name)
    }

    /// The first element at this path, looked for through every branch.
    pub fn at<'a>(&'a self, path: &[&str]) -> Option<&'a Node> {
        match path {
            [] => Some(self),
            [name, rest @ ..] => {
                let named = self.children.iter().filter(|node| &*node.name == *name);
                named.into_iter().find_map(|node| node.at(rest))
            }
        }
    }

    /// The text at this path, if there is any.
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        let text = self.at(path)?.text.as_str();
        (!text.is_empty()).then_some(text)
    }
}

/// The root element.
///
/// # Errors
/// The limit that is broken or the place that is not well-formed, in words.
pub fn parse(bytes: &[u8]) -> Result<Node, String> {
    parse_taking(bytes, MAX_XML, &mut |_, node| Ok(Some(node)))
}

/// What becomes of an element that ended, given the name of the one around it: kept in the tree, or taken out of it.
pub type Take<'t> = dyn FnMut(&str, Node) -> Result<Option<Node>, String> + 't;

/// As [`parse`], but `take` sees every element as it ends and may keep it out of the tree, so that a long list is never in
/// memory as a whole.
///
/// # Errors
/// As [`parse`], and what `take` says.
pub fn parse_taking(bytes: &[u8], most: usize, take: &mut Take<'_>) -> Result<Node, String> {
    if bytes.len() > most {
        return Err(format!("the file has more than {most} bytes"));
    }
    let text = decode(bytes)?;
    let mut reader = Reader::from_str(&text);
    let mut open: Vec<Node> = vec![Node::default()];
    let mut count = 0;
    loop {
        let event = reader
            .read_event()
            .map_err(|e| format!("not well-formed at byte {}: {e}", reader.error_position()))?;
        match event {
            Event::Start(start) => {
                count += 1;
                if open.len() > MAX_DEPTH || count > MAX_ELEMENTS {
                    return Err(format!(
                        "nested deeper than {MAX_DEPTH} or more than {MAX_ELEMENTS} elements"
                    ));
                }
                open.push(node(&start)?);
            }
            Event::Empty(start) => {
                count += 1;
                if count > MAX_ELEMENTS {
                    return Err(format!("more than {MAX_ELEMENTS} elements"));
                }
                let empty = node(&start)?;
                last(&mut open)?.children.push(empty);
            }
            Event::End(_) => {
                let mut node = open.pop().ok_or("an element ends that did not begin")?;
                node.text = node.text.trim().to_owned();
                let parent = last(&mut open)?;
                parent.children.extend(take(&parent.name, node)?);
            }
            Event::Text(text) => last(&mut open)?.text.push_str(&text.xml10_content()),
            Event::CData(text) => last(&mut open)?.text.push_str(&text.xml10_content()),
            Event::GeneralRef(name) => {
                let resolved = match name.resolve_char_ref() {
                    Ok(Some(c)) => c,
                    Ok(None) => entity(&name.xml10_content())?,
                    Err(e) => return Err(format!("a character reference is wrong: {e}")),
                };
                last(&mut open)?.text.push(resolved);
            }
            Event::DocType(_) => return Err("it has a DOCTYPE".into()),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    let mut root = open.pop().ok_or("empty")?;
    if !open.is_empty() {
        return Err("an element does not end".into());
    }
    match (root.children.pop(), root.children.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err("there is not exactly one root element".into()),
    }
}

fn last(open: &mut [Node]) -> Result<&mut Node, String> {
    open.last_mut()
        .ok_or_else(|| "an element ends that did not begin".into())
}

fn entity(name: &str) -> Result<char, String> {
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        other => Err(format!(
            "the entity `{}` is unknown",
            super::parts::clean(other)
        )),
    }
}

fn node(start: &BytesStart<'_>) -> Result<Node, String> {
    let (mut currency, mut others) = (None, Vec::new());
    let mut attributes = start.attributes();
    // The check for doubled names compares each attribute with all before it.
    attributes.with_checks(false);
    for (at, attribute) in attributes.enumerate() {
        if at >= MAX_ATTRIBUTES {
            return Err(format!(
                "an element has more than {MAX_ATTRIBUTES} attributes"
            ));
        }
        let attribute = attribute.map_err(|e| format!("an attribute is not well-formed: {e}"))?;
        match attribute.key.local_name().as_ref() {
            "Ccy" => currency = Some(attribute.value.to_string()),
            name => others.push((name.into(), attribute.value.as_ref().into())),
        }
    }
    Ok(Node {
        name: start.local_name().as_ref().into(),
        currency,
        attributes: others.into(),
        ..Node::default()
    })
}

/// UTF-8, UTF-16 with its mark, or the one-byte encodings that banks declare.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    let wide = |of: fn([u8; 2]) -> u16| {
        let pairs = bytes.get(2..).unwrap_or_default().chunks_exact(2);
        let units: Vec<u16> = pairs.map(|pair| of([pair[0], pair[1]])).collect();
        let text = String::from_utf16(&units).map_err(|_| "it is not UTF-16".to_owned());
        text.map(Cow::Owned)
    };
    match bytes {
        [0xFF, 0xFE, ..] => return wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => return wide(u16::from_be_bytes),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_ascii_lowercase();
    let declared = start.split("?>").next().unwrap_or_default();
    if ["iso-8859-1", "iso-8859-15", "windows-1252"]
        .iter()
        .any(|e| declared.contains(e))
    {
        let euro = if declared.contains("iso-8859-15") {
            0xA4
        } else {
            0x80
        };
        let one = |&b: &u8| if b == euro { '\u{20AC}' } else { char::from(b) };
        return Ok(Cow::Owned(bytes.iter().map(one).collect()));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(e) => Err(format!("byte {} is not UTF-8", e.valid_up_to())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_lose_their_prefix_and_text_is_joined_at_entities() {
        let root = parse("\u{feff}<?xml version=\"1.0\"?><n:A><n:B Ccy=\"EUR\"> M&amp;M &#8364;<![CDATA[<x>]]> </n:B><C/></n:A>".as_bytes());
        let root = root.unwrap();
        assert_eq!((&*root.name, root.children.len()), ("A", 2));
        assert_eq!(root.text_at(&["B"]), Some("M&M \u{20ac}<x>"));
        assert_eq!(root.at(&["B"]).unwrap().currency.as_deref(), Some("EUR"));
        let latin = parse(b"<?xml version='1.0' encoding='ISO-8859-1'?><A>M\xfcller</A>").unwrap();
        assert_eq!(latin.text, "M\u{fc}ller");
        let wide: Vec<u8> = "\u{feff}<a id='1'>\u{fc}</a>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let wide = parse(&wide).unwrap();
        assert_eq!((&*wide.text, wide.attribute("id")), ("\u{fc}", Some("1")));
    }

    #[test]
    fn what_could_harm_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(70), "</a>".repeat(70));
        let many = format!(
            "<a {}/>",
            (0..300).map(|i| format!("a{i}='1' ")).collect::<String>()
        );
        for odd in [
            "",
            "no xml",
            "<a>",
            "</a>",
            "<a/><b/>",
            "<a><b></a></b>",
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<a>&x;</a>",
            "<a>&#0;</a>",
            "<a>\u{0}",
            &deep,
            &many,
        ] {
            assert!(parse(odd.as_bytes()).is_err(), "{odd}");
        }
        assert!(parse(b"<a>\xff</a>").is_err());
        assert!(parse(&vec![b' '; MAX_XML + 1]).is_err());
    }
}
