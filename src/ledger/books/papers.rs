//! Claims by their papers: a credit note names the number of an invoice, not that of the order, and one debt may come on
//! two papers that do not name each other. What could be the same debt is held and asked, never reminded of twice.

use super::Books;
use crate::ledger::event::Issued;
use crate::ledger::invoice::{Invoice, InvoiceKey};
use crate::ledger::reference;

/// An order and an invoice over the same sum within so many days may be one debt.
const ONE_DEBT_DAYS: i64 = 60;

impl Books {
    /// The claim that is meant: the one of this key, else the one claim of the shop whose invoice has this number.
    pub(super) fn meant(&self, key: &InvoiceKey) -> InvoiceKey {
        if self.invoices.contains_key(key) {
            return key.clone();
        }
        let form = reference::normal_form(&key.number);
        let invoiced = |claim: &&&InvoiceKey| {
            let number = self
                .invoices
                .get(**claim)
                .and_then(|i| i.issued.invoice_number.as_deref());
            claim.shop == key.shop && number.is_some_and(|n| reference::normal_form(n) == form)
        };
        let mut claims = self
            .by_number
            .get(&form)
            .into_iter()
            .flatten()
            .filter(|claim| invoiced(&claim));
        match (claims.next(), claims.next()) {
            (Some(one), None) => one.clone(),
            _ => key.clone(),
        }
    }

    /// From the date of its invoice on a claim's terms count, not from that of its order.
    pub(super) fn take_invoice_date(&mut self, more: &Issued) {
        if let Some(invoice) = self.invoices.get_mut(&more.invoice)
            && invoice.issued.invoice_number.is_none()
            && more.invoice_number.is_some()
        {
            invoice.issued.order_date = invoice.issued.order_date.max(more.order_date);
        }
    }

    /// What came with the number of an invoice before the invoice was known.
    pub(super) fn take_early_papers(&mut self, key: &InvoiceKey) {
        let number = self
            .invoices
            .get(key)
            .and_then(|i| i.issued.invoice_number.clone());
        let Some(number) = number else { return };
        let paper = InvoiceKey {
            shop: key.shop.clone(),
            number,
        };
        if self.invoices.contains_key(&paper) {
            return;
        }
        for early in self.early.remove(&paper).unwrap_or_default() {
            self.take_effect(key, &early);
        }
    }

    /// A claim that only an invoice made, without the order's mail, and an order without an invoice may be one debt:
    /// the later of both is held until the merchant has said.
    pub(super) fn doubt_one_debt(&mut self, key: &InvoiceKey, issued: &Issued, known: bool) {
        match (known, issued.invoice_number.is_some()) {
            (false, true) => {
                self.paper_born.insert(key.clone());
            }
            (true, false) => {
                self.paper_born.remove(key);
            }
            _ => {}
        }
        if known {
            return;
        }
        let Some(new) = self.invoices.get(key) else {
            return;
        };
        let Some(state) = new
            .address()
            .and_then(|address| self.customers.get(address))
        else {
            return;
        };
        let of_paper = issued.invoice_number.is_some();
        let other_kind = |old: &Invoice| match of_paper {
            true => old.issued.invoice_number.is_none(),
            false => self.paper_born.contains(&old.key),
        };
        let near = |old: &Invoice| {
            let days = new.issued.order_date.since(old.issued.order_date);
            days.is_ok_and(|span| i64::from(span.get_days()).abs() <= ONE_DEBT_DAYS)
        };
        let twin = state
            .invoices
            .iter()
            .filter(|other| *other != key && other.shop == key.shop)
            .filter_map(|other| self.invoices.get(other))
            .find(|old| {
                old.cancelled.is_none()
                    && old.issued.total == new.issued.total
                    && other_kind(old)
                    && near(old)
            });
        if let Some(twin) = twin.map(|twin| twin.key.number.clone()) {
            let total = new.issued.total;
            self.change(key, |invoice| {
                invoice.contradictions.push(format!(
                    "it is over {total} like {twin}, one known from an order and one from an invoice: is it one debt or two?"
                ));
            });
        }
    }
}
