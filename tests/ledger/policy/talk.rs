//! The digest, the questions, the answers and the other letters.

use mahnwerk::ledger::event::{Choice, Command, ReplyWord};
use mahnwerk::ledger::policy::QuestionId;
use mahnwerk::ledger::{Action, Fact, Flight, Language, Policy, SourceId};

use crate::world::{World, address, day, key, line, step};

#[test]
fn a_digest_comes_every_working_day_at_eight_even_if_there_is_little_to_say() {
    let mut world = World::since("2026-01-01");
    let mut days = Vec::new();
    let mut date = day("2026-01-02");
    while date <= day("2026-01-13") {
        if let (Some(digest), _) = world.live(date) {
            assert_eq!(digest.on, date);
            days.push(date.day());
        }
        date = date.tomorrow().unwrap();
    }
    // 6 January is a holiday somewhere; 3, 4, 10, 11 are weekends.
    assert_eq!(days, [2, 5, 7, 8, 9, 12, 13]);
    assert_eq!(world.plan(day("2026-01-14"), 7), []);
    assert_eq!(world.plan(day("2026-01-13"), 20), []); // once a day
}

#[test]
fn a_digest_in_flight_is_not_written_again() {
    let mut world = World::since("2026-01-01");
    let monday = day("2026-01-05");
    assert!(matches!(
        world.plan(monday, 8).as_slice(),
        [Action::Tell(_)]
    ));
    let letter = SourceId::of(b"digest");
    world.flights.push(Flight {
        letter,
        to: None,
        steps: vec![],
        on: monday,
        tried: None,
    });
    assert_eq!(world.plan(monday, 8), []);
    assert!(matches!(
        world.plan(day("2026-01-07"), 8).as_slice(),
        [Action::Tell(_)]
    ));
}

#[test]
fn the_digest_tells_what_came_and_what_goes() {
    let mut world = World::since("2026-01-01");
    let (first, _) = world.live(day("2026-01-02"));
    assert_eq!(first.unwrap().new_claims.len(), 0);
    world.order("1", "anna", "2026-01-02", "50.00");
    world.order("2", "bert", "2026-01-02", "1234.50");
    let (monday, _) = world.live(day("2026-01-05"));
    let monday = monday.unwrap();
    assert_eq!(monday.new_claims.len(), 2);
    assert_eq!(monday.new_claims[0].due, day("2026-01-16"));
    assert_eq!(monday.new_claims[0].remark, None);
    assert!(monday.holds.is_empty(), "{:?}", monday.holds);
    world.run("2026-01-06", "2026-01-16");
    world.pays("2", "2026-01-19");
    world.replies("anna", "2026-01-19", true);
    let (digest, _) = world.live(day("2026-01-19"));
    let digest = digest.unwrap();
    assert_eq!(
        digest.tomorrow.iter().map(line).collect::<Vec<_>>(),
        ["2026-01-20 friendly anna 1:1"]
    );
    assert_eq!(digest.orders, ["19.01.2026: laden/2: bezahlt, alles"]);
    assert_eq!(
        digest.answers,
        ["19.01.2026: anna@kunde.example hat automatisch geantwortet: Guten Tag"]
    );
    let open: Vec<_> = digest
        .open
        .iter()
        .map(|(all, late)| format!("{all}, {late}"))
        .collect();
    assert_eq!(open, ["50.00 EUR, 50.00 EUR"]);
    world.live(day("2026-01-20"));
    let (digest, _) = world.live(day("2026-01-21"));
    assert_eq!(
        digest.unwrap().sent,
        ["20.01.2026: `friendly` an anna@kunde.example: laden/1"]
    );
}

#[test]
fn a_friday_digest_announces_monday() {
    let mut world = World::since("2026-01-01");
    // Due Mon 19 Jan; +3 days Thu 22 Jan; the order on Tue 6 Jan, due Tue 20 Jan: Fri 23 Jan; Wed 7 Jan: Mon 26 Jan.
    world.order("1", "anna", "2026-01-07", "50.00");
    world.run("2026-01-07", "2026-01-22");
    let (friday, _) = world.live(day("2026-01-23"));
    let lines: Vec<_> = friday.unwrap().tomorrow.iter().map(line).collect();
    assert_eq!(lines, ["2026-01-26 friendly anna 1:1"]);
    assert_eq!(
        world.run("2026-01-24", "2026-01-27"),
        ["2026-01-26 friendly anna 1:1"]
    );
}

#[test]
fn two_hundred_old_claims_leave_a_digest_readable() {
    let mut world = World::since("2026-01-01");
    for n in 0..200 {
        world.order(&format!("old{n}"), &format!("k{n}"), "2025-11-03", "50.00");
    }
    let (digest, _) = world.live(day("2026-01-02"));
    let digest = digest.unwrap();
    assert_eq!((digest.questions.len(), digest.old_claims.len()), (20, 30));
    assert!(digest.holds.len() <= 2, "{:?}", digest.holds);
    assert!(
        digest
            .holds
            .iter()
            .any(|(_, line)| line.contains("weitere 170 Forderungen"))
    );
    // Asked once each: the next digest asks about others, and none of them twice.
    let (next, _) = world.live(day("2026-01-05"));
    let next = next.unwrap();
    assert_eq!((next.questions.len(), next.old_claims.len()), (20, 0));
    assert!(
        next.questions
            .iter()
            .all(|question| !digest.questions.contains(question))
    );
}

