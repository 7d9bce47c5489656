//! Reasons that readers and books write down in English, as a merchant's mails say them: in his language, and with
//! amounts and days written as everywhere in it.
//!
//! Knows sentences and nothing of what they are about; a sentence without a translation stays as it is, so that nothing
//! is left unsaid. The table is `templates/reasons/de.txt`; a test holds it to the sentences that the program has.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::note::{date_in, money_in};
use super::{Language, Money};

/// Sentences inside sentences are followed this far.
const DEPTH: usize = 3;

/// A sentence with holes, and the same in German.
struct Pair {
    en: Vec<Piece>,
    de: Vec<Piece>,
}

enum Piece {
    Words(&'static str),
    Hole(usize),
}

static GERMAN: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    let lines = include_str!("../../templates/reasons/de.txt").lines();
    let pairs = lines.filter(|line| !line.starts_with('#'));
    let pairs = pairs.filter_map(|line| line.split_once(" => "));
    let pair = |(en, de)| Pair {
        en: pieces(en),
        de: pieces(de),
    };
    pairs.map(pair).collect()
});

/// The reason in a language.
pub fn said(reason: &str, language: Language) -> String {
    said_inside(reason, language, DEPTH)
}

fn said_inside(reason: &str, language: Language, depth: usize) -> String {
    let translated = match language {
        Language::De if depth > 0 => GERMAN.iter().find_map(|pair| pair.said(reason, depth)),
        _ => None,
    };
    translated.unwrap_or_else(|| values(reason, language))
}

impl Pair {
    fn said(&self, reason: &str, depth: usize) -> Option<String> {
        let holes = self.holes(reason)?;
        let text = self.de.iter().map(|piece| match piece {
            Piece::Words(words) => (*words).to_owned(),
            Piece::Hole(number) => {
                let found = holes.iter().find(|(hole, _)| hole == number);
                found.map_or_else(String::new, |(_, text)| {
                    said_inside(text, Language::De, depth - 1)
                })
            }
        });
        Some(text.collect())
    }

    /// What stands in the holes, if the sentence is this one.
    fn holes<'a>(&self, reason: &'a str) -> Option<Vec<(usize, &'a str)>> {
        let (mut holes, mut rest, mut open) = (Vec::new(), reason, None);
        for (place, piece) in self.en.iter().enumerate() {
            match piece {
                Piece::Hole(number) => open = Some(*number),
                Piece::Words(words) => {
                    let last = place + 1 == self.en.len();
                    let at = if last && rest.ends_with(words) {
                        rest.len() - words.len()
                    } else {
                        rest.find(words)?
                    };
                    match open.take() {
                        Some(number) if at > 0 => holes.push((number, &rest[..at])),
                        None if at == 0 => {}
                        _ => return None,
                    }
                    rest = &rest[at + words.len()..];
                }
            }
        }
        match open {
            Some(number) if !rest.is_empty() => holes.push((number, rest)),
            None if rest.is_empty() => {}
            _ => return None,
        }
        Some(holes)
    }
}

/// Words and `{1}` holes in their order.
fn pieces(text: &'static str) -> Vec<Piece> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((words, after)) = rest.split_once('{') {
        let Some((number, after)) = after.split_once('}') else {
            break;
        };
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
        pieces.push(Piece::Hole(number.parse().unwrap_or_default()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest));
    }
    pieces
}

/// Amounts (`64.80 EUR`) and days (`2026-03-16`) as the language writes them.
fn values(text: &str, language: Language) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let (mut said, mut place) = (Vec::with_capacity(words.len()), 0);
    while let Some(word) = words.get(place) {
        place += 1;
        if let Some((code, end)) = words.get(place).map(|next| without_end(next))
            && word.contains('.')
            && let Ok(money) = format!("{word} {code}").parse::<Money>()
        {
            said.push(format!("{}{end}", money_in(language, money)));
            place += 1;
            continue;
        }
        let (day, end) = without_end(word);
        said.push(match day.parse::<Date>() {
            Ok(date) if day.len() == 10 => format!("{}{end}", date_in(language, date)),
            _ => (*word).to_owned(),
        });
    }
    said.join(" ")
}

/// A word and the punctuation behind it.
fn without_end(word: &str) -> (&str, &str) {
    let bare = word.trim_end_matches([',', ';', ':', '.', ')', '?']);
    (bare, &word[bare.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{De, En};

    #[test]
    fn a_reason_is_said_in_the_merchants_language() {
        for (reason, de, en) in [
            (
                "no recipe fits this mail",
                "kein Rezept passt zu dieser Mail",
                "no recipe fits this mail",
            ),
            (
                "one mail says 1064.80 EUR, another 12.00 CHF",
                "eine Mail nennt 1.064,80 €, eine andere 12,00 CHF",
                "one mail says €1,064.80, another CHF 12.00",
            ),
            (
                "looks like a shop's mail, but is not proven: mx.test says dkim=fail",
                "sieht nach einem Shop aus, ist aber nicht belegt: mx.test meldet dkim=fail",
                "looks like a shop's mail, but is not proven: mx.test says dkim=fail",
            ),
            (
                "the token of this reply expired on 2026-03-16",
                "die Kennung dieser Antwort galt nur bis 16.03.2026",
                "the token of this reply expired on 16 Mar 2026",
            ),
            ("something new", "something new", "something new"),
            ("", "", ""),
        ] {
            assert_eq!(said(reason, De), de);
            assert_eq!(said(reason, En), en);
        }
    }

    #[test]
    fn both_sides_of_a_pair_have_the_same_holes() {
        let holes = |pieces: &[Piece]| {
            let mut holes: Vec<usize> = pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Hole(number) => Some(*number),
                    Piece::Words(_) => None,
                })
                .collect();
            holes.sort_unstable();
            holes
        };
        assert!(GERMAN.len() > 50);
        for pair in GERMAN.iter() {
            let (en, de) = (holes(&pair.en), holes(&pair.de));
            // A proof in brackets may be left out in German.
            assert!(de.iter().all(|hole| en.contains(hole)) && en.first() != Some(&0));
        }
    }
}
