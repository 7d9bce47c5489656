//! What the merchant orders about one claim or about everything, however he named it.

use super::letters::latest_day;
use super::{Books, Fate, PaymentKind};
use crate::ledger::event::{ClaimOrder, Command, Event, EventKey, Evidence, Payment};
use crate::ledger::invoice::{InvoiceKey, Pause, Split};
use crate::ledger::matching::{Booking, Part};
use crate::ledger::money::Money;
use jiff::civil::Date;

/// The account of money that only the merchant saw.
const STATED: &str = "stated";

impl Books {
    /// A command: it takes effect, or a remark says why it could not. What came from the shell wants a receipt by mail.
    pub(super) fn ordered(&mut self, event: &Event, command: &Command) {
        let by = event.key;
        let done = match command {
            Command::Paid { invoice, .. }
            | Command::Pause { invoice, .. }
            | Command::Resume { invoice }
            | Command::Dispute { invoice, .. }
            | Command::Cancel { invoice }
            | Command::Undo { invoice } => {
                self.on_claim(invoice, event);
                Ok(())
            }
            Command::Answer { question, choice } => self.answer(by, question, choice),
            Command::Checked { on } => {
                self.checked = self.checked.max(Some((*on).min(latest_day(by))));
                Ok(())
            }
            Command::Reply { .. } | Command::ByNumber { .. } => self.reply(event, command),
            Command::StopAll => {
                self.stopped = true;
                Ok(())
            }
            Command::StartAll => {
                self.stopped = false;
                Ok(())
            }
        };
        if event.by == Evidence::Shell {
            self.wants_answer(by);
        }
        if let Err(why) = done {
            self.cannot(by, why);
        }
    }

    /// An order could not be carried out: the merchant is told why.
    pub(super) fn cannot(&mut self, by: EventKey, why: String) {
        self.remarks.insert(by, why);
        self.wants_answer(by);
    }

    /// The merchant is owed an answer, unless he has it already.
    pub(super) fn wants_answer(&mut self, key: EventKey) {
        if !self.replied.contains(&key.source) {
            self.unanswered.insert(key);
        }
    }

    /// A command that names its claim by key.
    pub(super) fn order_on_claim(&mut self, claim: &InvoiceKey, event: &Event, command: &Command) {
        let order = match command.clone() {
            Command::Paid { amount, on, .. } => ClaimOrder::Paid {
                amount: amount.map(|money| money.amount),
                currency: amount.map(|money| money.currency),
                on,
            },
            Command::Pause { until, .. } => ClaimOrder::Pause { until },
            Command::Resume { .. } => ClaimOrder::Resume,
            Command::Dispute { reason, .. } => ClaimOrder::Dispute { reason },
            Command::Cancel { .. } => ClaimOrder::Cancel,
            Command::Undo { .. } => ClaimOrder::Undo,
            _ => return,
        };
        if let Err(why) = self.order(claim, event.key, &order) {
            self.cannot(event.key, why);
        }
    }

    /// An order about a known claim.
    pub(super) fn order(
        &mut self,
        claim: &InvoiceKey,
        by: EventKey,
        order: &ClaimOrder,
    ) -> Result<(), String> {
        match order {
            ClaimOrder::Paid {
                amount,
                currency,
                on,
            } => {
                let Some(invoice) = self.invoices.get(claim) else {
                    return Err(format!("{claim} is not known"));
                };
                let currency = currency.unwrap_or(invoice.total.currency);
                let amount = amount.map_or(invoice.unpaid(), |amount| Money::new(amount, currency));
                return self.stated(claim, by, amount, *on);
            }
            ClaimOrder::Pause { until } => self.change(claim, |invoice| {
                invoice.paused = Some(Pause { until: *until });
            }),
            ClaimOrder::Resume => self.resume(claim),
            ClaimOrder::Dispute { reason } => self.change(claim, |invoice| {
                invoice.disputed = Some(reason.clone());
            }),
            ClaimOrder::Undo => return self.undo(claim, by),
            ClaimOrder::Cancel => self.change(claim, |invoice| {
                invoice.cancelled.get_or_insert(by);
            }),
        }
        Ok(())
    }

    /// `weiter`: whatever held the claim or its customer is looked at and done with.
    fn resume(&mut self, claim: &InvoiceKey) {
        self.change(claim, |invoice| {
            invoice.paused = None;
            invoice.disputed = None;
            invoice.vetoed.clear();
            invoice.contradictions.clear();
        });
        let address = self
            .invoices
            .get(claim)
            .and_then(|invoice| invoice.address().cloned());
        if let Some(customer) = address.and_then(|address| self.customers.get_mut(&address)) {
            customer.answered = None;
            customer.bounced = None;
        }
    }

    /// The merchant says that money came. If he is asked about just that money at the moment, this is his answer.
    fn stated(
        &mut self,
        claim: &InvoiceKey,
        by: EventKey,
        amount: Money,
        on: Date,
    ) -> Result<(), String> {
        let Some(invoice) = self.invoices.get(claim) else {
            return Err(format!("{claim} is not known"));
        };
        if invoice.total.currency != amount.currency {
            return Err(format!(
                "{claim} is in {}, not in {}",
                invoice.total.currency, amount.currency
            ));
        }
        if !invoice.unpaid().is_positive() {
            return Err(format!("nothing is open on {claim}"));
        }
        if !amount.is_positive() || amount.amount > Money::LIMIT {
            return Err(format!("{amount} is no amount of a payment"));
        }
        let why = vec!["the merchant said that it is paid".to_owned()];
        if let Some(asked) = self.asked_about(claim, amount) {
            return self.take(&asked, claim, why, by.at);
        }
        let part = Part {
            invoice: claim.clone(),
            amount: super::money_in::needed(invoice.unpaid(), amount),
            split: Split::default(),
            why,
            replaces: None,
        };
        let payment = Payment {
            booked: Some(on),
            ..Payment::plain(STATED, amount)
        };
        if self.enter(by, payment, PaymentKind::Stated) {
            self.book(&by, one(part), by.at);
        }
        Ok(())
    }

    /// The one payment of this amount about which the merchant is asked whether it belongs to the claim.
    fn asked_about(&self, claim: &InvoiceKey, amount: Money) -> Option<EventKey> {
        let touching = self.touched.get(claim)?;
        let mut asked = touching.iter().filter(|key| {
            self.payments.get(key).is_some_and(|state| {
                state.kind == PaymentKind::Received
                    && state.payment.amount == amount
                    && matches!(state.fate, Fate::Asked(_))
            })
        });
        let first = *asked.next()?;
        asked.next().is_none().then_some(first)
    }

    /// Books a received payment on the claim that the merchant chose.
    pub(super) fn take(
        &mut self,
        payment: &EventKey,
        claim: &InvoiceKey,
        why: Vec<String>,
        at: jiff::Timestamp,
    ) -> Result<(), String> {
        let (Some(state), Some(invoice)) = (self.payments.get(payment), self.invoices.get(claim))
        else {
            return Err(format!("{claim} is not known"));
        };
        let amount = state.payment.amount;
        if amount.currency != invoice.total.currency {
            return Err(format!(
                "the payment is in {}, {claim} in {}",
                amount.currency, invoice.total.currency
            ));
        }
        let part = Part {
            invoice: claim.clone(),
            amount: super::money_in::needed(invoice.unpaid(), amount),
            split: Split::default(),
            why,
            replaces: None,
        };
        self.book(payment, one(part), at);
        Ok(())
    }
}

fn one(part: Part) -> Booking {
    Booking {
        parts: vec![part],
        ..Booking::default()
    }
}
