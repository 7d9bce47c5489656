//! The fold: events in key order become claims, customers, payments.
//!
//! Invariant: the ledger is a function of the set of events. An event that is later than all known ones is applied
//! in place; an earlier one refolds. Nothing here knows the clock: what time does, only a later event can show.

mod chain;
mod claims;
mod fold;
mod letters;
mod line;
mod money_in;
mod orders;
mod papers;
mod proposals;
mod replies;
mod rest;
mod returned;
mod same;
mod snapshot;
mod state;
mod undo;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

pub use chain::Gap;

use super::customer::{Customer, CustomerAddress};
use super::event::{Answered, Bounced, Choice, Event, EventKey, Payment, Reminded, SourceId, Told};
use super::invoice::{Invoice, InvoiceKey};
use super::matching::Rest;
use super::money::Money;
use super::policy::QuestionId;
use super::terms::BookingRules;
pub(super) use state::{Books, Owner, owner};

/// Everything known.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The set of events, each identity once.
    events: BTreeMap<EventKey, Event>,
    /// Where the event with this identity stands in time.
    times: HashMap<(SourceId, u16), Timestamp>,
    /// What they fold to.
    pub(super) books: Books,
}

/// What is known of one customer (one address).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CustomerState {
    /// As the latest order names him.
    pub customer: Customer,
    /// His claims.
    pub invoices: Vec<InvoiceKey>,
    /// A human reply that the merchant has not released yet.
    pub answered: Option<(EventKey, Answered)>,
    /// A letter to him came back.
    pub bounced: Option<(EventKey, Bounced)>,
    /// Days on which letters went to him, ascending.
    pub letters: Vec<Date>,
    /// Money of his that no claim needs, one amount per currency.
    pub credit: Vec<Money>,
}

/// What a payment's mail or line says about its direction and state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentKind {
    /// Money came in.
    Received,
    /// Money is announced.
    Pending,
    /// Money went back.
    Returned,
    /// The merchant said that money came in another way.
    Stated,
    /// Money went out.
    Sent,
}

/// A payment and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PaymentState {
    /// Its event.
    pub key: EventKey,
    /// As read. The amount is positive whatever the kind.
    pub payment: Payment,
    /// Received, announced, returned, stated.
    pub kind: PaymentKind,
    /// What became of it.
    pub fate: Fate,
    /// Part of a booked payment that became the customer's credit; of a return: what was taken from his credit.
    pub credit: Option<Money>,
    /// Of a question: since when exactly these proposals stand (an answer to an older digest is not about them).
    pub asked_at: Option<Timestamp>,
    /// What the merchant still has to decide about it.
    pub rest: Option<Rest>,
    /// It was booked by a number that is not exact: the merchant is told.
    pub near: bool,
    /// Of a return: the payment that went back.
    pub of: Option<EventKey>,
}

/// What became of a payment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Booked on claims (see their allocations; negative for a return); the rest, if any, is the customer's credit.
    Booked(Vec<(InvoiceKey, Money)>),
    /// Booked on claims, but so that the merchant has to say what becomes of the rest (see `rest`). It holds the claims
    /// until he answers: yes, let it go; no, claim it. Then it is `Booked`.
    Short(Vec<(InvoiceKey, Money)>),
    /// A return that opened these claims again (negative amounts). It holds them until the merchant answers its
    /// question: yes, remind again; no, leave the customer alone. Then it is `Booked`.
    Reopened(Vec<(InvoiceKey, Money)>),
    /// The same money as another event.
    Duplicate(EventKey),
    /// Waits for the merchant's answer; touches these claims, the best proposal (what a mere yes takes) first.
    Asked(Vec<InvoiceKey>),
    /// Announced money: books nothing, holds these claims until it comes or ten days have passed.
    Announced(Vec<InvoiceKey>),
    /// Nothing known fits; tried again with every new claim.
    Waiting,
    /// The merchant said that it belongs to no claim, or it is no customer's money.
    Ignored(String),
}

impl Fate {
    /// Claims that it is booked on, with the money.
    pub fn booked(&self) -> Option<&[(InvoiceKey, Money)]> {
        match self {
            Fate::Booked(parts) | Fate::Short(parts) | Fate::Reopened(parts) => Some(parts),
            _ => None,
        }
    }
}

impl Ledger {
    /// The merchant's rules of booking in force.
    pub fn rules(&self) -> &BookingRules {
        &self.books.rules
    }

