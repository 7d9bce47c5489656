//! What happens in a simulated merchant's life: orders, payments, statements, answers, as the mails that he receives.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

use crate::dice::Dice;

pub const SHOP: &str = "bestellung@laden.example";
pub const BANK: &str = "auszug@bank.example";
pub const MERCHANT: &str = "inhaberin@laden.example";
pub const IBAN: &str = "DE02120300000000202051";
pub const HOST: &str = "mx.laden.example";
pub const FIRST_DAY: Date = date(2026, 3, 2);
pub const DAYS: i64 = 100;

/// One order and how it goes on.
#[derive(Debug)]
pub struct Order {
    pub number: String,
    pub customer: String,
    pub cents: u64,
    pub placed: Timestamp,
    /// Day and cents of each transfer.
    pub transfers: Vec<(Date, u64)>,
    /// When the customer writes back.
    pub answer: Option<Timestamp>,
}

/// A mail that the mailbox receives.
#[derive(Debug)]
pub struct Arrival {
    pub at: Timestamp,
    pub bytes: Vec<u8>,
}

/// Everything that is fixed before the first day.
#[derive(Debug)]
pub struct Script {
    pub orders: Vec<Order>,
    pub arrivals: Vec<Arrival>,
    /// When each order's full payment was in the mailbox (statement received).
    pub paid_at: Vec<Option<Timestamp>>,
    /// Last day of each statement, with the time when it was received.
    pub statements: Vec<(Timestamp, Date)>,
}

pub fn zone() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

pub fn at(day: Date, hour: i8, minute: i8) -> Timestamp {
    day.at(hour, minute, 0, 0)
        .to_zoned_datetime(zone())
        .unwrap()
        .timestamp()
}

pub fn script(dice: &mut Dice) -> Script {
    let orders = orders(dice);
    let mut arrivals: Vec<Arrival> = Vec::new();
    for order in &orders {
        arrivals.push(Arrival {
            at: order.placed,
            bytes: order_mail(order),
        });
        if dice.percent(25) {
            // The merchant's copy of the same order: another mail, the same claim.
            let again = order.placed + SignedDuration::from_mins(1 + dice.below(90) as i64);
            arrivals.push(Arrival {
                at: again,
                bytes: order_mail_again(order),
            });
        }
        if let Some(at) = order.answer {
            arrivals.push(Arrival {
                at,
                bytes: answer_mail(order),
            });
        }
    }
    let (statements, bank) = statements(dice, &orders);
    arrivals.extend(bank);
    let paid_at = orders
        .iter()
        .map(|order| paid_at(order, &statements))
        .collect();
    arrivals.sort_by(|a, b| (a.at, &a.bytes).cmp(&(b.at, &b.bytes)));
    Script {
        orders,
        arrivals,
        paid_at,
        statements,
    }
}

fn orders(dice: &mut Dice) -> Vec<Order> {
    let count = 3 + dice.below(8);
    (0..count)
        .map(|index| {
            let day = FIRST_DAY + (dice.below(50) as i64).days();
            let cents = 1_000 + dice.below(90_000);
            let customer = format!("kunde{}@kunden.example", dice.below(count));
            let transfers = match dice.below(10) {
                0..=3 => Vec::new(),
                4..=7 => vec![(day + (5 + dice.below(45) as i64).days(), cents)],
                _ => {
                    let first = cents / 3;
                    let start = 5 + dice.below(30) as i64;
                    vec![
                        (day + start.days(), first),
                        (day + (start + 10).days(), cents - first),
                    ]
                }
            };
            let answer = dice
                .percent(10)
                .then(|| at(day + (20 + dice.below(30) as i64).days(), 21, 15));
            let (hour, minute) = (dice.below(24) as i8, dice.below(60) as i8);
            Order {
                number: format!("{}", 20_100 + index * 7),
                customer,
                cents,
                placed: at(day, hour, minute),
                transfers,
                answer,
            }
        })
        .collect()
}

/// Statements of working mornings; sometimes the bank is silent for days.
fn statements(dice: &mut Dice, orders: &[Order]) -> (Vec<(Timestamp, Date)>, Vec<Arrival>) {
    let (mut seen, mut mails) = (Vec::new(), Vec::new());
    let mut from = FIRST_DAY;
    let mut silent = 0;
    for offset in 1..DAYS {
        let day = FIRST_DAY + offset.days();
        if silent > 0 {
            silent -= 1;
            continue;
        }
        if dice.percent(4) {
            silent = dice.below(12);
        }
        let until = day.yesterday().unwrap();
        let entries: Vec<(Date, u64, &Order)> = orders
            .iter()
            .flat_map(|order| {
                order
                    .transfers
                    .iter()
                    .map(move |(on, cents)| (*on, *cents, order))
            })
            .filter(|(on, ..)| *on >= from && *on <= until)
            .collect();
        let received = at(day, 6, 30 + (dice.below(20) as i8));
        mails.push(Arrival {
            at: received,
            bytes: statement_mail(from, until, &entries),
        });
        seen.push((received, until));
        from = day;
    }
    (seen, mails)
}

