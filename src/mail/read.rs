//! One mail from bytes to facts: limits, parts, forward, trust, readers in a fixed order, one clean-up.
//!
//! Total: every mail gets exactly one outcome and a sentence that says why. Knows no file and no clock.

mod claim;
mod paper;
mod second_hand;

use super::bank;
use super::forward::{Manner, manner};
use super::general;
use super::head::Head;
use super::parts::{Mail, Refused};
use super::recipe::view::View;
use super::recipe::{Common, Event, Layout, Recipe};
use super::shop::{self, Shop};
use super::trust::{Verdict, verdict};
use super::{Outcome, RawMail, Reading, Trust, einvoice, ours, statement};
use crate::ledger::SealKey;
use crate::ledger::event::Doubt;

/// Reads one mail. Total: never an error, never a panic.
pub fn read(raw: &RawMail, recipes: &[Recipe], trust: &Trust, key: &SealKey) -> Reading {
    let mut reading = Reading::default();
    let mail = match Mail::parse(&raw.bytes) {
        Ok(mail) => mail,
        Err(Refused(why)) => {
            reading.note("limits", why.clone());
            return reading.end(Outcome::Error, why);
        }
    };
    reading.from = mail
        .from
        .as_ref()
        .map_or_else(|| mail.from_name.clone(), |from| from.as_str().to_owned());
    reading.subject.clone_from(&mail.subject);
    let verdict = sender(&raw.bytes, &mail, trust);
    let known = verdict.as_ref().map_err(String::as_str);
    if let Some(ours) = ours::read(raw, &mail, known, trust, key) {
        return reading.taking(ours);
    }
    let verdict = match verdict {
        Ok(verdict) => verdict,
        Err(why) => {
            reading.note("trust", why.clone());
            return reading.end(Outcome::Review, why);
        }
    };
    reading.note("trust", verdict.why.clone());
    if let Some(read) = statement::read_attached(raw, &mail, &verdict, trust) {
        return reading.taking(read);
    }
    read_parts(raw, &mail, &verdict, recipes, trust, reading)
}

/// Reads a file that lies alone (a statement in the watched folder): content decides what it is, not its name.
/// `received` is when it was put there.
pub fn read_file(bytes: &[u8], received: jiff::Timestamp, trust: &Trust) -> Reading {
    statement::read_file(bytes, received, trust)
        .or_else(|| einvoice::read_file(bytes, received, trust))
        .unwrap_or_else(|| {
            Reading::default().end(
                Outcome::Review,
                "the file is no statement of a known form, alone or in a ZIP, and no e-invoice",
            )
        })
}

/// Whether these bytes are a file that lies alone rather than a mail.
pub fn is_file(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let start = start.trim_ascii_start();
    start.starts_with(b"<")
        || start.starts_with(b"%PDF")
        || start.starts_with(b"PK\x03\x04")
        || einvoice::is_file(bytes)
        || statement::is_statement(bytes)
}

fn sender(raw: &[u8], mail: &Mail, trust: &Trust) -> Result<Verdict, String> {
    if let Some(defect) = mail.defects.first() {
        return Err(format!("the head is not sound: {defect}"));
    }
    verdict(&Head::parse(raw)?, trust)
}

fn read_parts(
    raw: &RawMail,
    mail: &Mail,
    verdict: &Verdict,
    recipes: &[Recipe],
    trust: &Trust,
    mut reading: Reading,
) -> Reading {
    let (manner, passed) = match manner(mail) {
        Manner::FirstHand => return read_said(raw, mail, verdict, recipes, trust, reading),
        Manner::Reply(why) => (why, Err(why.to_owned())),
        Manner::Forward(why) => (why, second_hand::passed_on(mail, verdict, trust)),
    };
    reading.note("forward", manner);
    match passed {
        Ok((inner, verdict)) => {
            let from = &verdict.from;
            let note = format!("inside is a mail of {from}: {}", inner.subject);
            reading.note("forward", note);
            read_said(raw, &inner, &verdict, recipes, trust, reading)
        }
        Err(why) => match stranger(raw, mail, verdict, trust) {
            Some(answer) => reading.taking(answer),
            None => reading.end(Outcome::Review, why),
        },
    }
}

