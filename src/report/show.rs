//! `show`: one claim with everything: what the shop said, money with reasons, letters, holds, what comes next and why.

use serde::Serialize;

use super::list::ClaimRow;
use super::table::item;
use super::why::{NoteRow, note_lines, note_rows};
use super::{View, json_text, money};
use crate::ledger::{Invoice, InvoiceKey, Note, PaymentMethod};

#[derive(Serialize)]
struct ShowRow<'a> {
    #[serde(flatten)]
    claim: ClaimRow,
    issued: &'a crate::ledger::event::Issued,
    allocations: &'a [crate::ledger::invoice::Allocation],
    letters: &'a [crate::ledger::invoice::Taken],
    paused: &'a Option<crate::ledger::invoice::Pause>,
    disputed: &'a Option<String>,
    contradictions: &'a [String],
    reasons: Vec<NoteRow>,
}

/// The claim; `why` are the policy's reasons for today.
pub fn show(view: &View, invoice: &Invoice, why: &[Note], json: bool) -> String {
    if json {
        return json_text(&ShowRow {
            claim: ClaimRow::of(view, invoice),
            issued: &invoice.issued,
            allocations: &invoice.allocations,
            letters: &invoice.taken,
            paused: &invoice.paused,
            disputed: &invoice.disputed,
            contradictions: &invoice.contradictions,
            reasons: note_rows(why),
        });
    }
    let mut text = facts(view, invoice);
    text.push_str(&money_part(view, invoice));
    text.push_str(&letters(invoice));
    if !invoice.contradictions.is_empty() {
        text.push_str("\nContradictions between its mails\n");
        invoice
            .contradictions
            .iter()
            .for_each(|line| text.push_str(&item("  ", line)));
    }
    if !why.is_empty() {
        text.push_str("\nToday\n");
        text.push_str(&note_lines(why, "  "));
    }
    text
}

fn facts(view: &View, invoice: &Invoice) -> String {
    let issued = &invoice.issued;
    let customer = &issued.customer;
    let mut rows: Vec<(&str, String)> = vec![("claim", invoice.key.to_string())];
    if let Some(number) = &issued.invoice_number {
        rows.push(("invoice", number.clone()));
    }
    rows.push(("state", view.state(invoice).text));
    let names = [customer.company.as_ref(), customer.name.as_ref()];
    rows.push((
        "customer",
        names
            .iter()
            .flatten()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    ));
    rows.push((
        "address",
        customer
            .address
            .as_ref()
            .map_or("none: nothing can be sent".into(), ToString::to_string),
    ));
    rows.push(("ordered", issued.order_date.to_string()));
    rows.push(("due", view.due(invoice).to_string()));
    rows.push(("to be paid", method_words(issued.method).into()));
    rows.push(("total", money(invoice.total)));
    rows.push(("open", money(view.open(invoice))));
    if let Some(pause) = invoice.paused {
        rows.push((
            "paused",
            pause
                .until
                .map_or("until resumed".into(), |day| format!("until {day}")),
        ));
    }
    rows.iter()
        .map(|(name, value)| item(&format!("{name:<11}"), value))
        .collect()
}

fn method_words(method: Option<PaymentMethod>) -> &'static str {
    match method {
        Some(PaymentMethod::Invoice) => "on invoice",
        Some(PaymentMethod::Prepayment) => "in advance",
        Some(PaymentMethod::BankTransfer) => "by bank transfer",
        Some(PaymentMethod::DirectDebit) => "by direct debit",
        Some(PaymentMethod::Cod) => "on delivery",
        Some(PaymentMethod::Card) => "by card",
        Some(PaymentMethod::Paypal) => "by PayPal",
        Some(PaymentMethod::Other) => "in another way",
        None => "not printed in the mail",
    }
}

fn money_part(view: &View, invoice: &Invoice) -> String {
    if invoice.allocations.is_empty() && invoice.taken_back.is_empty() {
        return String::new();
    }
    let currency = invoice.total.currency;
    let mut text = "\nMoney\n".to_owned();
    for part in &invoice.allocations {
        let day = part
            .payment
            .at
            .to_zoned_datetime(view.policy.zone.clone())
            .date();
        text.push_str(&item("  ", &format!("{day}  {}", money(part.amount))));
        let split = &part.split;
        for (amount, words) in [
            (split.fees, "of it for costs"),
            (split.interest, "of it for interest"),
            (split.discount, "discount"),
            (split.write_off, "written off"),
        ] {
            if !amount.is_zero() {
                let amount = money(crate::ledger::Money::new(amount, currency));
                text.push_str(&item("    ", &format!("{amount} {words}")));
            }
        }
        part.why
            .iter()
            .for_each(|why| text.push_str(&item("    ", why)));
    }
    for back in &invoice.taken_back {
        let day = back.at.to_zoned_datetime(view.policy.zone.clone()).date();
        let amount = money(back.part.amount);
        text.push_str(&item("  ", &format!("{day}  {amount} taken back by you")));
    }
    text
}

fn letters(invoice: &Invoice) -> String {
    if invoice.taken.is_empty() {
        return String::new();
    }
    let mut text = "\nLetters\n".to_owned();
    for taken in &invoice.taken {
        let deadline = taken
            .deadline
            .map_or(String::new(), |day| format!(", deadline {day}"));
        text.push_str(&item(
            "  ",
            &format!("{}  level {}{deadline}", taken.on, taken.level),
        ));
    }
    text
}

/// What to print when a number is of no claim, or of several: the claims that there are, or the ones meant.
pub fn not_one(number: &str, found: &[&Invoice], all: impl Iterator<Item = InvoiceKey>) -> String {
    if found.len() > 1 {
        let mut text = item(
            "",
            &format!(
                "`{number}` is the number of {} claims; say which one:",
                found.len()
            ),
        );
        found
            .iter()
            .for_each(|invoice| text.push_str(&item("  ", &invoice.key.to_string())));
        return text;
    }
    let mut keys: Vec<String> = all.map(|key| key.to_string()).collect();
    let like = |key: &String| key.to_lowercase().contains(&number.to_lowercase());
    if !number.is_empty() && keys.iter().any(like) {
        keys.retain(like);
    }
    let shown = keys.len().min(10);
    let mut text = item("", &format!("There is no claim `{number}`."));
    match keys.len() {
        0 => text.push_str("There are no claims yet.\n"),
        n => {
            text.push_str(&item(
                "",
                &format!(
                    "There is {}{}",
                    keys[..shown].join(", "),
                    if n > shown { ", ..." } else { "" }
                ),
            ));
            text.push_str("All: mahnwerk list claims --all\n");
        }
    }
    text
}
