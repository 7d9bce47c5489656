//! Claims come into being, grow richer with further mails of the same order, shrink and end.
//!
//! What is said about a claim before the claim is known is kept and takes effect when it appears, under its own key.
//! Mails of one order that contradict each other never overwrite: the contradiction is written down for the merchant.

use jiff::SignedDuration;

use super::state::{Owner, owner};
use super::{Books, CustomerState};
use rust_decimal::Decimal;

use crate::ledger::event::{Credited, Event, EventKey, Fact, Issued};
use crate::ledger::invoice::{Allocation, Costs, Invoice, InvoiceKey, Split};
use crate::ledger::matching::names;
use crate::ledger::money::Money;
use crate::ledger::reference;
use crate::ledger::terms::Charged;

/// Two equal credits within this time may be two mails about one.
const ONE_CREDIT: SignedDuration = SignedDuration::from_hours(48);

impl Books {
    /// An order mail: a new claim, or one more mail of a known one.
    pub(super) fn issued(&mut self, event: &Event, issued: &Issued) {
        let key = &issued.invoice;
        let sign = if issued.terms.credit_note {
            -issued.total
        } else {
            issued.total
        };
        if !sign.is_positive() || sign.amount > Money::LIMIT {
            self.remarks.insert(
                event.key,
                format!("{key}: {} is no total of a claim", issued.total),
            );
            return;
        }
        let was = self.invoices.get(key).map(owner);
        let known = was.is_some();
        if known {
            self.take_invoice_date(issued);
            self.merge(event.key, issued);
        } else {
            self.open_claim(event.key, issued);
        }
        self.index_numbers(key);
        self.index_owner(key, was);
        self.enrol(key);
        self.reindex(key);
        if !known {
            for early in self.early.remove(key).unwrap_or_default() {
                self.take_effect(key, &early);
            }
        }
        self.take_early_papers(key);
        self.doubt_one_debt(key, issued, known);
        self.retry(key, event.key.at);
    }

    fn open_claim(&mut self, by: EventKey, issued: &Issued) {
        let zero = Money::zero(issued.total.currency);
        let mut invoice = Invoice {
            key: issued.invoice.clone(),
            issued: issued.clone(),
            opened_by: by,
            total: issued.total,
            paid_before: zero,
            allocations: Vec::new(),
            paid_at_shop: issued.paid.then_some(by),
            cancelled: None,
            disputed: None,
            paused: None,
            taken: Vec::new(),
            approved: Vec::new(),
            vetoed: Vec::new(),
            forewarned: Vec::new(),
            released: false,
            contradictions: Vec::new(),
            credits: Vec::new(),
            costs: Costs::default(),
            refunded: Decimal::ZERO,
            taken_back: Vec::new(),
        };
        if let Some(due) = issued.amount_due {
            take_amount_due(&mut invoice, due);
        }
        self.invoices.insert(issued.invoice.clone(), invoice);
    }

    /// Fills what the first mail did not say; what it said otherwise becomes a contradiction.
    fn merge(&mut self, by: EventKey, more: &Issued) {
        let Some(invoice) = self.invoices.get_mut(&more.invoice) else {
            return;
        };
        if more.total != invoice.issued.total && more.total != invoice.total {
            contradict(
                invoice,
                format!(
                    "one mail says {}, another {}",
                    invoice.issued.total, more.total
                ),
            );
        }
        let (old, new) = (&mut invoice.issued, more);
        let mut differ = None;
        if let (Some(a), Some(b)) = (&old.customer.address, &new.customer.address)
            && a != b
        {
            differ = Some(format!(
                "one mail names the customer's address {a}, another {b}"
            ));
        }
        fill(&mut old.invoice_number, &new.invoice_number);
        fill(&mut old.customer.name, &new.customer.name);
        fill(&mut old.customer.company, &new.customer.company);
        fill(&mut old.customer.address, &new.customer.address);
        fill(&mut old.customer.country, &new.customer.country);
        fill(&mut old.customer.postcode, &new.customer.postcode);
        fill(&mut old.method, &new.method);
        fill(&mut old.due_date, &new.due_date);
        fill(&mut old.terms_days, &new.terms_days);
        fill(&mut old.terms.customer_number, &new.terms.customer_number);
        if old.terms.skonto.is_empty() {
            old.terms.skonto.clone_from(&new.terms.skonto);
        }
        for reference in &new.terms.references {
            if !old.terms.references.contains(reference) {
                old.terms.references.push(reference.clone());
            }
        }
        if new.paid && invoice.paid_at_shop.is_none() {
            invoice.paid_at_shop = Some(by);
        }
        if let Some(due) = new.amount_due
            && invoice.issued.amount_due.is_none()
            && invoice.allocations.is_empty()
        {
            invoice.issued.amount_due = Some(due);
            take_amount_due(invoice, due);
        }
        if let Some(differ) = differ {
            contradict(invoice, differ);
        }
    }

