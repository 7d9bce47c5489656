//! The words that a recipe found, as one order, cancellation, refund or payment.

use jiff::civil::Date;

use super::address::{self, Address};
use super::check::{Added, add_up};
use super::{Shop, Understood, known_names, payment, take};
use crate::ledger::{CustomerAddress, Money};
use crate::mail::numbers::{self, DateFormat};
use crate::mail::recipe::view::{PageKind, View};
use crate::mail::recipe::{Event, Found, Layout, Recipe, find};
use crate::mail::{Kind, OrderReading, Trace};

/// Reads a mail by a layout that fits it.
///
/// # Errors
/// What is missing or contradicts itself, in words: then nothing is taken.
pub fn read_layout(
    recipe: &Recipe,
    layout: &Layout,
    view: &View<'_>,
    shop: &Shop<'_>,
) -> Result<Understood, String> {
    let mut reader = Reader {
        recipe,
        layout,
        view,
        shop,
        trace: Vec::new(),
    };
    reader.note(format!("looks like {}, {}", recipe.title, layout.name));
    let (kind, order) = match layout.event {
        Event::Order => (Kind::Order, reader.order()?),
        Event::Incomplete => (Kind::OrderIncomplete, reader.incomplete()?),
        Event::Cancellation => (Kind::Cancellation, reader.change()?),
        Event::Refund => (Kind::Refund, reader.change()?),
        Event::Paid => (Kind::PaymentReceived, reader.paid()?),
        _ => (Kind::None, OrderReading::default()),
    };
    Ok(Understood {
        kind,
        order,
        language: layout
            .language
            .unwrap_or_else(|| super::language(view.mail)),
        trace: reader.trace,
    })
}

struct Reader<'a> {
    recipe: &'a Recipe,
    layout: &'a Layout,
    view: &'a View<'a>,
    shop: &'a Shop<'a>,
    trace: Vec<Trace>,
}