#[test]
fn equal_holds_are_one_line() {
    let mut world = World::since("2026-01-01");
    for n in 0..5 {
        world.order_with(&n.to_string(), "anna", "2026-01-02", "50.00", |order| {
            order.method = None
        });
    }
    let (digest, _) = world.live(day("2026-01-05"));
    let holds = digest.unwrap().holds;
    assert_eq!(holds.len(), 1, "{holds:?}");
    assert!(holds[0].1.starts_with(
        "5 Forderungen (laden/0, laden/1, laden/2, …): die Mail nennt keine Zahlungsart"
    ));
}

#[test]
fn questions_are_put_in_the_merchants_language_with_every_answer() {
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-02", "1050.00");
    world.run("2026-01-02", "2026-02-15");
    let ask = |world: &World| world.ask(day("2026-02-16"), 8, Policy::questions).remove(0);
    let german = ask(&world);
    assert!(
        german
            .text
            .starts_with("laden/1, anna, 1.050,00 € offen: darf `final` hinaus?"),
        "{}",
        german.text
    );
    assert_eq!(german.choices[0].0, "ja");
    assert_eq!(german.choices[1].2, Choice::No);
    world.policy.language = Language::En;
    let english = ask(&world);
    assert!(
        english
            .text
            .starts_with("laden/1, anna, €1,050.00 open: may `final` go out?"),
        "{}",
        english.text
    );
    assert_eq!(
        english
            .choices
            .iter()
            .map(|c| c.0.as_str())
            .collect::<Vec<_>>(),
        ["yes", "no"]
    );
}

