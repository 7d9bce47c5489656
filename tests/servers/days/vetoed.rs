//! The merchant answers the digest of the eve: every number in it is obeyed, those of announced letters too.

use super::eve::{self, ALMA, CORA, DAY, EDDA};
use super::found::{self, digests};
use super::stage::{Stage, at};
use crate::block_on;

/// The number that the digest of the eve prints beside this claim.
fn number_of(stage: &Stage, claim: &str) -> String {
    let eve = DAY.yesterday().unwrap();
    let digests = digests(stage);
    let digest = digests.iter().find(|digest| digest.day == eve).unwrap();
    let line = digest
        .text
        .lines()
        .find(|line| line.contains(claim) && line.contains("(aufhalten: nein "))
        .unwrap_or_else(|| panic!("no number beside {claim} in\n{}", digest.text));
    let number = line.rsplit("nein ").next().unwrap();
    number.trim_end_matches(')').to_owned()
}

#[test]
fn a_no_to_an_announced_letter_holds_it_and_only_it() {
    let Some(stage) = eve::stage(3) else { return };
    block_on(async {
        let mut daemon = stage.daemon(eve::start());
        let eve_of = DAY.yesterday().unwrap();
        stage.turns(&mut daemon, at(eve_of, 7, 1)).await;
        stage.turns(&mut daemon, at(eve_of, 8, 5)).await;
        let (alma, cora) = (number_of(&stage, "30201"), number_of(&stage, "5701"));
        assert_ne!(alma, cora);
        let words = format!("ja {alma}\nnein {cora}");
        stage.put_reply(eve_of, &words, at(eve_of, 18, 0));
        stage.put_statement(DAY, &[]);
        stage.turns(&mut daemon, at(DAY, 8, 5)).await;
        assert!(found::counts(&stage).is_empty(), "nothing is due yet");
        assert_eq!(stage.turns(&mut daemon, at(DAY, 9, 5)).await, 2);
        eve::next_day(&stage, &mut daemon, &[]).await;
        eve::assert_letters(&stage, &daemon, &[(ALMA, 1), (EDDA, 1)]);
        let held = digests(&stage).pop().unwrap().text;
        assert!(
            held.contains("hof/5701: Sie haben `friendly` abgelehnt"),
            "{held}"
        );
        // Released, it is announced again and goes.
        let next = eve::NEXT;
        stage.put_reply(next, "weiter 5701", at(next, 18, 0));
        let monday = jiff::civil::date(2026, 3, 23);
        let tuesday = monday.tomorrow().unwrap();
        for day in [monday, tuesday] {
            stage.put_statement(day, &[]);
            stage.turns(&mut daemon, at(day, 8, 5)).await;
            stage.turns(&mut daemon, at(day, 9, 5)).await;
        }
        eve::assert_letters(&stage, &daemon, &[(ALMA, 1), (CORA, 1), (EDDA, 1)]);
    });
}
