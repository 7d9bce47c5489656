//! The simulated mail system: a mailbox in memory, an outgoing server with moods, and the death of the process.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use jiff::{SignedDuration, Timestamp};
use mahnwerk::letter::Letter;
use mahnwerk::mail::RawMail;
use mahnwerk::world::memory::MemoryMailbox;
use mahnwerk::world::store::SimDisk;
use mahnwerk::world::{Batch, Cursor, Inbox, Outbox, Position, Trouble};

use crate::dice::Dice;

/// What is outside the process and survives it.
#[derive(Clone)]
pub struct Outside {
    pub mailbox: MemoryMailbox,
    pub disk: SimDisk,
    pub dice: Rc<RefCell<Dice>>,
    pub now: Rc<Cell<Timestamp>>,
    /// Faults are over: the last weeks of a run show that everything comes to an end.
    pub calm: Rc<Cell<bool>>,
    /// The process dies at the outgoing server's next step.
    pub kill_at_send: Rc<Cell<Option<Death>>>,
    /// The process is dead: nothing it does counts any more.
    pub dead: Arc<AtomicBool>,
    /// Points of durable steps until the process dies; 0: it lives.
    pub steps_to_live: Arc<AtomicU64>,
    /// What customers and the merchant really got, with the day.
    pub delivered: Rc<RefCell<Vec<(Timestamp, Letter)>>>,
    /// Copies on their way into the mailbox.
    pub on_the_way: Rc<RefCell<Vec<(Timestamp, RawMail)>>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Death {
    /// Before the server has the letter.
    Before,
    /// After it accepted the letter, before we hear of it.
    After,
}

impl Outside {
    pub fn new(seed: u64, now: Timestamp) -> Outside {
        let outside = Outside {
            mailbox: MemoryMailbox::default(),
            disk: SimDisk::default(),
            dice: Rc::new(RefCell::new(Dice::new(seed))),
            now: Rc::new(Cell::new(now)),
            calm: Rc::new(Cell::new(false)),
            kill_at_send: Rc::new(Cell::new(None)),
            dead: Arc::default(),
            steps_to_live: Arc::default(),
            delivered: Rc::default(),
            on_the_way: Rc::default(),
        };
        let (dead, left) = (outside.dead.clone(), outside.steps_to_live.clone());
        outside.disk.on_step(Box::new(move |_, _| {
            let dies = left.load(SeqCst) == 1;
            left.store(left.load(SeqCst).saturating_sub(1), SeqCst);
            dead.fetch_or(dies, SeqCst);
            dies
        }));
        outside
    }

    /// Mails that have arrived by now appear in the mailbox, sometimes in another order, sometimes twice.
    pub fn deliver_copies(&self) {
        let now = self.now.get();
        let mut on_the_way = self.on_the_way.borrow_mut();
        let (mut due, later): (Vec<_>, Vec<_>) =
            on_the_way.drain(..).partition(|(at, _)| *at <= now);
        *on_the_way = later;
        due.sort_by_key(|(at, _)| *at);
        due.into_iter().for_each(|(_, mail)| self.put(mail));
    }

    pub fn put(&self, mail: RawMail) {
        if self.dice.borrow_mut().percent(3) {
            self.mailbox.push(mail.clone());
        }
        self.mailbox.push(mail);
    }

    fn accept(&self, letter: &Letter) {
        let now = self.now.get();
        let minutes = self.dice.borrow_mut().below(20) as i64;
        self.delivered.borrow_mut().push((now, letter.clone()));
        let arrives = now + SignedDuration::from_mins(minutes);
        let copy = RawMail {
            bytes: letter.bytes.clone(),
            received: arrives,
        };
        self.on_the_way.borrow_mut().push((arrives, copy));
    }
}

/// An inbox that is sometimes out of order.
pub struct SimInbox {
    pub outside: Outside,
    /// Read the mailbox from its end: a rebuild must not depend on the order.
    pub backwards: bool,
}

impl Inbox for SimInbox {
    fn name(&self) -> &str {
        "simulated"
    }

    async fn fetch(&mut self, since: &Cursor) -> Result<Batch, Trouble> {
        let calm = self.outside.calm.get() || self.backwards;
        if !calm && self.outside.dice.borrow_mut().percent(4) {
            return Err(Trouble::Later(
                "the simulated mailbox does not answer".into(),
            ));
        }
        let mut mails = self.outside.mailbox.mails();
        if self.backwards {
            mails.reverse();
        }
        let from = since
            .0
            .get("INBOX")
            .map_or(0, |position| position.next as usize);
        let to = mails
            .len()
            .min(from + 1 + self.outside.dice.borrow_mut().below(6) as usize);
        let mut cursor = since.clone();
        cursor.0.insert(
            "INBOX".into(),
            Position {
                validity: 1,
                next: to as u64,
            },
        );
        let complete = to == mails.len();
        Ok(Batch {
            mails: mails[from..to].to_vec(),
            skipped: Vec::new(),
            cursor,
            complete,
        })
    }

    async fn changed(&mut self) {
        std::future::pending().await
    }
}

/// An outgoing server with moods.
pub struct SimOutbox {
    pub outside: Outside,
}

impl Outbox for SimOutbox {
    async fn send(&mut self, letter: &Letter) -> Result<(), Trouble> {
        let outside = &self.outside;
        if outside.dead.load(SeqCst) {
            return Err(Trouble::Later("dead".into()));
        }
        if let Some(death) = outside.kill_at_send.take() {
            outside.dead.store(true, SeqCst);
            outside.disk.kill();
            if death == Death::After {
                outside.accept(letter);
            }
            return Err(Trouble::Unknown("killed".into()));
        }
        let mood = if outside.calm.get() {
            99
        } else {
            outside.dice.borrow_mut().below(100)
        };
        match mood {
            0..=4 => Err(Trouble::Later("451 try again".into())),
            5..=7 => Err(Trouble::Unknown(
                "the connection ended after the data".into(),
            )),
            8..=11 => {
                outside.accept(letter);
                Err(Trouble::Unknown(
                    "the connection ended after the data".into(),
                ))
            }
            12 if letter.customer.is_some() => Err(Trouble::Never("550 no such user".into())),
            _ => {
                outside.accept(letter);
                Ok(())
            }
        }
    }
}
