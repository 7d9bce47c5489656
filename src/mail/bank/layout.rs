//! From a recipe's layout to bookings: the words that it finds, compared with each other and understood.
//!
//! Every place that names a value must name the same one. Direction is a fact: of words, of the sign, or of the layout
//! itself; two that contradict each other refuse the mail. Knows no configuration.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::{one_line, unfold};
use super::purpose;
use super::{Notice, kind_of};
use crate::ledger::{Currency, Money};
use crate::mail::numbers;
use crate::mail::recipe::view::{FOLD, Page, View};
use crate::mail::recipe::{Event, Layout, find, label_at, rows};
use crate::mail::{Kind, PaymentReading};

/// Fields of a booking of which all places must agree.
const AGREEING: [&str; 9] = [
    "payer_name",
    "payer_email",
    "payer_iban",
    "booking_date",
    "transaction_id",
    "end_to_end_id",
    "original_transaction_id",
    "return_reason",
    "reference",
];

/// The bookings of a mail, in its order.
///
/// # Errors
/// What is missing or contradicts itself, in words.
pub fn bookings(notice: &Notice<'_>) -> Result<Vec<PaymentReading>, String> {
    let account = one(notice.layout, "account", notice.view)?;
    if notice.layout.rows.is_some() {
        return of_rows(notice, account);
    }
    if notice.layout.each.is_empty() {
        return Ok(vec![of_view(notice, notice.view, account)?]);
    }
    let parts = parts(notice.view, &notice.layout.each)?;
    if parts.is_empty() {
        return Err("the mail has no booking where its layout has them".into());
    }
    parts
        .iter()
        .map(|part| of_view(notice, part, account.clone()))
        .collect()
}

/// Whether as many bookings were found as the mail announces.
pub fn count_fits(notice: &Notice<'_>, found: usize) -> bool {
    match one(notice.layout, "count", notice.view) {
        Ok(Some(count)) => count.parse() == Ok(found),
        Ok(None) => true,
        Err(_) => false,
    }
}

/// The account that the mail names.
///
/// # Errors
/// Two places name two.
pub fn account(notice: &Notice<'_>) -> Result<Option<String>, String> {
    one(notice.layout, "account", notice.view)
}

fn of_rows(notice: &Notice<'_>, account: Option<String>) -> Result<Vec<PaymentReading>, String> {
    let rows = rows(notice.layout, notice.view);
    if rows.is_empty() {
        return Err("the mail has no booking where its layout has them".into());
    }
    let of_row = |row: &BTreeMap<String, String>| {
        let text = row.get("amount").map(String::as_str).unwrap_or_default();
        let money = money(notice.layout, text)
            .ok_or_else(|| format!("`{text}` is not an amount as this layout writes them"))?;
        let said = row
            .get("direction")
            .cloned()
            .into_iter()
            .collect::<Vec<_>>();
        let event = event(notice.layout, &said)?;
        Ok(booking(notice, event, money, row, account.clone()))
    };
    rows.iter().map(of_row).collect()
}

/// The parts of a mail that each begin with one of the labels.
fn parts<'m>(view: &View<'m>, each: &[String]) -> Result<Vec<View<'m>>, String> {
    let begins = |row: &Vec<Vec<String>>| {
        let line = row.first().and_then(|cell| cell.first());
        line.is_some_and(|line| label_at(line, each).is_some())
    };
    let mut sides: Vec<Vec<Page>> = Vec::new();
    for page in &view.pages {
        let starts: Vec<usize> = (0..page.rows.len())
            .filter(|&r| begins(&page.rows[r]))
            .collect();
        let ends = starts.iter().skip(1).copied().chain([page.rows.len()]);
        let side: Vec<Page> = starts
            .iter()
            .zip(ends)
            .map(|(&from, to)| Page::of_rows(page.kind, &page.rows[from..to]))
            .collect();
        if !side.is_empty() {
            sides.push(side);
        }
    }
    let count = sides.first().map_or(0, Vec::len);
    if sides.iter().any(|side| side.len() != count) {
        return Err("text and HTML hold different numbers of bookings".into());
    }
    let mut sides: Vec<_> = sides.into_iter().map(Vec::into_iter).collect();
    Ok((0..count)
        .map(|_| {
            View::of_pages(
                view.mail,
                sides.iter_mut().filter_map(Iterator::next).collect(),
            )
        })
        .collect())
}

fn of_view(
    notice: &Notice<'_>,
    view: &View<'_>,
    account: Option<String>,
) -> Result<PaymentReading, String> {
    let layout = notice.layout;
    let mut values = BTreeMap::new();
    for name in AGREEING {
        values.extend(one(layout, name, view)?.map(|value| (name.to_owned(), value)));
    }
    let note = find(layout, "remittance", view)
        .into_iter()
        .map(|found| found.text)
        .find(|text| !purpose::is_nothing(text));
    values.extend(note.map(|note| ("remittance".to_owned(), note)));
    let said: Vec<String> = find(layout, "direction", view)
        .into_iter()
        .map(|found| found.text)
        .collect();
    let event = event(layout, &said)?;
    let money = amount(layout, view)?;
    Ok(booking(notice, event, money, &values, account))
}

