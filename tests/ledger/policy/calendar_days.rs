//! Due dates, levels, deadlines, grouping, prepayment, start: the rows of the defaults that are about days.

use mahnwerk::ledger::PaymentMethod;
use mahnwerk::ledger::event::{Choice, Command};
use mahnwerk::ledger::policy::QuestionId;

use crate::world::{World, day, key, step};

#[test]
fn an_unpaid_invoice_takes_three_levels_and_then_the_merchant_is_asked() {
    let mut world = World::since("2026-01-01");
    world.agrees = true;
    world.order("10247", "erika", "2026-01-02", "89.90");
    // Due Fri 16 Jan. Three days and two banking days later: Tue 20 Jan. Deadline Fri 30 Jan, and so on.
    assert_eq!(
        world.run("2026-01-02", "2026-04-30"),
        [
            "2026-01-20 friendly erika 10247:1",
            "2026-02-03 reminder erika 10247:2",
            "2026-02-17 final erika 10247:3",
        ]
    );
    let deadlines: Vec<_> = world
        .ledger
        .invoice(&key("10247"))
        .unwrap()
        .taken
        .iter()
        .map(|t| t.deadline)
        .collect();
    assert_eq!(
        deadlines,
        [
            Some(day("2026-01-30")),
            Some(day("2026-02-13")),
            Some(day("2026-02-27"))
        ]
    );
    assert_eq!(world.questions("2026-03-02", 8), []);
    assert_eq!(
        world.questions("2026-03-03", 8),
        [QuestionId::End(key("10247"))]
    );
}

#[test]
fn a_deadline_or_due_date_on_a_free_day_moves_before_anything_is_counted_from_it() {
    let mut world = World::since("2026-01-01");
    // Printed due date Good Friday, 3 April: moved to Tue 7 April; +3 days and 2 banking days: Fri 10 April.
    world.order_with("1", "anna", "2026-03-20", "50.00", |order| {
        order.due_date = Some(day("2026-04-03"))
    });
    // Terms of the mail: 30 days from Wed 1 April = Fri 1 May, holiday: moved to Mon 4 May; Thu 7 May.
    world.order_with("2", "bert", "2026-04-01", "50.00", |order| {
        order.terms_days = Some(30)
    });
    assert_eq!(
        world.run("2026-03-20", "2026-05-08"),
        [
            "2026-04-10 friendly anna 1:1",
            // Deadline Mon 20 April, two banking days later.
            "2026-04-22 reminder anna 1:2",
            "2026-05-07 friendly bert 2:1",
        ]
    );
    assert_eq!(
        world
            .policy
            .due_date(world.ledger.invoice(&key("2")).unwrap()),
        day("2026-05-04")
    );
}

#[test]
fn terms_are_printed_or_the_shops_or_fourteen_days() {
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-05", "50.00");
    let claim = world.ledger.invoice(&key("1")).unwrap();
    assert_eq!(world.policy.due_date(claim), day("2026-01-19"));
    let mut policy = world.policy.clone();
    policy.shops.get_mut("laden").unwrap().term_days = Some(7);
    assert_eq!(policy.due_date(claim), day("2026-01-12"));
}

#[test]
fn no_letter_leaves_on_a_holiday_of_any_state() {
    let mut world = World::since("2026-01-01");
    // Due Mon 1 June; the day would be Thu 4 June, Corpus Christi: Fri 5 June.
    world.order("1", "anna", "2026-05-18", "50.00");
    assert_eq!(
        world.run("2026-05-18", "2026-06-08"),
        ["2026-06-05 friendly anna 1:1"]
    );
}

#[test]
fn letters_leave_only_inside_the_window() {
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-02", "50.00");
    world.run("2026-01-02", "2026-01-19");
    let tuesday = day("2026-01-20");
    world.morning(tuesday);
    world.digest(tuesday);
    assert_eq!(world.plan(tuesday, 8), []);
    assert_eq!(world.plan(tuesday, 9).len(), 1);
    assert_eq!(world.plan(tuesday, 16).len(), 1);
    assert_eq!(world.plan(tuesday, 17), []);
}

#[test]
fn the_last_level_goes_out_on_the_first_sending_day_after_the_yes() {
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-02", "50.00");
    world.run("2026-01-02", "2026-02-15");
    // Asked in the digest of Mon 16 Feb, the working day before Tue 17 Feb.
    assert_eq!(world.questions("2026-02-13", 8), []);
    assert_eq!(
        world.questions("2026-02-16", 8),
        [QuestionId::Step(step("1", 3))]
    );
    assert_eq!(world.run("2026-02-16", "2026-02-19"), [] as [&str; 0]);
    world.answer(
        ("2026-02-19", 11),
        QuestionId::Step(step("1", 3)),
        Choice::Yes,
    );
    assert_eq!(
        world.run("2026-02-20", "2026-02-20"),
        ["2026-02-20 final anna 1:3"]
    );
}

#[test]
fn without_a_yes_the_last_level_never_goes_out() {
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-02", "50.00");
    assert_eq!(
        world.run("2026-01-02", "2026-06-30"),
        [
            "2026-01-20 friendly anna 1:1",
            "2026-02-03 reminder anna 1:2"
        ]
    );
    assert_eq!(
        world.questions("2026-06-30", 8),
        [QuestionId::Step(step("1", 3))]
    );
}

