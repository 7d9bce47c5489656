//! What must always hold, over generated histories: orders, money, replies, bounces, orders of the merchant, days without
//! statements and days on which the machine is off.

use std::collections::BTreeMap;

use jiff::civil::Date;
use mahnwerk::ledger::calendar::banking_days_between;
use mahnwerk::ledger::event::{Choice, Command};
use mahnwerk::ledger::policy::{CustomerLetter, QuestionId, Step};
use mahnwerk::ledger::{PaymentMethod, Policy};
use proptest::prelude::*;

use crate::world::{IBAN, World, day, key, line};

/// Something that happens on a morning, before the digest.
#[derive(Clone, Debug)]
enum Event {
    Order {
        claim: u8,
        customer: u8,
        prepaid: bool,
    },
    Paid(u8),
    Cancel(u8),
    Dispute(u8),
    Pause(u8, u8),
    Resume(u8),
    Reply(u8),
    Bounce(u8),
    Money(u8),
    Veto(u8, u8),
    Yes(u8, u8),
    NoStatements,
    Statements,
    Off(u8),
}

fn event() -> impl Strategy<Value = Event> {
    let claim = 0u8..12;
    let claims = move || claim.clone();
    prop_oneof![
        8 => (claims(), 0u8..5, any::<bool>()).prop_map(|(claim, customer, prepaid)| Event::Order { claim, customer, prepaid }),
        2 => claims().prop_map(Event::Paid),
        1 => claims().prop_map(Event::Cancel),
        1 => claims().prop_map(Event::Dispute),
        1 => (claims(), 0u8..20).prop_map(|(claim, days)| Event::Pause(claim, days)),
        2 => claims().prop_map(Event::Resume),
        1 => (0u8..5).prop_map(Event::Reply),
        1 => claims().prop_map(Event::Bounce),
        1 => claims().prop_map(Event::Money),
        1 => (claims(), 1u8..4).prop_map(|(claim, level)| Event::Veto(claim, level)),
        3 => (claims(), 1u8..4).prop_map(|(claim, level)| Event::Yes(claim, level)),
        1 => Just(Event::NoStatements),
        1 => Just(Event::Statements),
        1 => (1u8..8).prop_map(Event::Off),
    ]
}

fn history() -> impl Strategy<Value = Vec<(u8, Event)>> {
    prop::collection::vec((0u8..6, event()), 5..40)
}

fn happens(world: &mut World, on: Date, event: &Event) {
    let text = on.to_string();
    let known = |world: &World, claim: u8| world.ledger.invoice(&key(&claim.to_string())).is_some();
    match event {
        Event::Order {
            claim,
            customer,
            prepaid,
        } if !known(world, *claim) => {
            let method = if *prepaid {
                PaymentMethod::Prepayment
            } else {
                PaymentMethod::Invoice
            };
            let total = format!("{}.50", 20 + u32::from(*claim));
            world.order_with(
                &claim.to_string(),
                &format!("k{customer}"),
                &text,
                &total,
                |order| {
                    order.method = Some(method);
                },
            );
        }
        Event::Paid(claim) if known(world, *claim) => world.pays(&claim.to_string(), &text),
        Event::Cancel(claim) => drop(world.order_of(
            (&text, 7),
            Command::Cancel {
                invoice: key(&claim.to_string()),
            },
        )),
        Event::Dispute(claim) => {
            let command = Command::Dispute {
                invoice: key(&claim.to_string()),
                reason: "defekt".into(),
            };
            world.order_of((&text, 7), command);
        }
        Event::Pause(claim, days) => {
            let until = on
                .checked_add(jiff::Span::new().days(i64::from(*days)))
                .ok();
            world.order_of(
                (&text, 7),
                Command::Pause {
                    invoice: key(&claim.to_string()),
                    until,
                },
            );
        }
        Event::Resume(claim) => drop(world.order_of(
            (&text, 7),
            Command::Resume {
                invoice: key(&claim.to_string()),
            },
        )),
        Event::Reply(customer) => world.replies(&format!("k{customer}"), &text, false),
        Event::Bounce(claim) => {
            let letter = world
                .ledger
                .invoice(&key(&claim.to_string()))
                .and_then(|claim| claim.taken.last().map(|t| t.letter));
            if let Some(letter) = letter {
                world.bounces(letter, &text, true);
            }
        }
        Event::Money(claim) => {
            world.money(
                &format!("{}.50", 20 + u32::from(*claim)),
                "vielen Dank",
                "Unbekannt",
                &text,
            );
        }
        Event::Veto(claim, level) | Event::Yes(claim, level) => {
            let choice = if matches!(event, Event::Veto(..)) {
                Choice::No
            } else {
                Choice::Yes
            };
            let step = Step {
                invoice: key(&claim.to_string()),
                level: *level,
            };
            world.answer((&text, 7), QuestionId::Step(step), choice);
        }
        Event::NoStatements => world.statements = false,
        Event::Statements => world.statements = true,
        Event::Order { .. } | Event::Paid(_) | Event::Off(_) => {}
    }
}

