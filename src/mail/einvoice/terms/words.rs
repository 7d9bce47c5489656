//! The words of payment terms as tokens: periods, dates, percentages, and the words between them, in sentences and
//! clauses. German, English, French, Italian, and what Dutch, Spanish and Polish share with them.
//!
//! Knows what a word is called in seven languages; what a sentence says is judged in [`super`].

use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};
use rust_decimal::Decimal;

use crate::mail::dates::month_number;

/// A piece of the terms.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A period in days.
    Days(u16),
    /// A period in weeks, as days; a period in months.
    Months(u16),
    /// A period that needs a calendar of holidays.
    WorkingDays,
    /// A day.
    Day(Date),
    /// A date that can be read in two ways, or is none.
    Unclear,
    /// A percentage.
    Percent(Decimal),
    /// `2/10 net 30`: percentage, days for it, days in all.
    Short(Decimal, u16, u16),
    /// A number of something else.
    Number,
    /// A word, in lower case.
    Word(String),
}

/// One clause: what stands between commas and conjunctions.
pub type Clause = Vec<Token>;
/// One sentence: its clauses in order.
pub type Sentence = Vec<Clause>;

static PIECE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let unit = r"kalendertag\p{L}*|tag(?:en?)?\b|tg\b\.?|d\b|days?\b|calendar\s+days?|jours?\b|giorni\b|gg\b\.?|dagen\b|d[ií]as?\b|dni\b|dage\b";
    let working = r"(?:bank)?(?:arbeits|werk)tag\p{L}*|banktag\p{L}*|(?:working|business|banking)\s+days?|jours?\s+ouvr\p{L}+|giorni\s+lavorativi|werkdagen|d[ií]as\s+h[aá]biles|dni\s+robocz\p{L}+";
    let weeks = r"wochen?\b|weeks?\b|semaines?\b|settimane?\b|weken\b|week\b|semanas?\b";
    let months = r"monat(?:en?)?\b|months?\b|mois\b|mes[ei]\b|maand(?:en)?\b";
    let aside = r"(?:\s*\(\s*[\p{L}\d-]+\s*\))?";
    let count =
        format!(r"(?:(?P<n>\b\d{{1,3}}){aside}[\s-]*|(?P<w>\b\p{{L}}{{2,16}}){aside}[\s-]+)");
    let parts = [
        r"(?P<iso>\b\d{4}-\d{2}-\d{2}\b)".to_owned(),
        r"(?P<dots>\b\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})\b)".to_owned(),
        r"(?P<slash>\b\d{1,2}[/-]\d{1,2}[/-]\d{4}\b)".to_owned(),
        r"(?P<daymonth>\b(?P<d1>\d{1,2})(?:\.|er|st|nd|rd|th)?\s?(?:de\s|of\s)?(?P<m1>\p{L}{3,10})\.?,?\s(?:de\s)?(?P<y1>\d{4})\b)".to_owned(),
        r"(?P<monthday>\b(?P<m2>\p{L}{3,9})\.?\s(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<y2>\d{4})\b)".to_owned(),
        r"(?P<short>\b(?P<s1>\d{1,2}(?:[.,]\d{1,2})?)(?:\s?%?\s?/\s?|\s?%\s+)(?P<s2>\d{1,3})\s?(?:days?)?[\s,;]*(?:net|n)\s?/?\s?(?P<s3>\d{1,3})\b(?:\s?days?)?)".to_owned(),
        r"(?P<percent>\b(?P<p>\d{1,2}(?:[.,]\d{1,3})?)\s?(?:%|prozent\b|percent\b|v\.\s?h\.|pour\s?cent\b|per\s?cento\b|procent\b))".to_owned(),
        format!(r"(?P<period>{count}(?:(?P<working>{working})|(?P<days>{unit})|(?P<weeks>{weeks})|(?P<months>{months})))"),
        r"(?P<net>\b(?:net|netto|n)\s?[/:]?\s?(?P<k>\d{1,3})\b)".to_owned(),
        r"(?P<yearless>\b\d{1,2}\.\s?\d{1,2}\.)".to_owned(),
        r"(?P<number>\b\d[\d.,'’]*)".to_owned(),
        r"(?P<word>\p{L}[\p{L}\p{M}'’-]*)".to_owned(),
        r"(?P<stop>[.;!?\n|•])".to_owned(),
        r"(?P<comma>[,/–—]|\s-\s)".to_owned(),
    ];
    Regex::new(&format!("(?i){}", parts.join("|"))).ok()
});

