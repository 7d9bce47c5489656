//! The eve of a sending day, for the tests of trouble: orders on invoice are overdue, the digests have forewarned, and at
//! five past nine on the 19th the friendly reminders are due.

use jiff::civil::{Date, date};
use mahnwerk::daemon::Daemon;
use mahnwerk::ledger::policy::QuestionId;
use mahnwerk::world::Outbox;
use mahnwerk::world::imap::ImapInbox;

use super::found;
use super::mails::{Order, Shop};
use super::stage::{Stage, asked, at};

const FIRST: Date = date(2026, 3, 2);
/// The day on which the letters are due, and the next one.
pub const DAY: Date = date(2026, 3, 19);
pub const NEXT: Date = date(2026, 3, 20);

pub const ALMA: &str = "alma.wirth@kunden.example";
pub const CORA: &str = "cora.lang@kunden.example";
pub const EDDA: &str = "edda.moll@firma.example";

const ORDERS: [Order; 3] = [
    order(Shop::Tee, "30201", "Alma Wirth", ALMA, 6480),
    order(Shop::Hof, "5701", "Cora Lang", CORA, 8900),
    order(Shop::Buero, "88101", "Edda Moll", EDDA, 29900),
];

const fn order(
    shop: Shop,
    number: &'static str,
    name: &'static str,
    address: &'static str,
    cents: u32,
) -> Order {
    Order {
        shop,
        number,
        name,
        address,
        cents,
        day: FIRST,
    }
}

/// The merchant with the first `count` of the overdue customers (Alma, Cora, Edda), before the daemon has ever run.
pub fn stage(count: usize) -> Option<Stage> {
    let stage = Stage::new(FIRST)?;
    for order in &ORDERS[..count] {
        stage.put_order(order);
    }
    stage.put_statement(date(2026, 3, 18), &[]);
    Some(stage)
}

/// Up to nine o'clock on the day: everything is read, the merchant is forewarned, no letter is out.
pub async fn live<O: Outbox>(stage: &Stage, daemon: &mut Daemon<ImapInbox, O>) {
    let eve = DAY.yesterday().unwrap();
    stage.turns(daemon, at(eve, 7, 1)).await;
    stage.turns(daemon, at(eve, 8, 5)).await;
    stage.put_statement(DAY, &[]);
    stage.turns(daemon, at(DAY, 8, 5)).await;
    assert!(found::counts(stage).is_empty(), "nothing is due yet");
}

/// When the daemon was started on the eve: what it read first was followed by a wait, as with every new store.
pub fn start() -> jiff::Timestamp {
    at(DAY.yesterday().unwrap(), 7, 0)
}

/// The next day up to noon; the merchant answers the digest's questions about lost letters.
pub async fn next_day<O: Outbox>(
    stage: &Stage,
    daemon: &mut Daemon<ImapInbox, O>,
    answers: &[&str],
) {
    stage.put_statement(NEXT, &[]);
    stage.turns(daemon, at(NEXT, 8, 5)).await;
    let doubts = asked(&daemon.desk, NEXT, |question| {
        matches!(question, QuestionId::Doubt(_))
    });
    assert_eq!(doubts.len(), answers.len(), "one answer for each doubt");
    if !answers.is_empty() {
        let lines = answers.iter().zip(doubts);
        let lines: Vec<String> = lines
            .map(|(word, number)| format!("{word} {number}"))
            .collect();
        stage.put_reply(NEXT, &lines.join("\n"), at(NEXT, 8, 50));
    }
    stage.turns(daemon, at(NEXT, 9, 5)).await;
    stage.turns(daemon, at(NEXT, 12, 0)).await;
}

/// So many letters each customer has, and nothing is left to be settled.
pub fn assert_letters<O: Outbox>(
    stage: &Stage,
    daemon: &Daemon<ImapInbox, O>,
    letters: &[(&str, usize)],
) {
    assert!(daemon.desk.flights.is_empty(), "{:?}", daemon.desk.flights);
    let wanted: Vec<(String, usize)> = letters
        .iter()
        .map(|(address, count)| (address.to_string(), *count))
        .collect();
    assert_eq!(found::counts(stage), wanted);
    found::assert_copies(stage);
    stage.assert_nothing_else_came();
}
