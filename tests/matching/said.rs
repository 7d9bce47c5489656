//! What the ledger says, in the words of the scenarios' form.

use mahnwerk::ledger::books::{Fate, PaymentKind, PaymentState};
use mahnwerk::ledger::matching::Rest;
use mahnwerk::ledger::{EventKey, Invoice, Ledger, Money, Note};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::play::Stage;

fn digits(amount: Decimal) -> String {
    format!("{amount:.2}")
}

/// A mail that proves nothing is read by nobody.
pub fn unread(id: &str) -> Value {
    json!({"payment": id, "outcome": "ignored", "auto": true, "allocations": [], "credit": "0.00",
        "warning": "the mail does not prove its sender"})
}

/// What became of a payment at the moment at which it came.
pub fn payment(stage: &Stage, before: &Ledger, key: &EventKey) -> Value {
    let state = stage.ledger.payment(key.source, key.index).unwrap();
    let allocations = allocations(stage, key);
    let outcome = outcome(stage, state);
    let mut answer = json!({
        "payment": stage.ids[key],
        "outcome": outcome,
        "auto": outcome != "needs_decision",
        "allocations": allocations,
        "credit": digits(state.credit.map_or(Decimal::ZERO, |credit| credit.amount)),
        "why": why(stage, key),
    });
    match &state.fate {
        Fate::Asked(claims) => {
            let numbers: Vec<String> = claims.iter().map(|key| stage.number(key)).collect();
            answer["suggestion"] = numbers.first().cloned().into();
            answer["candidates"] = numbers.into();
        }
        Fate::Announced(claims) => {
            let numbers: Vec<String> = claims.iter().map(|key| stage.number(key)).collect();
            answer["hold"] = numbers.into();
        }
        Fate::Duplicate(of) => answer["duplicate_of"] = stage.ids.get(of).cloned().into(),
        _ => {}
    }
    let merged = before.payments().find(|old| {
        let now = stage.ledger.payment(old.key.source, old.key.index);
        old.kind == PaymentKind::Received
            && !matches!(old.fate, Fate::Duplicate(_))
            && now.is_some_and(|now| now.fate == Fate::Duplicate(*key))
    });
    if let Some(merged) = merged {
        answer["merges"] = stage.ids.get(&merged.key).cloned().into();
    }
    if let Some(rest) = &state.rest {
        answer["decision"] = rest.in_words().en.into();
    }
    if state.near {
        answer["notify"] = true.into();
    }
    if let Some(fee) = fee(state) {
        answer["fee"] = digits(fee.amount).into();
    }
    answer
}

/// The bank's charge for a return.
fn fee(state: &PaymentState) -> Option<Money> {
    let of_return = matches!(state.kind, PaymentKind::Returned | PaymentKind::Sent);
    let named = state.payment.charges.filter(|_| of_return);
    named.or(match state.rest {
        Some(Rest::Charge(fee)) => Some(fee),
        _ => None,
    })
}

fn outcome(stage: &Stage, state: &PaymentState) -> &'static str {
    match &state.fate {
        Fate::Asked(_) => "needs_decision",
        Fate::Waiting => "unmatched",
        Fate::Duplicate(_) => "duplicate",
        Fate::Announced(_) | Fate::Ignored(_) => "ignored",
        Fate::Reopened(_) => "reopened",
        Fate::Booked(_) | Fate::Short(_) if state.credit.is_some() => "overpaid",
        Fate::Booked(parts) | Fate::Short(parts) => {
            let claims = parts
                .iter()
                .filter_map(|(key, _)| stage.ledger.invoice(key));
            let closed = |one: &Invoice| {
                let costs = one
                    .allocations
                    .iter()
                    .filter(|part| part.payment == state.key);
                let paid = costs.fold(Decimal::ZERO, |sum, part| {
                    sum + part.split.fees + part.split.interest
                });
                // Who pays the principal only, has paid what he owes by his own word.
                one.unpaid().is_zero() && (one.costs_open().sum().is_zero() || paid.is_zero())
            };
            if claims.into_iter().all(closed) {
                "matched"
            } else {
                "partial"
            }
        }
    }
}

fn why(stage: &Stage, key: &EventKey) -> Vec<String> {
    let parts = stage.ledger.invoices().flat_map(|one| &one.allocations);
    let mut why: Vec<String> = parts
        .filter(|part| part.payment == *key)
        .flat_map(|part| part.why.iter().cloned())
        .collect();
    let state = stage.ledger.payment(key.source, key.index).unwrap();
    if let Fate::Ignored(reason) = &state.fate {
        why.push(reason.clone());
    }
    if let Fate::Asked(_) = &state.fate {
        for candidate in mahnwerk::ledger::matching::candidates(&state.payment, &stage.ledger) {
            let words = |notes: &[Note]| -> Vec<String> {
                notes.iter().map(|note| note.en.clone()).collect()
            };
            let for_it = words(&candidate.reasons).join("; ");
            let against = words(&candidate.against).join("; ");
            why.push(format!("{}: {for_it} / {against}", candidate.invoice));
        }
    }
    why
}

/// What a payment gave to each claim.
pub fn allocations(stage: &Stage, key: &EventKey) -> Vec<Value> {
    let mut found = Vec::new();
    for (claim, number) in &stage.numbers {
        let invoice = stage.ledger.invoice(claim).unwrap();
        for part in invoice
            .allocations
            .iter()
            .filter(|part| part.payment == *key)
        {
            let mut one = json!({"invoice": number, "amount": digits(part.amount.amount)});
            if !part.split.discount.is_zero() {
                one["discount"] = digits(part.split.discount).into();
            }
            if !part.split.write_off.is_zero() {
                one["write_off"] = digits(part.split.write_off).into();
            }
            if !invoice.costs.sum().is_zero() {
                one["principal"] = digits(part.principal()).into();
                one["fees"] = digits(part.split.fees).into();
                one["interest"] = digits(part.split.interest).into();
            }
            found.push(one);
        }
    }
    found
}

/// How a claim stands at the end.
pub fn end(invoice: &Invoice) -> Value {
    let costs = invoice.costs_open().sum();
    let paid = invoice.paid_in_money().amount;
    let open = if invoice.is_credit_note() {
        invoice.balance()
    } else {
        invoice.unpaid()
    };
    let some = paid > Decimal::ZERO || invoice.costs.sum() > costs;
    let status = if invoice.cancelled.is_some() {
        "cancelled"
    } else if invoice.is_credit_note() {
        if open.is_zero() { "settled" } else { "open" }
    } else if invoice.refunded > Decimal::ZERO && invoice.refunded >= paid {
        "refunded"
    } else if open.is_zero() {
        if costs.is_zero() {
            "paid"
        } else {
            "paid_fees_open"
        }
    } else if some {
        "partially_paid"
    } else {
        "open"
    };
    let mut end = json!({"open": digits(open.amount), "status": status});
    if !invoice.costs.sum().is_zero() {
        end["fees_open"] = digits(costs).into();
    }
    end
}