fn paid_at(order: &Order, statements: &[(Timestamp, Date)]) -> Option<Timestamp> {
    let sum: u64 = order.transfers.iter().map(|(_, cents)| cents).sum();
    let last = order.transfers.iter().map(|(on, _)| *on).max()?;
    (sum == order.cents).then(|| {
        statements
            .iter()
            .find(|(_, until)| *until >= last)
            .map(|(at, _)| *at)
    })?
}

pub fn euros(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn head(from: &str, to: &str, subject: &str, id: &str) -> String {
    let domain = from.split('@').nth(1).unwrap();
    format!(
        "Authentication-Results: {HOST}; dkim=pass header.d={domain}; spf=pass smtp.mailfrom={from}; \
         dmarc=pass header.from={domain}\r\nFrom: {from}\r\nTo: {to}\r\nSubject: {subject}\r\n\
         Message-ID: <{id}>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
    )
}

fn order_mail(order: &Order) -> Vec<u8> {
    order_mail_with(order, "a")
}

fn order_mail_again(order: &Order) -> Vec<u8> {
    order_mail_with(order, "b")
}

fn order_mail_with(order: &Order, copy: &str) -> Vec<u8> {
    let day = order.placed.to_zoned_datetime(zone()).date();
    let total = euros(order.cents);
    let json = format!(
        "{{\"@context\":\"https://schema.org\",\"@type\":\"Order\",\"orderNumber\":\"{}\",\"orderDate\":\"{day}T09:00:00+02:00\",\
         \"price\":\"{total}\",\"priceCurrency\":\"EUR\",\"orderStatus\":\"https://schema.org/OrderProcessing\",\
         \"customer\":{{\"@type\":\"Person\",\"name\":\"Kim Beispiel\",\"email\":\"{}\"}},\
         \"billingAddress\":{{\"@type\":\"PostalAddress\",\"name\":\"Kim Beispiel\",\"addressCountry\":\"DE\",\
         \"email\":\"{}\"}},\"merchant\":{{\"@type\":\"Organization\",\"name\":\"Laden\"}}}}",
        order.number, order.customer, order.customer
    );
    let mut mail = head(
        SHOP,
        &order.customer,
        "Ihre Bestellung",
        &format!("{}{copy}@laden.example", order.number),
    );
    mail += "Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>Vielen Dank f&uuml;r Ihre Bestellung.</p>\r\n";
    mail += &format!("<script type=\"application/ld+json\">{json}</script></body></html>\r\n");
    mail.into_bytes()
}

fn answer_mail(order: &Order) -> Vec<u8> {
    let mut mail = head(
        &order.customer,
        SHOP,
        "Frage zu meiner Bestellung",
        &format!("{}q@kunden.example", order.number),
    );
    mail += "Content-Type: text/plain; charset=utf-8\r\n\r\nGuten Abend, dazu habe ich noch eine Frage.\r\n";
    mail.into_bytes()
}

fn statement_mail(from: Date, until: Date, entries: &[(Date, u64, &Order)]) -> Vec<u8> {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\
         <BkToCstmrStmt><GrpHdr><MsgId>S{until}</MsgId><CreDtTm>{until}T23:00:00</CreDtTm></GrpHdr><Stmt><Id>{until}</Id>\
         <CreDtTm>{until}T23:00:00</CreDtTm><FrToDt><FrDtTm>{from}T00:00:00</FrDtTm><ToDtTm>{until}T23:59:59</ToDtTm></FrToDt>\
         <Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>\
         <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
         <Dt><Dt>{until}</Dt></Dt></Bal>"
    );
    for (index, (on, cents, order)) in entries.iter().enumerate() {
        xml += &format!(
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{on}</Dt></BookgDt>\
             <ValDt><Dt>{on}</Dt></ValDt><AcctSvcrRef>R{until}-{index}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>\
             <Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Kim Beispiel</Nm></Pty></Dbtr></RltdPties>\
             <RmtInf><Ustrd>Bestellung {number}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>",
            amount = euros(*cents),
            number = order.number
        );
    }
    xml += "</Stmt></BkToCstmrStmt></Document>\n";
    let mut mail = head(
        BANK,
        MERCHANT,
        "Kontoauszug",
        &format!("s{until}@bank.example"),
    );
    mail += "Content-Type: multipart/mixed; boundary=xx\r\n\r\n--xx\r\nContent-Type: text/plain\r\n\r\nIm Anhang.\r\n--xx\r\n\
             Content-Type: application/xml; name=auszug.xml\r\nContent-Disposition: attachment; filename=auszug.xml\r\n\r\n";
    mail += &xml;
    mail += "\r\n--xx--\r\n";
    mail.into_bytes()
}
