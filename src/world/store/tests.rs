//! The steps on memory and on sled alike, and what the death of the process or the loss of power leaves.
#![allow(clippy::unwrap_used)]

use jiff::Timestamp;

use super::*;
use crate::ledger::{CustomerAddress, EventKey, Fact};
use crate::world::Position;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_760_000_000 + seconds).unwrap()
}

pub(super) fn event(name: &str, by: Evidence) -> Event {
    Event {
        key: EventKey {
            at: at(1),
            source: SourceId::of(name.as_bytes()),
            index: 0,
        },
        fact: Fact::Unclear {
            words: name.to_owned(),
        },
        by,
    }
}

pub(super) fn letter(name: &str) -> Letter {
    let address = |text: &str| CustomerAddress::new(text).unwrap();
    Letter {
        id: SourceId::of(name.as_bytes()),
        from: address("rechnung@laden.example"),
        recipients: vec![
            address("kundin@kunde.example"),
            address("post@laden.example"),
        ],
        customer: Some(address("kundin@kunde.example")),
        events: vec![event(name, Evidence::Sent)],
        at: at(0),
        bytes: format!("Subject: {name}\r\n\r\nGuten Tag\r\n").into_bytes(),
    }
}

fn record(name: &str, read: i64, outcome: Outcome) -> MailRecord {
    MailRecord {
        source: SourceId::of(name.as_bytes()),
        received: at(0),
        read: at(read),
        outcome,
        reason: "because".into(),
        from: "shop@laden.example".into(),
        subject: name.into(),
    }
}

fn on_both(test: impl Fn(Store)) {
    test(Store::simulated(SimDisk::new()).unwrap());
    let folder = tempfile::tempdir().unwrap();
    test(Store::open(&folder.path().join("state")).unwrap());
}

#[test]
fn what_is_learned_is_there_once() {
    on_both(|store| {
        assert!(store.is_new());
        let events = [event("a", Evidence::Assumed), event("b", Evidence::Assumed)];
        let mut cursor = Cursor::default();
        cursor.0.insert(
            "INBOX".into(),
            Position {
                validity: 7,
                next: 3,
            },
        );
        let mails = [record("a", 10, Outcome::Booked)];
        let learned = Learned {
            events: &events,
            mails: &mails,
            cursor: Some(("main", &cursor)),
        };
        assert!(!store.knows_mail(mails[0].source).unwrap());
        store.learn(&learned).unwrap();
        store.learn(&learned).unwrap();
        let mut found = store.events().unwrap();
        found.sort_by_key(|event| event.key.source != events[0].key.source);
        assert_eq!(found, events);
        assert_eq!(store.cursor("main").unwrap(), cursor);
        assert_eq!(store.cursor("other").unwrap(), Cursor::default());
        assert_eq!(store.mails(None, 9).unwrap(), mails);
        assert!(store.knows_mail(mails[0].source).unwrap());
    });
}

#[test]
fn mails_are_listed_newest_first_and_since() {
    on_both(|store| {
        let mails: Vec<MailRecord> = (0..30)
            .map(|n| {
                let outcome = match n % 3 {
                    0 => Outcome::Review,
                    _ => Outcome::Ignored,
                };
                record(&format!("m{n}"), n, outcome)
            })
            .collect();
        for mail in mails.iter().rev() {
            let mails = std::slice::from_ref(mail);
            store
                .learn(&Learned {
                    mails,
                    ..Learned::default()
                })
                .unwrap();
        }
        assert_eq!(
            store.mails(None, 2).unwrap(),
            [mails[29].clone(), mails[28].clone()]
        );
        let review = store.mails(Some(Outcome::Review), 2).unwrap();
        assert_eq!(review, [mails[27].clone(), mails[24].clone()]);
        assert_eq!(store.mails_since(at(27)).unwrap(), mails[28..]);
        // Read again: it moves, it is not doubled.
        let again = record("m0", 40, Outcome::Booked);
        let learned = [again.clone()];
        store
            .learn(&Learned {
                mails: &learned,
                ..Learned::default()
            })
            .unwrap();
        assert_eq!(store.mails(None, 99).unwrap().len(), 30);
        assert_eq!(store.mails_since(at(30)).unwrap(), [again]);
    });
}

#[test]
fn an_attempt_counts_until_it_is_learned() {
    on_both(|store| {
        let ids = [SourceId::of(b"a"), SourceId::of(b"b")];
        assert_eq!(store.attempt(&ids).unwrap(), [0, 0]);
        assert_eq!(store.attempt(&ids[..1]).unwrap(), [1]);
        let mails = [record("a", 1, Outcome::Error)];
        store
            .learn(&Learned {
                mails: &mails,
                ..Learned::default()
            })
            .unwrap();
        assert_eq!(store.attempt(&ids).unwrap(), [0, 1]);
    });
}

#[test]
fn a_letter_goes_through_its_states() {
    on_both(|store| {
        let letter = letter("one");
        store.intend(&letter).unwrap();
        store.tried(letter.id, at(5)).unwrap();
        store.intend(&letter).unwrap(); // does not reset the attempt
        assert_eq!(store.flights().unwrap()[0].tried, Some(at(5)));
        store.failed(letter.id, at(9)).unwrap();
        let flight = store.flights().unwrap().remove(0);
        let states = (flight.tried, flight.failures, flight.not_before);
        assert_eq!(states, (None, 1, Some(at(9))));
        assert_eq!(flight.letter, letter);
        store.settle(letter.id, &letter.events).unwrap();
        assert!(store.flights().unwrap().is_empty());
        assert_eq!(store.events().unwrap(), letter.events);
        let error = store.tried(letter.id, at(6)).unwrap_err();
        assert!(error.text.contains("is not in flight"), "{error}");
    });
}

