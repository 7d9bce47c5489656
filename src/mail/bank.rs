//! Mails of banks and payment providers: what a recipe found becomes bookings on one of our accounts.
//!
//! A genuine mail holds a stranger's words (payer, purpose), so every place that names the amount must name the same
//! one, and so must every place of the transaction's id; two that differ send the mail to review. The account must be
//! ours and named. What stands on SPF alone is a proposal, never a booking.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::numbers;
use super::parts::Mail;
use super::recipe::view::View;
use super::recipe::{Event as Layouted, Layout, Recipe, find, rows};
use super::trust::Verdict;
use super::{Kind, Outcome, PaymentReading, RawMail, Reading, Trust};
use crate::ledger::event::{Payment, Seen};
use crate::ledger::{Event, EventKey, Fact, Money};

/// What a bank's layout is read from.
pub struct Notice<'a> {
    /// The mail.
    pub mail: &'a Mail,
    /// As recipes look at it.
    pub view: &'a View<'a>,
    /// Its sender.
    pub verdict: &'a Verdict,
    /// The recipe that fits.
    pub recipe: &'a Recipe,
    /// Its layout.
    pub layout: &'a Layout,
}

/// Reads a bank's or provider's mail. Total.
pub fn read(raw: &RawMail, notice: &Notice<'_>, trust: &Trust, mut reading: Reading) -> Reading {
    let (recipe, layout) = (notice.recipe, notice.layout);
    let who = format!("recipe {}", recipe.name);
    reading.note(&who, format!("layout `{}`", layout.name));
    if let Err(why) = may_speak(notice, trust) {
        return reading.end(Outcome::Review, why);
    }
    let bookings = match bookings(notice) {
        Ok(bookings) => bookings,
        Err(why) => {
            reading.note("check", why.clone());
            return reading.end(Outcome::Review, why);
        }
    };
    let account = match account(notice, trust) {
        Ok(account) => account,
        Err(why) => return reading.end(Outcome::Review, why),
    };
    let complete = count_fits(notice, bookings.len());
    if !complete {
        reading.note(
            "check",
            "the count in the subject is another one: a booking is missing in the mail",
        );
    }
    let received = bookings.iter().find(|b| b.kind == Kind::PaymentReceived);
    reading.kind = received.or(bookings.first()).map_or(Kind::None, |b| b.kind);
    facts(
        raw,
        notice,
        trust,
        &account,
        &bookings,
        complete,
        &mut reading,
    );
    reading.payments = bookings
        .into_iter()
        .filter(|b| b.kind != Kind::PaymentSent)
        .collect();
    let said = format!("{}: {}", recipe.title, layout.name);
    match reading.events.is_empty() {
        true => reading.end(Outcome::Ignored, format!("{said}, nothing to take")),
        false => reading.end(Outcome::Booked, said),
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

fn facts(
    raw: &RawMail,
    notice: &Notice<'_>,
    trust: &Trust,
    account: &str,
    bookings: &[PaymentReading],
    complete: bool,
    reading: &mut Reading,
) {
    let mut facts: Vec<Option<Fact>> = bookings
        .iter()
        .map(|b| fact(b, account, notice.verdict.only_proposes()))
        .collect();
    // A provider's mails say nothing about a bank account (SPEC K), and a mail that is not whole nothing about a day.
    let bank = bookings.iter().any(|b| {
        b.account
            .as_deref()
            .is_some_and(|a| a.starts_with('*') || a.len() > 12)
    });
    // Nor does a forward: the merchant picks what he passes on.
    let bank = bank && notice.verdict.forwarder.is_none();
    facts.push((bank && complete).then(|| {
        Fact::Seen(Seen {
            account: Some(account.to_owned()),
            until: trust.day(raw.received),
            statement: false,
        })
    }));
    for (fact, index) in facts.into_iter().zip(0..) {
        let key = EventKey {
            at: raw.received,
            source: raw.source(),
            index,
        };
        let by = notice.verdict.evidence();
        reading
            .events
            .extend(fact.map(|fact| Event { key, fact, by }));
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
        end_to_end_id: None,
        original_transaction_id: booking.original_transaction_id.clone(),
        return_reason: booking.return_reason.clone(),
        from_statement: false,
        proposal_only,
    };
    match booking.kind {
        Kind::PaymentReceived => Some(Fact::Paid(payment)),
        Kind::PaymentPending => Some(Fact::Pending(payment)),
        Kind::PaymentReturned => Some(Fact::Returned(payment)),
        _ => None,
    }
}

/// The account that the mail is about, as the configuration writes it.
fn account(notice: &Notice<'_>, trust: &Trust) -> Result<String, String> {
    let printed = one(notice, "account")?;
    let tried = trust.assume && trust.accounts.is_empty();
    let Some(printed) = printed else {
        // A provider names no account: it writes to the address under which it knows the merchant.
        let provider = &notice.recipe.name;
        if tried {
            return Ok(provider.clone());
        }
        let account = trust
            .account(provider)
            .ok_or_else(|| format!("there is no account `{provider}` in the configuration"))?;
        let to: Vec<_> = notice
            .mail
            .to
            .iter()
            .filter_map(|p| p.address.as_ref())
            .collect();
        return match (&account.address, to.as_slice()) {
            (Some(ours), [only]) if ours == *only => Ok(account.id.clone()),
            _ => Err(format!(
                "the mail is not addressed to the address of the account `{provider}`"
            )),
        };
    };
    if tried {
        return Ok(printed);
    }
    let ours = match printed.strip_prefix('*') {
        Some(end) => trust
            .accounts
            .iter()
            .filter(|a| a.id.ends_with(end) && a.id.len() > end.len())
            .collect(),
        None => Vec::from_iter(trust.account(&printed)),
    };
    match ours.as_slice() {
        [only] => Ok(only.id.clone()),
        [] => Err(format!(
            "the mail is about another account ({printed}), not one of the configuration"
        )),
        _ => Err(format!(
            "{printed} is the end of several accounts of the configuration"
        )),
    }
}

fn count_fits(notice: &Notice<'_>, found: usize) -> bool {
    match one(notice, "count") {
        Ok(Some(count)) => count.parse() == Ok(found),
        Ok(None) => true,
        Err(_) => false,
    }
}

fn bookings(notice: &Notice<'_>) -> Result<Vec<PaymentReading>, String> {
    let event = notice.layout.event;
    let account = one(notice, "account")?;
    if notice.layout.rows.is_none() {
        let mut values = BTreeMap::new();
        for name in [
            "payer_name",
            "payer_email",
            "payer_iban",
            "transaction_id",
            "original_transaction_id",
            "return_reason",
            "reference",
        ] {
            values.extend(one(notice, name)?.map(|value| (name.to_owned(), value)));
        }
        values.extend(first(notice, "remittance").map(|note| ("remittance".to_owned(), note)));
        values.extend(one(notice, "booking_date")?.map(|day| ("booking_date".to_owned(), day)));
        let amount = amount(notice)?;
        return Ok(vec![booking(notice, event, amount, &values, account)]);
    }
    let rows = rows(notice.layout, notice.view);
    if rows.is_empty() {
        return Err("the mail has no booking where its layout has them".into());
    }
    let of_row = |row: &BTreeMap<String, String>| {
        let text = row.get("amount").map(String::as_str).unwrap_or_default();
        let money = numbers::money(text, &notice.layout.numbers, notice.layout.currency);
        let money =
            money.ok_or_else(|| format!("`{text}` is not an amount as this layout writes them"))?;
        let (event, money) = match money.is_positive() {
            true => (event, money),
            false => (Layouted::PaymentSent, -money),
        };
        Ok(booking(notice, event, money, row, account.clone()))
    };
    rows.iter().map(of_row).collect()
}

fn booking(
    notice: &Notice<'_>,
    event: Layouted,
    amount: Money,
    values: &BTreeMap<String, String>,
    account: Option<String>,
) -> PaymentReading {
    let text = |name: &str| {
        values
            .get(name)
            .map(|v| v.trim().to_owned())
            .filter(|v| !v.is_empty())
    };
    let payer_name = text("payer_name");
    PaymentReading {
        kind: match event {
            Layouted::PaymentReceived => Kind::PaymentReceived,
            Layouted::PaymentReturned => Kind::PaymentReturned,
            Layouted::PaymentPending => Kind::PaymentPending,
            _ => Kind::PaymentSent,
        },
        amount,
        currency: amount.currency,
        booking_date: text("booking_date")
            .and_then(|day| numbers::date(&day, &notice.layout.dates)),
        // Kontowecker prints nine letters and a point, whatever the name is.
        payer_cut: notice.layout.rows.is_some()
            && payer_name
                .as_deref()
                .is_some_and(|name| name.ends_with('.')),
        payer_name,
        payer_iban: text("payer_iban").map(|iban| iban.replace(' ', "")),
        payer_email: text("payer_email"),
        remittance: text("remittance"),
        references: text("reference").into_iter().collect(),
        transaction_id: text("transaction_id"),
        end_to_end_id: None,
        original_transaction_id: text("original_transaction_id"),
        return_reason: text("return_reason"),
        account: account.or_else(|| Some(notice.recipe.name.clone())),
        from_statement: false,
    }
}

/// The amount: every place that the layout knows must say the same.
fn amount(notice: &Notice<'_>) -> Result<Money, String> {
    let mut agreed: Option<(Money, String)> = None;
    for found in find(notice.layout, "amount", notice.view) {
        let money = numbers::money(&found.text, &notice.layout.numbers, notice.layout.currency);
        let money = money.ok_or_else(|| {
            format!(
                "`{}` ({}) is not an amount as this layout writes them",
                found.text, found.place
            )
        })?;
        match &agreed {
            Some((other, place)) if *other != money => {
                return Err(format!(
                    "the amount is {other} ({place}), but {money} ({})",
                    found.place
                ));
            }
            _ => agreed = Some((money, found.place)),
        }
    }
    match agreed {
        Some((money, _)) if money.is_positive() => Ok(money),
        _ => Err("the mail names no amount where its layout has it".into()),
    }
}

/// The value of a field that may stand at several places, which must agree.
fn one(notice: &Notice<'_>, field: &str) -> Result<Option<String>, String> {
    let mut agreed: Option<String> = None;
    for found in find(notice.layout, field, notice.view) {
        let text = found.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match &agreed {
            _ if text.is_empty() => {}
            Some(other) if *other != text => {
                return Err(format!(
                    "{field} is `{other}`, but also `{text}` ({})",
                    found.place
                ));
            }
            _ => agreed = Some(text),
        }
    }
    Ok(agreed)
}

fn first(notice: &Notice<'_>, field: &str) -> Option<String> {
    let found = find(notice.layout, field, notice.view)
        .into_iter()
        .map(|f| f.text);
    found.into_iter().find(|text| !text.trim().is_empty())
}
