//! A mailbox that does not answer and a mail server that hangs up after the data: still exactly once.

use std::time::Duration;

use super::eve::{self, ALMA, CORA, DAY, EDDA};
use super::found;
use super::stage::at;
use crate::block_on;
use crate::rig::{Fault, Step, What};

const ALL: [(&str, usize); 3] = [(ALMA, 1), (CORA, 1), (EDDA, 1)];

#[test]
fn while_the_mailbox_is_frozen_nothing_is_sent_and_afterwards_everything_once() {
    let Some(mut stage) = eve::stage(3) else {
        return;
    };
    block_on(async {
        let mut daemon = stage.daemon(eve::start());
        eve::live(&stage, &mut daemon).await;
        daemon.end();
        drop(daemon);
        // The same day on, with less patience: a turn that cannot read the mailbox to its end sends nothing.
        stage.patience = Duration::from_secs(4);
        let mut daemon = stage.daemon(at(DAY, 8, 30));
        stage.turns(&mut daemon, at(DAY, 8, 31)).await;
        stage.rig.freeze_imap();
        for minute in [5, 20] {
            let turn = daemon.turn(at(DAY, 9, minute)).await;
            assert!(!turn.complete && turn.sent == 0, "{turn:?}");
            assert!(turn.troubles[0].starts_with("mailbox kasse: "), "{turn:?}");
        }
        assert!(found::counts(&stage).is_empty(), "nothing left");
        stage.rig.thaw_imap();
        assert_eq!(stage.turns(&mut daemon, at(DAY, 9, 40)).await, 3);
        eve::next_day(&stage, &mut daemon, &[]).await;
        eve::assert_letters(&stage, &daemon, &ALL);
    });
}

#[test]
fn a_letter_taken_without_a_word_is_evidenced_by_its_copy() {
    let Some(stage) = eve::stage(3) else { return };
    block_on(async {
        let mut daemon = stage.daemon(eve::start());
        eve::live(&stage, &mut daemon).await;
        stage.rig.smtp_fault(Fault::At(Step::Dot, What::TakeAndCut));
        let turn = daemon.turn(at(DAY, 9, 5)).await;
        assert_eq!((turn.sent, turn.troubles.len()), (0, 3), "{turn:?}");
        assert_eq!(daemon.desk.flights.len(), 3);
        stage.rig.smtp_fault(Fault::Pass);
        stage.expect_copies(3);
        assert_eq!(stage.turns(&mut daemon, at(DAY, 9, 6)).await, 0);
        assert!(daemon.desk.flights.is_empty(), "each has its copy");
        eve::next_day(&stage, &mut daemon, &[]).await;
        eve::assert_letters(&stage, &daemon, &ALL);
    });
}

#[test]
fn a_letter_without_a_copy_waits_for_the_merchants_word() {
    let Some(stage) = eve::stage(3) else { return };
    block_on(async {
        let mut daemon = stage.daemon(eve::start());
        eve::live(&stage, &mut daemon).await;
        stage.rig.smtp_fault(Fault::At(Step::Dot, What::Cut));
        let turn = daemon.turn(at(DAY, 9, 5)).await;
        assert_eq!((turn.sent, turn.troubles.len()), (0, 3), "{turn:?}");
        stage.rig.smtp_fault(Fault::Pass);
        // Long after the wait for the copies: asked about, not sent.
        for hour in [10, 12, 16] {
            assert_eq!(stage.turns(&mut daemon, at(DAY, hour, 0)).await, 0);
        }
        assert!(found::counts(&stage).is_empty(), "nothing left");
        let tried: Vec<String> = daemon
            .desk
            .flights
            .iter()
            .filter_map(|flight| Some(flight.letter.customer.as_ref()?.to_string()))
            .collect();
        eve::next_day(
            &stage,
            &mut daemon,
            &["nochmal", "gesendet", "überspringen"],
        )
        .await;
        eve::assert_letters(&stage, &daemon, &[(tried[0].as_str(), 1)]);
    });
}
