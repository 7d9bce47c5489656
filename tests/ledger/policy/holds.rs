//! What holds a claim, and what lets it go again.

use mahnwerk::ledger::event::{Balance, Choice, Command, Seen};
use mahnwerk::ledger::policy::QuestionId;
use mahnwerk::ledger::{Currency, Fact, Flight, Money, SourceId};

use crate::world::{IBAN, World, address, day, key, step};

const NOTHING: [&str; 0] = [];

/// A claim whose friendly reminder was announced on Mon 19 Jan and is to go on Tue 20 Jan.
fn announced() -> World {
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-02", "50.00");
    assert_eq!(world.run("2026-01-02", "2026-01-19"), NOTHING);
    world
}

#[test]
fn a_pause_holds_up_to_and_including_its_day() {
    let mut world = announced();
    let until = Some(day("2026-01-27"));
    world.order_of(
        ("2026-01-20", 7),
        Command::Pause {
            invoice: key("1"),
            until,
        },
    );
    assert!(
        world
            .why("1", "2026-01-27")
            .contains("pausiert bis einschließlich 27.01.2026")
    );
    // Wed 28 Jan: free, announced that morning, out on Thursday.
    assert_eq!(
        world.run("2026-01-20", "2026-01-30"),
        ["2026-01-28 friendly anna 1:1"]
    );
}

#[test]
fn a_pause_without_end_a_dispute_and_a_stop_hold_until_they_are_ended() {
    let hold = [
        Command::Pause {
            invoice: key("1"),
            until: None,
        },
        Command::Dispute {
            invoice: key("1"),
            reason: "nicht geliefert".into(),
        },
    ];
    for command in hold {
        let mut world = announced();
        world.order_of(("2026-01-20", 7), command);
        assert_eq!(world.run("2026-01-20", "2026-02-27"), NOTHING);
        world.order_of(("2026-03-02", 7), Command::Resume { invoice: key("1") });
        assert_eq!(
            world.run("2026-03-02", "2026-03-04"),
            ["2026-03-03 friendly anna 1:1"]
        );
    }
    let mut world = announced();
    world.order_of(("2026-01-20", 7), Command::StopAll);
    assert_eq!(world.run("2026-01-20", "2026-02-27"), NOTHING);
    assert!(
        world
            .why("1", "2026-02-27")
            .contains("aller Versand ist angehalten")
    );
    world.order_of(("2026-03-02", 7), Command::StartAll);
    assert_eq!(
        world.run("2026-03-02", "2026-03-04"),
        ["2026-03-03 friendly anna 1:1"]
    );
}

#[test]
fn a_human_reply_holds_the_customer_and_an_automatic_one_does_not() {
    let mut world = announced();
    world.order("2", "anna", "2026-01-03", "20.00");
    world.replies("anna", "2026-01-20", true);
    assert_eq!(
        world.run("2026-01-20", "2026-01-20"),
        ["2026-01-20 friendly anna 1:1 +2"]
    );
    let mut world = announced();
    world.replies("anna", "2026-01-20", false);
    assert_eq!(world.run("2026-01-20", "2026-02-27"), NOTHING);
    assert!(
        world
            .why("1", "2026-02-27")
            .contains("anna@kunde.example hat am 20.01.2026 geantwortet")
    );
}

#[test]
fn a_bounce_holds_the_customer() {
    for (permanent, letters) in [(true, 0), (false, 1)] {
        let mut world = announced();
        world.run("2026-01-20", "2026-01-20");
        let letter = world.ledger.invoice(&key("1")).unwrap().taken[0].letter;
        world.bounces(letter, "2026-01-21", permanent);
        assert_eq!(world.run("2026-01-21", "2026-02-10").len(), letters);
    }
}

#[test]
fn a_veto_holds_the_step_until_resumed() {
    let mut world = announced();
    world.answer(
        ("2026-01-19", 12),
        QuestionId::Step(step("1", 1)),
        Choice::No,
    );
    assert_eq!(world.run("2026-01-20", "2026-02-27"), NOTHING);
    assert!(
        world
            .why("1", "2026-02-27")
            .contains("Sie haben `friendly` abgelehnt")
    );
    world.order_of(("2026-03-02", 7), Command::Resume { invoice: key("1") });
    assert_eq!(
        world.run("2026-03-02", "2026-03-04"),
        ["2026-03-03 friendly anna 1:1"]
    );
}

#[test]
fn money_that_may_belong_to_a_claim_holds_it() {
    let mut world = announced();
    let payment = world.money("50.00", "danke", "Anna", "2026-01-20");
    let question = QuestionId::Payment {
        source: payment.source,
        index: payment.index,
    };
    assert_eq!(
        world.questions("2026-01-20", 8),
        std::slice::from_ref(&question)
    );
    assert_eq!(world.run("2026-01-20", "2026-01-22"), NOTHING);
    assert!(
        world
            .why("1", "2026-01-22")
            .contains("50,00 € von Anna vom 20.01.2026 könnte dazu gehören")
    );
    world.answer(("2026-01-23", 7), question, Choice::Yes);
    assert_eq!(world.questions("2026-01-23", 8), []);
    assert_eq!(world.run("2026-01-23", "2026-02-27"), NOTHING);
    assert_eq!(world.why("1", "2026-02-27"), "bezahlt");
}

