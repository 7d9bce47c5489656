//! Ten merchants' daemons, each the real program, are killed with `kill -9` at random moments around their letters and
//! started again: every customer gets exactly one friendly reminder.
//!
//! The wait for copies after an unclean start is one minute at least, so this test takes a good minute, nearly all of it
//! asleep. A failure prints the seed; the moments depend on the machine all the same.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use mahnwerk::daemon::{Listing, Order as Word, Reply, Request};
use mahnwerk::ledger::calendar::{Region, is_holiday};
use mahnwerk::world::control;

use super::found::{self, Mail};
use super::mails::{Order, Shop, statement};
use super::stage::{MERCHANT, configuration};
use crate::rig::Rig;

const MERCHANTS: u32 = 10;
const CUSTOMERS: u32 = 3;

/// Every level at once, at any hour of any day.
const LADDER: &str = "\n[reminders.window]\nfrom = \"00:00\"\nto = \"23:59\"\n\
    weekdays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]\n\
    \n[[reminders.level]]\nname = \"friendly\"\ndays = 3\napproval = \"none\"\n";

/// A program that does not outlive the test.
struct Program(Child);

impl Program {
    fn start(config: &PathBuf) -> Program {
        let log = config.with_extension("log");
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(log)
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_mahnwerk"))
            .arg("--config")
            .arg(config)
            .arg("run")
            .env_remove("NOTIFY_SOCKET")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        Program(child.unwrap())
    }

