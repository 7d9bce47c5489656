//! The calendar of the demo: which mail arrives when, whose letter comes back, where the process dies.

use std::collections::VecDeque;
use std::path::Path;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::daemon::Desk;
use crate::ledger::Fact;
use crate::letter::Letter;
use crate::mail::RawMail;

const FIRST_DAY: Date = date(2026, 3, 2);
const LAST_DAY: Date = date(2026, 4, 28);
const IBAN: &str = "DE02120300000000202051";

/// Customer whose address does not exist.
const BOUNCES: &str = "fritz.skizze@example.net";
/// Customer at whose second letter the process dies.
const CRASH_AT: &str = "einkauf@vorlage-gmbh.example";

const MAILS: [(Date, i8, i8, &str); 9] = [
    (
        date(2026, 3, 2),
        10,
        12,
        include_str!("../../templates/demo/order-shopware6.eml"),
    ),
    (
        date(2026, 3, 3),
        15,
        40,
        include_str!("../../templates/demo/order-shopware5.eml"),
    ),
    (
        date(2026, 3, 4),
        9,
        6,
        include_str!("../../templates/demo/order-woocommerce.eml"),
    ),
    (
        date(2026, 3, 5),
        11,
        20,
        include_str!("../../templates/demo/order-jtl.eml"),
    ),
    (
        date(2026, 3, 6),
        18,
        2,
        include_str!("../../templates/demo/order-shopify.eml"),
    ),
    (
        date(2026, 3, 9),
        8,
        31,
        include_str!("../../templates/demo/order-schema-org.eml"),
    ),
    (
        date(2026, 3, 16),
        8,
        10,
        include_str!("../../templates/demo/sparkasse.eml"),
    ),
    (
        date(2026, 3, 19),
        14,
        22,
        include_str!("../../templates/demo/paypal.eml"),
    ),
    (
        date(2026, 3, 27),
        20,
        15,
        include_str!("../../templates/demo/reply-customer.eml"),
    ),
];

/// Lines of the bank statements: booking day, cents, payer, purpose.
const BOOKINGS: [(Date, &str, &str, &str); 3] = [
    (
        date(2026, 3, 16),
        "64.80",
        "Anna Beispiel",
        "Bestellung 30118 Danke",
    ),
    (
        date(2026, 3, 20),
        "40.00",
        "Carla Probe",
        "Bestellung 5521, Rest folgt",
    ),
    (
        date(2026, 4, 9),
        "49.00",
        "Carla Probe",
        "Bestellung 5521 Rest",
    ),
];

/// Writes the configuration, the seal key and the Maildirs of the demo.
pub(super) fn set_up(folder: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{} cannot be written: {error}", folder.display());
    for sub in [
        "merchant/cur",
        "merchant/new",
        "merchant/tmp",
        "customers/cur",
        "customers/new",
        "customers/tmp",
    ] {
        std::fs::create_dir_all(folder.join(sub)).map_err(failed)?;
    }
    let place = folder.canonicalize().map_err(failed)?;
    let text = include_str!("../../templates/demo/mahnwerk.toml")
        .replace("FOLDER", &place.to_string_lossy());
    std::fs::write(folder.join("mahnwerk.toml"), text).map_err(failed)?;
    write_secret(&folder.join("seal-key")).map_err(failed)
}

fn write_secret(path: &Path) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    // The demo's key is public: it protects nothing but the demo's own story, and keeps its bytes the same every time.
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(b"the public seal key of the demonstration\n")
}

/// Mails still to come.
#[derive(Debug)]
pub(super) struct Script {
    to_come: VecDeque<RawMail>,
    seen_letters: usize,
}

impl Script {
    pub(super) fn new() -> Script {
        let mails = MAILS
            .iter()
            .map(|(day, hour, minute, text)| arrival(at(*day, *hour, *minute), text));
        let mut to_come: Vec<RawMail> = mails.chain(statements()).collect();
        to_come.sort_by_key(|mail| mail.received);
        Script {
            to_come: to_come.into(),
            seen_letters: 0,
        }
    }

    pub(super) fn start(&self) -> Timestamp {
        at(FIRST_DAY, 7, 0)
    }

    pub(super) fn end(&self) -> Timestamp {
        at(LAST_DAY, 18, 0)
    }

    pub(super) fn next_arrival(&self) -> Timestamp {
        self.to_come
            .front()
            .map_or(Timestamp::MAX, |mail| mail.received)
    }

