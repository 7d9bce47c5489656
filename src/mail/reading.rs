//! The reading of a mail as a value: how it begins, how it ends, and how `explain --json` shows it.

use serde::Serialize;

use super::{Kind, OrderReading, Outcome, PaymentReading, Reading, Trace};

/// A reading in the form of `explain --json`.
#[derive(Debug, Serialize)]
pub struct Shown<'a> {
    kind: Kind,
    order: &'a Option<OrderReading>,
    payments: &'a [PaymentReading],
    transactions: &'a [super::statement::Line],
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice: &'a Option<super::einvoice::EInvoice>,
    failed_recipient: &'a Option<String>,
    outcome: Outcome,
    reason: &'a str,
    from: &'a str,
    subject: &'a str,
    trace: &'a [Trace],
}

impl Default for Reading {
    /// Nothing understood yet: for review.
    fn default() -> Reading {
        Reading::new(Kind::None, Outcome::Review, String::new())
    }
}

impl Reading {
    /// The form of `explain --json`.
    pub fn shown(&self) -> Shown<'_> {
        Shown {
            kind: self.kind,
            order: &self.order,
            payments: &self.payments,
            transactions: &self.transactions,
            invoice: &self.invoice,
            failed_recipient: &self.failed_recipient,
            outcome: self.outcome,
            reason: &self.reason,
            from: &self.from,
            subject: &self.subject,
            trace: &self.trace,
        }
    }

    /// One more step.
    pub fn note(&mut self, reader: &str, text: impl Into<String>) {
        self.trace.push(Trace {
            reader: reader.to_owned(),
            text: text.into(),
        });
    }

    /// The reading of one reader, under this mail's sender, subject and steps.
    pub fn taking(mut self, read: Reading) -> Reading {
        self.trace.extend(read.trace);
        Reading {
            from: self.from,
            subject: self.subject,
            trace: self.trace,
            ..read
        }
    }

    /// Ends the reading with an outcome and its reason; what was understood on the way is not a fact and is taken back
    /// unless the mail is booked.
    pub fn end(mut self, outcome: Outcome, reason: impl Into<String>) -> Reading {
        self.outcome = outcome;
        self.reason = reason.into();
        if outcome != Outcome::Booked {
            self.events.clear();
        }
        self
    }
}
