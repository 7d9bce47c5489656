//! schema.org Order and Invoice in a mail's markup, JSON-LD and microdata alike, as flat named values.
//!
//! The markup says what it says for machines, so names are fixed and nothing is searched. Several orders of different
//! numbers in one mail are no order: none is taken. Knows no shop and no trust.

use serde_json::{Map, Value};

use super::html::Markup;
use super::microdata::{self, Item};
use super::parts::clean;

/// The values that an Order or Invoice carries, as text, by the names that recipes use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// Number of the order.
    pub order_number: Option<String>,
    /// Number of the invoice (`confirmationNumber` of an Invoice).
    pub invoice_number: Option<String>,
    /// ISO date of the order.
    pub order_date: Option<String>,
    /// Total as printed for machines.
    pub total: Option<String>,
    /// ISO 4217 code.
    pub currency: Option<String>,
    /// Customer.
    pub customer_name: Option<String>,
    /// Customer's e-mail.
    pub customer_email: Option<String>,
    /// Country of the billing address.
    pub country: Option<String>,
    /// Postcode of the billing address.
    pub postcode: Option<String>,
    /// Payment method, last segment of its URL.
    pub payment_method: Option<String>,
    /// ISO date that it is due.
    pub due_date: Option<String>,
    /// Last segment of `orderStatus` or `paymentStatus`.
    pub status: Option<String>,
}

impl Marked {
    /// A value by the name that recipes use.
    pub fn value(&self, name: &str) -> Option<String> {
        match name {
            "order_number" => self.order_number.clone(),
            "invoice_number" => self.invoice_number.clone(),
            "order_date" => self.order_date.clone(),
            "total" => Some(format!(
                "{} {}",
                self.total.as_deref()?,
                self.currency.as_deref().unwrap_or_default()
            )),
            "customer_name" => self.customer_name.clone(),
            "customer_email" => self.customer_email.clone(),
            "country" => self.country.clone(),
            "postcode" => self.postcode.clone(),
            "payment_method" => self.payment_method.clone(),
            "due_date" => self.due_date.clone(),
            "status" => self.status.clone(),
            _ => None,
        }
    }
}

/// The one order or invoice in the markup.
pub fn read(markup: &Markup) -> Option<Marked> {
    let mut found = Vec::new();
    for block in &markup.json_ld {
        if let Ok(value) = serde_json::from_str::<Value>(block) {
            collect(&value, &mut found);
        }
    }
    for item in &markup.items {
        collect(&json(item, 0), &mut found);
    }
    let first = found.first()?.clone();
    found.iter().all(|other| other == &first).then_some(first)
}

/// Orders and invoices at the top, in lists and in `@graph`; those inside another object are about that object.
fn collect(value: &Value, found: &mut Vec<Marked>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(object) => match kind(object) {
            "Order" => found.push(order(object)),
            "Invoice" => found.push(invoice(object)),
            _ => {
                if let Some(graph) = object.get("@graph") {
                    collect(graph, found);
                }
            }
        },
        _ => {}
    }
}

fn kind(object: &Map<String, Value>) -> &str {
    let kind = match object.get("@type") {
        Some(Value::Array(kinds)) => kinds.first(),
        other => other,
    };
    kind.and_then(Value::as_str)
        .map_or("", |kind| kind.rsplit('/').next().unwrap_or(kind))
}

fn order(object: &Map<String, Value>) -> Marked {
    let price = object.get("priceSpecification").and_then(Value::as_object);
    let either =
        |name: &str| text(object, name).or_else(|| price.and_then(|price| text(price, name)));
    let billing = object.get("billingAddress").and_then(Value::as_object);
    let customer = person(object);
    let in_billing = |name: &str| billing.and_then(|billing| text(billing, name));
    Marked {
        order_number: text(object, "orderNumber").or_else(|| text(object, "confirmationNumber")),
        invoice_number: None,
        order_date: text(object, "orderDate"),
        total: either("price"),
        currency: either("priceCurrency"),
        customer_name: customer
            .and_then(|c| text(c, "name"))
            .or_else(|| in_billing("name")),
        customer_email: customer
            .and_then(|c| text(c, "email"))
            .or_else(|| in_billing("email")),
        country: billing.and_then(country),
        postcode: in_billing("postalCode"),
        payment_method: method(object),
        due_date: text(object, "paymentDueDate").or_else(|| text(object, "paymentDue")),
        status: segment(object, "orderStatus"),
    }
}

