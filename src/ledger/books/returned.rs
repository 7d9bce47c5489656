//! Money goes back: a returned debit, a chargeback. What it had paid is open again, and the merchant is asked before
//! anybody is reminded of it.
//!
//! A return is found by the bank's ids, else by an exact number together with the exact amount. A return that cannot be
//! placed is a question; it never opens a claim by a guess.

use super::same::usable_id;
use super::{Books, Fate, PaymentKind, PaymentState};
use crate::ledger::event::{EventKey, Payment};
use crate::ledger::invoice::{Allocation, InvoiceKey, Split};
use crate::ledger::matching::{self, Rest};
use crate::ledger::money::Money;
use crate::ledger::reference;

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
        if self.went_back_of(&key, &payment) {
            return;
        }
        let mut candidates = self.could_be_of(&payment);
        if candidates.is_empty() {
            candidates = matching::collected_like(&payment, self);
        }
        self.set_fate(&key, Fate::Asked(candidates), key.at);
    }

    /// Opens again what the money had paid, if it is certain what that was.
    fn went_back_of(&mut self, key: &EventKey, payment: &Payment) -> bool {
        if payment.proposal_only {
            return false;
        }
        if let Some(original) = self.original(payment)
            && self.go_back(key, &original)
        {
            return true;
        }
        let Some((claim, paid_by)) = self.named_and_paid(payment) else {
            return false;
        };
        let gone = self.go_back(key, &paid_by);
        if gone {
            self.note_on_last(
                &claim,
                "the purpose names the claim and the amount is what was paid".into(),
            );
        }
        gone
    }

    /// Money went out: a refund of a claim that the text names, a return in disguise, or nothing of ours.
    pub(super) fn money_went_out(&mut self, key: EventKey, payment: Payment) {
        if !self.enter(key, payment, PaymentKind::Sent) {
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
        if says_returned(&payment) && self.went_back_of(&key, &payment) {
            return;
        }
        let refunded = matching::refunded(&payment, self);
        let fate = match refunded.filter(|_| !payment.proposal_only && !says_returned(&payment)) {
            Some(claim) => {
                self.change(&claim, |invoice| invoice.refunded += payment.amount.amount);
                Fate::Ignored(format!("the merchant paid it back, of {claim}"))
            }
            None => {
                let named = self.could_be_of(&payment);
                let asked = match says_returned(&payment) && !named.is_empty() {
                    true => named,
                    false => matching::collected_like(&payment, self),
                };
                match asked.is_empty() {
                    true => Fate::Ignored("money of the merchant that went out".into()),
                    false => Fate::Asked(asked),
                }
            }
        };
        self.set_fate(&key, fate, key.at);
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
            part.amount == of_the_claim(payment, part.amount)
                && !self.went_back.contains_key(&part.payment)
        });
        let first = paid.next()?;
        paid.next()
            .is_none()
            .then_some((claim.clone(), first.payment))
    }

    /// Takes back what a payment had paid. `false` if that is not certain: it is not booked, it went back before, or the
    /// amounts do not tell which part went back.
    fn go_back(&mut self, key: &EventKey, original: &EventKey) -> bool {
        let (Some(back), Some(state)) = (self.payments.get(key), self.payments.get(original))
        else {
            return false;
        };
        let whole = state.payment.amount;
        let amount = of_the_claim(&back.payment, whole);
        if whole.currency != amount.currency || self.went_back.contains_key(original) {
            return false;
        }
        let Some(parts) = state.fate.booked().map(<[_]>::to_vec) else {
            return self.unbooked_went_back(key, original, amount);
        };
        let on_one = parts.len() == 1 && state.credit.is_none();
        // More than was paid: the bank's charge for the return, which no claim owes by itself.
        let all = amount.amount >= whole.amount;
        if !all && !on_one {
            return false;
        }
        let (credit, account) = (state.credit, state.payment.account.clone());
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
            let split = self.split_of(original, &claim).filter(|_| all);
            let taken = self.take_back(key, &claim, wanted, split, why.clone());
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
        if matches!(self.payments.get(original), Some(state) if matches!(state.fate, Fate::Short(_)))
        {
            let parts = back.iter().map(|(claim, money)| (claim.clone(), -*money));
            self.set_fate(original, Fate::Booked(parts.collect()), key.at);
        }
        let charged = self.charge_of(key, whole, &account);
        if let Some(state) = self.payments.get_mut(key) {
            state.of = Some(*original);
            state.rest = charged;
        }
        self.set_fate(key, Fate::Reopened(back), key.at);
        true
    }

    /// How this payment was split on the claim.
    fn split_of(&self, payment: &EventKey, claim: &InvoiceKey) -> Option<Split> {
        let invoice = self.invoices.get(claim)?;
        let part = invoice
            .allocations
            .iter()
            .find(|part| part.payment == *payment)?;
        Some(part.split)
    }

    /// What else the merchant has to decide: the bank's charge, or a provider's chargeback.
    fn charge_of(&self, key: &EventKey, whole: Money, account: &str) -> Option<Rest> {
        let payment = &self.payments.get(key)?.payment;
        if !account.bytes().any(|b| b.is_ascii_digit()) {
            return Some(Rest::Chargeback(whole)); // a provider's account has a name, a bank's an IBAN
        }
        let fee = payment.amount.minus(whole).filter(Money::is_positive);
        payment.charges.or(fee).map(Rest::Charge)
    }

    /// Takes an amount back from a claim, at most what was paid on it; what could be taken.
    fn take_back(
        &mut self,
        key: &EventKey,
        claim: &InvoiceKey,
        wanted: Money,
        split: Option<Split>,
        why: String,
    ) -> Money {
        let mut taken = Money::zero(wanted.currency);
        self.change(claim, |invoice| {
            let split = split.unwrap_or_default();
            if invoice.is_credit_note() {
                taken = wanted; // it is unused again
            } else {
                let costs = Money::new(split.fees + split.interest, wanted.currency);
                let paid = invoice.paid_in_money().minus(invoice.paid_before);
                let paid = paid.and_then(|paid| paid.plus(costs)).unwrap_or(taken);
                taken = super::money_in::needed(paid, wanted);
            }
            if !taken.is_zero() {
                invoice.allocations.push(Allocation {
                    payment: *key,
                    amount: -taken,
                    split: -split,
                    why: vec![why],
                });
            }
        });
        taken
    }

    /// Of a payment that was never booked: it came and went.
    fn unbooked_went_back(&mut self, key: &EventKey, original: &EventKey, amount: Money) -> bool {
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
        let taken = self.take_back(key, claim, amount, None, why);
        if taken.is_zero() {
            return Err(format!("nothing was paid on {claim}"));
        }
        self.set_fate(key, Fate::Booked(vec![(claim.clone(), -taken)]), at);
        Ok(())
    }
}

/// What of a returned amount had been paid, if so much was: without the bank's charge where the line names one.
fn of_the_claim(payment: &Payment, paid: Money) -> Money {
    let less = payment
        .charges
        .and_then(|charges| payment.amount.minus(charges))
        .filter(|less| *less == paid);
    payment.original_amount.or(less).unwrap_or(payment.amount)
}

/// The line itself says that it is a return: a reason code, or the words of banks for it.
fn says_returned(payment: &Payment) -> bool {
    let text = reference::fold(&payment.remittance);
    let words = [
        "RETOURE",
        "RUECKLAST",
        "RUECKGABE",
        "RETURN",
        "CHARGEBACK",
        "R-TRANSACTION",
    ];
    payment.return_reason.is_some() || words.iter().any(|word| text.contains(word))
}
