//! From an understood shop mail to facts, if its sender may say them: listed, proven, and not the merchant's own purchase.

use crate::ledger::event::{Doubt, Proposed};
use crate::ledger::{Event, EventKey, Fact};
use crate::mail::shop::{Understood, facts};
use crate::mail::trust::{ShopSender, Verdict};
use crate::mail::{Kind, Outcome, RawMail, Reading, Trust};

/// Takes the facts of a shop mail if its sender may say them.
pub fn take(
    raw: &RawMail,
    understood: Result<Understood, String>,
    doubt: Option<Doubt>,
    verdict: &Verdict,
    trust: &Trust,
    mut reading: Reading,
) -> Reading {
    let from = verdict.from.as_str();
    let Some(shop) = trust.shop(&verdict.from) else {
        let why = format!("looks like a shop's mail, but {from} is not listed as a shop's sender");
        return reading.end(Outcome::Review, why);
    };
    if !verdict.proven() {
        let why = &verdict.why;
        return reading.end(
            Outcome::Review,
            format!("looks like a shop's mail, but is not proven: {why}"),
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
        let why = "the customer is a purchasing department: perhaps the merchant's own purchase";
        return reading.end(Outcome::Review, why);
    }
    if understood.kind == Kind::None {
        return reading.end(Outcome::Ignored, "a shop's mail without a claim");
    }
    if understood.kind == Kind::OrderIncomplete {
        return incomplete(understood, reading);
    }
    match facts::facts(&understood, &shop) {
        Ok(facts) => claimed(raw, understood, facts, doubt, (&shop, verdict), reading),
        Err(why) => reading.end(Outcome::Review, why),
    }
}

/// The reading of a mail whose facts are complete.
fn claimed(
    raw: &RawMail,
    understood: Understood,
    facts: Vec<Fact>,
    doubt: Option<Doubt>,
    (shop, verdict): (&ShopSender, &Verdict),
    mut reading: Reading,
) -> Reading {
    let key = |index| EventKey {
        at: raw.received,
        source: raw.source(),
        index,
    };
    let forwarded = verdict.forwarder.as_ref().map(|_| Doubt::Forwarded);
    let doubt = doubt.or(forwarded);
    let event = |(fact, index)| Event {
        key: key(index),
        fact: match doubt {
            Some(why) => Fact::Proposed(Box::new(Proposed { fact, why })),
            None => fact,
        },
        by: verdict.evidence(),
    };
    reading.events = facts.into_iter().zip(0..).map(event).collect();
    reading.kind = understood.kind;
    let nameless = understood.kind == Kind::Order && understood.order.customer_email.is_none();
    let lost = nameless && verdict.forwarder.is_some();
    reading.order = Some(understood.order);
    let mut said = said(&reading, shop);
    if doubt == Some(Doubt::UnknownLayout) {
        said.push_str(", read by its labels and sums: the merchant is asked");
    }
    if lost {
        said.push_str(", without the customer's address, which the forward lost");
    }
    if let Some(by) = &verdict.forwarder {
        said.push_str(&format!(", forwarded by {by}: the merchant is asked"));
    }
    reading.end(Outcome::Booked, said)
}

fn incomplete(understood: Understood, mut reading: Reading) -> Reading {
    reading.kind = understood.kind;
    reading.order = Some(understood.order);
    let why = "an order whose mail names no total: nothing can be claimed from it";
    reading.end(Outcome::Review, why)
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
