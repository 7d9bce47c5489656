//! From a reading to facts of the ledger: the one place where a shop mail becomes a claim.

use super::Understood;
use crate::ledger::event::{Credited, Issued};
use crate::ledger::{Customer, CustomerAddress, CustomerName, Fact, InvoiceKey};
use crate::mail::Kind;
use crate::mail::trust::ShopSender;

/// The facts of an understood mail of this shop.
///
/// # Errors
/// What a claim lacks, in words.
pub fn facts(understood: &Understood, shop: &ShopSender) -> Result<Vec<Fact>, String> {
    let order = &understood.order;
    let number = order
        .order_number
        .clone()
        .ok_or("no order number was found")?;
    let invoice = InvoiceKey {
        shop: shop.shop.clone(),
        number,
    };
    let fact = match understood.kind {
        Kind::Order => Fact::Issued(Issued {
            invoice,
            invoice_number: order.invoice_number.clone(),
            order_date: (order.invoice_date.or(order.order_date)).ok_or("no date was found")?,
            customer: customer(understood),
            total: order.total.ok_or("no total was found")?,
            amount_due: order.amount_due,
            method: order.payment_method,
            paid: order.paid,
            due_date: order.due_date,
            terms_days: order.payment_terms_days,
            terms: order.terms.clone(),
        }),
        Kind::Cancellation if !order.partial => Fact::Cancelled { invoice },
        Kind::Cancellation | Kind::Refund => {
            if order.total.is_none() && order.refund_amount.is_none() {
                return Err("the mail does not say by how much the claim is lower".into());
            }
            Fact::Credited(Credited {
                invoice,
                new_total: order.total,
                reduced_by: order.refund_amount,
            })
        }
        Kind::PaymentReceived => Fact::PaidAtShop { invoice },
        _ => return Ok(Vec::new()),
    };
    Ok(vec![fact])
}

fn customer(understood: &Understood) -> Customer {
    let order = &understood.order;
    // A name that the allow-list refuses is left out, never repaired.
    let name = |text: &Option<String>| {
        text.as_deref()
            .and_then(|text| CustomerName::new(text).ok())
    };
    Customer {
        name: name(&order.customer_name),
        company: name(&order.company),
        address: order
            .customer_email
            .as_deref()
            .and_then(|email| CustomerAddress::new(email).ok()),
        country: order.billing_country.clone(),
        postcode: order.billing_postcode.clone(),
        language: understood.language,
    }
}
