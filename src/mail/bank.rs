//! Mails of banks and payment providers: what a recipe found, or what the labels of a listed bank's mail say, becomes
//! bookings on one of our accounts.
//!
//! A genuine mail holds a stranger's words (payer, purpose), so every place that names the amount must name the same
//! one, and so must every place of the transaction's id; two that differ send the mail to review. The account must be
//! ours and named. What stands on SPF alone is a proposal, never a booking.

mod account;
mod fold;
mod general;
mod layout;
mod purpose;
#[cfg(test)]
mod tests;

use super::parts::Mail;
use super::recipe::view::View;
use super::recipe::{Event as Layouted, Layout, Recipe};
use super::trust::Verdict;
use general::Unread;

use super::{Kind, Outcome, PaymentReading, RawMail, Reading, Trust};
use crate::ledger::event::{Payment, Seen};
use crate::ledger::{Event, EventKey, Fact};

/// What a bank's layout is read from.
pub struct Notice<'a> {
    /// The mail.
    pub mail: &'a Mail,
    /// As recipes look at it, further lines of values folded.
    pub view: &'a View<'a>,
    /// Its sender.
    pub verdict: &'a Verdict,
    /// The recipe that fits.
    pub recipe: &'a Recipe,
    /// Its layout.
    pub layout: &'a Layout,
}

/// Reads a bank's or provider's mail by the layout that fits. Total.
pub fn read(
    raw: &RawMail,
    mail: &Mail,
    verdict: &Verdict,
    (recipe, layout): (&Recipe, &Layout),
    trust: &Trust,
    mut reading: Reading,
) -> Reading {
    let who = format!("recipe {}", recipe.name);
    reading.note(&who, format!("layout `{}`", layout.name));
    let notice = Notice {
        mail,
        view: &fold::view(mail),
        verdict,
        recipe,
        layout,
    };
    if let Err(why) = may_speak(&notice, trust) {
        return reading.end(Outcome::Review, why);
    }
    let bookings = match layout::bookings(&notice) {
        Ok(bookings) => bookings,
        Err(why) => {
            reading.note("check", why.clone());
            return reading.end(Outcome::Review, why);
        }
    };
    let ours = layout::account(&notice).and_then(|printed| {
        account::account(mail, verdict, printed.as_deref(), &recipe.name, trust)
    });
    let account = match ours {
        Ok(account) => account,
        Err(why) => return reading.end(Outcome::Review, why),
    };
    let complete = layout::count_fits(&notice, bookings.len());
    if !complete {
        reading.note(
            "check",
            "the count in the subject is another one: a booking is missing in the mail",
        );
    }
    let said = format!("{}: {}", recipe.title, layout.name);
    let taken = Taken {
        bookings,
        account,
        complete,
        said,
    };
    take(raw, taken, verdict, trust, reading)
}

/// Reads a mail of a listed bank or a known provider by its labels and sentences, where no layout fits. `Err`: the mail
/// is none of a bank's, or says nothing of a booking; in words.
///
/// # Errors
/// Why it was not read so.
pub fn read_unlaid(
    raw: &RawMail,
    mail: &Mail,
    verdict: &Verdict,
    recipes: &[Recipe],
    trust: &Trust,
    reading: &Reading,
) -> Result<Reading, String> {
    let view = fold::view(mail);
    let recipe = recipes
        .iter()
        .find(|r| general::plausible::is_of(r, &verdict.domain));
    let exact = recipe.filter(|r| r.from.contains(&verdict.domain));
    let tried = trust.assume && trust.accounts.is_empty();
    let listed = trust.accounts_of(&verdict.from).next().is_some();
    let doubt = match (tried, listed || exact.is_some()) {
        (true, _) => general::plausible::doubt(mail, &view, verdict, recipes),
        (false, true) => None,
        (false, false) => Some("its sender is not listed".to_owned()),
    };
    let spf = exact.is_some_and(|r| r.spf_is_enough) && verdict.spf_only;
    let doubt = doubt.or_else(|| {
        let proven = verdict.proven() || spf;
        (!proven).then(|| format!("it is not proven: {}", verdict.why))
    });
    if let Some(why) = doubt {
        return Err(why);
    }
    let home = recipe.and_then(|r| r.layouts.first()?.currency);
    let mut bookings = general::bookings(&view, home).map_err(Unread::why)?;
    let printed = general::account(&view);
    let provider = exact.map_or("", |r| r.name.as_str());
    let account = account::account(mail, verdict, printed.as_deref(), provider, trust)?;
    for booking in &mut bookings {
        booking.account = printed.clone().or_else(|| Some(account.clone()));
    }
    let who = recipe.map_or("a bank", |r| r.title.as_str());
    let said = format!("{who}: read by its labels, no recipe fits");
    let mut reading = reading.clone();
    reading.note("general reader", said.clone());
    let taken = Taken {
        bookings,
        account,
        complete: true,
        said,
    };
    Ok(take(raw, taken, verdict, trust, reading))
}

