//! What the fold has built so far, with the indices that keep each step as cheap as what it touches.
//!
//! Whatever is walked through is kept in order (`BTreeMap`); hash maps are only ever asked for one key, so that the
//! result never depends on how they are laid out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{CustomerState, Fate, PaymentState};
use crate::ledger::customer::CustomerAddress;
use crate::ledger::event::{Choice, Event, EventKey, Fact, Reminded, SourceId, Told};
use crate::ledger::invoice::{Allocation, Invoice, InvoiceKey};
use crate::ledger::money::{Currency, Money};
use crate::ledger::policy::QuestionId;
use crate::ledger::proposal::Waiting;
use crate::ledger::reference;
use crate::ledger::terms::BookingRules;

/// Whose a claim is: his address, else his name, else the claim itself.
pub type Owner = String;

/// The state of the fold.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// Claims by key.
    pub invoices: BTreeMap<InvoiceKey, Invoice>,
    /// Open claims with the open amount under which `by_amount` has them.
    pub open: BTreeMap<InvoiceKey, Money>,
    /// Open claims by open amount.
    pub by_amount: BTreeMap<(Currency, Decimal), BTreeSet<InvoiceKey>>,
    /// Claims by the normal forms of their order and invoice numbers.
    pub by_number: HashMap<String, Vec<InvoiceKey>>,
    /// Claims that an invoice opened and no order's mail has confirmed.
    pub paper_born: BTreeSet<InvoiceKey>,
    /// Customers by address.
    pub customers: BTreeMap<CustomerAddress, CustomerState>,
    /// Days of letters to addresses that no claim has named yet.
    pub letters_before: HashMap<CustomerAddress, Vec<Date>>,
    /// Payments by key.
    pub payments: BTreeMap<EventKey, PaymentState>,
    /// Keys of payments by their identity.
    pub payment_keys: HashMap<(SourceId, u16), EventKey>,
    /// Payments that are asked, reopened, announced or waiting.
    pub undecided: BTreeSet<EventKey>,
    /// Undecided payments by the claims they touch.
    pub touched: HashMap<InvoiceKey, BTreeSet<EventKey>>,
    /// Undecided payments by amount.
    pub wanting_amount: HashMap<(Currency, Decimal), BTreeSet<EventKey>>,
    /// Undecided payments by the numbers that their text could name.
    pub wanting_number: HashMap<String, BTreeSet<EventKey>>,
    /// Announced payments, oldest first.
    pub announced: BTreeSet<EventKey>,
    /// Payments of one account and amount, for "the same money again".
    pub same: HashMap<(String, Currency, Decimal), BTreeSet<(Date, EventKey)>>,
    /// Payments by account and the bank's own id.
    pub by_id: HashMap<(String, String), Vec<EventKey>>,
    /// Payments by end-to-end id.
    pub by_end_to_end: HashMap<String, Vec<EventKey>>,
    /// Who has paid from an IBAN, and with which payments.
    pub ibans: HashMap<String, BTreeMap<Owner, BTreeSet<EventKey>>>,
    /// Claims by owner.
    pub by_owner: HashMap<Owner, BTreeSet<InvoiceKey>>,
    /// Owners by the normal form of the customer number.
    pub by_customer_number: HashMap<String, BTreeSet<Owner>>,
    /// Owners by each word of their names.
    pub by_word: HashMap<String, BTreeSet<Owner>>,
    /// The merchant's accounts, as payments and statements name them.
    pub accounts: HashSet<String>,
    /// The merchant's rules of booking.
    pub rules: BookingRules,
    /// Sources that already repeated a payment: one line of a source repeats at most one payment.
    pub repeated_by: HashSet<(EventKey, SourceId)>,
    /// What the merchant had stated and a bank's booking replaced, by the payment that did.
    pub withdrawn: HashMap<EventKey, Allocation>,
    /// How much of a payment went back.
    pub went_back: HashMap<EventKey, Decimal>,
    /// Facts that no mail says (see [`Event::is_unmailed`]).
    pub unmailed: BTreeSet<EventKey>,
    /// Of them, those that a digest carried.
    pub carried: HashSet<(SourceId, u16)>,
    /// Digests told, ascending.
    pub told: Vec<(Timestamp, Told)>,
    /// Place in `told` by digest.
    pub digests: HashMap<SourceId, usize>,
    /// Customer letters that left.
    pub letters: HashMap<SourceId, Reminded>,
    /// Number of letters by day.
    pub letters_by_day: BTreeMap<Date, u32>,
    /// Answers to questions, the latest.
    pub answers: BTreeMap<QuestionId, (Timestamp, Choice)>,
    /// What waits for the merchant's yes.
    pub proposals: BTreeMap<EventKey, Waiting>,
    /// What he said no to.
    pub refused: Vec<Fact>,
    /// Events about claims that are not known yet.
    pub early: HashMap<InvoiceKey, Vec<Event>>,
    /// Bounces of and answers to letters that are not known yet.
    pub early_letters: HashMap<SourceId, Vec<Event>>,
    /// Merchant's mails and commands to be answered.
    pub unanswered: BTreeSet<EventKey>,
    /// Why an order was not carried out.
    pub remarks: BTreeMap<EventKey, String>,
    /// Sources that were answered.
    pub replied: HashSet<SourceId>,
    /// Last complete day by account, of statements.
    pub seen_statements: BTreeMap<String, Date>,
    /// Their balances, by account.
    pub chains: BTreeMap<String, super::chain::Chain>,
    /// Last complete day by account, of mails.
    pub seen_mails: BTreeMap<String, Date>,
    /// Last day that the merchant looked through himself.
    pub checked: Option<Date>,
    /// `stop` is in force.
    pub stopped: bool,
}

