//! One mail from bytes to facts: limits, parts, forward, trust, readers in a fixed order, one clean-up.
//!
//! Total: every mail gets exactly one outcome and a sentence that says why. Knows no file and no clock.

use super::bank::{self, Notice};
use super::parts::{Mail, Refused};
use super::recipe::view::View;
use super::recipe::{Event, Layout, Recipe};
use super::shop::{self, Shop, Understood};
use super::trust::head::Head;
use super::trust::{ShopSender, Verdict, verdict};
use super::{Kind, Outcome, RawMail, Reading, Trust, camt, ours};
use crate::ledger::{Event as LedgerEvent, EventKey, SealKey};

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
    if let Some(statement) = camt::read_attached(raw, &mail, &verdict, trust) {
        return reading.taking(statement);
    }
    read_parts(raw, &mail, &verdict, recipes, trust, reading)
}

/// Reads a file that lies alone (a statement in the watched folder): content decides what it is, not its name.
/// `received` is when it was put there.
pub fn read_file(bytes: &[u8], received: jiff::Timestamp, trust: &Trust) -> Reading {
    camt::read_file(bytes, received, trust).unwrap_or_else(|| {
        Reading::default().end(
            Outcome::Review,
            "the file is no camt statement, alone or in a ZIP",
        )
    })
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
    if let Some(why) = not_first_hand(mail) {
        reading.note("forward", why);
        return match attached(mail, verdict, trust) {
            Some(inner) => read_attached(raw, &inner, verdict, recipes, trust, reading),
            None => match stranger(raw, mail, verdict, trust) {
                Some(answer) => reading.taking(answer),
                None => reading.end(Outcome::Review, why),
            },
        };
    }
    let view = View::new(mail);
    let system = trust.shop(&verdict.from).and_then(|shop| shop.system);
    let fitting: Vec<(&Recipe, &std::sync::Arc<Layout>)> =
        Recipe::fitting(recipes, &view, &verdict.domain)
            .into_iter()
            .filter(|(recipe, layout)| {
                !layout.event.is_shop() || system.as_ref().is_none_or(|name| *name == recipe.name)
            })
            .collect();
    let understood = match fitting.first() {
        Some((recipe, layout)) if layout.event == Event::Ignored => {
            return reading.end(
                Outcome::Ignored,
                format!("{}: {}, nothing to take", recipe.title, layout.name),
            );
        }
        Some((recipe, layout)) if layout.event.is_shop() => {
            let shop = Shop {
                addresses: own_addresses(trust, verdict),
            };
            Some(shop::read_layout(recipe, layout, &view, &shop))
        }
        Some((recipe, layout)) => {
            let notice = Notice {
                mail,
                view: &view,
                verdict,
                recipe,
                layout,
            };
            return bank::read(raw, &notice, trust, reading);
        }
        None => {
            let shop = Shop {
                addresses: own_addresses(trust, verdict),
            };
            recipes
                .first()
                .and_then(|any| shop::read_marked(mail, &any.common, &shop))
        }
    };
    let Some(understood) = understood else {
        return match trust.shop(&verdict.from).is_some() {
            true => reading.end(Outcome::Review, "no recipe fits this mail"),
            false if trust.accounts_of(&verdict.from).next().is_some() => {
                let why = format!(
                    "a listed bank's address, but no recipe fits this mail ({})",
                    verdict.why
                );
                reading.end(Outcome::Review, why)
            }
            false => match stranger(raw, mail, verdict, trust) {
                Some(answer) => reading.taking(answer),
                None => reading.end(
                    Outcome::Ignored,
                    "the sender is not listed and no recipe fits",
                ),
            },
        };
    };
    take(raw, understood, verdict, trust, reading)
}

/// A mail by somebody whom the merchant did not list: perhaps a customer's words.
fn stranger(raw: &RawMail, mail: &Mail, verdict: &Verdict, trust: &Trust) -> Option<Reading> {
    let listed =
        trust.shop(&verdict.from).is_some() || trust.accounts_of(&verdict.from).next().is_some();
    let forwarded = super::forward::forwarded(mail).is_some();
    (!listed && !forwarded).then(|| ours::read_stranger(raw, mail, verdict, trust))?
}

