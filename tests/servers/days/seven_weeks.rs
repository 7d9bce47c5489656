//! Seven weeks of a merchant with three shops: who pays and who does not, and what lies in the mailboxes at the end.
//!
//! The expectation is `expected.txt`; `BLESS=1` writes it anew.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use mahnwerk::daemon::Daemon;
use mahnwerk::ledger::calendar::is_banking_day;
use mahnwerk::ledger::policy::QuestionId;
use mahnwerk::world::imap::ImapInbox;
use mahnwerk::world::smtp::SmtpOutbox;

use super::found;
use super::mails::{Order, Shop, Transfer, customer_writes};
use super::stage::{Stage, asked, at, days};
use crate::block_on;

const FIRST: Date = date(2026, 3, 2);
const LAST: Date = date(2026, 4, 17);

const GESA: &str = "gesa.vogt@kunden.example";

const ORDERS: [Order; 8] = [
    // Never pays: friendly reminder, reminder, and the final notice after the merchant's yes.
    order(
        Shop::Tee,
        "30201",
        "Alma Wirth",
        "alma.wirth@kunden.example",
        6480,
        2,
    ),
    // Pays in time, with the number.
    order(
        Shop::Tee,
        "30202",
        "Bela Kern",
        "bela.kern@kunden.example",
        3990,
        3,
    ),
    // Pays one half after the friendly reminder, the other half three days later.
    order(
        Shop::Hof,
        "5701",
        "Cora Lang",
        "cora.lang@kunden.example",
        8900,
        3,
    ),
    // Pays by PayPal.
    order(
        Shop::Hof,
        "5702",
        "Doris Ebel",
        "doris.ebel@kunden.example",
        5250,
        4,
    ),
    // Owes for two orders: one letter about both.
    order(
        Shop::Buero,
        "88101",
        "Edda Moll",
        "edda.moll@firma.example",
        29900,
        4,
    ),
    order(
        Shop::Buero,
        "88102",
        "Edda Moll",
        "edda.moll@firma.example",
        11800,
        5,
    ),
    // Pays; the bank tells it twice, first in half a line, then in the statement.
    order(
        Shop::Buero,
        "88103",
        "Falk Beyer",
        "falk.beyer@firma.example",
        74900,
        9,
    ),
    // Writes back after the friendly reminder: held from then on.
    order(Shop::Hof, "5703", "Gesa Vogt", GESA, 4120, 5),
];

const TRANSFERS: [Transfer; 4] = [
    transfer(12, 3990, "Bela Kern", "Bestellung 30202"),
    transfer(20, 74900, "Falk Beyer", "Bestellung 88103 danke"),
    transfer(23, 4450, "Cora Lang", "Bestellung 5701 erste Haelfte"),
    transfer(26, 4450, "Cora Lang", "Bestellung 5701 Rest"),
];

const fn order(
    shop: Shop,
    number: &'static str,
    name: &'static str,
    address: &'static str,
    cents: u32,
    day: i8,
) -> Order {
    let day = date(2026, 3, day);
    Order {
        shop,
        number,
        name,
        address,
        cents,
        day,
    }
}

const fn transfer(day: i8, cents: u32, payer: &'static str, purpose: &'static str) -> Transfer {
    let day = date(2026, 3, day);
    Transfer {
        day,
        cents,
        payer,
        purpose,
    }
}

/// What reaches the mailbox on a day besides statements, with the hour.
fn arrivals(day: Date) -> Vec<(i8, Vec<u8>)> {
    let mut mails: Vec<(i8, Vec<u8>)> = Vec::new();
    mails.extend(
        ORDERS
            .iter()
            .filter(|order| order.day == day)
            .map(|order| (10, order.mail())),
    );
    match (day.month(), day.day()) {
        (3, 12) => mails.push((11, ORDERS[3].paypal(day))),
        (3, 20) => mails.push((11, ORDERS[6].kontowecker(day, "Falk Bey."))),
        (3, 24) => {
            let words = "Guten Tag,\n\ndie Kiste kam halb leer an, was tun wir da?\n\nGesa Vogt";
            mails.push((11, customer_writes(GESA, words, day)));
        }
        _ => {}
    }
    mails
}

/// One day: the statement in the morning, digest, the merchant's yes to a final notice, letters, noon.
async fn live(stage: &Stage, daemon: &mut Daemon<ImapInbox, SmtpOutbox>, day: Date) {
    if is_banking_day(day) && day > FIRST {
        stage.put_statement(day, &TRANSFERS);
    }
    stage.turns(daemon, at(day, 6, 50)).await;
    stage.turns(daemon, at(day, 8, 5)).await;
    for number in asked(&daemon.desk, day, is_final) {
        stage.put_reply(day, &format!("ja {number}"), at(day, 8, 50));
    }
    stage.turns(daemon, at(day, 9, 5)).await;
    for (hour, mail) in arrivals(day) {
        stage.put(&mail, at(day, hour, 13));
    }
    stage.turns(daemon, at(day, 12, 0)).await;
}

fn is_final(question: &QuestionId) -> bool {
    matches!(question, QuestionId::Step(step) if step.level == 3)
}

#[test]
fn seven_weeks_bring_exactly_the_expected_letters() {
    let Some(stage) = Stage::new(FIRST) else {
        return;
    };
    block_on(async {
        let start: Timestamp = at(FIRST, 6, 0);
        let mut daemon = stage.daemon(start);
        for day in days(FIRST, LAST) {
            live(&stage, &mut daemon, day).await;
        }
        assert!(daemon.desk.flights.is_empty(), "{:?}", daemon.desk.flights);
        daemon.end();
    });
    found::assert_copies(&stage);
    stage.assert_nothing_else_came();
    assert_expected(&found::account(&stage));
}

fn assert_expected(account: &str) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/servers/days/expected.txt"
    );
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, account).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    assert!(account == expected, "not as in {path}; it is:\n{account}");
}
