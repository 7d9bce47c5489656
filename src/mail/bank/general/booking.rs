//! One booking from pairs of labels and values and from what the bank says around them.
//!
//! Amounts, ids and directions that contradict each other refuse the mail; a payer or purpose that is missing stays
//! missing. Knows no sender.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Unread;
use super::amounts::{self, Found, Sign};
use super::day;
use super::labels::{Label, Pair};
use super::payer::payer;
use super::prose::{self, Said, sentences};
use super::words::{self, Says};
use crate::ledger::{Currency, Money};
use crate::mail::bank::fold::{one_line, unfold};
use crate::mail::bank::purpose;
use crate::mail::{Kind, PaymentReading};

/// What holds for the whole mail.
pub struct Context<'a> {
    /// Its subject.
    pub subject: &'a str,
    /// Currency of bare amounts.
    pub home: Option<Currency>,
}

/// What belongs to one booking.
pub struct Part<'a> {
    /// Labels with values.
    pub pairs: &'a [Pair],
    /// The bank's lines around them.
    pub prose: &'a [String],
    /// The mail has other bookings too: its subject is about all of them.
    pub several: bool,
}

impl Part<'_> {
    /// The values of a label.
    pub fn values(&self, label: Label) -> impl Iterator<Item = &str> {
        let of = move |pair: &&Pair| pair.label == label;
        self.pairs.iter().filter(of).map(|pair| pair.value.as_str())
    }

    /// The value of a label.
    ///
    /// # Errors
    /// Two that differ refuse the mail.
    pub fn one(&self, label: Label) -> Result<Option<String>, Unread> {
        let mut values: Vec<String> = self
            .values(label)
            .map(one_line)
            .filter(|v| !purpose::is_nothing(v))
            .collect();
        values.dedup();
        match values.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only.clone())),
            [first, second, ..] => {
                Err(Unread::Refused(format!("`{first}` contradicts `{second}`")))
            }
        }
    }
}

/// Reads one booking.
///
/// # Errors
/// Why there is none.
pub fn one(part: &Part<'_>, context: &Context<'_>) -> Result<PaymentReading, Unread> {
    let said = told(part, context);
    let found = amount(part, context, said.as_ref())?;
    let payer = payer(part, said.as_ref())?;
    let kind = kind(part, context, found.sign, payer.name.as_deref())?;
    let day_first = !part
        .pairs
        .iter()
        .any(|p| p.word.contains("amount") || p.word == "date")
        && !english(part, context);
    let remittance = remittance(part);
    let reason = part
        .one(Label::Reason)?
        .and_then(|text| purpose::return_reason(&text));
    let reason = reason.or_else(|| purpose::return_reason(remittance.as_deref()?));
    Ok(PaymentReading {
        kind,
        amount: found.money,
        currency: found.money.currency,
        booking_date: booked(part, day_first, kind),
        payer_cut: payer
            .name
            .as_deref()
            .is_some_and(|name| name.ends_with('…') || name.ends_with("...")),
        payer_name: payer.name,
        payer_iban: payer.iban,
        payer_email: payer.email,
        references: part
            .values(Label::Document)
            .chain(part.values(Label::Reference))
            .map(one_line)
            .filter(|v| !purpose::is_nothing(v))
            .take(1)
            .collect(),
        transaction_id: part.one(Label::Transaction)?.filter(|id| is_id(id)),
        end_to_end_id: part
            .one(Label::EndToEnd)?
            .or_else(|| purpose::end_to_end_id(remittance.as_deref()?)),
        remittance,
        original_transaction_id: part.one(Label::Original)?.filter(|id| is_id(id)),
        return_reason: reason.filter(|_| kind == Kind::PaymentReturned),
        account: None,
        from_statement: false,
    })
}

/// The sentence that names payer and amount: of the body, else of the subject.
fn told(part: &Part<'_>, context: &Context<'_>) -> Option<Said> {
    let body = part
        .prose
        .iter()
        .flat_map(|line| sentences(line))
        .find_map(prose::said);
    body.or_else(|| prose::said(context.subject).filter(|_| !part.several))
}

/// The amount: that of its label, else of the sentence, else the only one that is said; all must agree.
fn amount(part: &Part<'_>, context: &Context<'_>, said: Option<&Said>) -> Result<Found, Unread> {
    let unreadable = |text: &str| {
        Unread::Refused(format!(
            "the amount `{}` can be read in two ways or has no currency",
            one_line(text)
        ))
    };
    let mut all: Vec<Found> = Vec::new();
    for value in part
        .values(Label::Amount)
        .filter(|v| v.contains(|c: char| c.is_ascii_digit()))
    {
        all.push(amounts::whole(value, context.home).ok_or_else(|| unreadable(value))?);
    }
    if let Some(said) = said {
        all.push(
            amounts::whole(&said.amount, context.home).ok_or_else(|| unreadable(&said.amount))?,
        );
    }
    if !part.several {
        let subject = amounts::all(context.subject, context.home);
        match subject {
            Some(subject) => all.extend(subject),
            None if all.is_empty() => return Err(unreadable(context.subject)),
            None => {}
        }
    }
    if all.is_empty() {
        let lines = part
            .prose
            .iter()
            .flat_map(|line| sentences(line))
            .filter(|line| !words::is_aside(line));
        for line in lines {
            all.extend(amounts::all(line, context.home).ok_or_else(|| unreadable(line))?);
        }
    }
    let Some(first) = all.first() else {
        return Err(Unread::Silent("it names no amount of a booking".into()));
    };
    let money: Money = first.money;
    if let Some(other) = all.iter().find(|found| found.money != money) {
        return Err(Unread::Refused(format!(
            "it names {money}, but also {}",
            other.money
        )));
    }
    let signs: BTreeSet<bool> = all
        .iter()
        .filter_map(|f| f.sign)
        .map(|s| s == Sign::Plus)
        .collect();
    if signs.len() > 1 {
        return Err(Unread::Refused("the amount is once in and once out".into()));
    }
    Ok(Found {
        money,
        sign: all.iter().find_map(|f| f.sign),
    })
}

