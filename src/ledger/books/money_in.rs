//! Money comes in or is announced: first whether it is known already, then where it belongs.
//!
//! The same money is seen twice when a bank mail is followed by the statement, or a statement comes again. Two equal
//! lines of one source are two payments, and one line repeats at most one other: one to one by count.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::same::Likeness;
use super::state::owner;
use super::{Books, Fate, PaymentKind, PaymentState};
use crate::ledger::event::{EventKey, Payment};
use crate::ledger::invoice::{Allocation, InvoiceKey};
use crate::ledger::matching::{self, Booking, Decision, Rest};
use crate::ledger::money::Money;

/// Undecided payments of one amount that one new claim looks at again.
const MOST_RETRIED: usize = 64;

impl Books {
    /// A payment was read: received or announced.
    pub(super) fn money_came(&mut self, key: EventKey, payment: Payment, kind: PaymentKind) {
        if !self.enter(key, payment, kind) {
            return;
        }
        match self.twin(&key) {
            Some(known) => self.same_money(&known, &key),
            None => self.settle(&key, key.at),
        }
    }

    /// Writes a payment down; `false` if it is no amount that a payment can have (it is written down as such).
    pub(super) fn enter(&mut self, key: EventKey, payment: Payment, kind: PaymentKind) -> bool {
        let amount = payment.amount;
        let state = PaymentState {
            key,
            payment,
            kind,
            fate: Fate::Waiting,
            credit: None,
            asked_at: None,
            rest: None,
            near: false,
            of: None,
        };
        if kind != PaymentKind::Stated {
            self.accounts.insert(state.payment.account.clone());
        }
        self.payments.insert(key, state);
        self.payment_keys.insert((key.source, key.index), key);
        if !amount.is_positive() || amount.amount > Money::LIMIT {
            self.set_fate(
                &key,
                Fate::Ignored(format!("{amount} is no amount of a payment")),
                key.at,
            );
            return false;
        }
        true
    }

    /// `new` is the same money as `old`: the one that says more is booked, the other is its duplicate.
    fn same_money(&mut self, (old, likeness): &(EventKey, Likeness), new: &EventKey) {
        self.repeated_by.insert((*old, likeness.mark(new.source)));
        self.repeated_by.insert((*new, likeness.mark(old.source)));
        let (Some(first), Some(second)) = (self.payments.get(old), self.payments.get(new)) else {
            return;
        };
        let richer = (second.payment.from_statement && !first.payment.from_statement)
            || (first.payment.remittance.is_empty() && !second.payment.remittance.is_empty());
        let came = first.kind == PaymentKind::Pending && second.kind == PaymentKind::Received;
        let open = matches!(first.fate, Fate::Asked(_) | Fate::Waiting);
        let refused = matches!(first.fate, Fate::Ignored(_)) && first.kind == PaymentKind::Received;
        if came || (richer && second.kind == PaymentKind::Received && (open || refused)) {
            if refused && let Some(second) = self.payments.get_mut(new) {
                // The merchant said that it is nobody's: what is known now may only ask him again.
                second.payment.proposal_only = true;
            }
            self.set_fate(old, Fate::Duplicate(*new), new.at);
            self.settle(new, new.at);
            return;
        }
        let iban = second.payment.payer_iban.clone();
        let booked = first.fate.booked().and_then(|parts| parts.first());
        let booked = booked.map(|(claim, _)| claim.clone());
        self.set_fate(new, Fate::Duplicate(*old), new.at);
        if let (Some(claim), Some(iban)) = (booked, iban) {
            self.confirm_iban(&claim, iban, *old);
        }
    }

    /// Decides where an undecided payment belongs, by the rules alone.
    pub(super) fn settle(&mut self, key: &EventKey, at: Timestamp) {
        let Some(state) = self.payments.get(key) else {
            return;
        };
        let decision = matching::decide(&state.payment, super::same::day_of(state), self);
        if state.kind == PaymentKind::Pending {
            let held = match decision {
                Decision::Book(booking) => {
                    booking.parts.into_iter().map(|part| part.invoice).collect()
                }
                Decision::Ask(claims) => claims,
                Decision::Ignore(_) | Decision::Wait => Vec::new(),
            };
            self.set_fate(key, Fate::Announced(held), at);
            return;
        }
        match decision {
            Decision::Book(booking) => self.book(key, booking, at),
            Decision::Ask(claims) => {
                let rest = self.not_owed(key, &claims);
                if let Some(state) = self.payments.get_mut(key) {
                    state.rest = rest;
                }
                self.set_fate(key, Fate::Asked(claims), at);
            }
            Decision::Ignore(why) => self.set_fate(key, Fate::Ignored(why), at),
            Decision::Wait => self.set_fate(key, Fate::Waiting, at),
        }
    }

    /// The best proposal is a claim that is void: the money is owed back rather than booked.
    fn not_owed(&self, key: &EventKey, claims: &[InvoiceKey]) -> Option<Rest> {
        let first = self.invoices.get(claims.first()?)?;
        let amount = self.payments.get(key)?.payment.amount;
        first.cancelled.is_some().then_some(Rest::NotOwed(amount))
    }

