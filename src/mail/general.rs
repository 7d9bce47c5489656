//! The general reader: order mails of listed shops that no recipe knows.
//!
//! It takes labels for what they mean in seven languages and believes nothing that does not prove itself: the rows must add
//! up to the total, and text, HTML and headers must name the same number, total and customer. What it reads is only ever
//! proposed to the merchant. Knows no shop and no trust. Invariant: a doubt is a reason, never a choice between two values.

mod labels;
mod pairs;
mod sums;
#[cfg(test)]
mod tests;
mod what;
mod who;

use jiff::civil::Date;

use super::numbers::{self, DateFormat};
use super::recipe::Common;
use super::recipe::view::View;
use super::shop::{Shop, Understood, payment};
use super::{Kind, OrderReading, Trace};
use crate::ledger::{Language, Money, PaymentMethod};
use labels::LABELS;
use pairs::Pairs;

/// Reads an order mail of an unknown layout; `None`: it does not look like one.
///
/// # Errors
/// What is missing or not proven, in words.
pub fn read(
    view: &View<'_>,
    common: &Common,
    shop: &Shop<'_>,
) -> Option<Result<Understood, String>> {
    let pairs = Pairs::of(view);
    let german = what::is_new_order(view, &pairs)?;
    let number = what::number(view, &pairs)?;
    Some(
        order(view, &pairs, number, common, shop).map(|(order, trace)| Understood {
            kind: Kind::Order,
            order,
            language: if german { Language::De } else { Language::En },
            trace,
        }),
    )
}

fn order(
    view: &View<'_>,
    pairs: &Pairs,
    number: Result<String, String>,
    common: &Common,
    shop: &Shop<'_>,
) -> Result<(OrderReading, Vec<Trace>), String> {
    let mut trace = Vec::new();
    let mut note = |text: String| {
        trace.push(Trace {
            reader: "general".into(),
            text,
        });
    };
    let number = number?;
    note(format!("order_number: {number}"));
    let (total, proof) = sums::total(view)?;
    note(format!("total: {total} ({proof})"));
    agrees_with_markup(view, &number, total)?;
    let (method, paid) = method(pairs, common)?;
    let customer = who::customer(view, pairs, common, shop)?;
    note(format!(
        "customer_email: {} ({})",
        customer.email, customer.place
    ));
    let mut order = OrderReading {
        order_number: Some(number.clone()),
        order_date: Some(date(view, pairs, &number)?),
        customer_name: customer.address.name,
        customer_email: Some(customer.email.as_str().to_owned()),
        company: customer.address.company,
        billing_country: customer.address.country,
        billing_postcode: customer.address.postcode,
        total: Some(total),
        currency: Some(total.currency),
        payment_method: method,
        paid,
        ..OrderReading::default()
    };
    what_is_due(&mut order, total, pairs)?;
    if !order.paid && order.amount_due.is_none() {
        let known = order.payment_method.is_some();
        what::says_paid(view, common, known)
            .map_or(Ok(()), |line| Err(format!("`{line}`: is it paid or not?")))?;
    }
    Ok((order, trace))
}

fn agrees_with_markup(view: &View<'_>, number: &str, total: Money) -> Result<(), String> {
    let value = |name: &str| view.marked(name);
    if value("order_number").is_some_and(|marked| marked.trim_start_matches('#') != number) {
        return Err("the structured data name another number".into());
    }
    let marked = value("total").and_then(|text| super::shop::marked_money(&text));
    match marked {
        Some(marked) if marked != total => Err(format!(
            "the structured data say {marked}, the mail {total}"
        )),
        _ => Ok(()),
    }
}

/// What the labels of a mail add to an order that its markup names: how it is paid, which markup rarely says.
///
/// # Errors
/// Why it is not clear whether it is paid.
pub fn add_method(
    mut read: Understood,
    view: &View<'_>,
    common: &Common,
) -> Result<Understood, String> {
    let order = &mut read.order;
    if read.kind != Kind::Order || order.payment_method.is_some() || order.paid {
        return Ok(read);
    }
    let (method, paid) = method(&Pairs::of(view), common)?;
    (order.payment_method, order.paid) = (method, paid);
    match what::says_paid(view, common, method.is_some()) {
        Some(line) if !paid => Err(format!("`{line}`: is it paid or not?")),
        _ => Ok(read),
    }
}