/// Takes the terms apart.
pub fn sentences(text: &str) -> Vec<Sentence> {
    let Some(piece) = &*PIECE else {
        return Vec::new();
    };
    let mut all: Vec<Sentence> = vec![vec![Vec::new()]];
    let mut at = 0;
    while let Some(found) = piece.captures_at(text, at) {
        let Some(whole) = found.get(0) else { break };
        at = whole.end().max(at + 1);
        if found.name("stop").is_some() {
            if ends_sentence(text, whole.start(), whole.as_str(), all.last()) {
                all.push(vec![Vec::new()]);
            }
            continue;
        }
        let Some(sentence) = all.last_mut() else {
            break;
        };
        if found.name("comma").is_some() {
            sentence.push(Vec::new());
            continue;
        }
        let token = match token(&found, text) {
            Read::As(token) => token,
            Read::FirstWord => {
                // Two words that looked like a period: only the first is taken, the rest is read again.
                let first = whole.as_str();
                let length = first
                    .find(|c: char| !c.is_alphanumeric())
                    .unwrap_or(first.len());
                at = whole.start() + length.max(1);
                while !text.is_char_boundary(at) {
                    at += 1;
                }
                plain(&first[..length])
            }
        };
        if matches!(&token, Token::Word(word) if JOINTS.contains(&word.as_str())) {
            sentence.push(Vec::new());
        }
        if let Some(clause) = sentence.last_mut() {
            if found.name("net").is_some() && matches!(token, Token::Days(_)) {
                clause.push(Token::Word("net".into()));
            }
            clause.push(token);
        }
    }
    all.iter_mut()
        .for_each(|s| s.retain(|clause| !clause.is_empty()));
    all.retain(|sentence| !sentence.is_empty());
    all
}

/// Words that begin a new clause.
const JOINTS: [&str; 18] = [
    "und",
    "oder",
    "sonst",
    "ansonsten",
    "andernfalls",
    "danach",
    "bzw",
    "jedoch",
    "and",
    "or",
    "otherwise",
    "then",
    "et",
    "ou",
    "sinon",
    "oppure",
    "altrimenti",
    "anders",
];

enum Read {
    As(Token),
    FirstWord,
}

fn plain(text: &str) -> Token {
    match text.starts_with(|c: char| c.is_ascii_digit()) {
        true => Token::Number,
        false => Token::Word(text.to_lowercase()),
    }
}

fn token(found: &Captures<'_>, text: &str) -> Read {
    let named = |name: &str| found.name(name).map(|m| m.as_str());
    if let Some(date) = numeric_date(found, text) {
        return Read::As(date.map_or(Token::Unclear, Token::Day));
    }
    for (d, m, y) in [("d1", "m1", "y1"), ("d2", "m2", "y2")] {
        if let (Some(d), Some(m), Some(y)) = (named(d), named(m), named(y)) {
            return match month(m) {
                Some(month) => Read::As(day(y, month, d).map_or(Token::Unclear, Token::Day)),
                None => Read::FirstWord,
            };
        }
    }
    let share = |text: &str| Decimal::from_str(&text.replace(',', ".")).ok();
    let count = |name: &str| named(name)?.parse::<u16>().ok();
    if let (Some(p), Some(days), Some(all)) =
        (named("s1").and_then(share), count("s2"), count("s3"))
    {
        return Read::As(Token::Short(p, days, all));
    }
    if let Some(percent) = named("p") {
        return Read::As(share(percent).map_or(Token::Number, Token::Percent));
    }
    if found.name("period").is_some() {
        let number = count("n").or_else(|| in_words(named("w")?));
        return number.map_or(Read::FirstWord, |number| Read::As(period(found, number)));
    }
    if let Some(days) = count("k") {
        let end = found.get(0).map_or(0, |whole| whole.end());
        return match is_amount(text.get(end..).unwrap_or_default()) {
            true => Read::FirstWord,
            false => Read::As(Token::Days(days)),
        };
    }
    if found.name("yearless").is_some() {
        return Read::As(Token::Unclear);
    }
    match named("word") {
        Some(word) => Read::As(Token::Word(word.to_lowercase())),
        None => Read::As(Token::Number),
    }
}

/// A date in digits; `Some(None)`: it can be read in two ways, or is none.
fn numeric_date(found: &Captures<'_>, text: &str) -> Option<Option<Date>> {
    if let Some(iso) = found.name("iso") {
        return Some(iso.as_str().parse().ok());
    }
    let digits = |name: &str| -> Option<Vec<&str>> {
        let whole = found.name(name)?.as_str();
        Some(
            whole
                .split(|c: char| !c.is_ascii_digit())
                .filter(|d| !d.is_empty())
                .collect(),
        )
    };
    let of = |y: &str, m: &str, d: &str| m.parse().ok().and_then(|m| day(y, m, d));
    if let Some([d, m, y]) = digits("dots").as_deref() {
        return Some(of(y, m, d));
    }
    let slashes = digits("slash");
    let Some([first, second, y]) = slashes.as_deref() else {
        return None;
    };
    let month_like = |part: &str| part.parse::<u8>().is_ok_and(|number| number <= 12);
    // Day or month first: only a number above twelve, or the language, tells.
    Some(match (month_like(first), month_like(second)) {
        (true, true) if first != second && !day_first(text) => None,
        (true, false) => of(y, first, second),
        _ => of(y, second, first),
    })
}

