//! Events in, ledger out: one step per event in key order, in place where an event is the latest, else from the
//! beginning. What two readings of one source disagree on is decided by the facts alone, never by who came first.

use jiff::ToSpan;

use super::{Books, Fate, Ledger, PaymentKind};
use crate::ledger::event::{Event, EventKey, Evidence, Fact, Payment};

/// Announced money that has not come by then is not waited for any longer.
const ANNOUNCED_HOURS: i64 = 240;

impl Ledger {
    /// The ledger of these events, in any order and with repetitions.
    pub fn fold(events: impl IntoIterator<Item = Event>) -> Ledger {
        let mut ledger = Ledger::default();
        for event in events {
            ledger.insert(event);
        }
        ledger.refold();
        ledger
    }

    /// Adds one event; `false` if it is already known (same source and index).
    pub fn apply(&mut self, event: &Event) -> bool {
        self.apply_all(std::slice::from_ref(event)) == 1
    }

    /// Adds many at once; the number of new ones. Refolds at most once.
    pub fn apply_all(&mut self, events: &[Event]) -> usize {
        let last = self.events.last_key_value().map(|(key, _)| *key);
        let (mut new, mut late) = (0, false);
        let mut keys = Vec::new();
        for event in events {
            match self.insert(event.clone()) {
                Inserted::New => {
                    new += 1;
                    late |= last.is_some_and(|last| event.key < last);
                    keys.push(event.key);
                }
                Inserted::Moved => late = true,
                Inserted::Known => {}
            }
        }
        if late {
            self.refold();
        } else {
            keys.sort();
            for key in keys {
                if let Some(event) = self.events.get(&key) {
                    self.books.step(event);
                }
            }
        }
        new
    }

    /// Puts an event into the set. Of two events with one identity (a copied mailbox received the same mail at another
    /// time, another recipe read it otherwise) the earlier one stays, at one time the smaller in text form.
    fn insert(&mut self, event: Event) -> Inserted {
        let key = event.key;
        let identity = (key.source, key.index);
        let Some(&at) = self.times.get(&identity) else {
            self.times.insert(identity, key.at);
            self.events.insert(key, event);
            return Inserted::New;
        };
        let known = EventKey { at, ..key };
        let text = |event: &Event| serde_json::to_string(event).unwrap_or_default();
        let stays = at < key.at
            || (at == key.at
                && self
                    .events
                    .get(&known)
                    .is_some_and(|known| *known == event || text(known) <= text(&event)));
        if stays {
            return Inserted::Known;
        }
        self.events.remove(&known);
        self.times.insert(identity, key.at);
        self.events.insert(key, event);
        Inserted::Moved
    }

    fn refold(&mut self) {
        let mut books = Books::default();
        for event in self.events.values() {
            books.step(event);
        }
        self.books = books;
    }
}

/// What became of an event that was put into the set.
enum Inserted {
    New,
    Moved,
    Known,
}

impl Books {
    /// One event, in key order.
    pub fn step(&mut self, event: &Event) {
        self.let_announced_expire(&event.key);
        let key = event.key;
        if event.is_unmailed() {
            self.unmailed.insert(key);
        }
        match &event.fact {
            Fact::Issued(issued) => self.issued(event, issued),
            Fact::Credited(credited) => self.on_claim(&credited.invoice, event),
            Fact::Cancelled { invoice } | Fact::PaidAtShop { invoice } => {
                self.on_claim(invoice, event)
            }
            Fact::Proposed(proposed) => self.proposed(key, proposed),
            Fact::Paid(payment) => {
                self.money_came(key, believed(event, payment), PaymentKind::Received)
            }
            Fact::Pending(payment) => {
                self.money_came(key, believed(event, payment), PaymentKind::Pending)
            }
            Fact::Returned(payment) => self.money_went_back(key, believed(event, payment)),
            Fact::Sent(payment) => self.money_went_out(key, believed(event, payment)),
            Fact::Charged(charged) => self.on_claim(&charged.invoice, event),
            Fact::Rules(rules) => self.rules = rules.clone(),
            Fact::Reminded(reminded) => self.reminded(event, reminded),
            Fact::Seen(seen) => self.seen(key, seen),
            Fact::Told(told) => self.told(event, told),
            Fact::Bounced(bounced) => self.bounced(event, bounced),
            Fact::Answered(answered) => self.answered(event, answered),
            Fact::Ordered(command) => self.ordered(event, command),
            Fact::Unclear { .. } => self.wants_answer(key),
            Fact::Replied { to } => {
                self.replied.insert(*to);
                self.unanswered.retain(|key| key.source != *to);
            }
        }
    }

    /// Time is told by the events themselves: an announcement holds until one comes that is ten days later.
    fn let_announced_expire(&mut self, now: &EventKey) {
        while let Some(&first) = self.announced.first() {
            let until = first.at.saturating_add(ANNOUNCED_HOURS.hours());
            if until.is_ok_and(|until| until > now.at) {
                return;
            }
            let fate = Fate::Ignored("it was announced, but did not come within ten days".into());
            self.set_fate(&first, fate, now.at);
            self.announced.remove(&first);
        }
    }
}

/// The payment as far as its evidence carries: what nothing proves only ever becomes a question.
fn believed(event: &Event, payment: &Payment) -> Payment {
    let mut payment = payment.clone();
    payment.proposal_only |= event.by == Evidence::Unproven;
    payment
}
