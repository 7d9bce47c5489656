//! The files that lie inside a PDF (PDF/A-3, ISO 19005-3): ZUGFeRD and Factur-X put their XML there.
//!
//! Of a PDF nothing else is read: no page, no font, no script. Everything is bounded before it is done: size, depth,
//! number of values, unpacked bytes; an encrypted file is refused. Libraries unpack object and cross-reference streams
//! without a bound of their own, so these few rules of ISO 32000-1 stand here instead.

mod object;
mod objects;

use std::collections::HashSet;

use object::{Dict, Object};
use objects::Objects;

/// Largest PDF that is opened, bytes.
pub const MAX_PDF: usize = 5 * 1024 * 1024;
/// Most embedded files that are looked at, and most nodes of the tree that names them.
const MAX_FILES: usize = 100;

/// An embedded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Its name; may be empty.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Whether these bytes are a PDF: the mark may stand behind some other bytes.
pub fn is_pdf(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(1024)];
    start.windows(5).any(|window| window == b"%PDF-")
}

/// The XML files embedded in a PDF, equal ones once. Empty: it is a PDF like any other.
///
/// # Errors
/// Why it is not opened, in words: too large, encrypted, unpacks to too much.
pub fn xml_files(bytes: &[u8]) -> Result<Vec<Embedded>, String> {
    if bytes.len() > MAX_PDF {
        return Err(format!("the PDF has more than {MAX_PDF} bytes"));
    }
    let mut objects = Objects::find(bytes)?;
    if objects.trailers.iter().any(|t| t.get("Encrypt").is_some()) {
        return Err("the PDF is encrypted".into());
    }
    let mut specifications = named(&objects);
    if specifications.is_empty() {
        // A file that a tool forgot to name in the catalog is still embedded.
        let all = objects.numbers().into_iter();
        let one = |number| objects.dict(Some(&Object::Ref(number)));
        specifications = all
            .filter_map(one)
            .filter(|d| d.get("EF").is_some())
            .collect();
    }
    let mut files: Vec<Embedded> = Vec::new();
    for specification in specifications.iter().take(MAX_FILES) {
        if let Some(file) = open(&mut objects, specification)?
            && !files.iter().any(|known| known.bytes == file.bytes)
        {
            files.push(file);
        }
    }
    Ok(files)
}

/// The file specifications that the catalog names: its tree of embedded files and its associated files.
fn named(objects: &Objects<'_>) -> Vec<Dict> {
    let root = objects.trailers.iter().rev().find_map(|t| t.get("Root"));
    let Some(catalog) = objects.dict(root) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if let Some(Object::Array(associated)) = objects.resolve(catalog.get("AF")) {
        found.extend(
            associated
                .iter()
                .take(MAX_FILES)
                .filter_map(|f| objects.dict(Some(f))),
        );
    }
    let names = objects.dict(catalog.get("Names"));
    let tree = names.and_then(|names| names.get("EmbeddedFiles").cloned());
    let (mut open, mut seen) = (Vec::from_iter(tree), HashSet::new());
    while let Some(node) = open.pop() {
        if let Object::Ref(number) = node
            && !seen.insert(number)
        {
            continue;
        }
        let Some(node) = objects.dict(Some(&node)) else {
            continue;
        };
        if let Some(Object::Array(kids)) = objects.resolve(node.get("Kids")) {
            open.extend(kids.into_iter().take(MAX_FILES));
        }
        if let Some(Object::Array(names)) = objects.resolve(node.get("Names")) {
            let files = names.iter().skip(1).step_by(2);
            found.extend(files.filter_map(|file| objects.dict(Some(file))));
        }
        if seen.len() > MAX_FILES || found.len() > MAX_FILES {
            break;
        }
    }
    found
}

/// The embedded file of a specification (ISO 32000-1, 7.11.3), if it is XML by its name or its type.
fn open(objects: &mut Objects<'_>, specification: &Dict) -> Result<Option<Embedded>, String> {
    let name = ["UF", "F"]
        .iter()
        .find_map(|key| match specification.get(key) {
            Some(Object::Text(text)) => Some(words(text)),
            _ => None,
        });
    let name = name.unwrap_or_default();
    let Some(places) = objects.dict(specification.get("EF")) else {
        return Ok(None);
    };
    let place = ["F", "UF"].iter().find_map(|key| match places.get(key) {
        Some(Object::Ref(number)) => Some(*number),
        _ => None,
    });
    let Some(place) = place else {
        return Ok(None);
    };
    let head = objects.dict(Some(&Object::Ref(place))).unwrap_or_default();
    let typed = matches!(head.get("Subtype"), Some(Object::Name(kind)) if kind.ends_with(b"xml"));
    if !typed && !name.to_ascii_lowercase().ends_with(".xml") {
        return Ok(None);
    }
    let content = objects.stream(place)?;
    Ok(content.map(|(_, bytes)| Embedded { name, bytes }))
}

/// A text string (ISO 32000-1, 7.9.2.2): UTF-16 with its mark, else one byte a character.
fn words(text: &[u8]) -> String {
    let name = match text {
        [0xFE, 0xFF, rest @ ..] => {
            let units: Vec<u16> = rest
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => bytes.iter().map(|&byte| char::from(byte)).collect(),
    };
    crate::mail::parts::clean(&name)
}