/// What was understood of a mail.
struct Taken {
    bookings: Vec<PaymentReading>,
    account: String,
    /// As many bookings as the mail announces.
    complete: bool,
    said: String,
}

fn take(
    raw: &RawMail,
    taken: Taken,
    verdict: &Verdict,
    trust: &Trust,
    mut reading: Reading,
) -> Reading {
    let received = taken
        .bookings
        .iter()
        .find(|b| b.kind == Kind::PaymentReceived);
    reading.kind = received
        .or(taken.bookings.first())
        .map_or(Kind::None, |b| b.kind);
    facts(raw, &taken, verdict, trust, &mut reading);
    reading.payments = taken
        .bookings
        .into_iter()
        .filter(|b| b.kind != Kind::PaymentSent)
        .collect();
    match reading.events.is_empty() {
        true => reading.end(Outcome::Ignored, format!("{}, nothing to take", taken.said)),
        false => reading.end(Outcome::Booked, taken.said),
    }
}

/// The sender is one of the recipe's domains or listed for an account, and is proven as far as the recipe asks.
fn may_speak(notice: &Notice<'_>, trust: &Trust) -> Result<(), String> {
    let (recipe, verdict) = (notice.recipe, notice.verdict);
    let listed = trust.assume || trust.accounts_of(&verdict.from).next().is_some();
    if recipe.from.is_empty() && !listed {
        let from = &verdict.from;
        return Err(format!(
            "{from} is not listed as a sender of one of the accounts"
        ));
    }
    if verdict.proven() || recipe.spf_is_enough && verdict.spf_only {
        return Ok(());
    }
    let (title, why) = (&recipe.title, &verdict.why);
    Err(format!(
        "looks like a mail of {title}, but is not proven: {why}"
    ))
}

fn facts(raw: &RawMail, taken: &Taken, verdict: &Verdict, trust: &Trust, reading: &mut Reading) {
    let mut facts: Vec<Option<Fact>> = taken
        .bookings
        .iter()
        .map(|b| fact(b, &taken.account, verdict.only_proposes()))
        .collect();
    // A provider's mails say nothing about a bank account (SPEC K), and a mail that is not whole nothing about a day.
    let printed = taken
        .bookings
        .iter()
        .any(|b| b.account.as_deref().is_some_and(is_masked));
    let bank = printed || account::is_bank(&taken.account);
    // Nor does a forward: the merchant picks what he passes on.
    let bank = bank && verdict.forwarder.is_none();
    facts.push((bank && taken.complete).then(|| {
        Fact::Seen(Seen {
            account: Some(taken.account.clone()),
            until: trust.day(raw.received),
            statement: false,
            between: None,
        })
    }));
    for (fact, index) in facts.into_iter().zip(0..) {
        let key = EventKey {
            at: raw.received,
            source: raw.source(),
            index,
        };
        let by = verdict.evidence();
        reading
            .events
            .extend(fact.map(|fact| Event { key, fact, by }));
    }
}

/// A printed account whose beginning is hidden.
fn is_masked(account: &str) -> bool {
    account.contains('*')
}

fn kind_of(event: Layouted) -> Kind {
    match event {
        Layouted::PaymentReceived => Kind::PaymentReceived,
        Layouted::PaymentReturned => Kind::PaymentReturned,
        Layouted::PaymentPending => Kind::PaymentPending,
        _ => Kind::PaymentSent,
    }
}

fn fact(booking: &PaymentReading, account: &str, proposal_only: bool) -> Option<Fact> {
    let payment = Payment {
        account: account.to_owned(),
        amount: booking.amount,
        booked: booking.booking_date,
        payer: booking.payer_name.clone(),
        payer_cut: booking.payer_cut,
        payer_iban: booking.payer_iban.clone(),
        payer_email: booking.payer_email.clone(),
        remittance: booking.remittance.clone().unwrap_or_default(),
        references: booking.references.clone(),
        transaction_id: booking.transaction_id.clone(),
        end_to_end_id: booking.end_to_end_id.clone(),
        original_transaction_id: booking.original_transaction_id.clone(),
        return_reason: booking.return_reason.clone(),
        from_statement: false,
        proposal_only,
        charges: None,
        original_amount: None,
    };
    match booking.kind {
        Kind::PaymentReceived => Some(Fact::Paid(payment)),
        Kind::PaymentPending => Some(Fact::Pending(payment)),
        Kind::PaymentReturned => Some(Fact::Returned(payment)),
        _ => None,
    }
}