impl Reader<'_> {
    fn note(&mut self, text: String) {
        self.trace.push(Trace {
            reader: format!("recipe {}", self.recipe.name),
            text,
        });
    }

    /// The first readable amount of a field.
    fn amount(&mut self, field: &str) -> Option<Money> {
        let layout = self.layout;
        self.first(field, |found| money_in(found, layout))
    }

    /// The first readable date of a field.
    fn day(&mut self, field: &str) -> Option<Date> {
        let layout = self.layout;
        self.first(field, |found| day_in(found, layout))
    }

    /// The first found words of a field that mean something.
    fn first<T>(&mut self, field: &str, mean: impl Fn(&Found) -> Option<T>) -> Option<T> {
        let all = find(self.layout, field, self.view);
        let hit = all.iter().find_map(|found| Some((found, mean(found)?)));
        let (found, value) = hit?;
        let words = found.text.replace('\n', " / ");
        let shown: String = words.chars().take(90).collect();
        self.note(format!("{field}: `{shown}` ({})", found.place));
        Some(value)
    }

    fn number(&mut self) -> Result<String, String> {
        self.first("order_number", |found| take::number(&found.text))
            .ok_or_else(|| "no order number was found".into())
    }

    /// The total: the same wherever the mail names it.
    fn total(&mut self) -> Result<Money, String> {
        let all = find(self.layout, "total", self.view);
        let readable: Vec<(Option<PageKind>, Money, &Found)> = all
            .iter()
            .filter_map(|found| Some((found.page, money_in(found, self.layout)?, found)))
            .collect();
        let Some(&(_, total, found)) = readable.first() else {
            return Err(match all.first() {
                Some(found) => format!(
                    "the total `{}` ({}) is not readable",
                    found.text, found.place
                ),
                None => "no total was found".into(),
            });
        };
        let mut places = vec![found.place.clone()];
        for side in [None, Some(PageKind::Html), Some(PageKind::Text)] {
            // The first on each side counts: later alternatives are for older layouts.
            if let Some((_, other, place)) = readable.iter().find(|(page, ..)| *page == side) {
                if *other != total {
                    return Err(format!(
                        "the mail names two totals: {total} ({}) and {other} ({})",
                        found.place, place.place
                    ));
                }
                places.push(place.place.clone());
            }
        }
        places.dedup();
        self.note(format!("total: {total} ({})", places.join("; ")));
        if !total.is_positive() {
            return Err(format!("the total is {total}: nothing to claim"));
        }
        Ok(total)
    }

    fn add_up(&mut self, total: Money) -> Result<(), String> {
        match add_up(self.layout, self.view, total) {
            Added::Agrees => self.note("the rows add up to the total".into()),
            Added::Unreadable => self.note("the rows could not be added up".into()),
            Added::Differs(sum) => {
                return Err(format!(
                    "the rows add up to {sum}, but the total is {total}"
                ));
            }
        }
        Ok(())
    }

    fn order(&mut self) -> Result<OrderReading, String> {
        if let Some(status) = self.view.marked("status")
            && ["OrderCancelled", "OrderReturned"].contains(&status.as_str())
        {
            return Err(format!(
                "the layout is that of an order, but its markup says {status}"
            ));
        }
        let number = self.number()?;
        let total = self.total()?;
        self.add_up(total)?;
        let mail = self.view.mail;
        let known = match self.names_nobody() {
            true => Vec::new(),
            false => known_names(mail, self.view, self.shop),
        };
        let common = &self.recipe.common;
        let billing = find(self.layout, "billing", self.view)
            .iter()
            .map(|found| address::read(&found.text, found.name_first, &known, common))
            .find(|address| *address != Address::default())
            .unwrap_or_default();
        let email = self.email(&billing);
        if email.is_none() && !self.names_nobody() {
            if self.shop.forwarder.is_none() {
                return Err("no address of the customer was found, only the shop's own".into());
            }
            self.note("customer_email: the forward lost it".into());
        }
        let mut order = OrderReading {
            order_number: Some(number),
            invoice_number: self.first("invoice_number", |found| take::number(&found.text)),
            order_date: self.day("order_date").or(mail.date),
            customer_email: email.map(|email| email.as_str().to_owned()),
            total: Some(total),
            currency: Some(total.currency),
            ..OrderReading::default()
        };
        self.who(&mut order, &billing, &known);
        self.how(&mut order, total)?;
        Ok(order)
    }

    /// The recipe says that these mails name no address of the customer (marketplaces): `customer_email = []`.
    fn names_nobody(&self) -> bool {
        let field = self.layout.fields.get("customer_email");
        field.is_some_and(|field| field.alternatives.is_empty())
    }

    /// An order whose mail prints no total: the merchant is told, nothing can be claimed.
    fn incomplete(&mut self) -> Result<OrderReading, String> {
        Ok(OrderReading {
            order_number: Some(self.number()?),
            order_date: self.day("order_date").or(self.view.mail.date),
            customer_email: self
                .email(&Address::default())
                .map(|email| email.as_str().to_owned()),
            ..OrderReading::default()
        })
    }

    fn who(&mut self, order: &mut OrderReading, billing: &Address, known: &[String]) {
        order.customer_name = self
            .first("customer_name", |found| {
                (!found.text.is_empty()).then(|| address::person(&found.text))
            })
            .or_else(|| billing.name.clone())
            .or_else(|| {
                // Without a readable address block a name counts only if it is a first and a last name.
                known
                    .iter()
                    .find(|name| billing.postcode.is_none() && name.contains(' '))
                    .cloned()
            });
        order.company = self
            .first("company", |found| Some(found.text.clone()))
            .or_else(|| billing.company.clone());
        let common = std::sync::Arc::clone(&self.recipe.common);
        order.billing_country = self
            .first("country", |found| address::country(&found.text, &common))
            .or_else(|| billing.country.clone());
        order.billing_postcode = billing.postcode.clone();
        if order.company == order.customer_name {
            order.company = None;
        }
        if let Some(firm) = order
            .customer_name
            .take_if(|name| address::is_company(name))
        {
            order.company.get_or_insert(firm);
        }
        if order.customer_name.is_none() && order.company.is_some() {
            let other = |name: &&String| name.contains(' ') && !address::is_company(name);
            order.customer_name = known.iter().find(other).cloned();
        }
    }

    /// Method, what is paid, what is due and when.
    fn how(&mut self, order: &mut OrderReading, total: Money) -> Result<(), String> {
        let common = std::sync::Arc::clone(&self.recipe.common);
        let method = self.first("payment_method", |found| {
            let text = found.text.lines().next().unwrap_or_default();
            (found.apart && !text.is_empty()).then(|| payment::method(text, &common))
        });
        order.payment_method = method.map(|(method, _)| method);
        order.paid =
            method.is_some_and(|(_, paid)| paid) || self.first("paid", |_| Some(())).is_some();
        order.amount_due = self.amount("amount_due");
        if let Some(due) = order.amount_due {
            if due.currency != total.currency
                || due.amount > total.amount
                || due.amount.is_sign_negative()
            {
                return Err(format!("{due} is said to be due of a total of {total}"));
            }
            order.paid = order.paid || due.is_zero();
            if due == total || due.is_zero() {
                order.amount_due = None;
            }
        }
        order.due_date = self.day("due_date");
        order.payment_terms_days = self.first("terms_days", |found| take::days(&found.text));
        Ok(())
    }

    /// The customer's address: where the recipe looks, else the billing block, else Reply-To or To; never the
    /// shop's own.
    fn email(&mut self, billing: &Address) -> Option<CustomerAddress> {
        let shop = self.shop;
        let customer = |text: &str| {
            let word = text
                .split(['<', '>', ' ', ','])
                .find(|word| word.contains('@'))?;
            CustomerAddress::new(word.trim_start_matches("mailto:"))
                .ok()
                .filter(|a| shop.may_be_customer(a))
        };
        let named = self.first("customer_email", |found| customer(&found.text));
        if self.names_nobody() {
            return None;
        }
        if named.is_some() || self.layout.fields.contains_key("customer_email") {
            return named.or_else(|| billing.email.as_deref().and_then(customer));
        }
        if let Some(printed) = billing.email.as_deref().and_then(customer) {
            return Some(printed);
        }
        // Nobody says which header names the customer: only if they agree.
        let reply_to = shop
            .customer_in(&self.view.mail.reply_to)
            .and_then(|p| p.address.clone());
        let to = shop
            .customer_in(&self.view.mail.to)
            .and_then(|p| p.address.clone());
        match (reply_to, to) {
            (Some(reply_to), Some(to)) => (reply_to == to).then_some(to),
            (reply_to, to) => reply_to.or(to),
        }
    }

    fn change(&mut self) -> Result<OrderReading, String> {
        let refund = self
            .amount("refund_amount")
            .filter(|money| !money.is_zero());
        let refund = refund.map(|money| Money::new(money.amount.abs(), money.currency));
        let new_total = self.amount("new_total");
        Ok(OrderReading {
            order_number: Some(self.number()?),
            refund_amount: refund,
            total: new_total,
            currency: refund.or(new_total).map(|money| money.currency),
            partial: new_total.is_some(),
            ..OrderReading::default()
        })
    }

    fn paid(&mut self) -> Result<OrderReading, String> {
        let number = self.number()?;
        let total = match find(self.layout, "total", self.view).is_empty() {
            true => None,
            false => Some(self.total()?),
        };
        Ok(OrderReading {
            order_number: Some(number),
            total,
            currency: total.map(|total| total.currency),
            paid: true,
            ..OrderReading::default()
        })
    }
}

fn day_in(found: &Found, layout: &Layout) -> Option<Date> {
    let iso = found
        .page
        .is_none()
        .then(|| numbers::date(&found.text, &[DateFormat::Iso]))
        .flatten();
    iso.or_else(|| numbers::date(&found.text, &layout.dates))
}

/// An amount as the layout writes it; markup (no page) writes amounts for machines.
fn money_in(found: &Found, layout: &Layout) -> Option<Money> {
    if found.added {
        let parts: Option<Vec<Money>> = found.text.lines().map(|line| layout.money(line)).collect();
        let parts = parts?;
        let currency = parts.first()?.currency;
        let same = parts.iter().all(|part| part.currency == currency);
        let sum = parts.iter().map(|part| part.amount).sum();
        return same.then(|| Money::new(sum, currency));
    }
    match found.page {
        None => super::marked::money(&found.text),
        Some(_) => layout.money(&found.text),
    }
}
