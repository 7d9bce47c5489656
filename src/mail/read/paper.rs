//! Mails that say nothing but "here is your invoice": the e-invoice attached speaks for them, if the sender is listed and
//! the invoice is the merchant's own.

use crate::mail::einvoice::{Papers, Whose, whose};
use crate::mail::parts::Mail;
use crate::mail::shop::{Shop, Understood};
use crate::mail::trust::Verdict;
use crate::mail::{Outcome, Reading, Trust};

/// What the e-invoice of a listed shop's mail says. The inner error: for the merchant to look at; the outer one: it is
/// understood, and nothing is to be taken. `None`: there is none, or the sender is not listed.
#[allow(clippy::type_complexity)]
pub fn of_shop(
    mail: &Mail,
    papers: &Papers,
    shop: &Shop<'_>,
    verdict: &Verdict,
    trust: &Trust,
) -> Option<Result<Result<Understood, String>, &'static str>> {
    let listed = trust
        .shops
        .iter()
        .any(|shop| shop.senders.contains(&verdict.from));
    if papers.found.is_empty() || !listed {
        return None;
    }
    let customer = shop
        .customer_in(&mail.to)
        .and_then(|person| person.address.as_ref());
    Some(papers.alone(customer, trust))
}

/// An e-invoice of a sender that is not listed: told, where it is the merchant's own.
pub fn remark(reading: Reading, papers: &Papers, trust: &Trust) -> Reading {
    let ours = papers
        .found
        .iter()
        .any(|invoice| whose(invoice, trust) == Whose::Ours);
    if reading.outcome != Outcome::Ignored || !ours {
        return reading;
    }
    reading.end(
        Outcome::Review,
        "an e-invoice of yours by a sender that is not listed: if it is your accounting system, list its address with the shop",
    )
}
