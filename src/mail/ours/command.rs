//! One line of the merchant's reply as a command, German or English. A line is exactly a command or it is none: nothing
//! is picked out of a sentence (a negation would be lost). Knows no ledger: numbers are resolved there.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::ledger::event::{ClaimOrder, Command, ReplyWord};
use crate::ledger::{Currency, SourceId};

/// The commands of one line (`ja 1 3` is two); `None`: the line is no command.
pub fn parse(line: &str, digest: SourceId, today: Date) -> Option<Vec<Command>> {
    let mut commands = understand(line, digest, today)?;
    for command in &mut commands {
        let named = match command {
            Command::ByNumber { number, .. } => number,
            Command::Reply { take, .. } => take,
            _ => continue,
        };
        if let Some(number) = named {
            *number = as_written(line, number);
        }
    }
    Some(commands)
}

/// A number in the capitals in which it stands in the line.
fn as_written(line: &str, number: &str) -> String {
    let low = line.to_ascii_lowercase();
    let at = low.find(number);
    at.and_then(|at| line.get(at..at + number.len()))
        .unwrap_or(number)
        .to_owned()
}

fn understand(line: &str, digest: SourceId, today: Date) -> Option<Vec<Command>> {
    let words: Vec<String> = line
        .split_whitespace()
        .map(plain)
        .filter(|w| !w.is_empty())
        .collect();
    let (first, rest) = words.split_first()?;
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let about = |number: Option<String>, order| {
        Some(vec![Command::ByNumber {
            number,
            digest: Some(digest),
            order,
        }])
    };
    match first.as_str() {
        "bezahlt" | "gezahlt" | "paid" => {
            let (number, order) = paid(&rest, today)?;
            about(number, order)
        }
        "pause" | "pausieren" => {
            let (rest, until) = dated(&rest, &["bis", "until", "till"], today, true)?;
            about(at_most_one(rest)?, ClaimOrder::Pause { until })
        }
        "weiter" | "resume" => about(at_most_one(&rest)?, ClaimOrder::Resume),
        "storno" | "stornieren" | "cancel" => about(at_most_one(&rest)?, ClaimOrder::Cancel),
        "zurueck" | "undo" => about(at_most_one(&rest)?, ClaimOrder::Undo),
        "widerspruch" | "strittig" | "dispute" | "disputed" => {
            let order = ClaimOrder::Dispute {
                reason: String::new(),
            };
            about(at_most_one(&rest)?, order)
        }
        "geprueft" | "checked" => {
            let on = match rest.as_slice() {
                [] => today,
                ["am" | "on", more @ ..] => date(more, today, false)?,
                more => date(more, today, false)?,
            };
            (on <= today).then(|| vec![Command::Checked { on }])
        }
        "stop" | "stopp" if rest.is_empty() => Some(vec![Command::StopAll]),
        "start" if rest.is_empty() => Some(vec![Command::StartAll]),
        word => replies(word, &rest, digest),
    }
}

/// Lower case, umlauts written out, without the punctuation around it; a point behind a digit stays (dates).
fn plain(word: &str) -> String {
    let word = word
        .to_lowercase()
        .replace('ä', "ae")
        .replace('ö', "oe")
        .replace('ü', "ue")
        .replace('ß', "ss");
    let word = word.trim_matches(|c: char| ",;:!?\"'„“”()[]*•".contains(c));
    let word = if word.chars().any(|c| c.is_ascii_digit()) {
        word
    } else {
        word.trim_end_matches('.')
    };
    if matches!(word, "-" | "–" | "und" | "and") {
        String::new()
    } else {
        word.to_owned()
    }
}