fn day(year: &str, month: i8, day: &str) -> Option<Date> {
    Date::new(full_year(year)?, month, day.parse().ok()?).ok()
}

fn period(found: &Captures<'_>, number: u16) -> Token {
    let of = |name: &str| found.name(name).is_some();
    match () {
        () if of("working") => Token::WorkingDays,
        () if of("weeks") => Token::Days(number.saturating_mul(7)),
        () if of("months") => Token::Months(number),
        () => Token::Days(number),
    }
}

/// Whether what follows a number makes it an amount or a percentage: `,00`, ` EUR`, ` %`.
fn is_amount(rest: &str) -> bool {
    let near = rest.trim_start();
    let cents = |mark: char| {
        rest.strip_prefix(mark)
            .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()))
    };
    near.starts_with(['€', '$', '£', '%'])
        || cents('.')
        || cents(',')
        || near
            .get(..3)
            .is_some_and(|unit| unit.eq_ignore_ascii_case("eur"))
}

fn full_year(year: &str) -> Option<i16> {
    let number: i16 = year.parse().ok()?;
    Some(if year.len() == 2 {
        2000 + number
    } else {
        number
    })
}

/// The number of a month in the languages of the terms.
fn month(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let names: [&[&str]; 12] = [
        &["janvier", "gennaio", "januari", "enero"],
        &["février", "fevrier", "febbraio", "februari", "febrero"],
        &["mars", "marzo", "maart"],
        &["avril", "aprile", "abril"],
        &["maggio", "mei", "mayo"],
        &["juin", "giugno", "junio"],
        &["juillet", "luglio", "julio"],
        &["août", "aout", "agosto", "augustus"],
        &["septembre", "settembre", "septiembre"],
        &["octobre", "ottobre", "octubre"],
        &["novembre", "noviembre"],
        &["décembre", "decembre", "dicembre", "diciembre"],
    ];
    let found = names
        .iter()
        .position(|month| month.contains(&name.as_str()));
    found
        .and_then(|at| i8::try_from(at + 1).ok())
        .or_else(|| month_number(&name))
}

/// Words of languages that write the day first.
fn day_first(text: &str) -> bool {
    let text = text.to_lowercase();
    let marks = [
        "paiement",
        "payer",
        "payable au",
        "échéance",
        "jusqu",
        "avant le",
        "pagamento",
        "entro",
        "scadenza",
        "pago",
        "vencimiento",
        "betal",
        "zahl",
        "fällig",
        "bis zum",
    ];
    marks.iter().any(|mark| text.contains(mark))
}

fn in_words(number: &str) -> Option<u16> {
    let number = number.to_lowercase();
    let words: [(u16, &[&str]); 12] = [
        (
            1,
            &[
                "ein", "eine", "einem", "einen", "einer", "one", "un", "une", "uno", "una",
            ],
        ),
        (2, &["zwei", "two", "deux", "due"]),
        (3, &["drei", "three", "trois", "tre"]),
        (4, &["vier", "four", "quatre", "quattro"]),
        (7, &["sieben", "seven", "sept", "sette"]),
        (8, &["acht", "eight", "huit", "otto"]),
        (10, &["zehn", "ten", "dix", "dieci"]),
        (14, &["vierzehn", "fourteen", "quatorze", "quattordici"]),
        (15, &["fünfzehn", "fifteen", "quinze", "quindici"]),
        (20, &["zwanzig", "twenty", "vingt", "venti"]),
        (30, &["dreißig", "dreissig", "thirty", "trente", "trenta"]),
        (60, &["sechzig", "sixty", "soixante", "sessanta"]),
    ];
    let found = words
        .iter()
        .find(|(_, names)| names.contains(&number.as_str()));
    found.map(|(number, _)| *number)
}

/// Whether a stop ends the sentence: a full stop behind an abbreviation does not, nor one before a small letter.
fn ends_sentence(text: &str, at: usize, stop: &str, sentence: Option<&Sentence>) -> bool {
    if stop != "." {
        return true;
    }
    let rest = text.get(at + 1..).unwrap_or_default();
    let next = rest
        .trim_start_matches([' ', '\t', '"', ')'])
        .chars()
        .next();
    let goes_on = next.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit());
    let last = sentence
        .and_then(|s| s.last())
        .and_then(|clause| clause.last());
    let cut = matches!(last, Some(Token::Word(word)) if word.chars().count() < 4 || CUT.contains(&word.as_str()));
    !goes_on && !cut
}

/// Words that are written cut.
const CUT: [&str; 16] = [
    "innerh", "abzgl", "zzgl", "inkl", "exkl", "incl", "excl", "mind", "spät", "zahlb", "rechn",
    "skto", "gemäß", "bzgl", "monatl", "evtl",
];