#[test]
fn notes_and_the_mark_of_a_running_process() {
    on_both(|store| {
        assert!(store.begin().unwrap());
        assert!(!store.begin().unwrap());
        store.end().unwrap();
        assert!(store.begin().unwrap());
        assert_eq!(store.noted("first day").unwrap(), None);
        store.note("first day", "2026-03-01").unwrap();
        assert_eq!(
            store.noted("first day").unwrap().as_deref(),
            Some("2026-03-01")
        );
    });
}

/// One letter's whole way; the names of the steps that returned.
fn way(store: &Store) -> Vec<&'static str> {
    let letter = letter("one");
    let events = [event("a", Evidence::Assumed)];
    let learned = Learned {
        events: &events,
        ..Learned::default()
    };
    let mut done = Vec::new();
    let mut step = |name, result: Result<(), StoreError>| {
        if result.is_ok() {
            done.push(name);
        }
    };
    step("begin", store.begin().map(|_| ()));
    step("attempt", store.attempt(&[SourceId::of(b"a")]).map(|_| ()));
    step("learn", store.learn(&learned));
    step("intend", store.intend(&letter));
    step("tried", store.tried(letter.id, at(1)));
    step("failed", store.failed(letter.id, at(2)));
    step("tried again", store.tried(letter.id, at(3)));
    step("settle", store.settle(letter.id, &letter.events));
    step("end", store.end());
    done
}

#[test]
fn killed_at_any_point_the_disk_holds_a_whole_number_of_steps() {
    let whole = SimDisk::new();
    let all = way(&Store::simulated(whole.clone()).unwrap());
    assert_eq!((all.len(), whole.points()), (9, 18));
    for point in 0..18 {
        for power in [false, true] {
            let disk = SimDisk::new();
            disk.kill_at(point);
            let store = Store::simulated(disk.clone()).unwrap();
            let done = way(&store);
            assert_eq!(done, all[..done.len()], "nothing works after the death");
            assert!(store.events().unwrap_err().is_killed());
            match power {
                true => disk.crash(0),
                false => 0,
            };
            let store = Store::simulated(disk).unwrap();
            let flights = store.flights().unwrap();
            let tried = flights.first().and_then(|flight| flight.tried);
            let settled = done.contains(&"settle");
            // What returned is there; `failed` alone may be taken back by the loss of power, to the careful side.
            if done.contains(&"tried") && !settled && flights.is_empty() {
                assert_eq!(point, 15, "settled on the disk, killed before it returned");
            }
            if done.last() == Some(&"tried") {
                assert!(tried.is_some() || point == 11, "point {point}");
            }
            if done.last() == Some(&"tried again") && point == 14 {
                assert_eq!(tried, Some(at(3)));
            }
            assert_eq!(settled, settled && store.events().unwrap().len() == 2);
        }
    }
}

#[test]
fn power_takes_back_only_what_was_not_behind_a_barrier() {
    let disk = SimDisk::new();
    let store = Store::simulated(disk.clone()).unwrap();
    let learn = |name: &str, by| {
        let events = [event(name, by)];
        store
            .learn(&Learned {
                events: &events,
                ..Learned::default()
            })
            .unwrap();
    };
    learn("from a mail", Evidence::Assumed);
    learn("from another", Evidence::Assumed);
    assert_eq!(disk.unsynced(), 2);
    assert_eq!(disk.crash(1), 1);
    let store = Store::simulated(disk.clone()).unwrap();
    assert_eq!(store.events().unwrap().len(), 1);
    let events = [event("typed on the shell", Evidence::Shell)];
    store
        .learn(&Learned {
            events: &events,
            ..Learned::default()
        })
        .unwrap();
    assert_eq!(disk.crash(0), 0, "no mailbox holds a shell command");
    let store = Store::simulated(disk).unwrap();
    assert_eq!(store.events().unwrap().len(), 2);
}

#[test]
fn after_an_error_nothing_is_written_until_it_is_opened_again() {
    let disk = SimDisk::new();
    let store = Store::simulated(disk.clone()).unwrap();
    disk.fail_next(2);
    store.note("one", "1").unwrap();
    let error = store.note("two", "2").unwrap_err();
    assert_eq!(store.note("three", "3").unwrap_err(), error);
    assert_eq!(
        store.noted("one").unwrap().as_deref(),
        Some("1"),
        "reading goes on"
    );
    assert_eq!(store.noted("two").unwrap(), None);
    assert!(Store::simulated(disk.clone()).unwrap_err().locked);
    drop(store);
    let store = Store::simulated(disk).unwrap();
    store.note("three", "3").unwrap();
}

#[test]
fn the_hook_sees_every_step_and_can_kill() {
    let disk = SimDisk::new();
    let seen = std::sync::Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    disk.on_step(Box::new(move |step, done| {
        log.lock().unwrap().push((step, done));
        step == "tried" && !done
    }));
    let store = Store::simulated(disk).unwrap();
    store.intend(&letter("one")).unwrap();
    let error = store.tried(letter("one").id, at(1)).unwrap_err();
    assert!(error.is_killed());
    let expected = [("intend", false), ("intend", true), ("tried", false)];
    assert_eq!(*seen.lock().unwrap(), expected);
}
