//! A booking is taken back: the claims, the customer's credit and what is known of the payer's IBAN are as they were, and the
//! payment is a question again, which the rules never answer by themselves.
//!
//! It is refused where it could not be restored: the money went back since, or its credit was used. Each claim keeps
//! what was taken back of it, and when.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Books, Fate, PaymentKind, PaymentState};
use crate::ledger::CustomerAddress;
use crate::ledger::event::EventKey;
use crate::ledger::invoice::{Allocation, Invoice, InvoiceKey, Split, TakenBack};
use crate::ledger::matching::{self, Decision};
use crate::ledger::money::Money;

impl Books {
    /// The latest booking on this claim is taken back.
    ///
    /// # Errors
    /// Says in words what there is not, or what came after it.
    pub(super) fn undo(&mut self, claim: &InvoiceKey, by: EventKey) -> Result<(), String> {
        let Some(invoice) = self.invoices.get(claim) else {
            return Err(format!("{claim} is not known"));
        };
        let mut latest = invoice.allocations.iter().rev();
        let booked = |part: &&Allocation| {
            let state = self.payments.get(&part.payment);
            state.is_some_and(|state| state.fate.booked().is_some())
        };
        let Some(key) = latest.find(booked).map(|part| part.payment) else {
            return Err(format!(
                "nothing was booked on {claim} that could be taken back"
            ));
        };
        self.take_booking_back(&key, by.at)
    }

    fn take_booking_back(&mut self, key: &EventKey, at: Timestamp) -> Result<(), String> {
        let Some(state) = self.payments.get(key).cloned() else {
            return Err("that payment is not known".into());
        };
        if self.went_back.contains_key(key) {
            return Err("that payment went back since".into());
        }
        let claims = claims_of(&state);
        let credit = state
            .credit
            .unwrap_or(Money::zero(state.payment.amount.currency));
        let address = claims
            .first()
            .and_then(|claim| self.invoices.get(claim)?.address().cloned());
        let mut from_credit = credit.amount;
        let mut changed = Vec::new();
        let stated = self.withdrawn.remove(key);
        for (place, claim) in claims.iter().enumerate() {
            if let Some(invoice) = self.invoices.get(claim) {
                let given = |part: &EventKey| !self.payments.contains_key(part);
                let (without, moved) = without(
                    invoice,
                    key,
                    at,
                    stated.clone().filter(|_| place == 0),
                    given,
                );
                from_credit += moved;
                changed.push(without);
            }
        }
        if let Err(why) =
            self.spend_credit(address.as_ref(), Money::new(from_credit, credit.currency))
        {
            self.withdrawn.extend(stated.map(|stated| (*key, stated)));
            return Err(why);
        }
        for invoice in changed {
            let claim = invoice.key.clone();
            self.change(&claim, |old| *old = invoice);
        }
        if let Some(of) = state.of {
            self.went_back.remove(&of);
        }
        self.forget_iban(&state);
        if let (Some(stated), Some(claim)) = (stated, claims.first()) {
            let parts = vec![(claim.clone(), stated.amount)];
            self.set_fate(&stated.payment, Fate::Booked(parts), at);
        }
        self.ask_again(state, claims, at);
        Ok(())
    }

    /// Takes from a customer's credit what is there of it; a return's part (negative) is given back.
    fn spend_credit(&mut self, whose: Option<&CustomerAddress>, sum: Money) -> Result<(), String> {
        let Some(address) = whose.filter(|_| !sum.is_zero()) else {
            return Ok(());
        };
        let customer = self.customers.get(address);
        let has = customer
            .and_then(|customer| {
                let mut sums = customer.credit.iter();
                sums.find(|credit| credit.currency == sum.currency)
            })
            .map_or(Decimal::ZERO, |credit| credit.amount);
        if has < sum.amount {
            return Err("the credit that it left was used since".into());
        }
        self.add_credit(address, -sum);
        Ok(())
    }

    /// Nobody is known to have paid from its IBAN by this payment.
    fn forget_iban(&mut self, state: &PaymentState) {
        let Some(iban) = &state.payment.payer_iban else {
            return;
        };
        if let Some(owners) = self.ibans.get_mut(iban) {
            for by in owners.values_mut() {
                by.remove(&state.key);
            }
            owners.retain(|_, by| !by.is_empty());
            if owners.is_empty() {
                self.ibans.remove(iban);
            }
        }
    }

    /// The merchant is asked, with the claims that it was booked on first.
    fn ask_again(&mut self, state: PaymentState, mut claims: Vec<InvoiceKey>, at: Timestamp) {
        let key = state.key;
        if let Some(state) = self.payments.get_mut(&key) {
            state.payment.proposal_only = true;
            state.credit = None;
            state.rest = None;
            state.near = false;
            state.of = None;
        }
        let fate = match state.kind {
            PaymentKind::Stated => Fate::Ignored("the merchant took it back".into()),
            PaymentKind::Received => {
                let mut asked = state.payment;
                asked.proposal_only = true;
                let day = asked.booked.unwrap_or_default();
                if let Decision::Ask(others) = matching::decide(&asked, day, self) {
                    claims.extend(others);
                }
                let mut seen = std::collections::BTreeSet::new();
                claims.retain(|claim| seen.insert(claim.clone()));
                Fate::Asked(claims)
            }
            _ => Fate::Asked(claims),
        };
        self.set_fate(&key, fate, at);
    }
}

fn claims_of(state: &PaymentState) -> Vec<InvoiceKey> {
    let parts = state.fate.booked().unwrap_or_default();
    parts.iter().map(|(claim, _)| claim.clone()).collect()
}

/// The claim without this payment, and how much of what a credit had moved to the customer's account comes back for it.
fn without(
    invoice: &Invoice,
    key: &EventKey,
    at: Timestamp,
    stated: Option<Allocation>,
    given: impl Fn(&EventKey) -> bool,
) -> (Invoice, Decimal) {
    let mut invoice = invoice.clone();
    let (gone, left): (Vec<_>, Vec<_>) = std::mem::take(&mut invoice.allocations)
        .into_iter()
        .partition(|part| part.payment == *key);
    invoice.allocations = left;
    // What the merchant had said about the same money holds again.
    invoice.allocations.extend(stated);
    invoice
        .taken_back
        .extend(gone.into_iter().map(|part| TakenBack { at, part }));
    let mut moved = Decimal::ZERO;
    if !invoice.is_credit_note() {
        let before = invoice.paid_before.amount;
        for place in (0..invoice.allocations.len()).rev() {
            let short = before - invoice.paid_in_money().amount;
            let part = &mut invoice.allocations[place];
            if short > Decimal::ZERO && part.amount.amount < Decimal::ZERO && given(&part.payment) {
                let back = short.min(-part.amount.amount);
                part.amount.amount += back;
                moved += back;
            }
        }
        invoice
            .allocations
            .retain(|part| !part.amount.is_zero() || part.split != Split::default());
    }
    (invoice, moved)
}
