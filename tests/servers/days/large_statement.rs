//! A statement of 2,000 lines is dropped into the watched folder. No mail says what it says but the next digest: after it
//! the mailbox alone, read by real servers' rules on sizes of heads, knows every line.

use std::fs;
use std::time::{Duration, SystemTime};

use super::eve::{self, DAY};
use super::mails::{self, Transfer};
use super::stage::{Stage, at};
use crate::block_on;

const LINES: u32 = 2_000;

/// Puts the file there, as changed on the eve.
fn drop_statement(stage: &mut Stage) {
    let folder = stage.rig.path().join("statements");
    fs::create_dir_all(&folder).unwrap();
    let eve = DAY.yesterday().unwrap();
    let transfers: Vec<Transfer> = (0..LINES)
        .map(|line| Transfer {
            day: eve.yesterday().unwrap(),
            cents: 100_000 + line,
            payer: "Irgend Jemand",
            purpose: "ohne Nummer",
        })
        .collect();
    let until = eve.yesterday().unwrap();
    let mail = String::from_utf8(mails::statement(until, until, &transfers)).unwrap();
    let (_, file) = mail.split_once("<?xml").unwrap();
    let (file, _) = file.split_once("--auszug--").unwrap();
    let path = folder.join("auszug.xml");
    fs::write(&path, format!("<?xml{file}")).unwrap();
    let changed = at(eve, 6, 0).as_second().unsigned_abs();
    let file = fs::File::options().write(true).open(&path).unwrap();
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(changed);
    file.set_modified(changed).unwrap();
    stage.config.paths.statements = Some(folder);
}

#[test]
fn a_large_dropped_statement_is_in_the_mailbox_after_one_digest() {
    let Some(mut stage) = eve::stage(1) else {
        return;
    };
    drop_statement(&mut stage);
    block_on(async {
        let eve = DAY.yesterday().unwrap();
        let mut daemon = stage.daemon(eve::start());
        stage.turns(&mut daemon, at(eve, 7, 1)).await;
        assert_eq!(daemon.desk.ledger.payments().count(), LINES as usize);
        stage.turns(&mut daemon, at(eve, 8, 5)).await;
        assert_eq!(daemon.desk.ledger.told().len(), 1);
        assert!(daemon.desk.ledger.unmailed(1).is_empty());
        let known = daemon.desk.ledger.snapshot();
        drop(daemon);
        // Another machine: no store, no file, only the mailbox.
        stage.config.paths.statements = None;
        stage.config.paths.state = stage.rig.path().join("elsewhere");
        let mut fresh = stage.daemon(at(eve, 8, 10));
        stage.turns(&mut fresh, at(eve, 8, 11)).await;
        assert_eq!(fresh.desk.ledger.payments().count(), LINES as usize);
        assert!(fresh.desk.ledger.snapshot() == known, "the books differ");
    });
}
