//! What `explain` prints: the steps of understanding for people, one JSON object a line for programs.

use serde::Serialize;

use super::clean;
use crate::ledger::Fact;
use crate::mail::Reading;
use crate::mail::parts::Person;
use crate::mail::reading::Shown;
use crate::mail::recipe::view::{PageKind, View};

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
        text.push_str(&format!(
            "  fact                 {}\n",
            clean(&said(&event.fact))
        ));
    }
    let outcome = serde_json::to_value(reading.outcome).ok();
    let outcome = outcome
        .as_ref()
        .and_then(|word| word.as_str())
        .unwrap_or_default();
    text.push_str(&format!("  {outcome}: {}\n\n", clean(&reading.reason)));
    text
}

/// The head and the lines of a mail as recipes see them: cells apart by ` | `, lines of one cell by ` / `.
pub fn lines(file: &str, view: &View<'_>) -> String {
    let mut text = format!("{}\n", clean(file));
    let person = |person: &Person| {
        let address = person.address.as_ref().map_or("", |a| a.as_str());
        format!("{} <{address}>", person.name).trim().to_owned()
    };
    let people = |people: &[Person]| people.iter().map(person).collect::<Vec<_>>().join(", ");
    let mail = view.mail;
    for (name, value) in [
        ("to", people(&mail.to)),
        ("reply-to", people(&mail.reply_to)),
        ("subject", mail.subject.clone()),
        (
            "date",
            mail.date.map_or_else(String::new, |day| day.to_string()),
        ),
    ] {
        text.push_str(&format!("  {name:<8}  {}\n", clean(&value)));
    }
    for page in &view.pages {
        let side = match page.kind {
            PageKind::Html => "html",
            PageKind::Text => "text",
        };
        for row in &page.rows {
            let cells: Vec<String> = row.iter().map(|cell| cell.join(" / ")).collect();
            text.push_str(&format!("  {side:<8}  {}\n", clean(&cells.join(" | "))));
        }
    }
    text + "\n"
}

fn said(fact: &Fact) -> String {
    match fact {
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
        Fact::Proposed(proposed) => format!("asks the merchant: {}", said(&proposed.fact)),
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