fn replies(word: &str, rest: &[&str], digest: SourceId) -> Option<Vec<Command>> {
    let reply = |number, word, take: Option<&str>| Command::Reply {
        digest,
        number,
        word,
        take: take.map(str::to_owned),
    };
    let said = match word {
        "ja" | "yes" => ReplyWord::Yes,
        "nein" | "no" => ReplyWord::No,
        "gesendet" | "sent" => ReplyWord::WasSent,
        "nochmal" | "again" => ReplyWord::SendAgain,
        "ueberspringen" | "skip" => ReplyWord::Skip,
        number => {
            // `1 10247`: question 1 is about that claim.
            let [take] = rest else { return None };
            let (number, take) = (question(number)?, claim(take)?);
            return (question(take).is_none())
                .then(|| vec![reply(Some(number), ReplyWord::Yes, Some(take))]);
        }
    };
    match rest {
        ["alle" | "alles" | "all"] if matches!(said, ReplyWord::Yes | ReplyWord::No) => {
            Some(vec![reply(None, said, None)])
        }
        [number, take] if said == ReplyWord::Yes && question(take).is_none() => Some(vec![reply(
            Some(question(number)?),
            said,
            Some(claim(take)?),
        )]),
        [] => None,
        numbers => numbers
            .iter()
            .map(|n| Some(reply(Some(question(n)?), said, None)))
            .collect(),
    }
}

/// A digest's numbers have at most two digits; whatever is longer is a claim's number.
fn question(word: &str) -> Option<u16> {
    let digits = word.trim_end_matches('.');
    let plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|n| plain && *n > 0)
}

fn claim(word: &str) -> Option<&str> {
    let word = word.trim_start_matches('#').trim_end_matches('.');
    let plain = |c: char| c.is_ascii_alphanumeric() || "-/_.#".contains(c);
    let fits = (1..=40).contains(&word.len())
        && word.chars().all(plain)
        && word.chars().any(|c| c.is_ascii_digit());
    fits.then_some(word)
}

fn at_most_one(rest: &[&str]) -> Option<Option<String>> {
    match rest {
        [] => Some(None),
        [number] => Some(Some(claim(number)?.to_owned())),
        _ => None,
    }
}

fn paid(rest: &[&str], today: Date) -> Option<(Option<String>, ClaimOrder)> {
    let (rest, on) = dated(rest, &["am", "on"], today, false)?;
    let mut currency = None;
    let mut rest = rest.to_vec();
    if let Some(code) = rest.last().and_then(|word| currency_of(word)) {
        currency = Some(code);
        rest.pop();
    }
    let (number, amount) = match rest.as_slice() {
        [] if currency.is_none() => (None, None),
        [one] => match (amount(one, currency.is_some()), currency.is_some()) {
            (Some(amount), _) => (None, Some(amount)),
            (None, true) => return None,
            (None, false) => (Some(claim(one)?.to_owned()), None),
        },
        [number, money] => (Some(claim(number)?.to_owned()), Some(amount(money, true)?)),
        _ => return None,
    };
    let amount_and_currency = amount.map_or(Some((None, currency)), |(value, sign)| {
        (sign.is_none() || currency.is_none() || sign == currency)
            .then_some((Some(value), sign.or(currency)))
    })?;
    let on = on.unwrap_or(today);
    (on <= today).then_some((
        number,
        ClaimOrder::Paid {
            amount: amount_and_currency.0,
            currency: amount_and_currency.1,
            on,
        },
    ))
}

fn currency_of(word: &str) -> Option<Currency> {
    match word {
        "€" | "euro" => Some(Currency::EUR),
        code if matches!(code, "eur" | "chf" | "usd" | "gbp") => code.to_uppercase().parse().ok(),
        _ => None,
    }
}