/// Lives through a history; looks at every letter the moment before it leaves.
fn live(history: &[(u8, Event)], mut look: impl FnMut(&World, &CustomerLetter)) -> World {
    let mut world = World::since("2026-01-01");
    let mut date = day("2026-01-05");
    let mut off_until = date;
    let mut one_day = |world: &mut World, date: Date, off: bool| {
        world.morning(date);
        if off {
            return;
        }
        world.digest(date);
        let before = world.clone();
        for letter in world.letters(date) {
            look(&before, &letter);
        }
    };
    for (pause, event) in history {
        for _ in 0..*pause {
            one_day(&mut world, date, date < off_until);
            date = date.tomorrow().unwrap();
        }
        happens(&mut world, date, event);
        if let Event::Off(days) = event {
            off_until = date
                .checked_add(jiff::Span::new().days(i64::from(*days)))
                .unwrap();
        }
    }
    world.agrees = true;
    for _ in 0..60 {
        one_day(&mut world, date, false);
        date = date.tomorrow().unwrap();
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn levels_ascend_and_letters_keep_their_distance(history in history()) {
        let mut last: BTreeMap<String, Date> = BTreeMap::new();
        let mut levels: BTreeMap<String, u8> = BTreeMap::new();
        live(&history, |_, letter| {
            for step in &letter.steps {
                let level = levels.entry(step.invoice.number.clone()).or_default();
                assert_eq!(step.level, *level + 1, "skipped or repeated: {}", line(letter));
                *level = step.level;
            }
            if let Some(before) = last.insert(letter.to.to_string(), letter.on) {
                assert!((letter.on - before).get_days() >= 7, "too soon after {before}: {}", line(letter));
            }
        });
    }

    #[test]
    fn nothing_leaves_that_something_holds(history in history()) {
        live(&history, |world, letter| {
            let customer = world.ledger.customer(&letter.to).unwrap();
            assert!(customer.answered.is_none() && customer.bounced.is_none(), "{}", line(letter));
            for number in letter.steps.iter().map(|step| &step.invoice).chain(&letter.listed) {
                let claim = world.ledger.invoice(number).unwrap();
                assert!(claim.open().is_positive() && claim.disputed.is_none(), "{}", line(letter));
                assert!(claim.paused.is_none_or(|pause| pause.until.is_some_and(|until| until < letter.on)));
                assert!(world.ledger.touching(number).is_empty(), "{}", line(letter));
                assert_eq!(claim.issued.customer.address.as_ref(), Some(&letter.to));
            }
            let seen = world.ledger.seen_until(IBAN).unwrap();
            assert!(banking_days_between(seen, letter.on) <= 3, "stale: {}", line(letter));
        });
    }

    #[test]
    fn every_letter_was_forewarned_or_approved_on_an_earlier_day(history in history()) {
        live(&history, |world, letter| {
            for step in &letter.steps {
                let claim = world.ledger.invoice(&step.invoice).unwrap();
                assert!(!claim.vetoed.contains(&step.level), "vetoed: {}", line(letter));
                if step.level == 3 {
                    let (at, choice) = world.ledger.answer_to(&QuestionId::Step(step.clone())).unwrap();
                    assert_eq!(choice, &Choice::Yes);
                    assert!(at < world.at(letter.on, 0));
                } else {
                    let told = world.ledger.told().iter().rev().find(|(_, told)| told.on < letter.on).unwrap();
                    assert!(told.1.forewarned.contains(step), "not forewarned: {}", line(letter));
                }
            }
        });
    }

    #[test]
    fn a_forecast_is_what_then_happens(history in history(), days in 1u16..40) {
        let mut world = live(&history, |_, _| {});
        let today = world.ledger.told().last().unwrap().1.on.tomorrow().unwrap();
        // A forecast takes fresh accounts to stay so and stale ones to stay stale.
        world.statements = world.policy.stale_accounts(&world.ledger, today).is_empty();
        let forecast: Vec<String> = world
            .ask(today, 6, |policy: &Policy, ledger, present| policy.forecast(ledger, present, days))
            .iter()
            .map(|(_, letter)| line(letter))
            .collect();
        let last = today.checked_add(jiff::Span::new().days(i64::from(days))).unwrap();
        prop_assert_eq!(forecast, world.run(&today.to_string(), &last.to_string()));
    }
}

/// The generated histories are worth looking at: they hold letters of every level.
#[test]
fn histories_reach_every_level() {
    let orders = (0..12).map(|n| {
        (
            2,
            Event::Order {
                claim: n,
                customer: n % 5,
                prepaid: n % 4 == 3,
            },
        )
    });
    let mut templates: BTreeMap<String, u32> = BTreeMap::new();
    live(&orders.collect::<Vec<_>>(), |_, letter| {
        *templates.entry(letter.template.clone()).or_default() += 1
    });
    assert_eq!(
        templates.keys().collect::<Vec<_>>(),
        ["final", "friendly", "prepayment", "reminder"]
    );
}