    /// `kill -9`.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Asked to end: it ends cleanly.
    fn stop(mut self) {
        let id = self.0.id().to_string();
        Command::new("/bin/sh")
            .args(["-c", r#"kill -s TERM "$0""#, &id])
            .status()
            .unwrap();
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One merchant with his own mailbox, store and customers.
struct Merchant<'a> {
    rig: &'a Rig,
    number: u32,
    home: PathBuf,
    from: String,
}

impl Merchant<'_> {
    fn mailbox(&self) -> String {
        MERCHANT.replace("kasse@", &format!("kasse{}@", self.number))
    }

    fn customer(&self, number: u32) -> String {
        format!("kunde{number}.von{}@kunden.example", self.number)
    }

    fn config(&self) -> PathBuf {
        self.home.join("mahnwerk.toml")
    }

    /// Configuration, orders long overdue and a statement up to yesterday.
    fn set_up(&self, zone: &TimeZone, today: Date) {
        fs::create_dir_all(&self.home).unwrap();
        let home = self.home.display().to_string();
        let first_day = today - 90.days();
        let text = configuration(self.rig, first_day, &home)
            .replace(MERCHANT, &self.mailbox())
            .replace("rechnung@lindner.example", &self.from)
            .replace("30 min", "1 min")
            .replace(
                "[merchant]",
                &format!("[merchant]\nzone = \"{}\"", zone.iana_name().unwrap()),
            );
        fs::write(self.config(), text + LADDER).unwrap();
        let received = |day: Date| {
            day.at(10, 0, 0, 0)
                .to_zoned_datetime(zone.clone())
                .unwrap()
                .timestamp()
        };
        for number in 0..CUSTOMERS {
            let order = Order {
                shop: Shop::Tee,
                number: format!("{}", 40_000 + self.number * 100 + number).leak(),
                name: "Kim Sander",
                address: self.customer(number).leak(),
                cents: 4_000 + number * 100,
                day: today - 40.days(),
            };
            self.rig
                .put(&self.mailbox(), "INBOX", &order.mail(), received(order.day));
        }
        let until = today.yesterday().unwrap();
        let mail = statement(today - 41.days(), until, &[]);
        let minute_ago = Timestamp::now() - 1.minute();
        self.rig.put(&self.mailbox(), "INBOX", &mail, minute_ago);
    }

    /// Asks the running program; `None` while it does not listen.
    fn ask(&self, request: &Request) -> Option<Reply> {
        let request = serde_json::to_vec(request).unwrap();
        let answer = control::ask(&self.home.join("control.sock"), &request).ok()??;
        Some(serde_json::from_slice(&answer).unwrap())
    }

    fn list(&self, what: Listing) -> Vec<serde_json::Value> {
        let request = Request::List {
            what,
            all: false,
            json: true,
        };
        let reply = self.ask(&request);
        reply
            .map(|reply| serde_json::from_str(&reply.text).unwrap())
            .unwrap_or_default()
    }

    /// Letters to customers that the server took.
    fn taken(&self) -> usize {
        let seen = self.rig.smtp_seen();
        let to_customers = |to: &[String]| to.iter().any(|to| to.ends_with("@kunden.example"));
        seen.iter()
            .filter(|seen| seen.taken && seen.from == self.from && to_customers(&seen.to))
            .count()
    }

    fn has_letter(&self, customer: u32) -> bool {
        !self.rig.mails(&self.customer(customer)).is_empty()
    }

    /// First life: only reads, and ends cleanly, so that the second one sends at once.
    fn read_first(&self) {
        let program = Program::start(&self.config());
        wait(self, "reads its mails", || {
            self.list(Listing::Claims).len() == CUSTOMERS as usize
        });
        program.stop();
        assert_eq!(
            self.taken(),
            0,
            "nothing leaves before the wait of a new store is over"
        );
    }

    /// Second life: killed around one of its letters; then killed again at once or not, and started for good.
    fn die(&self, dice: &mut Dice) -> Program {
        let letters = dice.below(u64::from(CUSTOMERS)) as usize;
        let pause = Duration::from_millis(dice.below(if letters == 0 { 700 } else { 150 }));
        let program = Program::start(&self.config());
        wait(self, "sends", || self.taken() >= letters);
        sleep(pause);
        program.kill();
        eprintln!(
            "merchant {}: killed with {} of its letters out",
            self.number,
            self.taken()
        );
        if dice.below(2) == 0 {
            let program = Program::start(&self.config());
            sleep(Duration::from_millis(dice.below(2_000)));
            program.kill();
        }
        Program::start(&self.config())
    }

    /// Until every customer has a letter. What the program asks about a letter whose fate it does not know, the merchant
    /// answers by looking into the customer's mailbox.
    fn end(&self, program: Program) {
        wait(self, "sends the rest", || {
            for question in self.list(Listing::Questions) {
                let text = question["text"].to_string();
                let lost = (0..CUSTOMERS).find(|number| {
                    text.contains(&self.customer(*number)) && !self.has_letter(*number)
                });
                if question["id"].get("doubt").is_some()
                    && lost.is_some()
                    && self.nothing_under_way()
                {
                    let question = question["number"].as_u64().unwrap() as u32;
                    let answer = "again".to_owned();
                    eprintln!("merchant {}: a letter was lost, send it again", self.number);
                    self.ask(&Request::Order(Word::Assign { question, answer }));
                    // Obeyed at the end of the wait at the latest: no need to say it forty times a second.
                    sleep(Duration::from_secs(2));
                }
            }
            (0..CUSTOMERS).all(|number| self.has_letter(number))
                && self.list(Listing::Letters).len() == CUSTOMERS as usize
        });
        program.stop();
    }

    fn nothing_under_way(&self) -> bool {
        let queues = ["incoming", "active", "deferred"];
        let queues = queues.map(|queue| self.rig.path().join("spool").join(queue));
        queues
            .iter()
            .all(|queue| fs::read_dir(queue).is_ok_and(|mut files| files.next().is_none()))
    }

    fn live(&self, seed: u64) {
        let mut dice = Dice(seed + u64::from(self.number));
        self.read_first();
        let program = self.die(&mut dice);
        self.end(program);
    }
}

/// Seeded chance (SplitMix64; public-domain constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

fn wait(merchant: &Merchant<'_>, what: &str, mut there: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(170);
    while !there() {
        if Instant::now() > end {
            let log = fs::read_to_string(merchant.config().with_extension("log"));
            panic!(
                "merchant {} never {what}:\n{}",
                merchant.number,
                log.unwrap_or_default()
            );
        }
        // Finer than a letter takes, and no load on two cores.
        sleep(Duration::from_millis(25));
    }
}

/// A zone in which it is neither about midnight nor, if that can be, a public holiday.
fn zone_and_day() -> Option<(TimeZone, Date)> {
    ["Europe/Berlin", "Asia/Tokyo"].iter().find_map(|name| {
        let zone = TimeZone::get(name).unwrap();
        let now = Timestamp::now().to_zoned_datetime(zone.clone());
        let fit = (1..22).contains(&now.hour()) && !is_holiday(now.date(), Region::Any);
        fit.then(|| (zone, now.date()))
    })
}

#[test]
fn kill_9_at_random_moments_leaves_every_customer_one_reminder() {
    let Some((zone, today)) = zone_and_day() else {
        eprintln!("SKIPPED: today is a public holiday, on which no letter goes out");
        return;
    };
    let Some(rig) = Rig::start() else { return };
    let seed = u64::from(std::process::id());
    let merchants: Vec<Merchant<'_>> = (0..MERCHANTS)
        .map(|number| Merchant {
            rig: &rig,
            number,
            home: rig.path().join(format!("home{number}")),
            from: format!("rechnung{number}@lindner.example"),
        })
        .collect();
    eprintln!("seed {seed}");
    std::thread::scope(|scope| {
        for merchant in &merchants {
            merchant.set_up(&zone, today);
            scope.spawn(move || merchant.live(seed));
        }
    });
    for merchant in &merchants {
        for number in 0..CUSTOMERS {
            let mails = rig.mails(&merchant.customer(number));
            assert_eq!(mails.len(), 1, "{}", merchant.customer(number));
            let letter = Mail::read(&mails[0]);
            assert!(
                letter.subject.starts_with("Kleine Erinnerung"),
                "{}",
                letter.subject
            );
        }
        let copies = found::letters_among(&rig.mails(&merchant.mailbox()));
        assert_eq!(
            copies, CUSTOMERS as usize,
            "copies of merchant {}",
            merchant.number
        );
    }
}