    fn index_numbers(&mut self, key: &InvoiceKey) {
        let Some(invoice) = self.invoices.get(key) else {
            return;
        };
        let issued = &invoice.issued;
        let printed = issued.invoice_number.iter().chain(&issued.terms.references);
        let numbers: Vec<String> = printed.chain([&key.number]).cloned().collect();
        for number in numbers {
            self.index_number(&number, key);
        }
    }

    /// Makes the claim findable by its owner, the owner by his number and the words of his names.
    fn index_owner(&mut self, key: &InvoiceKey, was: Option<Owner>) {
        let Some(invoice) = self.invoices.get(key) else {
            return;
        };
        let (now, customer) = (owner(invoice), &invoice.issued.customer);
        if let Some(was) = was.filter(|was| *was != now)
            && let Some(claims) = self.by_owner.get_mut(&was)
        {
            claims.remove(key);
        }
        for name in customer.name.iter().chain(&customer.company) {
            for word in names::words(name.as_str()) {
                self.by_word.entry(word).or_default().insert(now.clone());
            }
        }
        if let Some(number) = &invoice.issued.terms.customer_number {
            let form = reference::normal_form(number);
            let owners = self.by_customer_number.entry(form).or_default();
            owners.insert(now.clone());
        }
        self.by_owner.entry(now).or_default().insert(key.clone());
    }

    /// Puts the claim into its customer's account.
    fn enrol(&mut self, key: &InvoiceKey) {
        let Some(invoice) = self.invoices.get(key) else {
            return;
        };
        let Some(address) = invoice.issued.customer.address.clone() else {
            return;
        };
        let customer = invoice.issued.customer.clone();
        let letters = &mut self.letters_before;
        let state = self
            .customers
            .entry(address)
            .or_insert_with_key(|address| CustomerState {
                customer: customer.clone(),
                invoices: Vec::new(),
                answered: None,
                bounced: None,
                letters: letters.remove(address).unwrap_or_default(),
                credit: Vec::new(),
            });
        state.customer = customer;
        if !state.invoices.contains(key) {
            state.invoices.push(key.clone());
        }
    }

    /// An event about one claim: now if it is known, else when it appears.
    pub(super) fn on_claim(&mut self, key: &InvoiceKey, event: &Event) {
        let key = &self.meant(key);
        if self.invoices.contains_key(key) {
            self.take_effect(key, event);
        } else {
            self.early
                .entry(key.clone())
                .or_default()
                .push(event.clone());
        }
    }

    /// The effect of an event on a known claim.
    pub(super) fn take_effect(&mut self, key: &InvoiceKey, event: &Event) {
        match &event.fact {
            Fact::Credited(credited) => {
                let invoice = key.clone();
                self.credited(
                    event.key,
                    &Credited {
                        invoice,
                        ..credited.clone()
                    },
                );
            }
            Fact::Cancelled { .. } => self.change(key, |invoice| {
                invoice.cancelled.get_or_insert(event.key);
            }),
            Fact::PaidAtShop { .. } => self.change(key, |invoice| {
                invoice.paid_at_shop.get_or_insert(event.key);
            }),
            Fact::Charged(charged) => self.charged(key, charged),
            Fact::Reminded(reminded) => self.take_steps(key, reminded),
            Fact::Told(told) => self.forewarned(key, told),
            Fact::Ordered(command) => self.order_on_claim(key, event, command),
            _ => {}
        }
    }

