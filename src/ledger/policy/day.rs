//! One day as the decision sees it: the ledger, the civil date, the letters in flight, and what is looked up once for all
//! claims instead of once for each.
//!
//! Knows no rule. Invariant: building and asking it costs no pass over the ledger.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{CustomerLetter, Flight, Policy, Present};
use crate::ledger::books::CustomerState;
use crate::ledger::{
    Currency, CustomerAddress, Invoice, Ledger, Money, Note, PaymentMethod, SourceId,
};

/// A day on which decisions are made.
pub(super) struct Day<'a> {
    pub(super) policy: &'a Policy,
    pub(super) ledger: &'a Ledger,
    pub(super) on: Date,
    /// The instant, for doubts.
    pub(super) at: Timestamp,
    pub(super) flights: Vec<Flight>,
    /// The digest of today is being written: what it announces counts as forewarned.
    pub(super) looks_ahead: bool,
    pub(super) stale: BTreeMap<&'a str, Note>,
}

/// A customer on that day.
pub(super) struct Party<'a> {
    pub(super) address: Option<&'a CustomerAddress>,
    pub(super) state: Option<&'a CustomerState>,
    /// Open in all, per currency.
    pub(super) open: BTreeMap<Currency, Money>,
    /// Last day on which one of his claims took a level.
    pub(super) last_reminder: Option<Date>,
    /// A letter went to him on this day.
    pub(super) letter_today: bool,
    /// A letter to him is under way or in doubt.
    pub(super) flight: Option<Flight>,
}

impl<'a> Day<'a> {
    /// This moment.
    pub(super) fn of(policy: &'a Policy, ledger: &'a Ledger, present: &Present<'_>) -> Day<'a> {
        let mut day = Day {
            policy,
            ledger,
            on: present.now.date(),
            at: present.at,
            flights: present.flights.to_vec(),
            looks_ahead: false,
            stale: BTreeMap::new(),
        };
        day.look_at_accounts();
        day
    }

    /// A later day as the digest of this one sees it: the letters until then count as under way, and an account that is
    /// fresh now is taken to stay so (the day itself looks again).
    pub(super) fn ahead(&self, on: Date, letters_until_then: &[CustomerLetter]) -> Day<'a> {
        let under_way = letters_until_then.iter().map(|letter| Flight {
            letter: SourceId::of(b"announced"),
            to: Some(letter.to.clone()),
            steps: letter.steps.clone(),
            on: letter.on,
            tried: None,
        });
        Day {
            on,
            flights: self.flights.iter().cloned().chain(under_way).collect(),
            stale: self.stale.clone(),
            looks_ahead: true,
            ..*self
        }
    }

    fn look_at_accounts(&mut self) {
        let stale = self.policy.stale_accounts(self.ledger, self.on);
        for (shop, terms) in &self.policy.shops {
            if let Some((account, seen)) =
                stale.iter().find(|(account, _)| *account == terms.account)
            {
                let note = self.policy.stale_note(self.ledger, account, *seen);
                self.stale.insert(shop, note);
            }
        }
    }

    /// The civil date of an instant in the merchant's zone.
    pub(super) fn civil(&self, at: Timestamp) -> Date {
        self.policy.civil(at)
    }

    /// The customer of a claim.
    pub(super) fn party_of(&self, invoice: &'a Invoice) -> Party<'a> {
        self.party(invoice.issued.customer.address.as_ref())
    }

    /// A customer.
    pub(super) fn party(&self, address: Option<&'a CustomerAddress>) -> Party<'a> {
        let state = address.and_then(|address| self.ledger.customer(address));
        let claims = state
            .map(|state| state.invoices.as_slice())
            .unwrap_or_default();
        let mut open: BTreeMap<Currency, Money> = BTreeMap::new();
        let mut last_reminder = None;
        for invoice in claims.iter().filter_map(|key| self.ledger.invoice(key)) {
            last_reminder = last_reminder.max(invoice.taken.iter().map(|taken| taken.on).max());
            let part = invoice.open();
            let sum = open
                .entry(part.currency)
                .or_insert(Money::zero(part.currency));
            *sum = sum.plus(part).unwrap_or(*sum);
        }
        Party {
            address,
            state,
            open,
            last_reminder,
            letter_today: state.is_some_and(|state| state.letters.last() == Some(&self.on)),
            flight: address.and_then(|address| {
                self.flights
                    .iter()
                    .find(|flight| flight.to.as_ref() == Some(address))
                    .cloned()
            }),
        }
    }
}

impl Flight {
    /// The last attempt went into the unknown and no copy came in the time that one waits for it.
    pub fn is_in_doubt(&self, at: Timestamp, policy: &Policy) -> bool {
        self.tried
            .and_then(|tried| tried.checked_add(policy.evidence_wait).ok())
            .is_some_and(|end| end <= at)
    }
}

impl Policy {
    /// The civil date of an instant in the zone.
    pub(super) fn civil(&self, at: Timestamp) -> Date {
        at.to_zoned_datetime(self.zone.clone()).date()
    }
}

/// How a method is named.
pub(super) fn method_in_words(method: PaymentMethod) -> (&'static str, &'static str) {
    match method {
        PaymentMethod::Invoice => ("Rechnung", "invoice"),
        PaymentMethod::Prepayment => ("Vorkasse", "prepayment"),
        PaymentMethod::BankTransfer => ("Überweisung", "bank transfer"),
        PaymentMethod::DirectDebit => ("Lastschrift", "direct debit"),
        PaymentMethod::Cod => ("Nachnahme", "cash on delivery"),
        PaymentMethod::Card => ("Karte", "card"),
        PaymentMethod::Paypal => ("PayPal", "PayPal"),
        PaymentMethod::Other => ("andere Zahlungsart", "another method"),
    }
}
