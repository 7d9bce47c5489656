//! The same money seen twice: by the bank's own id, as a statement's line that comes again, or as a notification before
//! the statement's line. Two equal lines of one source are two payments; one line repeats at most one other.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::line::{other_id, same_line};
use super::{Books, Fate, PaymentKind, PaymentState};
use crate::ledger::calendar::banking_days_between;
use crate::ledger::event::{EventKey, SourceId};
use crate::ledger::matching::names;

/// A notification and the statement's line are at most so many banking days apart.
const BANKING_DAYS_APART: u32 = 3;
/// Lines of one amount are looked at when they are at most so many days apart: an announcement holds for ten.
const DAYS_APART: i64 = 14;

impl Books {
    /// Makes a payment findable for those that come after it.
    fn remember(&mut self, key: &EventKey) {
        let Some(state) = self.payments.get(key) else {
            return;
        };
        let payment = &state.payment;
        let slot = (
            payment.account.clone(),
            payment.amount.currency,
            payment.amount.amount.normalize(),
        );
        self.same
            .entry(slot)
            .or_default()
            .insert((day_of(state), *key));
        if let Some(id) = usable_id(&payment.transaction_id) {
            self.by_id
                .entry((payment.account.clone(), id.to_owned()))
                .or_default()
                .push(*key);
        }
        if let Some(id) = usable_id(&payment.end_to_end_id) {
            self.by_end_to_end
                .entry(id.to_owned())
                .or_default()
                .push(*key);
        }
    }

    /// An earlier payment that is the same money as this one; remembers this one for later ones.
    pub(super) fn twin(&mut self, key: &EventKey) -> Option<(EventKey, Likeness)> {
        let found = self.look_for_twin(key);
        self.remember(key);
        found
    }

    fn look_for_twin(&self, key: &EventKey) -> Option<(EventKey, Likeness)> {
        let new = self.payments.get(key)?;
        let free = |old: &&PaymentState, likeness: Likeness| {
            old.key.source != new.key.source
                && !matches!(old.fate, Fate::Duplicate(_))
                && comparable(old.kind, new.kind)
                && !self
                    .repeated_by
                    .contains(&(old.key, likeness.mark(new.key.source)))
        };
        if let Some(id) = usable_id(&new.payment.transaction_id) {
            let known = self
                .by_id
                .get(&(new.payment.account.clone(), id.to_owned()));
            let same = known
                .into_iter()
                .flatten()
                .filter_map(|key| self.payments.get(key))
                .filter(|old| old.payment.amount == new.payment.amount)
                .find(|old| free(old, Likeness::Id));
            if let Some(old) = same {
                return Some((old.key, Likeness::Id));
            }
        }
        let amount = new.payment.amount;
        let slot = (
            new.payment.account.clone(),
            amount.currency,
            amount.amount.normalize(),
        );
        let day = day_of(new);
        let first = (day.saturating_sub(DAYS_APART.days()), EventKey::FIRST);
        let last = (day.saturating_add(DAYS_APART.days()), EventKey::LAST);
        self.same
            .get(&slot)?
            .range(first..=last)
            .filter_map(|(_, key)| self.payments.get(key))
            .find_map(|old| {
                let likeness = likeness(old, new)?;
                free(&old, likeness).then_some((old.key, likeness))
            })
    }
}

/// Why two payments are taken for the same money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// The bank's own id.
    Id,
    /// A statement's line that comes again in another statement.
    Line,
    /// A notification and the statement's line, or an announcement and the booking.
    Notice,
}

impl Likeness {
    /// What a repetition uses up: one line of each source, but only one notification in all.
    pub(super) fn mark(self, source: SourceId) -> SourceId {
        match self {
            Likeness::Id | Likeness::Line => source,
            Likeness::Notice => SourceId::LAST,
        }
    }
}

fn comparable(old: PaymentKind, new: PaymentKind) -> bool {
    use PaymentKind::*;
    matches!(
        (old, new),
        (Received, Received)
            | (Pending, Received)
            | (Received, Pending)
            | (Pending, Pending)
            | (Returned, Returned)
            | (Sent, Sent)
    )
}

/// Whether two payments of one account and amount can be the same money without sharing an id.
fn likeness(old: &PaymentState, new: &PaymentState) -> Option<Likeness> {
    let (a, b) = (&old.payment, &new.payment);
    if let (Some(a), Some(b)) = (usable_id(&a.transaction_id), usable_id(&b.transaction_id))
        && other_id(a, b)
    {
        return None;
    }
    if let (Some(a), Some(b)) = (&a.payer_iban, &b.payer_iban)
        && a != b
    {
        return None;
    }
    let name_fits = names::same_payer(a, b);
    match (old.kind, new.kind) {
        (PaymentKind::Pending, PaymentKind::Received) => name_fits.then_some(Likeness::Notice),
        (PaymentKind::Received, PaymentKind::Pending) => {
            (name_fits && near_in_time(old, new)).then_some(Likeness::Notice)
        }
        (PaymentKind::Pending, PaymentKind::Pending) => None,
        _ if a.from_statement && b.from_statement => same_line(a, b).then_some(Likeness::Line),
        _ if a.from_statement != b.from_statement => {
            (name_fits && near_in_time(old, new)).then_some(Likeness::Notice)
        }
        _ => None,
    }
}

fn near_in_time(old: &PaymentState, new: &PaymentState) -> bool {
    let (a, b) = (day_of(old), day_of(new));
    banking_days_between(a.min(b), a.max(b)) <= BANKING_DAYS_APART
}

/// The day of the booking, else the day on which the mail came.
pub(super) fn day_of(state: &PaymentState) -> Date {
    state
        .payment
        .booked
        .unwrap_or_else(|| Offset::UTC.to_datetime(state.key.at).date())
}

/// An id that says something: banks write `NOTPROVIDED` and the like where there is none.
pub(super) fn usable_id(id: &Option<String>) -> Option<&str> {
    id.as_deref().filter(|id| {
        id.len() >= 6 && id.bytes().any(|b| b.is_ascii_digit()) && id.bytes().any(|b| b != b'0')
    })
}