/// An amount with its sign, if it has one. Without cents only where something else says that it is money.
fn amount(word: &str, surely_money: bool) -> Option<(Decimal, Option<Currency>)> {
    let bare = word
        .trim_start_matches('€')
        .trim_end_matches('€')
        .trim_end_matches("eur");
    let sign = (bare.len() < word.len()).then_some(Currency::EUR);
    let bare = bare.trim_end_matches(",-").trim_end_matches('.');
    if bare.is_empty()
        || !bare
            .chars()
            .all(|c| c.is_ascii_digit() || c == '.' || c == ',')
    {
        return None;
    }
    let cents = bare
        .len()
        .checked_sub(3)
        .and_then(|at| bare.get(at..))
        .filter(|end| end.starts_with(['.', ',']));
    let (whole, cents) = match cents {
        Some(end) => (&bare[..bare.len() - 3], &end[1..]),
        None if surely_money || sign.is_some() => (bare, "00"),
        None => return None,
    };
    // A separator is one of thousands or the amount is not understood.
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    let grouped =
        groups.len() == 1 || groups[1..].iter().all(|g| g.len() == 3) && groups[0].len() <= 3;
    let separators: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let one_kind = separators.windows(2).all(|w| w[0] == w[1]);
    if !grouped || !one_kind || groups.iter().any(|g| g.is_empty()) {
        return None;
    }
    let value = Decimal::from_str_exact(&format!("{}.{cents}", groups.concat())).ok()?;
    (value > Decimal::ZERO).then_some((value, sign))
}

/// Splits off `bis 15.12.`; `None` where a date is begun and not understood.
fn dated<'a, 'w>(
    rest: &'a [&'w str],
    openers: &[&str],
    today: Date,
    ahead: bool,
) -> Option<(&'a [&'w str], Option<Date>)> {
    match rest.iter().position(|word| openers.contains(word)) {
        Some(at) => {
            let day = date(&rest[at + 1..], today, ahead)?;
            (!ahead || day >= today).then_some((&rest[..at], Some(day)))
        }
        None => Some((rest, None)),
    }
}

/// A day: `15.12.`, `15.12.2026`, `2026-12-15`, `15 dec 2026`. Without a year the next (`ahead`) or the last such day.
fn date(words: &[&str], today: Date, ahead: bool) -> Option<Date> {
    match words {
        ["heute" | "today"] => return Some(today),
        ["gestern" | "yesterday"] => return today.yesterday().ok(),
        [iso] if iso.len() >= 10 && iso.as_bytes().get(4) == Some(&b'-') => {
            return iso.trim_end_matches('.').parse().ok();
        }
        _ => {}
    }
    let joined = words.join(".");
    let parts: Vec<&str> = joined.split('.').filter(|p| !p.is_empty()).collect();
    let (day, month, year) = match parts.as_slice() {
        [day, month] => (day, month, None),
        [day, month, year] => (day, month, Some(year)),
        _ => return None,
    };
    let day: i8 = day.parse().ok()?;
    let month: i8 = month.parse().ok().or_else(|| month_of(month))?;
    if let Some(year) = year {
        let digits = year.len();
        let year: i16 = year.parse().ok().filter(|_| digits == 2 || digits == 4)?;
        return Date::new(if digits == 2 { 2000 + year } else { year }, month, day).ok();
    }
    let this = Date::new(today.year(), month, day).ok()?;
    let other = |by: i16| Date::new(today.year() + by, month, day).ok();
    match ahead {
        true if this < today => other(1),
        false if this > today => other(-1),
        _ => Some(this),
    }
}

fn month_of(word: &str) -> Option<i8> {
    const STARTS: [(&str, i8); 16] = [
        ("jan", 1),
        ("jaen", 1),
        ("feb", 2),
        ("mae", 3),
        ("mar", 3),
        ("apr", 4),
        ("mai", 5),
        ("may", 5),
        ("jun", 6),
        ("jul", 7),
        ("aug", 8),
        ("sep", 9),
        ("okt", 10),
        ("oct", 10),
        ("nov", 11),
        ("dez", 12),
    ];
    let found = STARTS
        .iter()
        .find(|(start, _)| word.starts_with(start))
        .map(|(_, month)| *month);
    found.or_else(|| word.starts_with("dec").then_some(12))
}

#[cfg(test)]
mod tests;
