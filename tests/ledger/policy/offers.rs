//! Proposals: what a forward or an unknown layout says is asked about, holds what it would end, and counts at the yes.

use mahnwerk::ledger::event::{Choice, Doubt, Proposed};
use mahnwerk::ledger::policy::QuestionId;
use mahnwerk::ledger::{EventKey, Fact};

use super::world::{World, day, key};

/// The order as a fact that nobody has believed yet.
fn order(number: &str, total: &str) -> Fact {
    let mut paper = World::since("2026-01-01");
    paper.order(number, "anna", "2026-01-07", total);
    let event = paper.ledger.events().next().unwrap();
    event.fact
}

fn proposed(world: &mut World, on: &str, fact: Fact, why: Doubt) -> EventKey {
    let at = world.at(day(on), 7);
    world.fact(at, Fact::Proposed(Box::new(Proposed { fact, why })))
}

fn asked(key: EventKey) -> QuestionId {
    QuestionId::Proposal {
        source: key.source,
        index: key.index,
    }
}

#[test]
fn a_proposed_claim_is_asked_about_until_the_merchant_answers() {
    let mut world = World::since("2026-01-01");
    let one = proposed(
        &mut world,
        "2026-01-08",
        order("1", "50.00"),
        Doubt::Forwarded,
    );
    // The same mail forwarded once more is the same question.
    proposed(
        &mut world,
        "2026-01-09",
        order("1", "50.00"),
        Doubt::Forwarded,
    );
    assert_eq!(world.questions("2026-01-09", 8), [asked(one)]);
    let texts = world.ask(day("2026-01-09"), 8, mahnwerk::ledger::Policy::questions);
    assert_eq!(
        texts[0].text,
        "Neue Forderung laden/1 vom 07.01.2026 über 50,00 € an anna, <anna@kunde.example> (von Ihnen weitergeleitet). Stimmt das?"
    );
    assert!(world.run("2026-01-09", "2026-02-10").is_empty());
    assert_eq!(world.questions("2026-02-10", 8), [asked(one)]);
    world.answer(("2026-02-10", 12), asked(one), Choice::Yes);
    assert!(world.questions("2026-02-11", 8).is_empty());
    assert!(world.ledger.invoice(&key("1")).is_some());
    assert_eq!(
        world.run("2026-02-11", "2026-02-13"),
        ["2026-02-12 friendly anna 1:1"]
    );
}

#[test]
fn a_no_opens_nothing_and_is_not_asked_again() {
    let mut world = World::since("2026-01-01");
    let one = proposed(
        &mut world,
        "2026-01-08",
        order("1", "50.00"),
        Doubt::UnknownLayout,
    );
    world.answer(("2026-01-08", 12), asked(one), Choice::No);
    proposed(
        &mut world,
        "2026-01-09",
        order("1", "50.00"),
        Doubt::UnknownLayout,
    );
    assert!(world.questions("2026-01-09", 8).is_empty());
    assert!(world.ledger.invoice(&key("1")).is_none());
    // Another total is another question.
    let other = proposed(
        &mut world,
        "2026-01-09",
        order("1", "60.00"),
        Doubt::UnknownLayout,
    );
    assert_eq!(world.questions("2026-01-12", 8), [asked(other)]);
}

#[test]
fn the_shop_s_own_mail_makes_the_question_void() {
    let mut world = World::since("2026-01-01");
    let one = proposed(
        &mut world,
        "2026-01-08",
        order("1", "50.00"),
        Doubt::Forwarded,
    );
    world.order("1", "anna", "2026-01-08", "50.00");
    assert!(world.questions("2026-01-09", 8).is_empty());
    world.answer(("2026-01-09", 12), asked(one), Choice::Yes);
    let claim = world.ledger.invoice(&key("1")).unwrap();
    assert!(claim.contradictions.is_empty() && claim.open() == claim.total);
}

#[test]
fn a_proposed_end_holds_the_claim_until_it_is_answered() {
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-07", "50.00");
    let invoice = key("1");
    let one = proposed(
        &mut world,
        "2026-01-09",
        Fact::Cancelled { invoice },
        Doubt::Forwarded,
    );
    assert!(world.run("2026-01-09", "2026-02-10").is_empty());
    assert!(
        world
            .why("1", "2026-02-10")
            .contains("laden/1 ist storniert")
    );
    let mut no = world.clone();
    no.answer(("2026-02-10", 12), asked(one), Choice::No);
    assert_eq!(no.run("2026-02-11", "2026-02-13").len(), 1);
    world.answer(("2026-02-10", 12), asked(one), Choice::Yes);
    assert!(world.run("2026-02-11", "2026-04-10").is_empty());
    assert!(world.ledger.invoice(&key("1")).unwrap().cancelled.is_some());
}
