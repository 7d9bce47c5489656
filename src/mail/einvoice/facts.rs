//! E-invoices that lie alone, in the watched folder or in a mail without further words: whose are they, and what do they
//! come to? Only an invoice of the merchant himself that is sound in itself becomes a claim; what he has to pay is none.

use jiff::Timestamp;
use jiff::civil::Date;

use super::papers::alone;
use super::{EInvoice, read_any};
use crate::ledger::{CustomerAddress, Event, EventKey, Evidence, SourceId};
use crate::mail::shop::{Understood, facts};
use crate::mail::trust::ShopSender;
use crate::mail::{Kind, Outcome, Reading, Trust};

/// Whose invoice it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The merchant sells.
    Ours,
    /// The merchant buys.
    ToUs,
    /// He is neither, as far as the configuration knows, or both.
    Unknown,
}

/// Whose invoice it is: by its account, its tax numbers or its names.
pub fn whose(invoice: &EInvoice, trust: &Trust) -> Whose {
    let named =
        |name: &Option<String>| name.as_deref().is_some_and(|n| trust.own_name(n).is_some());
    let account = invoice.iban_normalised.as_deref();
    let taxed = invoice
        .seller_tax_numbers
        .iter()
        .any(|n| trust.own_tax_number(n));
    let sells =
        account.is_some_and(|a| trust.account(a).is_some()) || taxed || named(&invoice.seller);
    let address = invoice
        .buyer_email
        .as_deref()
        .and_then(|a| CustomerAddress::new(a).ok());
    let buys =
        named(&invoice.buyer) || address.is_some_and(|a| trust.is_merchant(&a) || trust.is_own(&a));
    match (sells, buys) {
        (true, false) => Whose::Ours,
        (false, true) => Whose::ToUs,
        _ => Whose::Unknown,
    }
}

/// Reads a file that lies alone in the watched folder. `None`: it is no e-invoice.
pub fn read_file(bytes: &[u8], received: Timestamp, trust: &Trust) -> Option<Reading> {
    let invoice = match read_any(bytes)? {
        Ok(invoice) => invoice,
        Err(why) => {
            let why = format!("e-invoice not read: {why}");
            return Some(Reading::new(Kind::None, Outcome::Error, why));
        }
    };
    let mut reading = Reading::new(Kind::None, Outcome::Review, String::new());
    for line in super::papers::lines(&invoice) {
        reading.note("e-invoice", line);
    }
    let day = trust.day(received);
    let taken = match whose(&invoice, trust) {
        Whose::ToUs => {
            reading.invoice = Some(invoice);
            return Some(reading.end(
                Outcome::Ignored,
                "an invoice to the merchant, not one of his",
            ));
        }
        Whose::Unknown => Err(unknown_seller(&invoice)),
        Whose::Ours => own_account(&invoice, trust)
            .and_then(|()| shop_of(&invoice, trust))
            .and_then(|shop| Ok((alone(&invoice, None, day)?, shop)))
            .and_then(|(understood, shop)| reachable(understood, shop)),
    };
    reading.invoice = Some(invoice);
    Some(match taken {
        Ok((understood, shop)) => booked(bytes, received, understood, &shop, reading),
        Err(why) => reading.end(Outcome::Review, why),
    })
}

/// Money that is to go to an account which is none of the merchant's is nothing that he could see come in.
///
/// # Errors
/// Which account, in words.
pub fn own_account(invoice: &EInvoice, trust: &Trust) -> Result<(), String> {
    match invoice.iban_normalised.as_deref() {
        Some(account) if !trust.accounts.is_empty() && trust.account(account).is_none() => Err(
            format!("the e-invoice is payable to {account}, which is none of your accounts"),
        ),
        _ => Ok(()),
    }
}

/// Why an invoice of somebody whom the configuration does not name is looked at by the merchant.
pub fn unknown_seller(invoice: &EInvoice) -> String {
    let seller = invoice.seller.as_deref().unwrap_or("nobody");
    format!(
        "an e-invoice of {seller}, which is no name, account or tax number of the configuration"
    )
}

/// The shop that an invoice without a mail belongs to.
fn shop_of(invoice: &EInvoice, trust: &Trust) -> Result<ShopSender, String> {
    let named = invoice
        .seller
        .as_deref()
        .and_then(|name| trust.own_name(name)?.shop.clone());
    let by_name = trust
        .shops
        .iter()
        .find(|shop| Some(&shop.shop) == named.as_ref());
    match (by_name, trust.shops.as_slice()) {
        (Some(shop), _) => Ok(shop.clone()),
        (None, [only]) => Ok(only.clone()),
        _ => Err("an e-invoice that does not say which of the shops it is of".into()),
    }
}

/// A claim without an address could not be reminded of: the merchant is shown it.
fn reachable(understood: Understood, shop: ShopSender) -> Result<(Understood, ShopSender), String> {
    match understood.kind == Kind::Order && understood.order.customer_email.is_none() {
        true => Err("the e-invoice has no e-mail address of the customer (BT-58)".into()),
        false => Ok((understood, shop)),
    }
}

fn booked(
    bytes: &[u8],
    received: Timestamp,
    understood: Understood,
    shop: &ShopSender,
    mut reading: Reading,
) -> Reading {
    let facts = match facts::facts(&understood, shop) {
        Ok(facts) => facts,
        Err(why) => return reading.end(Outcome::Review, why),
    };
    let event = |(fact, index)| Event {
        key: EventKey {
            at: received,
            source: SourceId::of(bytes),
            index,
        },
        fact,
        by: Evidence::File,
    };
    reading.events = facts.into_iter().zip(0..).map(event).collect();
    reading.kind = understood.kind;
    let number = understood.order.invoice_number.clone().unwrap_or_default();
    reading.order = Some(understood.order);
    let said = match reading.kind {
        Kind::Order => format!("invoice {number} of {}", shop.shop),
        _ => format!("credit note {number} of {}", shop.shop),
    };
    reading.end(Outcome::Booked, said)
}

/// The last day to pay. An invoice that counts from its receipt was received with the mail that carried it, never before
/// it was written.
///
/// # Errors
/// Its terms name no one day, in words.
pub fn last_day(invoice: &EInvoice, received: Date) -> Result<Option<Date>, String> {
    use jiff::ToSpan;
    if let Some(day) = invoice.due_date_effective {
        return Ok(Some(day));
    }
    if let Some(days) = invoice.days_after_receipt {
        let from = invoice
            .issue_date
            .map_or(received, |issued| issued.max(received));
        return Ok(from.checked_add(i64::from(days).days()).ok());
    }
    match &invoice.due_date_source {
        Some(why) => Err(format!(
            "until when the e-invoice is to be paid is not clear: {why}"
        )),
        None => Ok(None),
    }
}