fn invoice(object: &Map<String, Value>) -> Marked {
    let due = object.get("totalPaymentDue").and_then(Value::as_object);
    let referenced = match object.get("referencesOrder") {
        Some(Value::Array(orders)) if orders.len() == 1 => orders.first(),
        Some(Value::Array(_)) => None, // a collective invoice is not one order
        other => other,
    };
    let referenced = referenced.and_then(Value::as_object);
    let customer = person(object);
    let number = text(object, "confirmationNumber");
    Marked {
        order_number: referenced
            .and_then(|o| text(o, "orderNumber"))
            .or_else(|| number.clone()),
        invoice_number: number,
        order_date: referenced.and_then(|o| text(o, "orderDate")),
        total: due.and_then(|due| text(due, "price").or_else(|| text(due, "value"))),
        currency: due.and_then(|due| text(due, "priceCurrency").or_else(|| text(due, "currency"))),
        customer_name: customer.and_then(|c| text(c, "name")),
        customer_email: customer.and_then(|c| text(c, "email")),
        country: None,
        postcode: None,
        payment_method: method(object),
        due_date: text(object, "paymentDueDate").or_else(|| text(object, "paymentDue")),
        status: segment(object, "paymentStatus"),
    }
}

fn person(object: &Map<String, Value>) -> Option<&Map<String, Value>> {
    object.get("customer").and_then(Value::as_object)
}

fn country(billing: &Map<String, Value>) -> Option<String> {
    match billing.get("addressCountry")? {
        Value::Object(country) => text(country, "name"),
        _ => text(billing, "addressCountry"),
    }
}

fn method(object: &Map<String, Value>) -> Option<String> {
    match object.get("paymentMethod")? {
        Value::Object(method) => segment(method, "name"),
        _ => segment(object, "paymentMethod"),
    }
}

fn segment(object: &Map<String, Value>, name: &str) -> Option<String> {
    text(object, name).map(|text| {
        text.rsplit(['/', '#'])
            .next()
            .unwrap_or_default()
            .to_owned()
    })
}

fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    let text = match object.get(name)? {
        Value::String(text) => clean(&entities(text)).trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// WordPress escapes names for HTML before it puts them into JSON.
fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let text = text
        .replace("&#039;", "'")
        .replace("&#39;", "'")
        .replace("&quot;", "\"");
    text.replace("&#8217;", "’")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// Microdata in the form of JSON-LD.
fn json(item: &Item, depth: usize) -> Value {
    let mut object = Map::new();
    object.insert("@type".into(), Value::String(item.kind.clone()));
    for (name, value) in &item.props {
        let value = match value {
            microdata::Value::Text(text) => Value::String(text.clone()),
            microdata::Value::Item(inner) if depth < 32 => json(inner, depth + 1),
            microdata::Value::Item(_) => continue,
        };
        object.entry(name.clone()).or_insert(value);
    }
    Value::Object(object)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn two_different_orders_are_none() {
        let order = |n: &str| {
            format!(r#"{{"@type":"Order","orderNumber":"{n}","price":5,"priceCurrency":"EUR"}}"#)
        };
        let markup = |blocks: &[String]| Markup {
            json_ld: blocks.to_vec(),
            items: Vec::new(),
        };
        let value = |markup: &Markup, name: &str| read(markup)?.value(name);
        assert_eq!(value(&markup(&[order("1")]), "total").unwrap(), "5 EUR");
        assert_eq!(
            value(&markup(&[order("1"), order("1")]), "order_number").unwrap(),
            "1"
        );
        assert_eq!(
            value(&markup(&[order("1"), order("2")]), "order_number"),
            None
        );
        assert_eq!(
            value(
                &markup(&[format!("[{},{}]", order("1"), order("2"))]),
                "total"
            ),
            None
        );
    }
}
