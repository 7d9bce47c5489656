//! From a typed command to the request that the daemon answers.

use jiff::civil::Date;

use super::args::Verb;
use crate::daemon::{Order, Reply, Request};

/// The request; with `--dry-run` the request that shows the claim, and what would have been ordered, in words.
pub fn request(verb: Verb, json: bool, today: Date) -> (Request, Option<String>) {
    let dry = dry_run(&verb);
    let request = match verb {
        Verb::List { what, all } => Request::List {
            what: what.into(),
            all,
            json,
        },
        Verb::Show { number } => Request::Show { number, json },
        Verb::Why { number, on } => Request::Why {
            number,
            on: on.map(|day| day.coming(today)),
            json,
        },
        Verb::Simulate { days } => Request::Simulate { days, json },
        Verb::Export { csv } => Request::Export { csv },
        Verb::Turn => Request::Turn,
        Verb::Reload => Request::Reload,
        other => match order(other, today) {
            Some(order) => Request::Order(order),
            None => Request::Status { json },
        },
    };
    match request {
        Request::Order(order) if dry => {
            let would = words(&order);
            match number(order) {
                Some(number) => (Request::Show { number, json }, Some(would)),
                None => (Request::Status { json }, Some(would)),
            }
        }
        request => (request, None),
    }
}

/// The answer to a dry run: the claim as it is, and what was not done.
pub fn only_say(mut reply: Reply, would: &str) -> Reply {
    if matches!(reply.exit, 0 | 3) {
        reply.talk.push_str(&format!(
            "Nothing was ordered. Without --dry-run: {would}.\n"
        ));
    }
    reply
}

fn order(verb: Verb, today: Date) -> Option<Order> {
    Some(match verb {
        Verb::Pay {
            number, amount, on, ..
        } => Order::Pay {
            number,
            amount,
            on: on.map(|day| day.past(today)),
        },
        Verb::Pause { number, until, .. } => Order::Pause {
            number,
            until: until.map(|day| day.coming(today)),
        },
        Verb::Resume { number, .. } => Order::Resume { number },
        Verb::Dispute { number, reason, .. } => Order::Dispute { number, reason },
        Verb::Cancel { number, .. } => Order::Cancel { number },
        Verb::Undo { number, .. } => Order::Undo { number },
        Verb::Assign { question, answer } => Order::Assign { question, answer },
        Verb::Checked { day } => Order::Checked {
            on: day.map(|day| day.past(today)),
        },
        Verb::Stop => Order::StopAll,
        Verb::Start => Order::StartAll,
        _ => return None,
    })
}

fn dry_run(verb: &Verb) -> bool {
    match verb {
        Verb::Pay { dry, .. }
        | Verb::Pause { dry, .. }
        | Verb::Resume { dry, .. }
        | Verb::Dispute { dry, .. }
        | Verb::Cancel { dry, .. }
        | Verb::Undo { dry, .. } => dry.dry_run,
        _ => false,
    }
}

fn number(order: Order) -> Option<String> {
    match order {
        Order::Pay { number, .. }
        | Order::Pause { number, .. }
        | Order::Resume { number }
        | Order::Dispute { number, .. }
        | Order::Cancel { number }
        | Order::Undo { number } => Some(number),
        _ => None,
    }
}

fn words(order: &Order) -> String {
    match order {
        Order::Pay { amount, on, .. } => {
            let amount = amount.map_or("all that is open".to_owned(), |a| format!("{a:.2}"));
            let on = on.map_or("today".to_owned(), |day| day.to_string());
            format!("{amount} would be booked as paid on {on}")
        }
        Order::Pause { until: None, .. } => "it would be paused until `mahnwerk resume`".into(),
        Order::Pause {
            until: Some(day), ..
        } => format!("it would be paused up to and including {day}"),
        Order::Resume { .. } => "every hold of the claim and its customer would end".into(),
        Order::Dispute { .. } => "it would be disputed, nothing more would be sent for it".into(),
        Order::Cancel { .. } => "it would be void".into(),
        Order::Undo { .. } => "its latest booking would be taken back".into(),
        _ => "the order would be carried out".into(),
    }
}