#[test]
fn one_letter_names_every_overdue_claim_and_the_furthest_level_speaks() {
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-02", "50.00");
    world.order("2", "anna", "2026-01-14", "30.00");
    world.order("3", "anna", "2026-01-22", "20.00");
    // 1: friendly 20 Jan, reminder 3 Feb. 2: due 28 Jan, ready Mon 2 Feb, alone it would go then.
    // 3: due Thu 5 Feb, not overdue on 2 Feb, ready on Mon 9 Feb.
    assert_eq!(
        world.run("2026-01-02", "2026-02-08"),
        [
            "2026-01-20 friendly anna 1:1",
            "2026-02-02 friendly anna 2:1 +1"
        ]
    );
    // The reminder of 1 (3 Feb) waits for the gap of seven days; on 9 Feb 3 is ready as well. The reminder of 2 is
    // counted from its deadline, Thu 12 Feb.
    assert_eq!(
        world.run("2026-02-09", "2026-02-20"),
        [
            "2026-02-09 reminder anna 1:2 3:1 +2",
            "2026-02-16 reminder anna 2:2 +1 +3"
        ]
    );
}

#[test]
fn prepaid_orders_are_reminded_twice_and_then_the_merchant_is_asked_to_cancel() {
    for method in [PaymentMethod::Prepayment, PaymentMethod::BankTransfer] {
        let mut world = World::since("2026-01-01");
        world.agrees = true;
        world.order_with("1", "anna", "2026-03-02", "50.00", |order| {
            order.method = Some(method)
        });
        assert_eq!(
            world.run("2026-03-02", "2026-05-30"),
            [
                "2026-03-09 prepayment anna 1:1",
                "2026-03-16 prepayment anna 1:2"
            ]
        );
        // Deadline Thu 26 March, two banking days later: Mon 30 March.
        assert_eq!(world.questions("2026-03-27", 8), []);
        assert_eq!(
            world.questions("2026-03-30", 8),
            [QuestionId::End(key("1"))]
        );
        world.answer(("2026-05-30", 12), QuestionId::End(key("1")), Choice::No);
        assert_eq!(world.questions("2026-06-01", 8), []);
    }
}

#[test]
fn other_methods_are_never_reminded_and_an_unknown_one_says_what_helps() {
    for method in [
        PaymentMethod::Card,
        PaymentMethod::Paypal,
        PaymentMethod::DirectDebit,
        PaymentMethod::Cod,
        PaymentMethod::Other,
    ] {
        let mut world = World::since("2026-01-01");
        world.order_with("1", "anna", "2026-01-02", "50.00", |order| {
            order.method = Some(method)
        });
        assert_eq!(world.run("2026-01-02", "2026-03-31"), [] as [&str; 0]);
        assert!(world.why("1", "2026-02-02").contains("wird nicht gemahnt"));
    }
    let mut world = World::since("2026-01-01");
    world.order_with("1", "anna", "2026-01-02", "50.00", |order| {
        order.method = None
    });
    assert_eq!(world.run("2026-01-02", "2026-03-31"), [] as [&str; 0]);
    assert!(
        world
            .why("1", "2026-02-02")
            .contains("`default_payment` beim Shop `laden`")
    );
    world.policy.shops.get_mut("laden").unwrap().default_method = Some(PaymentMethod::Invoice);
    assert_eq!(
        world.run("2026-04-01", "2026-04-03"),
        ["2026-04-02 friendly anna 1:1"]
    );
}

#[test]
fn claims_from_before_the_start_wait_for_the_merchant() {
    let mut world = World::since("2026-01-01");
    world.order("old", "anna", "2025-11-03", "50.00");
    assert_eq!(world.run("2026-01-02", "2026-02-28"), [] as [&str; 0]);
    assert!(
        world
            .why("old", "2026-02-02")
            .contains("vor dem Beginn am 01.01.2026")
    );
    world.answer(("2026-03-02", 7), QuestionId::Old(key("old")), Choice::Yes);
    // Released on Monday, announced in that day's digest, out on Tuesday.
    assert_eq!(
        world.run("2026-03-02", "2026-03-06"),
        ["2026-03-03 friendly anna old:1"]
    );
}

#[test]
fn after_a_downtime_nothing_jumps_ahead() {
    let mut world = World::since("2026-01-01");
    world.agrees = true;
    world.order("1", "anna", "2026-01-02", "50.00");
    world.run("2026-01-02", "2026-01-19"); // announced, then the machine is off for two months
    assert_eq!(
        world.run("2026-03-18", "2026-04-20"),
        [
            // Announced afresh on Wed 18 March. Deadline Sun 29, moved to Mon 30 March: Wed 1 April. Deadline Sat 11,
            // moved to Mon 13 April: Wed 15 April.
            "2026-03-19 friendly anna 1:1",
            "2026-04-01 reminder anna 1:2",
            "2026-04-15 final anna 1:3",
        ]
    );
}

#[test]
fn a_paid_claim_is_done() {
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-02", "50.00");
    world.run("2026-01-02", "2026-01-19");
    world.pays("1", "2026-01-20");
    assert_eq!(world.run("2026-01-20", "2026-03-31"), [] as [&str; 0]);
    assert_eq!(world.why("1", "2026-02-02"), "bezahlt");
    let mut world = World::since("2026-01-01");
    world.order("1", "anna", "2026-01-02", "50.00");
    world.order_of(("2026-01-19", 7), Command::Cancel { invoice: key("1") });
    assert_eq!(world.run("2026-01-19", "2026-03-31"), [] as [&str; 0]);
}