#[test]
fn why_says_the_same_in_both_languages() {
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-02", "50.00");
    let claim = world.ledger.invoice(&key("1")).unwrap();
    let notes = world.ask(day("2026-01-12"), 12, |policy, ledger, present| {
        policy.why(ledger, claim, present)
    });
    let text = |language| {
        notes
            .iter()
            .map(|note| note.text(language))
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert_eq!(
        text(Language::De),
        "fällig am 16.01.2026 (14 Tage ab Bestellung, Zahlungsziel der Vorgabe); Stufe 1 `friendly` ab 20.01.2026; \
         am 12.01.2026 noch nicht so weit"
    );
    assert_eq!(
        text(Language::En),
        "due on 16 Jan 2026 (14 days from the order, the default terms); level 1 `friendly` from 20 Jan 2026; \
         not yet on 12 Jan 2026"
    );
}

#[test]
fn unclear_words_are_answered_for_three_days_and_at_any_hour() {
    let mut world = World::since("2026-01-01");
    let sunday = day("2026-01-11");
    let at = world.at(sunday, 20);
    let unclear = world.fact(at, Fact::Unclear { words: "hm".into() });
    let asks = |world: &World, date: &str, hour| {
        let actions = world.plan(day(date), hour);
        actions
            .iter()
            .filter(|a| matches!(a, Action::Reply(event) if event.key == unclear))
            .count()
    };
    assert_eq!(asks(&world, "2026-01-11", 21), 1);
    assert_eq!(asks(&world, "2026-01-14", 19), 1);
    assert_eq!(asks(&world, "2026-01-14", 21), 0);
    let at = world.at(sunday, 22);
    world.fact(at, Fact::Replied { to: unclear.source });
    assert_eq!(asks(&world, "2026-01-12", 7), 0);
}

#[test]
fn payment_information_and_receipt_go_once_if_wanted() {
    let mut world = World::since("2026-01-01");
    world.policy.payment_information = true;
    world.policy.receipt = true;
    world.statements = false; // neither needs fresh bank data
    world.order("1", "anna", "2026-01-02", "50.00");
    world.order_with("2", "bert", "2026-01-02", "50.00", |order| {
        order.method = Some(mahnwerk::ledger::PaymentMethod::Card);
    });
    assert_eq!(
        world.run("2026-01-03", "2026-01-18"),
        ["2026-01-05 payment_information anna +1"]
    );
    world.statements = true;
    assert_eq!(
        world.run("2026-01-19", "2026-01-21"),
        ["2026-01-20 friendly anna 1:1"]
    );
    world.pays("1", "2026-01-22");
    assert_eq!(
        world.run("2026-01-22", "2026-03-31"),
        ["2026-01-22 receipt anna +1"]
    );
}

#[test]
fn the_next_moment_is_the_digest_or_the_opening_of_the_window() {
    let mut world = World::since("2026-01-01");
    let next = |world: &World, date: &str, hour| {
        world.ask(day(date), hour, Policy::next_moment).to_string()
    };
    assert_eq!(next(&world, "2026-01-05", 7), "2026-01-05T08:00:00");
    world.live(day("2026-01-05"));
    assert_eq!(next(&world, "2026-01-05", 8), "2026-01-05T09:00:00");
    assert_eq!(next(&world, "2026-01-05", 12), "2026-01-06T09:00:00"); // no digest on Epiphany
    assert_eq!(next(&world, "2026-01-09", 18), "2026-01-12T08:00:00");
}

#[test]
fn an_end_that_is_paused_is_asked_later() {
    let mut world = World::since("2026-01-01");
    world.agrees = true;
    world.order("1", "anna", "2026-01-02", "50.00");
    world.run("2026-01-02", "2026-03-03");
    assert_eq!(
        world.questions("2026-03-04", 8),
        [QuestionId::End(key("1"))]
    );
    world.order_of(
        ("2026-03-04", 9),
        Command::Pause {
            invoice: key("1"),
            until: Some(day("2026-03-31")),
        },
    );
    assert_eq!(world.questions("2026-03-31", 8), []);
    assert_eq!(
        world.questions("2026-04-01", 8),
        [QuestionId::End(key("1"))]
    );
    assert_eq!(
        world
            .ledger
            .customer(&address("anna"))
            .unwrap()
            .letters
            .len(),
        3
    );
}

#[test]
fn every_number_of_a_digest_is_a_question_or_an_announced_letter() {
    let mut world = World::since("2026-01-01");
    world.order("old", "karl", "2025-11-03", "50.00"); // asked about: number 1
    world.order("1", "anna", "2026-01-02", "50.00");
    world.order("2", "bert", "2026-01-02", "60.00");
    world.run("2026-01-02", "2026-01-18");
    world.order("older", "kurt", "2025-11-03", "50.00");
    let (digest, _) = world.live(day("2026-01-19"));
    let digest = digest.unwrap();
    assert_eq!(digest.questions.len(), 1);
    assert_eq!(digest.number_of(&step("1", 1)), Some(2));
    assert_eq!(digest.number_of(&step("2", 1)), Some(3));
    assert_eq!(digest.number_of(&step("2", 2)), None);
    let told = digest.told(SourceId::of(b"digest"));
    assert_eq!(told.numbered(0), None);
    assert_eq!(told.numbered(1), Some(QuestionId::Old(key("older"))));
    assert_eq!(told.numbered(2), Some(QuestionId::Step(step("1", 1))));
    assert_eq!(told.numbered(4), None);
    let last = world.ledger.told().last().unwrap().1.digest;
    let no = |number| Command::Reply {
        digest: last,
        number,
        word: ReplyWord::No,
        take: None,
    };
    world.order_of(("2026-01-19", 12), no(Some(3)));
    assert_eq!(
        world.run("2026-01-20", "2026-01-20"),
        ["2026-01-20 friendly anna 1:1"]
    );
    // Too late: it is out.
    let late = world.order_of(("2026-01-20", 18), no(Some(2)));
    assert_eq!(
        world.ledger.remark(&late),
        Some("that letter about laden/1 is out already")
    );
}

#[test]
fn a_doubt_that_is_answered_is_asked_no_more() {
    let mut world = World::since("2026-01-01");
    let monday = day("2026-01-05");
    let (letter, tried) = (SourceId::of(b"letter"), world.at(monday, 9));
    world.flights.push(Flight {
        letter,
        to: Some(address("anna")),
        steps: vec![step("1", 1)],
        on: monday,
        tried: Some(tried),
    });
    let doubt = QuestionId::Doubt(letter);
    assert_eq!(
        world.questions("2026-01-05", 12),
        std::slice::from_ref(&doubt)
    );
    world.answer(("2026-01-05", 12), doubt.clone(), Choice::SendAgain);
    assert_eq!(world.questions("2026-01-05", 13), []);
    // Sent again, and again nobody says whether it arrived.
    world.flights[0].tried = Some(world.at(monday, 14));
    assert_eq!(world.questions("2026-01-05", 18), [doubt]);
}

#[test]
fn a_german_digest_gives_its_reasons_in_german() {
    let mut world = World::since("2026-01-01");
    world.order("1001", "anna", "2026-01-02", "1050.00");
    world.money("1050.00", "", "Jemand Anders", "2026-01-05");
    let (digest, _) = world.live(day("2026-01-05"));
    let text = digest.unwrap().questions[0].text.clone();
    assert!(
        text.contains("1.050,00 € ist genau der offene Betrag (der Zahler heißt anders)"),
        "{text}"
    );
    let wrong = world.order_of(
        ("2026-01-05", 12),
        Command::ByNumber {
            number: Some("4711".into()),
            digest: None,
            order: mahnwerk::ledger::event::ClaimOrder::Cancel,
        },
    );
    assert!(world.ledger.remark(&wrong).is_some());
    let (digest, _) = world.live(day("2026-01-07"));
    let orders = digest.unwrap().orders;
    assert!(
        orders[0].ends_with("(nicht ausgeführt: keine Forderung hat die Nummer 4711)"),
        "{orders:?}"
    );
}
