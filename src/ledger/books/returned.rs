//! Money goes back: a returned debit, a chargeback. What it had paid is open again, and the merchant is asked before
//! anybody is reminded of it.
//!
//! A return is found by the bank's ids, else by an exact number together with the exact amount. A return that cannot be
//! placed is a question; it never opens a claim by a guess.

use super::same::usable_id;
use super::{Books, Fate, PaymentKind, PaymentState};
use crate::ledger::event::{EventKey, Payment};
use crate::ledger::invoice::{Allocation, InvoiceKey};
use crate::ledger::matching;
use crate::ledger::money::Money;

impl Books {
    /// Money went back.
    pub(super) fn money_went_back(&mut self, key: EventKey, payment: Payment) {
        if !self.enter(key, payment, PaymentKind::Returned) {
            return;
        }
        if let Some((known, _)) = self.twin(&key) {
            self.repeated_by.insert((known, key.source));
            self.set_fate(&key, Fate::Duplicate(known), key.at);
            return;
        }
        let Some(payment) = self.payments.get(&key).map(|state| state.payment.clone()) else {
            return;
        };
        let believed = !payment.proposal_only;
        let original = self.original(&payment).filter(|_| believed);
        if original.is_some_and(|original| self.undo(&key, &original, payment.amount)) {
            return;
        }
        let named = self.named_and_paid(&payment).filter(|_| believed);
        if let Some((claim, paid_by)) = named
            && self.undo(&key, &paid_by, payment.amount)
        {
            self.note_on_last(
                &claim,
                "the purpose names the claim and the amount is what was paid".into(),
            );
            return;
        }
        let candidates = self.could_be_of(&payment);
        self.set_fate(&key, Fate::Asked(candidates), key.at);
    }

    /// The payment that went back, by the bank's ids.
    fn original(&self, payment: &Payment) -> Option<EventKey> {
        let by_id = usable_id(&payment.original_transaction_id)
            .and_then(|id| self.by_id.get(&(payment.account.clone(), id.to_owned())));
        let by_end_to_end =
            usable_id(&payment.end_to_end_id).and_then(|id| self.by_end_to_end.get(id));
        let received = |keys: &Vec<EventKey>| {
            let mut found = keys
                .iter()
                .filter_map(|key| self.followed(key))
                .filter(|state| {
                    state.kind == PaymentKind::Received && state.payment.account == payment.account
                });
            let first = found.next()?;
            found
                .all(|other| other.key == first.key)
                .then_some(first.key)
        };
        by_id
            .and_then(received)
            .or_else(|| by_end_to_end.and_then(received))
    }

    /// The payment itself, or the one that it repeats.
    fn followed(&self, key: &EventKey) -> Option<&PaymentState> {
        let mut state = self.payments.get(key)?;
        for _ in 0..8 {
            match &state.fate {
                Fate::Duplicate(other) => state = self.payments.get(other)?,
                _ => break,
            }
        }
        Some(state)
    }

    /// The one claim that the return's text names for sure, and the one payment of exactly this amount on it.
    fn named_and_paid(&self, payment: &Payment) -> Option<(InvoiceKey, EventKey)> {
        let claims = matching::surely_named(payment, self);
        let [claim] = claims.as_slice() else {
            return None;
        };
        let invoice = self.invoices.get(claim)?;
        let mut paid = invoice.allocations.iter().filter(|part| {
            part.amount == payment.amount && !self.went_back.contains_key(&part.payment)
        });
        let first = paid.next()?;
        paid.next()
            .is_none()
            .then_some((claim.clone(), first.payment))
    }