    pub(super) fn take_arrived(&mut self, now: Timestamp) -> Vec<RawMail> {
        let arrived = self
            .to_come
            .iter()
            .take_while(|mail| mail.received <= now)
            .count();
        self.to_come.drain(..arrived).collect()
    }

    /// What our letters cause: one comes back, and the merchant answers digests that ask something.
    pub(super) fn letters(&mut self, desk: &Desk, now: Timestamp) -> Result<(), String> {
        let letters: Vec<_> = desk
            .ledger
            .events()
            .filter(|event| matches!(event.fact, Fact::Reminded(_) | Fact::Told(_)))
            .collect();
        for event in letters.iter().skip(self.seen_letters) {
            let answer = match &event.fact {
                Fact::Reminded(reminded) if reminded.to.as_str() == BOUNCES => {
                    let id = format!("mw.{}@morgenrot.example", reminded.letter);
                    Some(arrival(
                        now + 4.minutes(),
                        &BOUNCE.replace("MESSAGE-ID", &id).replace("FAILED", BOUNCES),
                    ))
                }
                Fact::Told(told) if wants_yes(told) => {
                    let number = 1 + told.questions.iter().position(is_final).unwrap_or(0);
                    let tag = desk.rules.key.reply_tag(told.digest, told.on);
                    let text = ANSWER
                        .replace("TAG", &tag)
                        .replace("WORDS", &format!("ja {number}"));
                    Some(arrival(
                        now + 50.minutes(),
                        &text.replace("DAY", &told.on.to_string()),
                    ))
                }
                _ => None,
            };
            if let Some(mail) = answer {
                let place = self
                    .to_come
                    .partition_point(|other| other.received <= mail.received);
                self.to_come.insert(place, mail);
            }
        }
        self.seen_letters = letters.len();
        Ok(())
    }
}

/// The process dies at the second letter to one customer.
pub(super) fn dies_at(letter: &Letter) -> bool {
    letter.events.iter().any(|event| match &event.fact {
        Fact::Reminded(reminded) => {
            reminded.to.as_str() == CRASH_AT && reminded.steps.iter().any(|step| step.level == 2)
        }
        _ => false,
    })
}

fn is_final(question: &crate::ledger::policy::QuestionId) -> bool {
    matches!(question, crate::ledger::policy::QuestionId::Step(step) if step.level == 3)
}

fn wants_yes(told: &crate::ledger::event::Told) -> bool {
    told.questions.iter().any(is_final)
}

fn at(day: Date, hour: i8, minute: i8) -> Timestamp {
    let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    day.at(hour, minute, 0, 0)
        .to_zoned_datetime(zone)
        .map_or(Timestamp::UNIX_EPOCH, |moment| moment.timestamp())
}

fn arrival(received: Timestamp, text: &str) -> RawMail {
    // RFC 5322 3.3: mails that the script writes itself bear the time at which they come.
    let sent = received.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    RawMail {
        bytes: text
            .replace("SENT-DATE", &sent)
            .replace('\n', "\r\n")
            .into_bytes(),
        received,
    }
}

/// A camt.053 statement every morning of a working day.
fn statements() -> impl Iterator<Item = RawMail> {
    let days = FIRST_DAY.series(1.day()).take_while(|day| *day <= LAST_DAY);
    let mornings = days.filter(|day| crate::ledger::calendar::is_banking_day(*day));
    mornings.scan(FIRST_DAY, |from, day| {
        let until = day.yesterday().unwrap_or(day);
        let entries: String = BOOKINGS
            .iter()
            .enumerate()
            .filter(|(_, (on, ..))| *on >= *from && *on <= until)
            .map(|(index, (on, amount, payer, purpose))| {
                ENTRY
                    .replace("AMOUNT", amount)
                    .replace("DAY", &on.to_string())
                    .replace("REFERENCE", &format!("DEMO{index:04}"))
                    .replace("PAYER", payer)
                    .replace("PURPOSE", purpose)
            })
            .collect();
        let text = STATEMENT
            .replace("ENTRIES", &entries)
            .replace("IBAN-OF-ACCOUNT", IBAN)
            .replace("FROM-DAY", &from.to_string())
            .replace("UNTIL-DAY", &until.to_string());
        *from = day;
        Some(arrival(at(day, 6, 45), &text))
    })
}

const STATEMENT: &str = include_str!("../../templates/demo/statement.eml");
const ENTRY: &str = include_str!("../../templates/demo/statement-entry.xml");
const BOUNCE: &str = include_str!("../../templates/demo/bounce.eml");
const ANSWER: &str = include_str!("../../templates/demo/reply-merchant.eml");
