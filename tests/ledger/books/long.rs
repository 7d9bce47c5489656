//! A long history of one shop, for the growth of the fold.

use jiff::{SignedDuration, Timestamp};
use mahnwerk::ledger::terms::Terms;
use mahnwerk::ledger::{CustomerAddress, Event, EventKey, Evidence, Fact, InvoiceKey, Money};

use super::history::{IBANS, issued, payment, source};

/// A shop's long history: orders, most of them paid with their number, some without, some never.
pub fn long(count: usize) -> Vec<Event> {
    let begin: Timestamp = "2024-01-01T06:00:00Z".parse().unwrap();
    (0..count)
        .map(|i| {
            let at = begin
                .checked_add(SignedDuration::from_mins(i64::try_from(i).unwrap() * 10))
                .unwrap();
            let order = 100_000 + i / 2;
            let amount: Money = format!("{}.{:02} EUR", 20 + order % 300, order % 90)
                .parse()
                .unwrap();
            let (a, b, c) = (2, 1, 1);
            let fact = if i % 2 == 0 {
                let mut issued = issued(a, b, c, 0);
                issued.invoice = InvoiceKey {
                    shop: "north".into(),
                    number: order.to_string(),
                };
                issued.customer.address =
                    CustomerAddress::new(&format!("c{}@example.org", order % 4000)).ok();
                issued.total = amount;
                issued.terms = Terms::default();
                Fact::Issued(issued)
            } else {
                let mut paid = payment(a, b, c, 0);
                paid.amount = amount;
                paid.account = IBANS[0].into();
                paid.remittance = match order % 20 {
                    0 => "danke".into(),
                    1 => "Umbuchung 77".into(),
                    _ => format!("SVWZ+Bestellung {order} vom 28.10.2026"),
                };
                paid.from_statement = true;
                paid.transaction_id = Some(format!("TX{i}"));
                Fact::Paid(paid)
            };
            let key = EventKey {
                at,
                source: source(i),
                index: 0,
            };
            Event {
                key,
                fact,
                by: Evidence::File,
            }
        })
        .collect()
}