/// Takes the facts of a shop mail if its sender may say them.
fn take(
    raw: &RawMail,
    understood: Result<Understood, String>,
    verdict: &Verdict,
    trust: &Trust,
    mut reading: Reading,
) -> Reading {
    let Some(shop) = trust.shop(&verdict.from) else {
        let why = format!(
            "looks like a shop's mail, but {} is not listed as a shop's sender",
            verdict.from.as_str()
        );
        return reading.end(Outcome::Review, why);
    };
    if !verdict.proven() {
        return reading.end(
            Outcome::Review,
            format!(
                "looks like a shop's mail, but is not proven: {}",
                verdict.why
            ),
        );
    }
    let understood = match understood {
        Ok(understood) => understood,
        Err(why) => {
            reading.note("check", why.clone());
            return reading.end(Outcome::Review, why);
        }
    };
    reading.trace.extend(understood.trace.iter().cloned());
    if trust.assume && is_purchasing(&understood) {
        // Without a configuration nobody knows the merchant: a purchasing department may be his own.
        return reading.end(
            Outcome::Review,
            "the customer is a purchasing department: perhaps the merchant's own purchase",
        );
    }
    if understood.kind == Kind::None {
        return reading.end(Outcome::Ignored, "a shop's mail without a claim");
    }
    match shop::facts::facts(&understood, &shop) {
        Ok(facts) => {
            reading.kind = understood.kind;
            reading.order = Some(understood.order);
            reading.events = facts
                .into_iter()
                .zip(0..)
                .map(|(fact, index)| LedgerEvent {
                    key: EventKey {
                        at: raw.received,
                        source: raw.source(),
                        index,
                    },
                    fact,
                    by: verdict.evidence(),
                })
                .collect();
            let said = said(&reading, &shop);
            reading.end(Outcome::Booked, said)
        }
        Err(why) => reading.end(Outcome::Review, why),
    }
}

fn is_purchasing(understood: &Understood) -> bool {
    let name = understood
        .order
        .customer_name
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    ["einkauf", "purchasing", "procurement"]
        .iter()
        .any(|word| name.starts_with(word))
}

fn said(reading: &Reading, shop: &ShopSender) -> String {
    let order = reading.order.as_ref();
    let number = order
        .and_then(|o| o.order_number.as_deref())
        .unwrap_or_default();
    let total = order
        .and_then(|o| o.total)
        .map(|total| format!(" over {total}"))
        .unwrap_or_default();
    let what = match reading.kind {
        Kind::Order => "order",
        Kind::Cancellation => "cancellation of order",
        Kind::Refund => "refund for order",
        _ => "payment seen by the shop for order",
    };
    format!("{what} {number} of {}{total}", shop.shop)
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

/// Why a mail is a reply or a forward rather than the shop's own.
fn not_first_hand(mail: &Mail) -> Option<&'static str> {
    let subject = mail.subject.trim_start().to_lowercase();
    let starts = |words: &[&str]| words.iter().any(|word| subject.starts_with(word));
    if mail.field("In-Reply-To").is_some()
        || starts(&["re:", "aw:", "antw:", "antwort:", "r:", "sv:"])
    {
        return Some("a reply: what it quotes is no new order");
    }
    if starts(&["fwd:", "fw:", "wg:", "wtr:", "tr:", "i:"]) || !mail.messages.is_empty() {
        return Some(
            "a forwarded mail: let the shop's mail be redirected instead, then its sender can be proven",
        );
    }
    let quoted_head = |line: &str| {
        [
            "-----original",
            "-----ursprüngliche",
            "---------- forwarded",
            "-------- weitergeleitete",
            "begin forwarded",
            "anfang der weitergeleiteten",
            "-----weitergeleitete",
            "-------- forwarded",
            "-------- original",
        ]
        .iter()
        .any(|mark| line.starts_with(mark))
    };
    let lines = mail
        .html
        .iter()
        .chain(&mail.text)
        .flat_map(|line| &line.cells);
    let forwarded = lines
        .into_iter()
        .any(|cell| quoted_head(&cell.trim().to_lowercase()));
    forwarded.then_some("a mail that quotes another one: what it quotes is not proven")
}

/// The shop's mail inside a forward as an attachment. Its own sender cannot be proven any more, so without a proof of
/// the forwarder it is for review.
fn attached(mail: &Mail, verdict: &Verdict, trust: &Trust) -> Option<Mail> {
    let [inner] = mail.messages.as_slice() else {
        return None;
    };
    if !trust.assume
        || !verdict.proven()
        || !trust.may_forward(&verdict.from)
        || mail.field("In-Reply-To").is_some()
    {
        return None;
    }
    let report = mail
        .field("Content-Type")
        .is_some_and(|kind| kind.to_lowercase().contains("multipart/report"));
    Mail::parse(inner)
        .ok()
        .filter(|inner| !report && inner.defects.is_empty() && inner.messages.is_empty())
}

fn read_attached(
    raw: &RawMail,
    inner: &Mail,
    outer: &Verdict,
    recipes: &[Recipe],
    trust: &Trust,
    mut reading: Reading,
) -> Reading {
    let Some(from) = inner.from.clone() else {
        return reading.end(Outcome::Review, "the forwarded mail has no single sender");
    };
    if not_first_hand(inner).is_some() {
        return reading.end(
            Outcome::Review,
            "the forwarded mail is itself a reply or a forward",
        );
    }
    reading.note(
        "forward",
        format!("the mail of {} lies inside as an attachment", from.as_str()),
    );
    let verdict = Verdict {
        domain: from.domain().to_owned(),
        from,
        ..outer.clone()
    };
    read_parts(raw, inner, &verdict, recipes, trust, reading)
}
