//! The daemon dies in each state of the crash table (ARCHITECTURE.md) and starts again on the same store: exactly one
//! letter reaches the customer.

use std::rc::Rc;

use mahnwerk::daemon::Desk;
use mahnwerk::ledger::Action;
use mahnwerk::letter::Letter;
use mahnwerk::world::smtp::SmtpOutbox;
use mahnwerk::world::{Outbox, Trouble};
use tokio::sync::Notify;

use super::eve::{self, ALMA, DAY};
use super::found;
use super::stage::{Stage, at};
use crate::block_on;

/// Where the process dies inside `send`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Death {
    /// The attempt is noted; no byte has left.
    BeforeTheNetwork,
    /// The server has said yes; nobody has noted it.
    AfterTheServersYes,
}

/// A way out at which the process dies, once armed: it stops there for good, and the test drops the daemon.
struct Deadly {
    outbox: SmtpOutbox,
    death: Option<Death>,
    died: Rc<Notify>,
}

impl Deadly {
    async fn stop(&self) {
        self.died.notify_one();
        std::future::pending().await
    }
}

impl Outbox for Deadly {
    async fn send(&mut self, letter: &Letter) -> Result<(), Trouble> {
        let death = self.death.filter(|_| letter.customer.is_some());
        if death == Some(Death::BeforeTheNetwork) {
            self.stop().await;
        }
        let outcome = self.outbox.send(letter).await;
        if death == Some(Death::AfterTheServersYes) {
            outcome.as_ref().expect("the server takes it");
            self.stop().await;
        }
        outcome
    }
}

/// Lives to the sending hour and dies there inside `send`.
async fn die(stage: &Stage, death: Death) {
    let died = Rc::new(Notify::new());
    let outbox = Deadly {
        outbox: stage.outbox(),
        death: None,
        died: Rc::clone(&died),
    };
    let mut daemon = stage.daemon_with(outbox, eve::start());
    eve::live(stage, &mut daemon).await;
    daemon.outbox_mut().death = Some(death);
    tokio::select! {
        turn = daemon.turn(at(DAY, 9, 5)) => panic!("it lived through {death:?}: {turn:?}"),
        () = died.notified() => {}
    }
}

/// Starts again after an unclean end: nothing leaves before the wait is over, and in the end there is one letter.
/// `late` letters are sent after the wait, the merchant answers each question of the next day.
async fn go_on(stage: &Stage, late: usize, answers: &[&str]) {
    let mut daemon = stage.daemon(at(DAY, 9, 10));
    assert_eq!(stage.turns(&mut daemon, at(DAY, 9, 15)).await, 0);
    assert_eq!(stage.turns(&mut daemon, at(DAY, 9, 39)).await, 0);
    assert_eq!(stage.turns(&mut daemon, at(DAY, 9, 41)).await, late);
    stage.turns(&mut daemon, at(DAY, 12, 0)).await;
    eve::next_day(stage, &mut daemon, answers).await;
    eve::assert_letters(stage, &daemon, &[(ALMA, 1)]);
}

/// The letter that the plan asks for now.
fn due(desk: &Desk) -> Letter {
    let now = at(DAY, 9, 5);
    let plan = desk.at_present(now, |policy, ledger, present| policy.plan(ledger, present));
    let letter = plan
        .iter()
        .find(|action| matches!(action, Action::Write(_)))
        .expect("a letter is due");
    let rules = &desk.rules;
    let letters = &rules.letters;
    letters
        .compose(
            letter,
            &desk.ledger,
            &rules.policy,
            &rules.sender,
            now,
            &rules.key,
        )
        .expect("a letter")
}

#[test]
fn killed_when_the_letter_is_intended() {
    let Some(stage) = eve::stage(1) else { return };
    block_on(async {
        let mut daemon = stage.daemon(eve::start());
        eve::live(&stage, &mut daemon).await;
        let letter = due(&daemon.desk);
        daemon.desk.intend(&letter).unwrap();
        drop(daemon);
        assert_eq!(stage.desk(at(DAY, 9, 6)).flights.len(), 1, "S1 is durable");
        go_on(&stage, 1, &[]).await;
    });
}

#[test]
fn killed_before_the_first_byte_leaves() {
    let Some(stage) = eve::stage(1) else { return };
    block_on(async {
        die(&stage, Death::BeforeTheNetwork).await;
        assert!(found::counts(&stage).is_empty());
        go_on(&stage, 0, &["nochmal"]).await;
    });
}

#[test]
fn killed_after_the_servers_yes() {
    let Some(stage) = eve::stage(1) else { return };
    block_on(async {
        die(&stage, Death::AfterTheServersYes).await;
        stage.expect_copies(1);
        go_on(&stage, 0, &[]).await;
    });
}

#[test]
fn killed_when_the_letter_is_accepted_and_its_copy_not_yet_read() {
    let Some(stage) = eve::stage(1) else { return };
    block_on(async {
        let mut daemon = stage.daemon(eve::start());
        eve::live(&stage, &mut daemon).await;
        let turn = daemon.turn(at(DAY, 9, 5)).await;
        assert_eq!(turn.sent, 1, "{turn:?}");
        drop(daemon);
        stage.wait_for_copies(&turn);
        go_on(&stage, 0, &[]).await;
    });
}

#[test]
fn killed_when_the_copy_is_read() {
    let Some(stage) = eve::stage(1) else { return };
    block_on(async {
        let mut daemon = stage.daemon(eve::start());
        eve::live(&stage, &mut daemon).await;
        assert_eq!(stage.turns(&mut daemon, at(DAY, 9, 5)).await, 1);
        drop(daemon);
        go_on(&stage, 0, &[]).await;
    });
}
