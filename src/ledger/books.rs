//! The fold: events in key order become claims, customers, payments.
//!
//! Invariant: the ledger is a function of the set of events. An event that is later than all known ones is applied
//! in place; an earlier one refolds.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::customer::{Customer, CustomerAddress};
use super::event::{Answered, Bounced, Event, EventKey, Payment, SourceId, Told};
use super::invoice::{Invoice, InvoiceKey};
use super::money::Money;

/// Everything known.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    // private indices: events by key, claims, customers, payments, told digests ...
}

/// What is known of one customer (one address).
#[derive(Clone, Debug, PartialEq)]
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
    /// Money of his that no claim needs.
    pub credit: Vec<Money>,
}

/// A payment and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentState {
    /// Its event.
    pub key: EventKey,
    /// As read.
    pub payment: Payment,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a payment.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// Booked on claims (see their allocations); the rest, if any, is the customer's credit.
    Booked(Vec<(InvoiceKey, Money)>),
    /// The same money as another event.
    Duplicate(EventKey),
    /// Waits for the merchant's answer; touches these claims.
    Asked(Vec<InvoiceKey>),
    /// Nothing known fits; tried again with every new claim.
    Waiting,
    /// The merchant said that it belongs to no claim, or it is no customer's money.
    Ignored(String),
}

impl Ledger {
    /// The ledger of these events, in any order and with repetitions.
    pub fn fold(_events: impl IntoIterator<Item = Event>) -> Ledger {
        todo!()
    }

    /// Adds one event; `false` if it is already known (same source and index).
    pub fn apply(&mut self, _event: &Event) -> bool {
        todo!()
    }

    /// Adds many at once; the number of new ones. Refolds at most once.
    pub fn apply_all(&mut self, _events: &[Event]) -> usize {
        todo!()
    }

    /// All events in key order.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        std::iter::empty() // replaced by the ledger room
    }

    /// Whether an event is known.
    pub fn knows(&self, _source: SourceId, _index: u16) -> bool {
        todo!()
    }

    /// All claims by key.
    pub fn invoices(&self) -> impl Iterator<Item = &Invoice> + '_ {
        std::iter::empty() // replaced by the ledger room
    }

    /// Claims with something open that is neither cancelled nor paid at the shop.
    pub fn open_invoices(&self) -> impl Iterator<Item = &Invoice> + '_ {
        std::iter::empty() // replaced by the ledger room
    }

    /// One claim.
    pub fn invoice(&self, _key: &InvoiceKey) -> Option<&Invoice> {
        todo!()
    }

    /// Claims whose order or invoice number (or `shop/number`) is this text.
    pub fn find(&self, _number: &str) -> Vec<&Invoice> {
        todo!()
    }

    /// One customer.
    pub fn customer(&self, _address: &CustomerAddress) -> Option<&CustomerState> {
        todo!()
    }

    /// All customers.
    pub fn customers(&self) -> impl Iterator<Item = (&CustomerAddress, &CustomerState)> + '_ {
        std::iter::empty() // replaced by the ledger room
    }

    /// All payments in key order.
    pub fn payments(&self) -> impl Iterator<Item = &PaymentState> + '_ {
        std::iter::empty() // replaced by the ledger room
    }

    /// Digests told, ascending.
    pub fn told(&self) -> &[(Timestamp, Told)] {
        &[]
    }

    /// Last day up to which the account is known completely (statements; mails where there never was one;
    /// the merchant's own `checked` counts for all).
    pub fn seen_until(&self, _account: &str) -> Option<Date> {
        todo!()
    }

    /// The merchant stopped everything.
    pub fn stopped(&self) -> bool {
        todo!()
    }

    /// Customer letters by day, for caps and breaker.
    pub fn letters_by_day(&self) -> &BTreeMap<Date, u32> {
        todo!()
    }

    /// Sum of open money per currency: total minus allocations over all claims that are not cancelled.
    pub fn open_total(&self) -> Vec<Money> {
        todo!()
    }
}
