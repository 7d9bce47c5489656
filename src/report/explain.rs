//! What `explain` prints: the steps of understanding for people, one JSON object a line for programs.

use serde::Serialize;

use super::clean;
use crate::ledger::{Event, Fact};
use crate::mail::Reading;
use crate::mail::reading::Shown;

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(flatten)]
    shown: Shown<'a>,
}

/// One line of JSON; the form is documented in the README.
pub fn json(file: &str, reading: &Reading) -> String {
    let line = Line {
        file,
        shown: reading.shown(),
    };
    // Strings, numbers and maps with text keys always serialise.
    serde_json::to_string(&line).unwrap_or_default() + "\n"
}

/// The trace, the facts and the outcome.
pub fn text(file: &str, reading: &Reading) -> String {
    let mut text = format!("{}\n", clean(file));
    text.push_str(&format!(
        "  from     {}\n  subject  {}\n",
        clean(&reading.from),
        clean(&reading.subject)
    ));
    for step in &reading.trace {
        text.push_str(&format!(
            "  {:<20} {}\n",
            clean(&step.reader),
            clean(&step.text)
        ));
    }
    for event in &reading.events {
        text.push_str(&format!("  fact                 {}\n", clean(&fact(event))));
    }
    let outcome = serde_json::to_value(reading.outcome).ok();
    let outcome = outcome
        .as_ref()
        .and_then(|word| word.as_str())
        .unwrap_or_default();
    text.push_str(&format!("  {outcome}: {}\n\n", clean(&reading.reason)));
    text
}

fn fact(event: &Event) -> String {
    match &event.fact {
        Fact::Issued(issued) => {
            let who = &issued.customer;
            let name = who
                .company
                .as_ref()
                .or(who.name.as_ref())
                .map_or("no name", |name| name.as_str());
            let to = who
                .address
                .as_ref()
                .map_or("no address", |address| address.as_str());
            let paid = if issued.paid { ", paid" } else { "" };
            format!(
                "claim {} over {} of {}: {name} <{to}>{paid}",
                issued.invoice, issued.total, issued.order_date
            )
        }
        Fact::Credited(credited) => format!("claim {} is smaller", credited.invoice),
        Fact::Cancelled { invoice } => format!("claim {invoice} is void"),
        Fact::PaidAtShop { invoice } => format!("claim {invoice} is paid, says the shop"),
        Fact::Paid(payment) => format!("{} came in on {}", payment.amount, payment.account),
        Fact::Pending(payment) => format!("{} is announced on {}", payment.amount, payment.account),
        Fact::Returned(payment) => format!("{} went back from {}", payment.amount, payment.account),
        Fact::Seen(seen) => match &seen.account {
            Some(account) => format!("account {account} is known until {}", seen.until),
            None => format!("all accounts are known until {}", seen.until),
        },
        other => {
            let value = serde_json::to_value(other).unwrap_or_default();
            value
                .as_object()
                .and_then(|object| object.keys().next().cloned())
                .unwrap_or_default()
        }
    }
}