    /// Takes back what a payment had paid. `false` if that is not certain: it is not booked, it went back before, or the
    /// amounts do not tell which part went back.
    fn undo(&mut self, key: &EventKey, original: &EventKey, amount: Money) -> bool {
        let Some(state) = self.payments.get(original) else {
            return false;
        };
        let whole = state.payment.amount;
        if whole.currency != amount.currency || self.went_back.contains_key(original) {
            return false;
        }
        let Fate::Booked(parts) = &state.fate else {
            return self.undo_unbooked(key, original, amount);
        };
        let on_one = parts.len() == 1 && state.credit.is_none();
        // More than was paid: the bank's charge for the return, which no claim owes by itself.
        let all = amount.amount >= whole.amount;
        if !all && !on_one {
            return false;
        }
        let (credit, parts) = (state.credit, parts.clone());
        let address = parts
            .first()
            .and_then(|(claim, _)| self.invoices.get(claim)?.address().cloned());
        self.went_back.insert(*original, amount.amount);
        let why = format!("{amount} went back of the payment of {whole}");
        let mut from_credit = credit
            .filter(|_| all)
            .unwrap_or(Money::zero(whole.currency));
        let mut back = Vec::new();
        for (claim, part) in parts {
            let wanted = if all { part } else { amount };
            let taken = self.take_back(key, &claim, wanted, why.clone());
            // What a credit note had moved from the claim to the customer's credit goes back from there.
            from_credit = wanted
                .minus(taken)
                .and_then(|rest| from_credit.plus(rest))
                .unwrap_or(from_credit);
            back.push((claim, -taken));
        }
        if let Some(address) = address.filter(|_| from_credit.is_positive()) {
            self.add_credit(&address, -from_credit);
            if let Some(state) = self.payments.get_mut(key) {
                state.credit = Some(-from_credit);
            }
        }
        self.set_fate(key, Fate::Reopened(back), key.at);
        true
    }

    /// Takes an amount back from a claim, at most what was paid on it; what could be taken.
    fn take_back(
        &mut self,
        key: &EventKey,
        claim: &InvoiceKey,
        wanted: Money,
        why: String,
    ) -> Money {
        let mut taken = Money::zero(wanted.currency);
        self.change(claim, |invoice| {
            let paid = invoice.paid().minus(invoice.paid_before).unwrap_or(taken);
            taken = super::money_in::needed(paid, wanted);
            if !taken.is_zero() {
                invoice.allocations.push(Allocation {
                    payment: *key,
                    amount: -taken,
                    why: vec![why],
                });
            }
        });
        taken
    }

    /// Of a payment that was never booked: it came and went.
    fn undo_unbooked(&mut self, key: &EventKey, original: &EventKey, amount: Money) -> bool {
        let undecided = self.payments.get(original).is_some_and(|state| {
            state.payment.amount.amount <= amount.amount
                && matches!(state.fate, Fate::Asked(_) | Fate::Waiting)
        });
        if undecided {
            self.went_back.insert(*original, amount.amount);
            self.set_fate(original, Fate::Ignored("it went back".into()), key.at);
            self.set_fate(
                key,
                Fate::Ignored("what went back was booked nowhere".into()),
                key.at,
            );
        }
        undecided
    }

    fn note_on_last(&mut self, claim: &InvoiceKey, why: String) {
        self.change(claim, |invoice| {
            if let Some(last) = invoice.allocations.last_mut() {
                last.why.push(why);
            }
        });
    }

    /// Claims that a return may be about: named ones, and those of the payer with a payment of this amount.
    fn could_be_of(&self, payment: &Payment) -> Vec<InvoiceKey> {
        let mut claims = matching::surely_named(payment, self);
        claims.truncate(5);
        claims
    }

    /// The merchant says of which claim the money went back.
    pub(super) fn return_answered(
        &mut self,
        key: &EventKey,
        claim: &InvoiceKey,
        at: jiff::Timestamp,
    ) -> Result<(), String> {
        let (Some(state), Some(invoice)) = (self.payments.get(key), self.invoices.get(claim))
        else {
            return Err(format!("{claim} is not known"));
        };
        let amount = state.payment.amount;
        if amount.currency != invoice.total.currency {
            return Err(format!(
                "the return is in {}, {claim} in {}",
                amount.currency, invoice.total.currency
            ));
        }
        let why = "the merchant said that it went back of this claim".to_owned();
        let taken = self.take_back(key, claim, amount, why);
        if taken.is_zero() {
            return Err(format!("nothing was paid on {claim}"));
        }
        self.set_fate(key, Fate::Booked(vec![(claim.clone(), -taken)]), at);
        Ok(())
    }
}