    /// Books a payment on claims; what they do not need is the customer's credit.
    pub(super) fn book(&mut self, key: &EventKey, booking: Booking, at: Timestamp) {
        let Some(state) = self.payments.get(key) else {
            return;
        };
        let Booking { parts, rest, near } = booking;
        let (amount, iban) = (state.payment.amount, state.payment.payer_iban.clone());
        let mut left = amount;
        let mut booked: Vec<(InvoiceKey, Money)> = Vec::new();
        for part in &parts {
            self.withdraw_stated(&part.invoice, part.replaces, key, at);
            left = left.minus(part.amount).unwrap_or(left);
            booked.push((part.invoice.clone(), part.amount));
        }
        let credit_to = parts
            .first()
            .and_then(|part| self.invoices.get(&part.invoice)?.address().cloned());
        let mut credit = None;
        match (left.is_positive(), credit_to, booked.last_mut()) {
            (true, Some(address), _) => {
                self.add_credit(&address, left);
                credit = Some(left);
            }
            // Nobody to credit: the claim keeps all of it, so that no money is lost.
            (true, None, Some((_, last))) => *last = last.plus(left).unwrap_or(*last),
            _ => {}
        }
        for (part, (claim, amount)) in parts.into_iter().zip(&booked) {
            if !amount.is_zero() {
                let allocation = Allocation {
                    payment: *key,
                    amount: *amount,
                    split: part.split,
                    why: part.why,
                };
                self.change(claim, |invoice| invoice.allocations.push(allocation));
            }
            if let Some(iban) = &iban {
                self.confirm_iban(claim, iban.clone(), *key);
            }
        }
        booked.retain(|(_, amount)| !amount.is_zero());
        let short = rest.as_ref().is_some_and(|rest| rest.open().is_some());
        if let Some(state) = self.payments.get_mut(key) {
            state.rest = rest.or_else(|| credit.map(Rest::Credit));
            state.near = near;
            state.credit = credit;
        }
        let fate = if short { Fate::Short } else { Fate::Booked };
        self.set_fate(key, fate(booked), at);
    }

    /// The bank's booking takes the place of what the merchant had said about the same money.
    fn withdraw_stated(
        &mut self,
        claim: &InvoiceKey,
        stated: Option<EventKey>,
        by: &EventKey,
        at: Timestamp,
    ) {
        let Some(stated) = stated else {
            return;
        };
        let mut gone = None;
        self.change(claim, |invoice| {
            let mut parts = invoice.allocations.iter();
            gone = parts.find(|part| part.payment == stated).cloned();
            invoice.allocations.retain(|part| part.payment != stated)
        });
        if let Some(gone) = gone {
            self.withdrawn.insert(*by, gone);
        }
        self.set_fate(&stated, Fate::Duplicate(*by), at);
    }

    /// The IBAN paid for this customer: confirmed (by a booking or by the merchant).
    fn confirm_iban(&mut self, claim: &InvoiceKey, iban: String, by: EventKey) {
        if let Some(invoice) = self.invoices.get(claim) {
            let owners = self.ibans.entry(iban).or_default();
            owners.entry(owner(invoice)).or_default().insert(by);
        }
    }

    /// Adds to (or takes from) a customer's credit.
    pub(super) fn add_credit(&mut self, address: &crate::ledger::CustomerAddress, money: Money) {
        if let Some(customer) = self.customers.get_mut(address) {
            super::state::add_money(&mut customer.credit, money);
        }
    }

    /// A claim appeared or changed: undecided payments that name it or have its amount are looked at again.
    pub(super) fn retry(&mut self, claim: &InvoiceKey, at: Timestamp) {
        if self.undecided.is_empty() {
            return;
        }
        let Some(invoice) = self.invoices.get(claim) else {
            return;
        };
        let mut again = std::collections::BTreeSet::new();
        let issued = &invoice.issued;
        let numbers = std::iter::once(&invoice.key.number)
            .chain(&issued.invoice_number)
            .chain(&issued.terms.customer_number)
            .chain(&issued.terms.references);
        for form in numbers.flat_map(|number| crate::ledger::reference::forms(number)) {
            again.extend(
                self.wanting_number
                    .get(&form)
                    .into_iter()
                    .flatten()
                    .take(MOST_RETRIED)
                    .copied(),
            );
        }
        let open = invoice.open();
        let slot = (open.currency, open.amount.normalize());
        again.extend(
            self.wanting_amount
                .get(&slot)
                .into_iter()
                .flatten()
                .take(MOST_RETRIED)
                .copied(),
        );
        for key in again {
            let retried = self.payments.get(&key).is_some_and(|state| {
                matches!(state.kind, PaymentKind::Received | PaymentKind::Pending)
                    && matches!(
                        state.fate,
                        Fate::Asked(_) | Fate::Waiting | Fate::Announced(_)
                    )
            });
            if retried {
                self.settle(&key, at);
            }
        }
    }
}

/// The part of an amount that a claim still needs.
pub(super) fn needed(unpaid: Money, amount: Money) -> Money {
    Money::new(
        unpaid.amount.min(amount.amount).max(Decimal::ZERO),
        amount.currency,
    )
}