/// What happened, by sign, by the bank's name for it, by its words; a contradiction refuses.
fn kind(
    part: &Part<'_>,
    context: &Context<'_>,
    sign: Option<Sign>,
    payer: Option<&str>,
) -> Result<Kind, Unread> {
    let unsaid = |text: &str| match payer {
        Some(name) => text.replace(name, " "),
        None => text.to_owned(),
    };
    let named: BTreeSet<Says> = part
        .values(Label::Type)
        .chain(part.values(Label::Status))
        .flat_map(words::says)
        .collect();
    let mut spoken: BTreeSet<Says> = part
        .prose
        .iter()
        .flat_map(|line| words::says(&unsaid(line)))
        .collect();
    spoken.extend(words::says(&unsaid(context.subject)));
    let says = |what: Says| named.contains(&what) || spoken.contains(&what);
    let refused = |why: &str| Err(Unread::Refused(why.to_owned()));
    if says(Says::Asks) {
        return refused("it asks for an answer or a log-in");
    }
    if says(Says::Nothing) {
        return Err(Unread::Silent(
            "it speaks of no single payment that came or went".into(),
        ));
    }
    if says(Says::Returned) {
        return match sign {
            Some(Sign::Plus) => refused("a returned payment with a plus"),
            _ => Ok(Kind::PaymentReturned),
        };
    }
    let sided = |all: &BTreeSet<Says>| (all.contains(&Says::In), all.contains(&Says::Out));
    let comes = match (sign, sided(&named), sided(&spoken)) {
        (Some(Sign::Plus), (_, true), _) | (Some(Sign::Minus), (true, _), _) => {
            return refused("sign and kind of the booking contradict each other");
        }
        (Some(sign), ..) => sign == Sign::Plus,
        (None, (true, false), _) => true,
        (None, (false, true), _) => false,
        (None, _, (true, false)) => true,
        (None, _, (false, true)) => false,
        _ => return refused("it does not say in one way whether money came or went"),
    };
    Ok(match (comes, says(Says::Pending)) {
        (true, true) => Kind::PaymentPending,
        (true, false) => Kind::PaymentReceived,
        (false, _) => Kind::PaymentSent,
    })
}

fn is_id(text: &str) -> bool {
    text.len() <= 64 && text.contains(|c: char| c.is_ascii_digit()) && !text.contains(' ')
}

/// The purpose; without one a reference of its own.
fn remittance(part: &Part<'_>) -> Option<String> {
    let filled = |label| {
        part.values(label)
            .map(unfold)
            .find(|text| !purpose::is_nothing(text))
    };
    filled(Label::Purpose).or_else(|| filled(Label::Reference))
}

/// The day: of its label (that of the booking before others), of a line of its own, of the sentence that says it.
fn booked(part: &Part<'_>, day_first: bool, kind: Kind) -> Option<Date> {
    let of = |booking: bool| -> Vec<Date> {
        let is = |word: &str| {
            [
                "buchung",
                "gebucht",
                "booking",
                "posting",
                "posted",
                "contab",
                "comptable",
                "boek",
                "księg",
                "zaúčt",
            ]
            .iter()
            .any(|w| word.contains(w))
        };
        let days = part
            .pairs
            .iter()
            .filter(|p| p.label == Label::Day && (is(&p.word) || !booking));
        let mut days: Vec<Date> = days
            .filter_map(|p| day::date(&p.value, day_first))
            .collect();
        days.dedup();
        days
    };
    match (of(true).as_slice(), of(false).as_slice()) {
        ([only], _) | ([], [only]) => return Some(*only),
        ([], []) => {}
        _ => return None,
    }
    if kind == Kind::PaymentPending {
        return None; // a sentence of a pending payment names when it will come
    }
    let mut days: Vec<Date> = part
        .prose
        .iter()
        .filter_map(|line| day::alone(line, day_first))
        .collect();
    if days.is_empty() {
        let told = |line: &&str| words::says(line).contains(&Says::In);
        let lines = part
            .prose
            .iter()
            .flat_map(|line| sentences(line))
            .filter(told);
        days.extend(lines.filter_map(|line| day::date(line, day_first)));
    }
    days.dedup();
    match days.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

fn english(part: &Part<'_>, context: &Context<'_>) -> bool {
    let text = format!(" {} {} ", context.subject, part.prose.join(" ")).to_lowercase();
    [" you ", " your ", " the ", " payment ", " from "]
        .iter()
        .filter(|w| text.contains(**w))
        .count()
        >= 1
}