/// A mail as its sender wrote it.
fn read_said(
    raw: &RawMail,
    mail: &Mail,
    verdict: &Verdict,
    recipes: &[Recipe],
    trust: &Trust,
    mut reading: Reading,
) -> Reading {
    let view = View::new(mail);
    let shop = Shop {
        addresses: own_addresses(trust, verdict),
        forwarder: verdict.forwarder.as_ref(),
    };
    let understood = match fitting(recipes, &view, verdict, trust) {
        Some((recipe, layout)) if layout.event == Event::Ignored => {
            let why = format!("{}: {}, nothing to take", recipe.title, layout.name);
            return reading.end(Outcome::Ignored, why);
        }
        Some((recipe, layout)) if layout.event.is_shop() => {
            Some((shop::read_layout(recipe, layout, &view, &shop), None))
        }
        Some((recipe, layout)) => {
            return bank::read(raw, mail, verdict, (recipe, layout), trust, reading);
        }
        None => recipes
            .first()
            .and_then(|any| without_recipe(mail, &view, &any.common, &shop, trust, verdict)),
    };
    let papers = einvoice::attached(mail, trust.day(raw.received));
    reading.trace.extend(papers.trace.iter().cloned());
    reading.invoice = papers.found.first().cloned();
    // An e-invoice says more than a layout that nobody knows and that does not prove itself.
    let vague = |doubt: &Option<Doubt>| doubt.is_some() && !papers.found.is_empty();
    match understood.filter(|(read, doubt)| read.is_ok() || !vague(doubt)) {
        Some((understood, doubt)) => {
            let whole = understood.and_then(|understood| papers.complete(understood));
            claim::take(raw, whole, doubt, verdict, trust, reading)
        }
        None => match paper::of_shop(mail, &papers, &shop, verdict, trust) {
            Some(Ok(alone)) => claim::take(raw, alone, None, verdict, trust, reading),
            Some(Err(why)) => reading.end(Outcome::Ignored, why),
            None => match bank::read_unlaid(raw, mail, verdict, recipes, trust, &reading) {
                Ok(reading) => reading,
                Err(why) => {
                    let ended = unknown(raw, mail, verdict, trust, reading, &why);
                    paper::remark(ended, &papers, trust)
                }
            },
        },
    }
}

/// What a mail says that no recipe knows: its markup, or, of a listed shop, its labels and sums.
fn without_recipe(
    mail: &Mail,
    view: &View<'_>,
    common: &Common,
    shop: &Shop<'_>,
    trust: &Trust,
    verdict: &Verdict,
) -> Option<(Result<shop::Understood, String>, Option<Doubt>)> {
    if let Some(marked) = shop::read_marked(mail, common, shop) {
        let marked = marked.and_then(|read| general::add_method(read, view, common));
        return Some((marked, None));
    }
    let listed = trust.shop(&verdict.from).is_some() && verdict.proven();
    let read = listed.then(|| general::read(view, common, shop))??;
    Some((read, Some(Doubt::UnknownLayout)))
}

/// The layout that fits best; of a shop with a fixed system only that system's.
fn fitting<'r>(
    recipes: &'r [Recipe],
    view: &View<'_>,
    verdict: &Verdict,
    trust: &Trust,
) -> Option<(&'r Recipe, &'r Layout)> {
    let system = trust.shop(&verdict.from).and_then(|shop| shop.system);
    let may = |recipe: &Recipe, layout: &Layout| {
        !layout.event.is_shop() || system.as_ref().is_none_or(|name| *name == recipe.name)
    };
    Recipe::fitting(recipes, view, &verdict.domain)
        .into_iter()
        .find(|(recipe, layout)| may(recipe, layout))
        .map(|(recipe, layout)| (recipe, layout.as_ref()))
}

/// A mail that no recipe fits and that carries no markup.
fn unknown(
    raw: &RawMail,
    mail: &Mail,
    verdict: &Verdict,
    trust: &Trust,
    reading: Reading,
    unread: &str,
) -> Reading {
    if trust.shop(&verdict.from).is_some() {
        return reading.end(Outcome::Review, "no recipe fits this mail");
    }
    if trust.accounts_of(&verdict.from).next().is_some() {
        let why = format!("a listed bank's address, but no recipe fits this mail ({unread})");
        return reading.end(Outcome::Review, why);
    }
    match stranger(raw, mail, verdict, trust) {
        Some(answer) => reading.taking(answer),
        None => reading.end(
            Outcome::Ignored,
            "the sender is not listed and no recipe fits",
        ),
    }
}

/// A mail by somebody whom the merchant did not list: perhaps a customer's words.
fn stranger(raw: &RawMail, mail: &Mail, verdict: &Verdict, trust: &Trust) -> Option<Reading> {
    let listed =
        trust.shop(&verdict.from).is_some() || trust.accounts_of(&verdict.from).next().is_some();
    let forwarded = matches!(manner(mail), Manner::Forward(_));
    (!listed && !forwarded).then(|| ours::read_stranger(raw, mail, verdict, trust))?
}

/// Addresses that are the merchant's: the sender itself, ours, his, and the senders of his shops.
fn own_addresses<'a>(
    trust: &'a Trust,
    verdict: &'a Verdict,
) -> Vec<&'a crate::ledger::CustomerAddress> {
    let senders = trust.shops.iter().flat_map(|shop| &shop.senders);
    std::iter::once(&verdict.from)
        .chain(&trust.own)
        .chain(&trust.merchant)
        .chain(senders)
        .collect()
}
