//! Plays a scenario: its facts one by one in their order, and what the ledger says after each.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use mahnwerk::ledger::books::Fate;
use mahnwerk::ledger::event::Seen;
use mahnwerk::ledger::policy::{Outcome, Policy, Present, ShopTerms};
use mahnwerk::ledger::{Event, EventKey, Evidence, Fact, InvoiceKey, Language, Ledger, SourceId};
use serde_json::{Map, Value, json};

use super::{facts, said};

/// The ledger with what is needed to tell its answers by the scenario's names.
pub struct Stage {
    pub ledger: Ledger,
    at: Timestamp,
    count: usize,
    pub numbers: BTreeMap<InvoiceKey, String>,
    pub ids: BTreeMap<EventKey, String>,
}

impl Stage {
    fn tell(&mut self, fact: Fact) -> EventKey {
        self.count += 1;
        self.at = self.at.checked_add(SignedDuration::from_secs(1)).unwrap();
        let key = EventKey {
            at: self.at,
            source: SourceId::of(format!("scenario {}", self.count).as_bytes()),
            index: 0,
        };
        let by = Evidence::Assumed;
        self.ledger.apply(&Event { key, fact, by });
        key
    }

    fn claim(&mut self, invoice: &Value, scenario: &Value) {
        let number = invoice["number"].as_str().unwrap();
        self.numbers.insert(facts::key(invoice), number.into());
        let ibans = invoice["customer"]["known_ibans"].as_array();
        for iban in ibans.into_iter().flatten().filter_map(Value::as_str) {
            for fact in facts::former(invoice, self.count, iban, scenario) {
                self.tell(fact);
            }
        }
        for fact in facts::claim(invoice, scenario) {
            self.tell(fact);
        }
    }

    pub fn number(&self, key: &InvoiceKey) -> String {
        self.numbers
            .get(key)
            .cloned()
            .unwrap_or_else(|| key.to_string())
    }
}

fn midday(day: Date) -> Timestamp {
    Offset::UTC.to_timestamp(day.at(12, 0, 0, 0)).unwrap()
}

/// The answers to one scenario.
pub fn play(scenario: &Value) -> Value {
    let list = |key: &str| scenario[key].as_array().cloned().unwrap_or_default();
    let (invoices, payments) = (list("invoices"), list("payments"));
    let days = payments
        .iter()
        .filter_map(|payment| facts::date(payment, "date"));
    let first = days.clone().min().unwrap();
    let mut stage = Stage {
        ledger: Ledger::default(),
        at: midday(first.checked_sub(1.day()).unwrap()),
        count: 0,
        numbers: BTreeMap::new(),
        ids: BTreeMap::new(),
    };
    stage.tell(facts::rules(&scenario["settings"]));
    for invoice in invoices.iter().filter(|one| one["appears_after"].is_null()) {
        stage.claim(invoice, scenario);
    }
    let mut answers = Vec::new();
    let mut keys = Vec::new();
    for payment in &payments {
        let id = payment["id"].as_str().unwrap();
        stage.at = stage.at.max(midday(facts::date(payment, "date").unwrap()));
        let key = facts::payment(payment, scenario).map(|fact| {
            let before = stage.ledger.clone();
            let key = stage.tell(fact);
            stage.ids.insert(key, id.into());
            answers.push(said::payment(&stage, &before, &key));
            key
        });
        if key.is_none() {
            answers.push(said::unread(id));
        }
        keys.push(key);
        for invoice in invoices.iter().filter(|one| one["appears_after"] == id) {
            stage.claim(invoice, scenario);
        }
    }
    for (answer, key) in answers.iter_mut().zip(&keys) {
        let waited = matches!(
            answer["outcome"].as_str(),
            Some("unmatched" | "needs_decision")
        );
        let state = key.and_then(|key| stage.ledger.payment(key.source, key.index));
        if let Some(state) = state.filter(|_| waited)
            && matches!(state.fate, Fate::Booked(_) | Fate::Short(_))
        {
            answer["later"] = json!({"allocations": said::allocations(&stage, &state.key)});
        }
    }
    let last = days.max().unwrap();
    let dunnable = dunnable(&stage.ledger, scenario, last);
    let mut ends = Map::new();
    for (key, number) in &stage.numbers {
        let mut end = said::end(stage.ledger.invoice(key).unwrap());
        if let Some(false) = dunnable.get(key) {
            end["dunnable"] = false.into();
        }
        ends.insert(number.clone(), end);
    }
    json!({"payments": answers, "final": ends})
}

/// Whether a letter may go out for each open claim, once its time has come.
fn dunnable(ledger: &Ledger, scenario: &Value, last: Date) -> BTreeMap<InvoiceKey, bool> {
    let mut ledger = ledger.clone();
    let account = "bank".to_owned();
    let dues = ledger.invoices().filter_map(|one| one.issued.due_date);
    let mut on = dues
        .max()
        .unwrap_or(last)
        .max(last)
        .checked_add(100.days())
        .unwrap();
    while on.weekday() != jiff::civil::Weekday::Tuesday {
        on = on.tomorrow().unwrap();
    }
    let key = EventKey {
        at: midday(last)
            .checked_add(SignedDuration::from_hours(24))
            .unwrap(),
        source: SourceId::of(b"seen"),
        index: 0,
    };
    ledger.apply(&Event {
        key,
        fact: Fact::Seen(Seen {
            account: Some(account.clone()),
            until: on,
            statement: true,
            between: None,
        }),
        by: Evidence::Assumed,
    });
    let terms = ShopTerms {
        account,
        default_method: None,
        term_days: None,
    };
    let start = Date::constant(2000, 1, 1);
    let shops = BTreeMap::from([("shop".to_owned(), terms)]);
    let mut policy = Policy::standard(TimeZone::UTC, Language::En, start, shops);
    let minimum = facts::decimal(&scenario["settings"], "dunning_minimum");
    policy.minimum = minimum.unwrap_or_default();
    let now = on.at(11, 0, 0, 0);
    let present = Present {
        now,
        at: Offset::UTC.to_timestamp(now).unwrap(),
        flights: &[],
        mails: &Default::default(),
    };
    let verdict = |invoice| policy.step(&ledger, invoice, &present).outcome;
    let open = ledger.open_invoices();
    open.map(|one| (one.key.clone(), verdict(one) != Outcome::Held))
        .collect()
}
