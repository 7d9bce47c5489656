//! What a certain booking left open and the merchant lets go: a discount is granted, cents are written off, costs and
//! interest are waived. It settles the claim without money.

use super::Books;
use crate::ledger::event::EventKey;
use crate::ledger::invoice::{Allocation, Split};
use crate::ledger::matching::Rest;
use crate::ledger::money::Money;

impl Books {
    /// The merchant lets the rest of this payment's claim go.
    pub(super) fn let_go(&mut self, key: &EventKey) {
        let Some(rest) = self.payments.get(key).and_then(|state| state.rest.clone()) else {
            return;
        };
        let Some((claim, amount)) = rest.open() else {
            return;
        };
        self.change(claim, |invoice| {
            if matches!(rest, Rest::Costs { .. }) {
                // Waived: what was demanded is demanded no more.
                let open = invoice.costs_open();
                invoice.costs.fees -= open.fees;
                invoice.costs.interest -= open.interest;
                return;
            }
            let still = amount.amount.min(invoice.unpaid().amount);
            let (split, why) = match rest {
                Rest::Discount { .. } => (
                    Split {
                        discount: still,
                        ..Split::default()
                    },
                    "the merchant grants the discount",
                ),
                _ => (
                    Split {
                        write_off: still,
                        ..Split::default()
                    },
                    "the merchant writes it off",
                ),
            };
            invoice.allocations.push(Allocation {
                payment: *key,
                amount: Money::zero(amount.currency),
                split,
                why: vec![why.into()],
            });
        });
    }
}