/// The method, where its words are known, and whether it or a status says that the money is there.
fn method(pairs: &Pairs, common: &Common) -> Result<(Option<PaymentMethod>, bool), String> {
    let known = |text: &str| {
        let found = payment::method(text, common);
        (found.0 != PaymentMethod::Other || found.1).then_some(found)
    };
    let mut found = pairs.of_kind(&LABELS.payment).into_iter().filter_map(known);
    let first = found.next();
    if found.any(|other| Some(other) != first) {
        return Err("the mail names two payment methods".into());
    }
    let status = pairs.of_kind(&LABELS.status);
    let status = status.iter().map(|value| value.trim().to_lowercase());
    let paid = status.into_iter().any(|value| {
        [
            "bezahlt",
            "paid",
            "payé",
            "pagato",
            "betaald",
            "pagado",
            "opłacone",
        ]
        .contains(&value.as_str())
    });
    Ok((
        first.map(|(method, _)| method),
        paid || first.is_some_and(|(_, paid)| paid),
    ))
}

/// The day: printed behind a label or beside the number, else that of the mail. A printed day far from the mail's is
/// another thing's.
fn date(view: &View<'_>, pairs: &Pairs, number: &str) -> Result<Date, String> {
    let sent = view.mail.date;
    let mut days: Vec<Date> = Vec::new();
    let beside = what::lines_with(view, number);
    let texts = pairs
        .of_kind(&LABELS.date)
        .into_iter()
        .map(str::to_owned)
        .chain(beside);
    for text in texts {
        let read = |format| numbers::date(&text, &[format]);
        let forms = [
            DateFormat::DayMonth,
            DateFormat::MonthDay,
            DateFormat::DayDots,
            DateFormat::Iso,
            DateFormat::DayDashes,
        ];
        let plain: Vec<Date> = forms.into_iter().filter_map(read).collect();
        let slashes = [DateFormat::DaySlashes, DateFormat::MonthSlashes]
            .into_iter()
            .filter_map(read);
        // Day and month of `3/4/2026` are told apart only by the mail's own day.
        days.extend(slashes.filter(|day| sent.is_some_and(|sent| near(*day, sent))));
        days.extend(plain);
    }
    days.sort();
    days.dedup();
    match (days.as_slice(), sent) {
        ([], Some(sent)) => Ok(sent),
        ([day], None) => Ok(*day),
        ([day], Some(sent)) if near(*day, sent) => Ok(*day),
        ([], None) => Err("no date was found".into()),
        _ => Err("the day of the order is not clear".into()),
    }
}

fn near(day: Date, sent: Date) -> bool {
    let days = (sent - day).get_days();
    (-1..=3).contains(&days)
}

/// What is still open, and when it is due.
fn what_is_due(order: &mut OrderReading, total: Money, pairs: &Pairs) -> Result<(), String> {
    let mut due = pairs
        .of_kind(&LABELS.due)
        .into_iter()
        .filter_map(|text| sums::money(text, total.currency));
    let first = due.next();
    if due.any(|other| Some(other) != first) {
        return Err("the mail names two open amounts".into());
    }
    if first.is_none()
        && pairs
            .of_kind(&LABELS.deposit)
            .iter()
            .any(|text| sums::money(text, total.currency).is_some_and(|money| !money.is_zero()))
    {
        return Err("a part is paid, but the rest is not named".into());
    }
    match first {
        Some(due)
            if due.currency != total.currency
                || due.amount > total.amount
                || due.amount.is_sign_negative() =>
        {
            return Err(format!("{due} is said to be due of a total of {total}"));
        }
        Some(due) if due.is_zero() => order.paid = true,
        Some(due) if due != total => order.amount_due = Some(due),
        _ => {}
    }
    let forms = [
        DateFormat::DayMonth,
        DateFormat::MonthDay,
        DateFormat::DayDots,
        DateFormat::Iso,
    ];
    let mut days = pairs
        .of_kind(&LABELS.due_date)
        .into_iter()
        .filter_map(|text| numbers::date(text, &forms));
    let first = days.next();
    order.due_date = first.filter(|_| days.all(|other| Some(other) == first));
    if order.payment_method == Some(PaymentMethod::Invoice) {
        order.payment_terms_days = what::terms(pairs);
    }
    Ok(())
}
