//! A turn with nothing new at 100,000 open claims, and opening a store of 100,000 events: `cargo bench --bench turn`.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../sim/dice.rs"]
mod dice;
#[path = "../sim/rules.rs"]
mod rules;
#[allow(dead_code)] // the simulation's script is used for its constants only
#[path = "../sim/script.rs"]
mod script;

use jiff::{SignedDuration, ToSpan};
use mahnwerk::daemon::{Daemon, Desk};
use mahnwerk::ledger::event::Issued;
use mahnwerk::ledger::{
    Currency, Customer, CustomerAddress, Event, EventKey, Evidence, Fact, InvoiceKey, Language,
    Ledger, Money, PaymentMethod, SourceId,
};
use mahnwerk::world::maildir::MaildirOutbox;
use mahnwerk::world::memory::{MemoryInbox, MemoryMailbox};
use mahnwerk::world::store::{Learned, SimDisk, Store};
use rust_decimal::Decimal;

fn main() {
    divan::main();
}

fn events(count: u32) -> Vec<Event> {
    (0..count)
        .map(|n| {
            let day = script::FIRST_DAY + i64::from(n % 300).days();
            let at = script::at(day, 10, 0) + SignedDuration::from_secs(i64::from(n % 3_000));
            let issued = Issued {
                invoice: InvoiceKey {
                    shop: "laden".into(),
                    number: format!("{}", 100_000 + n),
                },
                invoice_number: None,
                order_date: day,
                customer: Customer {
                    name: None,
                    company: None,
                    address: CustomerAddress::new(&format!("kunde{n}@kunden.example")).ok(),
                    country: Some("DE".into()),
                    postcode: None,
                    language: Language::De,
                },
                total: Money::new(
                    Decimal::new(i64::from(n % 90_000) + 1_000, 2),
                    Currency::EUR,
                ),
                amount_due: None,
                method: Some(PaymentMethod::Invoice),
                paid: false,
                due_date: None,
                terms_days: None,
                terms: Default::default(),
            };
            let key = EventKey {
                at,
                source: SourceId::of(&n.to_be_bytes()),
                index: 0,
            };
            Event {
                key,
                fact: Fact::Issued(issued),
                by: Evidence::Assumed,
            }
        })
        .collect()
}

#[divan::bench(args = [1_000, 10_000, 100_000])]
fn turn_with_nothing_new(bencher: divan::Bencher<'_, '_>, count: u32) {
    let now = script::at(script::FIRST_DAY + 30.days(), 20, 0);
    let store = Store::simulated(SimDisk::new());
    let mut desk = Desk::open(store.unwrap(), rules::rules(), now).unwrap();
    desk.ledger = Ledger::fold(events(count));
    let inbox = MemoryInbox::new("bench", MemoryMailbox::default());
    let outbox = MaildirOutbox::new(&std::env::temp_dir().join("mahnwerk-bench"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut daemon = Daemon::new(desk, vec![inbox], outbox, now);
    let later = now + SignedDuration::from_hours(25);
    runtime.block_on(daemon.turn(later));
    bencher.bench_local(|| runtime.block_on(daemon.turn(later)).complete);
}

#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 10)]
fn open_store(bencher: divan::Bencher<'_, '_>, count: u32) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for group in events(count).chunks(1_000) {
        store
            .learn(&Learned {
                events: group,
                ..Learned::default()
            })
            .unwrap();
    }
    drop(store);
    let rules = std::cell::RefCell::new(Some(rules::rules()));
    bencher.bench_local(|| {
        let store = Store::open(folder.path()).unwrap();
        let desk = Desk::open(store, rules.take().unwrap(), jiff::Timestamp::UNIX_EPOCH).unwrap();
        let claims = desk.ledger.invoices().count();
        rules.replace(Some(desk.rules));
        claims
    });
}
