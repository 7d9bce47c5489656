//! Where the objects of a PDF stand, found by one walk over its bytes instead of its cross-reference tables: a table
//! can point anywhere, a walk is linear whatever the file claims. The last object of a number counts, as after an
//! incremental update (ISO 32000-1, 7.5.6).
//!
//! Unpacks object streams under a limit for all of them together. Knows nothing of what the objects mean.

use std::collections::HashMap;
use std::io::Read;
use std::ops::Range;
use std::sync::LazyLock;

use flate2::read::ZlibDecoder;
use regex::bytes::Regex;

use super::object::{Cursor, Dict, Object};

/// Most bytes that all streams of a file may unpack to, those that are asked for.
const MAX_UNPACKED: usize = 20 * 1024 * 1024;
/// Most bytes that one stream may unpack to.
const MAX_STREAM: usize = 5 * 1024 * 1024;
const MAX_OBJECTS: usize = 200_000;

static MARK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u)([0-9]{1,10})[\x00\s]+[0-9]{1,5}[\x00\s]+obj|trailer").ok());
static LENGTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?-u)([0-9]{1,10})\s+[0-9]{1,5}\s+obj\s+([0-9]{1,10})\s+endobj").ok()
});

/// The objects of a file.
pub struct Objects<'a> {
    bytes: &'a [u8],
    places: HashMap<u32, Place>,
    packed: Vec<Vec<u8>>,
    /// Trailer dictionaries in the order of the file, also those of cross-reference streams.
    pub trailers: Vec<Dict>,
    left: usize,
}

#[derive(Clone, Copy)]
enum Place {
    /// Byte of the file at which the value begins.
    File(usize),
    /// Object stream, and byte of its content.
    Packed(usize, usize),
}