/// Adds to the amount of the same currency.
pub fn add_money(sums: &mut Vec<Money>, money: Money) {
    match sums.iter_mut().find(|sum| sum.currency == money.currency) {
        Some(sum) => *sum = sum.plus(money).unwrap_or(*sum),
        None => sums.push(money),
    }
    sums.sort_by_key(|sum| sum.currency);
}

/// Whose claim it is.
pub fn owner(invoice: &Invoice) -> Owner {
    let customer = &invoice.issued.customer;
    let number = invoice.issued.terms.customer_number.as_deref();
    match (&customer.address, &customer.company, &customer.name) {
        (Some(address), _, _) => address.as_str().to_owned(),
        _ if number.is_some() => format!("{}/{}", invoice.key.shop, number.unwrap_or_default()),
        (None, Some(name), _) | (None, None, Some(name)) => name.as_str().to_lowercase(),
        (None, None, None) => invoice.key.to_string(),
    }
}

impl Books {
    /// Brings the indices of open claims in line with a claim that changed.
    pub fn reindex(&mut self, key: &InvoiceKey) {
        let Some(invoice) = self.invoices.get(key) else {
            return;
        };
        let open = invoice.open();
        if self.open.get(key) == Some(&open) {
            return;
        }
        if let Some(old) = self.open.remove(key) {
            let slot = (old.currency, old.amount.normalize());
            if let Some(claims) = self.by_amount.get_mut(&slot) {
                claims.remove(key);
                if claims.is_empty() {
                    self.by_amount.remove(&slot);
                }
            }
        }
        if open.is_positive() {
            self.open.insert(key.clone(), open);
            let slot = (open.currency, open.amount.normalize());
            self.by_amount.entry(slot).or_default().insert(key.clone());
        }
    }

    /// Registers a claim under the normal forms of a printed number.
    pub fn index_number(&mut self, number: &str, key: &InvoiceKey) {
        for form in reference::forms(number) {
            let claims = self.by_number.entry(form).or_default();
            if !claims.contains(key) {
                claims.push(key.clone());
                claims.sort();
            }
        }
    }

    /// All claims of an owner.
    pub fn claims_of(&self, owner: &Owner) -> impl Iterator<Item = &Invoice> {
        let keys = self.by_owner.get(owner).into_iter().flatten();
        keys.filter_map(|key| self.invoices.get(key))
    }

    /// Open claims of an owner.
    pub fn open_of(&self, owner: &Owner) -> impl Iterator<Item = &Invoice> {
        let keys = self.by_owner.get(owner).into_iter().flatten();
        keys.filter(|key| self.open.contains_key(key))
            .filter_map(|key| self.invoices.get(key))
    }

    /// Open claims whose open amount is exactly this.
    pub fn closing(&self, money: Money) -> impl Iterator<Item = &InvoiceKey> {
        self.by_amount
            .get(&(money.currency, money.amount.normalize()))
            .into_iter()
            .flatten()
    }