    /// All events in key order.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        self.events.values().cloned()
    }

    /// Events later than a moment, in key order; the cost grows with what they are, not with what is stored.
    pub fn events_after(&self, at: Timestamp) -> impl Iterator<Item = &Event> + '_ {
        let last = EventKey {
            at,
            source: SourceId::LAST,
            index: u16::MAX,
        };
        self.events
            .range((std::ops::Bound::Excluded(last), std::ops::Bound::Unbounded))
            .map(|(_, event)| event)
    }

    /// Whether an event is known.
    pub fn knows(&self, source: SourceId, index: u16) -> bool {
        self.times.contains_key(&(source, index))
    }

    /// All claims by key.
    pub fn invoices(&self) -> impl Iterator<Item = &Invoice> + '_ {
        self.books.invoices.values()
    }

    /// Claims with something open that is neither cancelled nor paid at the shop, by key; the cost grows with what
    /// is open.
    pub fn open_invoices(&self) -> impl Iterator<Item = &Invoice> + '_ {
        self.books
            .open
            .keys()
            .filter_map(|key| self.books.invoices.get(key))
    }

    /// One claim.
    pub fn invoice(&self, key: &InvoiceKey) -> Option<&Invoice> {
        self.books.invoices.get(key)
    }

    /// Claims whose order or invoice number (or `shop/number`) is this text, without regard to case, separators and
    /// leading zeros where nothing matches as printed.
    pub fn find(&self, number: &str) -> Vec<&Invoice> {
        self.books.find(number)
    }

    /// One customer.
    pub fn customer(&self, address: &CustomerAddress) -> Option<&CustomerState> {
        self.books.customers.get(address)
    }

    /// All customers.
    pub fn customers(&self) -> impl Iterator<Item = (&CustomerAddress, &CustomerState)> + '_ {
        self.books.customers.iter()
    }

    /// All payments in key order.
    pub fn payments(&self) -> impl Iterator<Item = &PaymentState> + '_ {
        self.books.payments.values()
    }

    /// One payment, by the source and index that its question names.
    pub fn payment(&self, source: SourceId, index: u16) -> Option<&PaymentState> {
        let at = *self.times.get(&(source, index))?;
        self.books.payments.get(&EventKey { at, source, index })
    }

    /// Payments that are not settled (asked, reopened, announced, waiting), in key order; the cost grows with them.
    pub fn open_payments(&self) -> impl Iterator<Item = &PaymentState> + '_ {
        self.books
            .undecided
            .iter()
            .filter_map(|key| self.books.payments.get(key))
    }

    /// Unsettled payments that touch this claim: while there is one, no letter about it goes out.
    pub fn touching(&self, invoice: &InvoiceKey) -> Vec<&PaymentState> {
        let keys = self.books.touched.get(invoice);
        keys.into_iter()
            .flatten()
            .filter_map(|key| self.books.payments.get(key))
            .collect()
    }

    /// Facts that no mail says yet, oldest first, at most `limit`: the next digest carries them.
    pub fn unmailed(&self, limit: usize) -> Vec<Event> {
        let waiting = self
            .books
            .unmailed
            .iter()
            .filter(|key| !self.books.carried.contains(&(key.source, key.index)));
        waiting
            .filter_map(|key| self.events.get(key))
            .take(limit)
            .cloned()
            .collect()
    }

    /// Digests told, ascending.
    pub fn told(&self) -> &[(Timestamp, Told)] {
        &self.books.told
    }

    /// A customer letter that left.
    pub fn letter(&self, letter: SourceId) -> Option<&Reminded> {
        self.books.letters.get(&letter)
    }

    /// The latest answer to a question, and when it was given.
    pub fn answer_to(&self, question: &QuestionId) -> Option<(Timestamp, &Choice)> {
        self.books
            .answers
            .get(question)
            .map(|(at, choice)| (*at, choice))
    }

    /// Mails and shell commands of the merchant that are still to be answered, in key order: unclear words, orders
    /// that could not be carried out (see [`Ledger::remark`]), and shell commands that need a receipt.
    pub fn unanswered(&self) -> Vec<&Event> {
        self.books
            .unanswered
            .iter()
            .filter_map(|key| self.events.get(key))
            .collect()
    }

    /// Why an order of the merchant was not carried out, in words.
    pub fn remark(&self, key: &EventKey) -> Option<&str> {
        self.books.remarks.get(key).map(String::as_str)
    }

    /// Last day up to which the account is known completely (statements; mails where there never was one;
    /// the merchant's own `checked` counts for all).
    pub fn seen_until(&self, account: &str) -> Option<Date> {
        self.books.seen_until(account)
    }

    /// The statement of this account that is missing, if one is: reminders wait until it comes or the merchant says
    /// `checked`.
    pub fn statement_gap(&self, account: &str) -> Option<Gap> {
        self.books.chains.get(account)?.gap(self.books.checked)
    }

    /// The merchant stopped everything.
    pub fn stopped(&self) -> bool {
        self.books.stopped
    }

    /// Customer letters by day, for caps and breaker.
    pub fn letters_by_day(&self) -> &BTreeMap<Date, u32> {
        &self.books.letters_by_day
    }

    /// Sum of open money per currency: total minus allocations over all claims that are not cancelled.
    pub fn open_total(&self) -> Vec<Money> {
        let mut sums: Vec<Money> = Vec::new();
        for invoice in self.open_invoices() {
            state::add_money(&mut sums, invoice.open());
        }
        sums
    }
}