impl<'a> Objects<'a> {
    /// Walks over the file.
    ///
    /// # Errors
    /// A limit is broken, in words.
    pub fn find(bytes: &'a [u8]) -> Result<Objects<'a>, String> {
        let mut objects = Objects {
            bytes,
            places: HashMap::new(),
            packed: Vec::new(),
            trailers: Vec::new(),
            left: MAX_UNPACKED,
        };
        let (Some(mark), Some(length)) = (&*MARK, &*LENGTH) else {
            return Err("not readable".into());
        };
        let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<u32>().ok();
        let lengths: HashMap<u32, usize> = length
            .captures_iter(bytes)
            .filter_map(|found| Some((number(&found[1])?, number(&found[2])? as usize)))
            .collect();
        let mut at = 0;
        while let Some(found) = mark.captures_at(bytes, at) {
            let Some(end) = found.get(0).map(|whole| whole.end()) else {
                break;
            };
            let id = found.get(1).and_then(|digits| number(digits.as_bytes()));
            at = objects.take(id, end, &lengths)?.max(end);
        }
        Ok(objects)
    }

    /// Takes the object (or trailer) whose value begins at a byte; the byte behind it.
    fn take(
        &mut self,
        id: Option<u32>,
        start: usize,
        lengths: &HashMap<u32, usize>,
    ) -> Result<usize, String> {
        let mut cursor = Cursor::new(self.bytes, start);
        let Some(value) = cursor.value() else {
            return Ok(cursor.at);
        };
        let Some(id) = id else {
            if let Object::Dict(dict) = value {
                self.trailers.push(dict);
            }
            return Ok(cursor.at);
        };
        if self.places.len() >= MAX_OBJECTS {
            return Err(format!("the PDF has more than {MAX_OBJECTS} objects"));
        }
        self.places.insert(id, Place::File(start));
        let Object::Dict(dict) = value else {
            return Ok(cursor.at);
        };
        if !cursor.word(b"stream") {
            return Ok(cursor.at);
        }
        let data = self.data(&dict, cursor.at, lengths);
        let end = data.end;
        if dict.is("Type", "ObjStm") {
            self.unpack(&dict, data)?;
        } else if dict.is("Type", "XRef") {
            self.trailers.push(dict);
        }
        Ok(end)
    }

    /// The bytes of a stream: as long as it says if `endstream` stands there, else up to the next `endstream`.
    fn data(&self, dict: &Dict, keyword_end: usize, lengths: &HashMap<u32, usize>) -> Range<usize> {
        let rest = self.bytes.get(keyword_end..).unwrap_or_default();
        let newline = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        let start = keyword_end + newline;
        let said = match dict.get("Length") {
            Some(Object::Ref(number)) => lengths.get(number).copied(),
            length => length.and_then(Object::number),
        };
        let ends = |end: &usize| {
            *end <= self.bytes.len() && Cursor::new(self.bytes, *end).word(b"endstream")
        };
        if let Some(end) = said
            .and_then(|length| start.checked_add(length))
            .filter(ends)
        {
            return start..end;
        }
        let found = find(self.bytes.get(start..).unwrap_or_default(), b"endstream");
        start..found.map_or(self.bytes.len(), |length| start + length)
    }

    /// Notes the members of an object stream (ISO 32000-1, 7.5.7).
    fn unpack(&mut self, dict: &Dict, data: Range<usize>) -> Result<(), String> {
        let Some(content) = self.decoded(dict, data)? else {
            return Ok(());
        };
        let count = dict.get("N").and_then(Object::number).unwrap_or(0);
        let first = dict.get("First").and_then(Object::number).unwrap_or(0);
        let mut head = Cursor::new(content.get(..first).unwrap_or_default(), 0);
        let stream = self.packed.len();
        for _ in 0..count.min(MAX_OBJECTS) {
            let (Some(Object::Number(id)), Some(offset)) = (head.value(), head.value()) else {
                break;
            };
            let (Ok(id), Some(offset)) = (u32::try_from(id), offset.number()) else {
                break;
            };
            self.places
                .insert(id, Place::Packed(stream, first.saturating_add(offset)));
        }
        self.packed.push(content);
        Ok(())
    }

    /// The content of a stream. `None`: its filter is none that embedded invoices use, or it is damaged.
    fn decoded(&mut self, dict: &Dict, data: Range<usize>) -> Result<Option<Vec<u8>>, String> {
        let raw = self.bytes.get(data).unwrap_or_default();
        let filter = match dict.get("Filter") {
            Some(Object::Array(filters)) if filters.len() < 2 => filters.first(),
            other => other,
        };
        let most = MAX_STREAM.min(self.left);
        let content = match filter {
            None => raw.get(..raw.len().min(most + 1)).map(<[u8]>::to_vec),
            Some(Object::Name(name)) if name == b"FlateDecode" || name == b"Fl" => {
                let mut content = Vec::new();
                let inflated = ZlibDecoder::new(raw)
                    .take(most as u64 + 1)
                    .read_to_end(&mut content);
                inflated.ok().map(|_| content)
            }
            Some(_) => None,
        };
        let predicted = matches!(dict.get("DecodeParms"), Some(Object::Dict(parms)) if parms.get("Predictor").and_then(Object::number).unwrap_or(1) > 1);
        let Some(content) = content.filter(|_| !predicted) else {
            return Ok(None);
        };
        if content.len() > most {
            return Err(format!(
                "a stream of the PDF unpacks to more than {MAX_STREAM} bytes, or all to more than {MAX_UNPACKED}"
            ));
        }
        self.left -= content.len();
        Ok(Some(content))
    }

    /// The numbers of all objects, ascending.
    pub fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.places.keys().copied().collect();
        numbers.sort_unstable();
        numbers
    }

    /// The value of the object of this number.
    pub fn get(&self, number: u32) -> Option<Object> {
        match self.places.get(&number)? {
            Place::File(at) => Cursor::new(self.bytes, *at).value(),
            Place::Packed(stream, at) => Cursor::new(self.packed.get(*stream)?, *at).value(),
        }
    }

    /// A value, or what it refers to.
    pub fn resolve(&self, value: Option<&Object>) -> Option<Object> {
        match value? {
            Object::Ref(number) => self.get(*number),
            other => Some(other.clone()),
        }
    }

    /// The dictionary that a value is or refers to.
    pub fn dict(&self, value: Option<&Object>) -> Option<Dict> {
        match self.resolve(value)? {
            Object::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// The dictionary and content of the stream of this number. `None`: there is none, or it is not readable.
    ///
    /// # Errors
    /// It unpacks to more than the limit.
    pub fn stream(&mut self, number: u32) -> Result<Option<(Dict, Vec<u8>)>, String> {
        let Some(Place::File(at)) = self.places.get(&number).copied() else {
            return Ok(None);
        };
        let mut cursor = Cursor::new(self.bytes, at);
        let Some(Object::Dict(dict)) = cursor.value() else {
            return Ok(None);
        };
        if !cursor.word(b"stream") {
            return Ok(None);
        }
        let mut lengths = HashMap::new();
        if let Some(Object::Ref(number)) = dict.get("Length")
            && let Some(length) = self.get(*number).as_ref().and_then(Object::number)
        {
            lengths.insert(*number, length);
        }
        let data = self.data(&dict, cursor.at, &lengths);
        Ok(self.decoded(&dict, data)?.map(|content| (dict, content)))
    }
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}