#[test]
fn an_order_without_address_and_a_contradiction_are_held_and_said() {
    let mut world = World::since("2026-01-01");
    world.order_with("1", "anna", "2026-01-02", "50.00", |order| {
        order.customer.address = None
    });
    assert_eq!(world.run("2026-01-02", "2026-02-27"), NOTHING);
    assert!(
        world
            .why("1", "2026-02-02")
            .contains("keine E-Mail-Adresse")
    );
    let mut world = announced();
    world.order("1", "anna", "2026-01-03", "70.00"); // another mail about order 1 with another total
    assert_eq!(world.run("2026-01-20", "2026-02-27"), NOTHING);
    assert!(world.why("1", "2026-02-02").contains("widersprechen sich"));
}

#[test]
fn nothing_goes_out_on_stale_bank_data() {
    let mut world = announced();
    world.statements = false; // the last one was complete until Sun 18 Jan, seen on Monday
    let stale = |world: &World, on: &str| world.policy.stale_accounts(&world.ledger, day(on)).len();
    // Mon 19, Tue 20, Wed 21: three banking days. Thu 22: four.
    assert_eq!(
        (stale(&world, "2026-01-21"), stale(&world, "2026-01-22")),
        (0, 1)
    );
    world.order_of(
        ("2026-01-20", 7),
        Command::Pause {
            invoice: key("1"),
            until: Some(day("2026-01-21")),
        },
    );
    assert_eq!(world.run("2026-01-20", "2026-01-27"), NOTHING);
    let why = world.why("1", "2026-01-22");
    assert!(
        why.contains("ist nur bis 18.01.2026 bekannt, erlaubt sind 3 Bankarbeitstage"),
        "{why}"
    );
    // The merchant looks himself on Wednesday; the digest of that day announces, Thursday sends.
    world.order_of(
        ("2026-01-28", 7),
        Command::Checked {
            on: day("2026-01-27"),
        },
    );
    assert_eq!(
        world.run("2026-01-28", "2026-01-30"),
        ["2026-01-29 friendly anna 1:1"]
    );
    // An account that nobody ever saw is stale.
    let nobody = World::since("2026-01-01");
    assert_eq!(
        nobody
            .policy
            .stale_accounts(&nobody.ledger, day("2026-01-02"))[0]
            .1,
        None
    );
}

#[test]
fn a_letter_under_way_blocks_its_customer_and_in_doubt_asks() {
    let mut world = announced();
    world.order("2", "bert", "2026-01-02", "50.00");
    let tried = world.at(day("2026-01-20"), 9);
    let letter = SourceId::of(b"letter under way");
    world.flights.push(Flight {
        letter,
        to: Some(address("anna")),
        steps: vec![step("1", 1)],
        on: day("2026-01-20"),
        tried: Some(tried),
    });
    // For one hour its copy may still come.
    assert_eq!(world.questions("2026-01-20", 9), []);
    assert_eq!(world.run("2026-01-20", "2026-01-20"), NOTHING);
    assert_eq!(
        world.questions("2026-01-21", 10),
        [QuestionId::Doubt(letter)]
    );
    assert!(world.why("1", "2026-01-21").contains("Sie sind gefragt"));
    // Another customer is not held by it.
    assert_eq!(
        world.run("2026-01-21", "2026-01-23"),
        ["2026-01-21 friendly bert 2:1"]
    );
}

#[test]
fn under_five_euros_in_all_nothing_goes_out() {
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-02", "4.99");
    assert_eq!(world.run("2026-01-02", "2026-02-10"), NOTHING);
    assert!(
        world
            .why("1", "2026-02-10")
            .contains("insgesamt nur 4,99 € offen, weniger als 5,00 €")
    );
    world.order("2", "anna", "2026-02-10", "0.01");
    // Five euros in all, though the second is not yet due.
    assert_eq!(
        world.run("2026-02-11", "2026-02-12"),
        ["2026-02-12 friendly anna 1:1"]
    );
}

#[test]
fn nothing_goes_out_while_a_statement_is_missing() {
    let mut world = announced();
    world.statements = false;
    let balance = |euros: i64, on: &str| Balance {
        amount: Money::new(euros.into(), Currency::EUR),
        day: day(on),
    };
    let statement = |world: &mut World, from: (i64, &str), to: (i64, &str), came: &str| {
        let at = world.at(day(came), 6);
        let between = Some((balance(from.0, from.1), balance(to.0, to.1)));
        world.fact(
            at,
            Fact::Seen(Seen {
                account: Some(IBAN.into()),
                until: day(to.1),
                statement: true,
                between,
            }),
        );
    };
    statement(
        &mut world,
        (100, "2026-01-18"),
        (150, "2026-01-19"),
        "2026-01-20",
    );
    statement(
        &mut world,
        (120, "2026-01-20"),
        (130, "2026-01-21"),
        "2026-01-22",
    );
    assert!(world.ledger.statement_gap(IBAN).is_some());
    let digest = world.digest(day("2026-01-22")).unwrap();
    let told: Vec<&String> = digest.holds.iter().map(|(_, text)| text).collect();
    let asks = |text: &&&String| {
        text.contains("fehlt ein Auszug: am 19.01.2026 waren es 150,00")
            && text.contains("am 20.01.2026 geht es mit 120,00")
            && text.contains("`geprüft` hilft")
    };
    assert_eq!(told.iter().filter(asks).count(), 1, "{told:?}");
    assert_eq!(world.run("2026-01-22", "2026-01-22"), NOTHING);
    // The missing one comes late: the account is known to its end again.
    statement(
        &mut world,
        (150, "2026-01-19"),
        (120, "2026-01-20"),
        "2026-01-23",
    );
    assert_eq!(world.ledger.statement_gap(IBAN), None);
    assert_eq!(world.ledger.seen_until(IBAN), Some(day("2026-01-21")));
    assert_eq!(
        world.run("2026-01-23", "2026-01-26"),
        ["2026-01-26 friendly anna 1:1"]
    );
}
