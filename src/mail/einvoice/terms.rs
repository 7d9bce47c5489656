//! Payment terms in words (EN 16931 BT-20): until when to pay, and what is taken off for paying early.
//!
//! Only what stands there in one reading is a date: a period from an unknown day (delivery, working days, end of a
//! month), two terms that differ, or a date that may be read in two ways is [`Due::Unclear`], never a guess.

mod clause;
mod stems;
mod words;

use jiff::ToSpan;
use jiff::civil::Date;

use super::Skonto;
use clause::Clauses;

/// What the terms say about the due date.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Due {
    /// Nothing.
    #[default]
    Unsaid,
    /// This day, and how it is said.
    On(Date, &'static str),
    /// So many days after the invoice was received; the day of receipt is not in the invoice.
    AfterReceipt(u16),
    /// Something that is no one date, in words.
    Unclear(String),
}

/// What the terms say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// Until when.
    pub due: Due,
    /// What is taken off.
    pub skonto: Vec<Skonto>,
    /// The words say that nobody needs to transfer anything: it is collected, paid or set off.
    pub settled: Option<Settled>,
    /// It is to be paid in advance.
    pub advance: bool,
}

/// Why nothing needs to be transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is collected by direct debit.
    Collected,
    /// It is paid.
    Paid,
    /// It is set off.
    SetOff,
}

/// A period as the terms write it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Period {
    /// A number of days from the date of the invoice.
    Days(u16),
    /// A number of months from the date of the invoice.
    Months(u16),
    /// Until a day.
    Until(Date),
    /// A number of days from the receipt.
    AfterReceipt(u16),
    /// At once.
    AtOnce,
    /// No one day.
    Unclear,
}

/// Reads terms of an invoice of this date.
pub fn read(text: &str, issued: Option<Date>) -> Terms {
    let (mut terms, prose) = coded(text, issued);
    let mut found = Clauses::default();
    for sentence in words::sentences(&prose) {
        clause::sentence(&sentence, &mut found);
    }
    // "30 gg d.f. f.m.": the end of the month.
    if prose.to_lowercase().contains("f.m") {
        found.net.push(Period::Unclear);
    }
    if terms.skonto.is_empty() {
        let offers = found.offers.iter();
        terms.skonto = offers
            .filter_map(|(percent, period)| skonto(*percent, *period, issued))
            .collect();
    }
    if terms.due == Due::Unsaid {
        terms.due = due(&found, issued);
    }
    terms.settled = found.settled;
    terms.advance = found.advance;
    terms
}

/// The lines `#SKONTO#TAGE=14#PROZENT=2.00#` of XRechnung (BR-DE-18), and what stands beside them. 0 % is the net term.
fn coded(text: &str, issued: Option<Date>) -> (Terms, String) {
    let mut terms = Terms::default();
    let mut prose = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('#') {
        prose.push_str(&rest[..start]);
        let inside = &rest[start + 1..];
        let upper = inside.get(..7).unwrap_or_default().to_ascii_uppercase();
        if upper != "SKONTO#" && upper != "VERZUG#" {
            rest = inside;
            continue;
        }
        let end = inside.find(['\n', '\r']).unwrap_or(inside.len());
        let line = &inside[..end];
        // Several may stand in one line: each ends before the next keyword.
        let next = ["#SKONTO#", "#VERZUG#"]
            .iter()
            .filter_map(|word| line[1..].find(word))
            .min();
        let length = next.map_or(end, |at| at + 1);
        if upper == "SKONTO#" {
            take_coded(&line[..length.min(line.len())], issued, &mut terms);
        }
        prose.push('\n');
        rest = &inside[length..];
    }
    prose.push_str(rest);
    (terms, prose)
}

fn take_coded(line: &str, issued: Option<Date>, terms: &mut Terms) {
    let field = |name: &str| {
        let mut pieces = line.split('#').map(str::trim);
        pieces.find_map(|piece| {
            let (key, value) = piece.split_once('=')?;
            key.trim()
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().replace(',', "."))
        })
    };
    let days = field("TAGE").and_then(|days| days.parse::<u16>().ok());
    let percent = field("PROZENT").and_then(|p| p.parse::<rust_decimal::Decimal>().ok());
    let (Some(days), Some(percent)) = (days, percent) else {
        return;
    };
    if percent.is_zero() {
        if let Some(day) = day_of(Period::Days(days), issued) {
            terms.due = Due::On(day, "a net term given as a line of 0 % Skonto");
        }
        return;
    }
    if let Some(mut offer) = skonto(percent, Period::Days(days), issued) {
        offer.base = field("BASISBETRAG").and_then(|base| base.parse().ok());
        terms.skonto.push(offer);
    }
}

fn skonto(percent: rust_decimal::Decimal, period: Period, issued: Option<Date>) -> Option<Skonto> {
    let sound = percent.is_sign_positive() && !percent.is_zero() && percent < 50.into();
    sound.then_some(Skonto {
        percent,
        until: Some(day_of(period, issued)?),
        base: None,
    })
}

/// The day that a period ends on. `None`: not known from the invoice alone.
fn day_of(period: Period, issued: Option<Date>) -> Option<Date> {
    match period {
        Period::Days(days) if days <= 365 => issued?.checked_add(i64::from(days).days()).ok(),
        Period::Months(months) if months <= 12 => {
            issued?.checked_add(i64::from(months).months()).ok()
        }
        Period::AtOnce => issued,
        // A due date before the invoice, or years after it, is another date.
        Period::Until(day) => {
            let latest = |from: Date| from.checked_add(2.years()).unwrap_or(from);
            issued
                .is_none_or(|from| day >= from && day <= latest(from))
                .then_some(day)
        }
        _ => None,
    }
}

/// The one due date among what the clauses say.
fn due(found: &Clauses, issued: Option<Date>) -> Due {
    let unclear = |what: &str| Due::Unclear(format!("the payment terms name {what}"));
    let mut ends: Vec<Period> = found.net.clone();
    // "At once, at the latest on ..." means the later one.
    if ends.iter().any(|period| *period != Period::AtOnce) {
        ends.retain(|period| *period != Period::AtOnce);
    }
    match ends.as_slice() {
        [] => return Due::Unsaid,
        [Period::AfterReceipt(days)] => return Due::AfterReceipt(*days),
        all if all.contains(&Period::Unclear) => {
            return unclear("no day that could be counted from the invoice alone");
        }
        _ => {}
    }
    let mut days: Vec<Date> = Vec::new();
    for period in &ends {
        match day_of(*period, issued) {
            Some(day) if !days.contains(&day) => days.push(day),
            Some(_) => {}
            None => return unclear("a day that does not follow from the invoice"),
        }
    }
    let how = match ends.as_slice() {
        [Period::Until(_), ..] => "a date in the payment terms",
        [Period::AtOnce, ..] => "payable at once: the date of the invoice",
        _ => "a period in the payment terms",
    };
    match days.as_slice() {
        [day] => Due::On(*day, how),
        _ => unclear("several days"),
    }
}