    /// Costs and interest are demanded on top of what was demanded before.
    fn charged(&mut self, key: &InvoiceKey, charged: &Charged) {
        self.change(key, |invoice| {
            let fits = |money: Money| {
                money.currency == invoice.total.currency
                    && (Decimal::ZERO..=Money::LIMIT).contains(&money.amount)
            };
            if fits(charged.fees) && fits(charged.interest) {
                invoice.costs.fees += charged.fees.amount;
                invoice.costs.interest += charged.interest.amount;
            }
        });
    }

    /// Changes a claim and keeps the indices in line.
    pub(super) fn change(&mut self, key: &InvoiceKey, change: impl FnOnce(&mut Invoice)) {
        if let Some(invoice) = self.invoices.get_mut(key) {
            change(invoice);
        }
        self.reindex(key);
    }

    /// A lower total; never below nothing. What was paid beyond it is the customer's credit.
    fn credited(&mut self, by: EventKey, credited: &Credited) {
        let key = &credited.invoice;
        let Some(invoice) = self.invoices.get_mut(key) else {
            return;
        };
        if invoice.is_credit_note() {
            return;
        }
        lower(invoice, by, credited);
        // What a discount or a write-off settled was never money that could be given back.
        let excess = invoice
            .paid_in_money()
            .minus(invoice.total)
            .filter(Money::is_positive);
        let address = invoice.address().cloned();
        if let (Some(excess), Some(address)) = (excess, address) {
            invoice.allocations.push(Allocation {
                payment: by,
                amount: -excess,
                split: Split::default(),
                why: vec![format!(
                    "the total was lowered to {}; the rest is the customer's credit",
                    invoice.total
                )],
            });
            self.add_credit(&address, excess);
        }
        self.reindex(key);
        self.retry(key, by.at);
    }
}

fn lower(invoice: &mut Invoice, by: EventKey, credited: &Credited) {
    let zero = Money::zero(invoice.total.currency);
    let twice = |(at, amount): &(jiff::Timestamp, Money)| {
        credited.reduced_by == Some(*amount) && by.at.duration_since(*at) < ONE_CREDIT
    };
    let lowered = match (credited.new_total, credited.reduced_by) {
        (Some(total), _) => Some(total),
        (None, Some(less)) if invoice.credits.iter().any(twice) => {
            contradict(
                invoice,
                format!("{less} was taken off twice within two days: is it one credit or two?"),
            );
            return;
        }
        (None, Some(less)) if less.amount >= Decimal::ZERO => invoice.total.minus(less),
        _ => None,
    };
    if let Some(less) = credited.reduced_by {
        invoice.credits.push((by.at, less));
    }
    match lowered {
        Some(total) if total.currency == zero.currency && total.amount <= invoice.total.amount => {
            invoice.total = if total.is_positive() { total } else { zero };
        }
        _ => contradict(
            invoice,
            "a credit names another currency, a higher total or no amount".into(),
        ),
    }
}

/// The mail says that a part is paid.
fn take_amount_due(invoice: &mut Invoice, due: Money) {
    match invoice.issued.total.minus(due) {
        Some(paid) if due.amount >= Decimal::ZERO && paid.amount >= Decimal::ZERO => {
            invoice.paid_before = paid;
        }
        _ => contradict(
            invoice,
            format!("{due} is due of a total of {}", invoice.issued.total),
        ),
    }
}

fn contradict(invoice: &mut Invoice, what: String) {
    if !invoice.contradictions.contains(&what) {
        invoice.contradictions.push(what);
    }
}

fn fill<T: Clone>(old: &mut Option<T>, new: &Option<T>) {
    if old.is_none() {
        old.clone_from(new);
    }
}
