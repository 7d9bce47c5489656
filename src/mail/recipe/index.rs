//! Where each word of a text stands, so that a phrase is found by its longest word instead of by reading the text again.
//!
//! Built once per page; a look-up costs the same however many recipes ask. A phrase whose longest word is not a whole
//! word of the text does not stand there.

/// Words of a text in lower case by hash, each with its places.
#[derive(Debug, Default)]
pub struct Words {
    /// First entry of each slot, plus one; a power of two long.
    slots: Vec<u32>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    at: u32,
    /// Next entry of the slot, plus one.
    next: u32,
}

/// A phrase in lower case with its longest word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    text: String,
    /// Byte of the longest word in it, and its hash; zero: it has no word.
    word: usize,
    hash: u64,
}

impl Phrase {
    /// A phrase; `text` is in lower case, its blanks plain.
    pub fn new(text: String) -> Phrase {
        let longest = words(&text).max_by_key(|(_, word)| word.len());
        let (word, hash) = longest.map_or((0, 0), |(at, word)| (at, hash(word)));
        Phrase { text, word, hash }
    }

    /// The words, in lower case.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Hash of its longest word; zero if it has none.
    pub fn hash(&self) -> u64 {
        self.hash
    }
}

impl Words {
    /// The words of a text in lower case.
    pub fn of(text: &str) -> Words {
        let mut index = Words {
            slots: vec![0; (text.len() / 8).next_power_of_two().max(16)],
            entries: Vec::with_capacity(text.len() / 6),
        };
        for (at, word) in words(text) {
            let hash = hash(word);
            let slot = index.slot(hash);
            let next = std::mem::replace(&mut index.slots[slot], index.entries.len() as u32 + 1);
            index.entries.push(Entry {
                hash,
                at: at as u32,
                next,
            });
        }
        index
    }

    fn slot(&self, hash: u64) -> usize {
        (hash as usize ^ (hash >> 32) as usize) & (self.slots.len() - 1)
    }

    /// Hashes of all words, in the order of the text, repeated as they stand there.
    pub fn hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.entries.iter().map(|entry| entry.hash)
    }

    /// Bytes of the text at which the phrase begins, last first.
    pub fn places<'a>(
        &'a self,
        text: &'a str,
        phrase: &'a Phrase,
    ) -> impl Iterator<Item = usize> + 'a {
        let first = match self.slots.is_empty() || phrase.hash == 0 {
            true => 0,
            false => self.slots[self.slot(phrase.hash)],
        };
        let mut next = first as usize;
        std::iter::from_fn(move || {
            while next > 0 {
                let entry = &self.entries[next - 1];
                next = entry.next as usize;
                let begin = (entry.at as usize).checked_sub(phrase.word);
                if let Some(begin) = begin.filter(|_| entry.hash == phrase.hash)
                    && text
                        .as_bytes()
                        .get(begin..)
                        .is_some_and(|rest| rest.starts_with(phrase.text.as_bytes()))
                {
                    return Some(begin);
                }
            }
            None
        })
    }

    /// The phrase stands in the text.
    pub fn hold(&self, text: &str, phrase: &Phrase) -> bool {
        if phrase.hash == 0 {
            return text.contains(&phrase.text);
        }
        self.places(text, phrase).next().is_some()
    }
}

/// Runs of letters and digits, with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(char::is_alphanumeric)?;
        let length = text[start..].find(|c: char| !c.is_alphanumeric());
        let end = length.map_or(text.len(), |length| start + length);
        rest = end;
        Some((start, &text[start..end]))
    })
}

/// FNV-1a, never zero. Not keyed: a colliding word only costs one more comparison.
fn hash(word: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    word.bytes().fold(0xcbf2_9ce4_8422_2325, step).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_stand_where_they_stand() {
        let text = "bestellung #77: gesamt 12,00 | gesamt mwst. 1,00\nübersicht";
        let words = Words::of(text);
        let places = |phrase: &str| -> Vec<usize> {
            let phrase = Phrase::new(phrase.to_owned());
            words.places(text, &phrase).collect()
        };
        assert_eq!(places("gesamt"), [31, 16]);
        assert_eq!(places("gesamt mwst."), [31]);
        assert_eq!(places("#77"), [11]);
        assert_eq!(places("bestell"), [] as [usize; 0]);
        assert_eq!(places("übersicht"), [49]);
        assert!(words.hold(text, &Phrase::new("| ".to_owned())));
        assert!(!Words::of("").hold("", &Phrase::new("a".to_owned())));
    }
}