/// What the words of the direction say; without any the layout's own event.
fn event(layout: &Layout, said: &[String]) -> Result<Event, String> {
    if layout.directions.is_empty() {
        return Ok(layout.event);
    }
    let mut events = BTreeSet::new();
    for text in said {
        let text = text.to_lowercase();
        let means =
            |(_, words): &&(Event, Vec<String>)| words.iter().any(|word| holds(&text, word));
        // The first that fits counts, so a recipe lists `Rücklastschrift` before `Lastschrift`.
        let found = layout.directions.iter().find(means);
        events.extend(found.map(|(event, _)| format!("{event:?}")));
    }
    let named = |name: &String| {
        layout
            .directions
            .iter()
            .find(|(e, _)| format!("{e:?}") == *name)
    };
    let returned = format!("{:?}", Event::PaymentReturned);
    let received = format!("{:?}", Event::PaymentReceived);
    if events.contains(&returned) && !events.contains(&received) {
        return Ok(Event::PaymentReturned);
    }
    match events.iter().collect::<Vec<_>>().as_slice() {
        [only] => named(only).map(|(event, _)| *event).ok_or_else(String::new),
        [] => Err("the mail does not say whether money came or went".into()),
        _ => Err("the mail says both that money came and that it went".into()),
    }
}

/// The word stands in the text as a whole word.
fn holds(text: &str, word: &str) -> bool {
    let bound = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        bound(text[..at].chars().next_back()) && bound(text[at + word.len()..].chars().next())
    })
}

fn booking(
    notice: &Notice<'_>,
    event: Event,
    money: Money,
    values: &BTreeMap<String, String>,
    account: Option<String>,
) -> PaymentReading {
    let text = |name: &str| {
        values
            .get(name)
            .map(|v| one_line(v))
            .filter(|v| !v.is_empty())
    };
    // A minus turns what would be money received.
    let kind = match (kind_of(event), money.is_positive()) {
        (Kind::PaymentReceived | Kind::PaymentPending, false) => Kind::PaymentSent,
        (kind, _) => kind,
    };
    let amount = if money.is_positive() { money } else { -money };
    let payer_name = text("payer_name");
    let remittance = values
        .get("remittance")
        .map(|v| unfold(v))
        .filter(|v| !purpose::is_nothing(v));
    // The purpose of a returned payment is written by the bank that returned it.
    let reason = text("return_reason").or_else(|| purpose::return_reason(remittance.as_deref()?));
    PaymentReading {
        kind,
        amount,
        currency: amount.currency,
        booking_date: text("booking_date")
            .and_then(|day| numbers::date(&day, &notice.layout.dates)),
        payer_cut: payer_name.as_deref().is_some_and(|name| {
            (notice.recipe.names_are_cut && name.ends_with('.')) || name.ends_with(['…'])
        }),
        payer_name,
        payer_iban: text("payer_iban").map(|iban| iban.replace(' ', "")),
        payer_email: text("payer_email"),
        references: text("reference").into_iter().collect(),
        transaction_id: text("transaction_id"),
        end_to_end_id: text("end_to_end_id")
            .or_else(|| remittance.as_deref().and_then(purpose::end_to_end_id)),
        remittance,
        original_transaction_id: text("original_transaction_id"),
        return_reason: reason.filter(|_| kind == Kind::PaymentReturned),
        account: account.or_else(|| Some(notice.recipe.name.clone())),
        from_statement: false,
    }
}

fn money(layout: &Layout, text: &str) -> Option<Money> {
    let found = numbers::amount(text, &layout.numbers)?;
    // A bank has one country: its `$` is that of the recipe.
    let currency: Currency = found.currency.or(layout.currency)?;
    let money = Money::new(found.value, currency);
    (money.amount.abs() <= Money::LIMIT).then_some(money)
}

/// The amount: every place that the layout knows must say the same.
fn amount(layout: &Layout, view: &View<'_>) -> Result<Money, String> {
    let mut agreed: Option<(Money, String)> = None;
    for found in find(layout, "amount", view) {
        let money = money(layout, &found.text).ok_or_else(|| {
            let (text, place) = (one_line(&found.text), &found.place);
            format!("`{text}` ({place}) is not an amount as this layout writes them")
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
        Some((money, _)) if !money.amount.is_zero() => Ok(money),
        _ => Err("the mail names no amount where its layout has it".into()),
    }
}

/// The value of a field that may stand at several places, which must agree.
fn one(layout: &Layout, field: &str, view: &View<'_>) -> Result<Option<String>, String> {
    let mut agreed: Option<String> = None;
    for found in find(layout, field, view) {
        let text = one_line(&found.text.replace(FOLD, " "));
        match &agreed {
            _ if text.is_empty() => {}
            Some(other) if *other != text => {
                let place = found.place;
                return Err(format!("{field} is `{other}`, but also `{text}` ({place})"));
            }
            _ => agreed = Some(text),
        }
    }
    Ok(agreed)
}