    /// Claims by number as printed, else by its normal form.
    pub fn find(&self, number: &str) -> Vec<&Invoice> {
        let number = number.trim().trim_start_matches('#');
        let form = reference::normal_form(number);
        let all = |keys: &[InvoiceKey]| -> Vec<&Invoice> {
            keys.iter()
                .filter_map(|key| self.invoices.get(key))
                .collect()
        };
        if let Some((shop, rest)) = number.split_once('/') {
            let key = InvoiceKey {
                shop: shop.into(),
                number: rest.into(),
            };
            if let Some(invoice) = self.invoices.get(&key) {
                return vec![invoice];
            }
        }
        let known = self
            .by_number
            .get(&form)
            .map_or(Vec::new(), |keys| all(keys));
        let as_printed = |invoice: &&Invoice| {
            invoice.key.number == number || invoice.issued.invoice_number.as_deref() == Some(number)
        };
        let exact: Vec<&Invoice> = known.iter().copied().filter(as_printed).collect();
        if exact.is_empty() { known } else { exact }
    }

    /// Sets what became of a payment and keeps the indices of undecided payments in line.
    pub fn set_fate(&mut self, key: &EventKey, fate: Fate, at: Timestamp) {
        let Some(state) = self.payments.get_mut(key) else {
            return;
        };
        for invoice in touches(&state.fate) {
            if let Some(keys) = self.touched.get_mut(invoice) {
                keys.remove(key);
                if keys.is_empty() {
                    self.touched.remove(invoice);
                }
            }
        }
        for invoice in touches(&fate) {
            self.touched
                .entry(invoice.clone())
                .or_default()
                .insert(*key);
        }
        let asks = matches!(fate, Fate::Asked(_) | Fate::Reopened(_) | Fate::Short(_));
        if state.fate != fate || state.asked_at.is_none() {
            state.asked_at = asks.then_some(at);
        }
        let undecided = asks || matches!(fate, Fate::Waiting | Fate::Announced(_));
        if matches!(fate, Fate::Announced(_)) {
            self.announced.insert(*key);
        } else {
            self.announced.remove(key);
        }
        state.fate = fate;
        let slot = (
            state.payment.amount.currency,
            state.payment.amount.amount.normalize(),
        );
        if undecided == self.undecided.contains(key) {
            return;
        }
        let forms = reference::possible_forms(&state.payment);
        if undecided {
            self.undecided.insert(*key);
            self.wanting_amount.entry(slot).or_default().insert(*key);
            for form in forms {
                self.wanting_number.entry(form).or_default().insert(*key);
            }
        } else {
            self.undecided.remove(key);
            remove_from(&mut self.wanting_amount, &slot, key);
            for form in forms {
                remove_from(&mut self.wanting_number, &form, key);
            }
        }
    }

    /// See [`super::Ledger::seen_until`].
    pub fn seen_until(&self, account: &str) -> Option<Date> {
        let of_account = self
            .seen_statements
            .get(account)
            .or_else(|| self.seen_mails.get(account));
        // What lies behind a missing statement is not known completely.
        let gap = self
            .chains
            .get(account)
            .and_then(|chain| chain.gap(self.checked));
        let known = match gap {
            Some(gap) => of_account.map(|day| gap.after.min(*day)),
            None => of_account.copied(),
        };
        known.max(self.checked)
    }
}

fn remove_from<K: std::hash::Hash + Eq>(
    map: &mut HashMap<K, BTreeSet<EventKey>>,
    at: &K,
    key: &EventKey,
) {
    if let Some(keys) = map.get_mut(at) {
        keys.remove(key);
        if keys.is_empty() {
            map.remove(at);
        }
    }
}

/// Claims that a payment of this fate holds.
pub fn touches(fate: &Fate) -> Vec<&InvoiceKey> {
    match fate {
        Fate::Asked(claims) | Fate::Announced(claims) => claims.iter().collect(),
        Fate::Reopened(parts) | Fate::Short(parts) => {
            parts.iter().map(|(claim, _)| claim).collect()
        }
        Fate::Booked(_) | Fate::Duplicate(_) | Fate::Waiting | Fate::Ignored(_) => Vec::new(),
    }
}
