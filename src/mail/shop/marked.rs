//! An order or invoice that stands in the markup of a mail of any shop.

use rust_decimal::Decimal;

use super::{Shop, Understood, language, payment, take};
use crate::ledger::{Currency, CustomerAddress, Money, PaymentMethod};
use crate::mail::numbers::{self, DateFormat, NumberFormat};
use crate::mail::parts::Mail;
use crate::mail::recipe::Common;
use crate::mail::schema_org::{self, Marked};
use crate::mail::{Kind, OrderReading, Trace};

/// Reads the one order or invoice in the markup; `None` if there is none with a number.
///
/// # Errors
/// Why it is not to be taken, in words.
pub fn read_marked(
    mail: &Mail,
    common: &Common,
    shop: &Shop<'_>,
) -> Option<Result<Understood, String>> {
    let marked = schema_org::read(&mail.markup)?;
    let number = marked.order_number.as_deref().and_then(take::number)?;
    Some(order(mail, &marked, number, common, shop))
}

fn order(
    mail: &Mail,
    marked: &Marked,
    number: String,
    common: &Common,
    shop: &Shop<'_>,
) -> Result<Understood, String> {
    let (kind, paid) = match marked.status.as_deref() {
        Some("OrderCancelled") => (Kind::Cancellation, false),
        Some("OrderReturned") => return Err("the markup says that the order was returned".into()),
        Some("OrderInTransit" | "OrderDelivered" | "OrderPickupAvailable") => (Kind::None, false),
        Some("PaymentComplete" | "PaymentAutomaticallyApplied") => (Kind::Order, true),
        _ => (Kind::Order, false),
    };
    let status = marked.status.as_deref().unwrap_or("not named");
    let trace = vec![Trace {
        reader: "schema.org".into(),
        text: format!("an order in the markup, status {status}"),
    }];
    let mut order = match kind {
        Kind::Order => claim(mail, marked, common, shop)?,
        _ => OrderReading::default(),
    };
    order.order_number = Some(number);
    order.paid |= paid;
    Ok(Understood {
        kind,
        order,
        language: language(mail),
        trace,
    })
}

/// Everything but the number.
fn claim(
    mail: &Mail,
    marked: &Marked,
    common: &Common,
    shop: &Shop<'_>,
) -> Result<OrderReading, String> {
    let total = total(marked)?;
    let email = marked
        .customer_email
        .as_deref()
        .and_then(|email| CustomerAddress::new(email).ok())
        .filter(|address| shop.may_be_customer(address))
        .or_else(|| shop.customer_in(&mail.to).and_then(|p| p.address.clone()))
        .ok_or("no address of the customer was found, only the shop's own")?;
    let day = |text: &Option<String>| numbers::date(text.as_deref()?, &[DateFormat::Iso]);
    let method = marked.payment_method.as_deref();
    let method = method.map(|text| method_of(text, common));
    let country = marked.country.as_deref();
    Ok(OrderReading {
        invoice_number: marked.invoice_number.as_deref().and_then(take::number),
        order_date: day(&marked.order_date).or(mail.date),
        customer_name: marked.customer_name.clone(),
        customer_email: Some(email.as_str().to_owned()),
        billing_country: country.and_then(|name| super::address::country(name, common)),
        billing_postcode: marked.postcode.clone(),
        total: Some(total),
        currency: Some(total.currency),
        payment_method: method.map(|(method, _)| method),
        paid: method.is_some_and(|(_, paid)| paid),
        due_date: day(&marked.due_date),
        ..OrderReading::default()
    })
}

fn total(marked: &Marked) -> Result<Money, String> {
    let printed = format!(
        "{} {}",
        marked.total.as_deref().ok_or("the markup names no total")?,
        marked.currency.as_deref().unwrap_or_default()
    );
    match money(&printed) {
        None => Err(format!(
            "the total `{printed}` of the markup is not readable"
        )),
        Some(total) if !total.is_positive() => {
            Err(format!("the total is {total}: nothing to claim"))
        }
        Some(total) => Ok(total),
    }
}

/// The values of schema.org's PaymentMethod (GoodRelations), else words as people print them.
fn method_of(text: &str, common: &Common) -> (PaymentMethod, bool) {
    match text {
        "ByInvoice" => (PaymentMethod::Invoice, false),
        "ByBankTransferInAdvance" => (PaymentMethod::Prepayment, false),
        "COD" => (PaymentMethod::Cod, false),
        "DirectDebit" => (PaymentMethod::DirectDebit, false),
        "PayPal" => (PaymentMethod::Paypal, true),
        "CreditCard" | "VISA" | "MasterCard" | "AmericanExpress" => (PaymentMethod::Card, true),
        other => payment::method(other, common),
    }
}

/// An amount as machines write it: `100.85 EUR`, `70 EUR`; with a symbol also `€70.00`.
pub fn money(text: &str) -> Option<Money> {
    let (amount, code) = text.rsplit_once(' ').unwrap_or((text, ""));
    let plain = amount.trim();
    let digits = plain.chars().all(|c| c.is_ascii_digit() || c == '.')
        && plain.starts_with(|c: char| c.is_ascii_digit());
    let decimals = plain
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    if digits && decimals <= 4 {
        let currency: Currency = code.trim().parse().ok()?;
        // WooCommerce calculates with more decimals than it prints.
        let amount = Decimal::from_str_exact(plain).ok()?;
        let money = Money::new(amount, currency);
        return (amount == amount.round_dp(2) && amount <= Money::LIMIT).then_some(money);
    }
    let point = NumberFormat::by_example("1,234.56").ok()?;
    let found = numbers::money(text.trim(), &[point], None)?;
    (code.trim().is_empty() || code.trim().parse().ok() == Some(found.currency)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_amounts() {
        let read = |text: &str| money(text).map(|m| m.to_string());
        assert_eq!(read("100.85 EUR").as_deref(), Some("100.85 EUR"));
        assert_eq!(read("70 CHF").as_deref(), Some("70.00 CHF"));
        assert_eq!(read("€70.00 ").as_deref(), Some("70.00 EUR"));
        assert_eq!(read("$70.00 USD").as_deref(), Some("70.00 USD"));
        assert_eq!(read("70.00 "), None);
        assert_eq!(read("1.234,50 EUR"), None);
        assert_eq!(read("1.2345 EUR"), None);
    }
}
