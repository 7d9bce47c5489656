//! The books hold whatever comes in whatever order: properties over small invented histories, and examples that can
//! be read (`books/*.txt`, each with the ledger it folds to; `BLESS=1` writes them anew).
// `% n == 0` reads as what it is here: one choice out of n.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::manual_is_multiple_of,
    clippy::print_stdout
)]

#[path = "books/examples.rs"]
mod examples;
#[path = "books/history.rs"]
mod history;
#[path = "books/long.rs"]
mod long;

use std::collections::BTreeMap;

use history::{history, in_order};
use mahnwerk::ledger::books::{Fate, PaymentKind};
use mahnwerk::ledger::event::Command;
use mahnwerk::ledger::{
    Currency, Event, EventKey, Evidence, Fact, Invoice, InvoiceKey, Ledger, Money, SealKey,
    SourceId,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

type Sums = BTreeMap<Currency, Decimal>;

fn add(sums: &mut Sums, money: Money) {
    *sums.entry(money.currency).or_default() += money.amount;
}

fn without_zeros(sums: Sums) -> Sums {
    sums.into_iter().filter(|(_, sum)| !sum.is_zero()).collect()
}

/// What the payments say was booked, and what claims and customers hold.
fn both_sides(ledger: &Ledger) -> (Sums, Sums) {
    let (mut paid, mut held) = (Sums::new(), Sums::new());
    for state in ledger.payments() {
        match (&state.fate, state.kind) {
            (
                Fate::Booked(parts) | Fate::Short(parts),
                PaymentKind::Received | PaymentKind::Stated,
            ) => {
                let mut rest = state.payment.amount;
                for (claim, part) in parts {
                    let note = ledger.invoice(claim).unwrap().is_credit_note();
                    assert!(part.is_positive() != note, "{state:?}");
                    rest = rest.minus(*part).expect("one currency");
                }
                let credit = state.credit.unwrap_or(Money::zero(rest.currency));
                assert_eq!(
                    rest, credit,
                    "a booked payment is all on claims and credit: {state:?}"
                );
                add(&mut paid, state.payment.amount);
            }
            (
                Fate::Booked(parts) | Fate::Reopened(parts),
                PaymentKind::Returned | PaymentKind::Sent,
            ) => {
                for (claim, part) in parts {
                    let note = ledger.invoice(claim).unwrap().is_credit_note();
                    assert!(note || !part.is_positive(), "{state:?}");
                    add(&mut paid, *part);
                }
                state
                    .credit
                    .into_iter()
                    .for_each(|credit| add(&mut paid, credit));
            }
            (Fate::Booked(_) | Fate::Short(_) | Fate::Reopened(_), _) => {
                panic!("booked although it never came: {state:?}")
            }
            _ => assert_eq!(
                state.credit, None,
                "only what is booked can be credit: {state:?}"
            ),
        }
    }
    for invoice in ledger.invoices() {
        invoice
            .allocations
            .iter()
            .for_each(|part| add(&mut held, part.amount));
    }
    for (_, customer) in ledger.customers() {
        customer
            .credit
            .iter()
            .for_each(|credit| add(&mut held, *credit));
    }
    (without_zeros(paid), without_zeros(held))
}

/// The claim that the event's own money was booked on, if it was.
fn booked_by(event: &Event, ledger: &Ledger) -> Option<InvoiceKey> {
    matches!(event.fact, Fact::Paid(_)).then_some(())?;
    let state = ledger.payment(event.key.source, event.key.index)?;
    let (claim, _) = state.fate.booked()?.first()?;
    Some(claim.clone())
}

/// What claims and customers hold, without the trace of what was taken back.
fn restored(ledger: &Ledger) -> (Vec<Invoice>, Vec<Vec<Money>>) {
    let clean = |invoice: &Invoice| {
        let mut invoice = invoice.clone();
        invoice.taken_back.clear();
        invoice.allocations.sort_by_key(|part| part.payment);
        invoice
    };
    let credits = ledger.customers().map(|(_, customer)| {
        let mut credit = customer.credit.clone();
        credit.retain(|money| !money.is_zero());
        credit
    });
    (ledger.invoices().map(clean).collect(), credits.collect())
}

/// So many histories; in debug builds a case takes some milliseconds.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_order_and_any_repetition_give_the_same_ledger(
        events in history(40),
        order in proptest::collection::vec((any::<proptest::sample::Index>(), 0_i64..90_000), 0..80),
        chunk in 1_usize..9,
    ) {
        let folded = Ledger::fold(events.clone()).snapshot();
        let mut one_by_one = Ledger::default();
        let mut in_chunks = Ledger::default();
        // Picked events come early and out of order, some of them as a later copy of the mailbox dates them.
        let mut arriving: Vec<Event> = Vec::new();
        for (pick, later) in order.iter().filter(|_| !events.is_empty()) {
            let mut event = pick.get(&events).clone();
            if later % 3 == 0 {
                event.key.at = event.key.at.checked_add(jiff::SignedDuration::from_secs(*later)).unwrap();
            }
            arriving.push(event);
        }
        arriving.extend(events.iter().rev().cloned());
        arriving.extend(events.iter().take(5).cloned());
        for event in &arriving {
            one_by_one.apply(event);
        }
        for events in arriving.chunks(chunk) {
            in_chunks.apply_all(events);
        }
        prop_assert_eq!(&one_by_one.snapshot(), &folded);
        prop_assert_eq!(&in_chunks.snapshot(), &folded);
        prop_assert!(events.iter().all(|event| !in_chunks.apply(event)), "a known event is not new");
        prop_assert_eq!(in_chunks.events().count(), events.len());
    }

    #[test]
    fn in_place_and_from_the_beginning_are_one(events in history(40)) {
        let mut ledger = Ledger::default();
        for (count, event) in in_order(&events).iter().enumerate() {
            prop_assert!(ledger.apply(event));
            if count % 7 == 0 {
                let folded = Ledger::fold(ledger.events().collect::<Vec<_>>());
                prop_assert_eq!(ledger.snapshot(), folded.snapshot());
            }
        }
    }

}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn money_is_neither_made_nor_lost(events in history(60)) {
        let ledger = Ledger::fold(events.clone());
        let (paid, held) = both_sides(&ledger);
        prop_assert_eq!(paid, held);
        let read = events.iter().filter(|event| matches!(event.fact, Fact::Paid(_) | Fact::Pending(_) | Fact::Returned(_) | Fact::Sent(_)));
        let known = ledger.payments().filter(|state| state.kind != PaymentKind::Stated);
        prop_assert_eq!(read.count(), known.count(), "every payment has a fate");
    }

    #[test]
    fn no_claim_owes_less_than_nothing_or_in_two_currencies(events in history(60)) {
        let ledger = Ledger::fold(events);
        let mut open = 0;
        for invoice in ledger.invoices().filter(|invoice| !invoice.is_credit_note()) {
            prop_assert!(invoice.open().amount >= Decimal::ZERO && invoice.open().amount <= invoice.total.amount, "{:?}", invoice);
            prop_assert!(invoice.total.amount <= invoice.issued.total.amount && invoice.total.amount >= Decimal::ZERO);
            prop_assert!(invoice.allocations.iter().all(|part| part.amount.currency == invoice.total.currency));
            prop_assert!(invoice.allocations.iter().all(|part| !part.why.is_empty()), "every booking is explained");
            prop_assert!(invoice.taken.windows(2).all(|two| two[0].level < two[1].level));
            open += usize::from(invoice.open().is_positive());
        }
        prop_assert_eq!(open, ledger.open_invoices().count());
        for state in ledger.payments() {
            if let Fate::Booked(parts) | Fate::Reopened(parts) = &state.fate {
                prop_assert!(parts.iter().all(|(_, part)| part.currency == state.payment.amount.currency));
            }
        }
    }

    #[test]
    fn thin_evidence_never_books(events in history(40)) {
        let thin: Vec<Event> = events.into_iter().map(|mut event| {
            if let Fact::Paid(payment) | Fact::Returned(payment) | Fact::Sent(payment) = &mut event.fact {
                payment.proposal_only = true;
            }
            event
        }).filter(|event| !matches!(event.fact, Fact::Ordered(_))).collect();
        for state in Ledger::fold(thin).payments() {
            prop_assert!(!matches!(state.fate, Fate::Booked(_) | Fate::Short(_) | Fate::Reopened(_)), "{:?}", state);
        }
    }

    #[test]
    fn taking_a_booking_back_restores_the_ledger(events in history(40)) {
        let mut ledger = Ledger::default();
        for event in in_order(&events) {
            let before = ledger.clone();
            ledger.apply(&event);
            let Some(claim) = booked_by(&event, &ledger) else {
                continue;
            };
            let mut undone = ledger.clone();
            let key = EventKey { source: SourceId::of(b"undo"), ..event.key };
            let at = key.at.checked_add(jiff::SignedDuration::from_millis(1)).unwrap();
            let fact = Fact::Ordered(Command::Undo { invoice: claim });
            let key = EventKey { at, ..key };
            undone.apply(&Event { key, fact, by: Evidence::Token });
            prop_assert_eq!(undone.remark(&key), None);
            let state = undone.payment(event.key.source, event.key.index).unwrap();
            prop_assert!(matches!(state.fate, Fate::Asked(_)), "{:?}", state);
            prop_assert_eq!(restored(&undone), restored(&before));
        }
    }

    #[test]
    fn any_event_survives_its_seal(events in history(6), words in ".{0,80}", place in any::<proptest::sample::Index>(), bit in 0_u8..8) {
        let key = SealKey::new(b"thirty-two bytes of an invented key").unwrap();
        let extra = Event { fact: Fact::Unclear { words }, ..history::first_event() };
        for event in events.iter().chain([&extra]) {
            let line = event.seal(&key);
            prop_assert_eq!(Event::unseal(&line, &key), Some(event.clone()));
            let mut changed = line.clone().into_bytes();
            let at = place.index(changed.len());
            changed[at] ^= 1 << bit;
            if changed[at] != b' ' && line.as_bytes()[at] != b' ' && changed[at].is_ascii() && !changed[at].is_ascii_whitespace() {
                prop_assert_eq!(Event::unseal(std::str::from_utf8(&changed).unwrap(), &key), None);
            }
        }
    }

    #[test]
    fn no_text_breaks_the_unsealing(text in "(mw1 )?[\\PC\\s]{0,200}") {
        let key = SealKey::new(&[3; 32]).unwrap();
        prop_assert_eq!(Event::unseal(&text, &key), None);
    }
}

/// Not a measurement, a tripwire: the fold grows with the number of events, not with its square.
#[test]
fn a_long_history_folds_in_linear_time() {
    let events = long::long(20_000);
    let begin = std::time::Instant::now();
    let ledger = Ledger::fold(events);
    let took = begin.elapsed();
    assert!(ledger.invoices().count() > 5_000 && ledger.open_invoices().count() > 100);
    println!("folded 20,000 events in {took:?}");
    assert!(took.as_secs() < 20, "{took:?}");
}
