//! New recipients and the circuit breaker.

use mahnwerk::ledger::Fact;
use mahnwerk::ledger::SourceId;
use mahnwerk::ledger::event::{Choice, Reminded};
use mahnwerk::ledger::policy::QuestionId;

use crate::world::{World, address, day};

fn orders(world: &mut World, prefix: &str, count: usize, on: &str) {
    for n in 0..count {
        world.order(
            &format!("{prefix}{n}"),
            &format!("{prefix}{n}"),
            on,
            "50.00",
        );
    }
}

fn per_day(lines: &[String]) -> Vec<(String, usize)> {
    let mut days: Vec<(String, usize)> = Vec::new();
    for line in lines {
        let date = line[..10].to_string();
        match days.last_mut() {
            Some((last, count)) if *last == date => *count += 1,
            _ => days.push((date, 1)),
        }
    }
    days
}

/// A letter of the past, so that the customer is known.
fn known(world: &mut World, customer: &str, on: &str) {
    let letter = SourceId::of(format!("old letter to {customer} {on}").as_bytes());
    let at = world.at(day(on), 9);
    world.fact(
        at,
        Fact::Reminded(Reminded {
            letter,
            to: address(customer),
            template: "payment_information".into(),
            steps: vec![],
            listed: vec![],
            on: day(on),
            deadline: None,
        }),
    );
}

#[test]
fn ten_new_recipients_a_day_until_thirty_letters_are_out() {
    let mut world = World::since("2026-01-01");
    orders(&mut world, "k", 25, "2026-01-02");
    let lines = world.run("2026-01-02", "2026-01-23");
    let days = per_day(&lines);
    let want = [("2026-01-20", 10), ("2026-01-21", 10), ("2026-01-22", 5)];
    assert_eq!(days, want.map(|(date, count)| (date.to_string(), count)));
}

#[test]
fn an_unusual_day_is_held_and_asked_once_and_goes_after_the_yes() {
    let mut world = World::since("2026-01-01");
    for n in 0..40 {
        known(&mut world, &format!("k{n}"), "2025-10-01");
    }
    orders(&mut world, "k", 25, "2026-01-02");
    assert_eq!(world.run("2026-01-02", "2026-01-18"), [] as [&str; 0]);
    // Mon 19 Jan foresees 25 letters for Tue 20 Jan: more than ten.
    let (digest, _) = world.live(day("2026-01-19"));
    let digest = digest.unwrap();
    let question = QuestionId::Breaker(day("2026-01-20"));
    let ids: Vec<_> = digest
        .questions
        .iter()
        .map(|question| question.id.clone())
        .collect();
    assert_eq!(ids, std::slice::from_ref(&question));
    assert_eq!(digest.tomorrow.len(), 25);
    // No answer: nothing, and the same question stays.
    assert_eq!(world.run("2026-01-20", "2026-01-21"), [] as [&str; 0]);
    assert_eq!(
        world.questions("2026-01-22", 8),
        std::slice::from_ref(&question)
    );
    world.answer(("2026-01-21", 15), question, Choice::Yes);
    let lines = world.run("2026-01-22", "2026-01-22");
    assert_eq!(per_day(&lines), [("2026-01-22".to_string(), 25)]);
}

#[test]
fn a_no_keeps_the_batch_and_a_later_one_is_asked_anew() {
    let mut world = World::since("2026-01-01");
    for n in 0..40 {
        known(&mut world, &format!("k{n}"), "2025-10-01");
    }
    orders(&mut world, "k", 25, "2026-01-02");
    world.run("2026-01-02", "2026-01-19");
    world.answer(
        ("2026-01-19", 12),
        QuestionId::Breaker(day("2026-01-20")),
        Choice::No,
    );
    assert_eq!(world.run("2026-01-20", "2026-01-20"), [] as [&str; 0]);
    let (digest, letters) = world.live(day("2026-01-21"));
    assert!(letters.is_empty());
    let ids: Vec<_> = digest
        .unwrap()
        .questions
        .into_iter()
        .map(|question| question.id)
        .collect();
    assert_eq!(ids, [QuestionId::Breaker(day("2026-01-21"))]);
}

#[test]
fn ten_letters_need_no_question() {
    let mut world = World::since("2026-01-01");
    for n in 0..40 {
        known(&mut world, &format!("k{n}"), "2025-10-01");
    }
    orders(&mut world, "k", 10, "2026-01-02");
    assert_eq!(world.run("2026-01-02", "2026-01-21").len(), 10);
}
