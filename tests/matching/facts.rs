//! A scenario's claims and payments as facts of the ledger: what a reader of mails and statements would have said.

use jiff::civil::Date;
use mahnwerk::ledger::event::{Issued, Payment};
use mahnwerk::ledger::terms::{BookingRules, Charged, Skonto, Terms};
use mahnwerk::ledger::{
    Customer, CustomerAddress, CustomerName, Fact, InvoiceKey, Language, Money, PaymentMethod,
};
use rust_decimal::Decimal;
use serde_json::Value;

/// The merchant's bank account, where a scenario names none.
const BANK: &str = "DE02120300000000202051";

pub fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

pub fn decimal(value: &Value, key: &str) -> Option<Decimal> {
    text(value, key).map(|digits| digits.parse().unwrap())
}

fn money(value: &Value, key: &str, of: &Value) -> Option<Money> {
    let currency = text(of, "currency").unwrap_or("EUR".into());
    Some(Money::new(decimal(value, key)?, currency.parse().unwrap()))
}

pub fn date(value: &Value, key: &str) -> Option<Date> {
    text(value, key).map(|day| day.parse().unwrap())
}

/// The key of a claim: an order is known by its order number, an invoice without one by its own.
pub fn key(invoice: &Value) -> InvoiceKey {
    let number = text(invoice, "order_number").or_else(|| text(invoice, "number"));
    InvoiceKey {
        shop: "shop".into(),
        number: number.unwrap(),
    }
}

pub fn rules(settings: &Value) -> Fact {
    let list = |key: &str| {
        let words = settings[key].as_array().into_iter().flatten();
        words
            .map(|word| word.as_str().unwrap().to_owned())
            .collect()
    };
    Fact::Rules(BookingRules {
        own_ibans: list("own_ibans"),
        payout_payers: list("payout_payers"),
        write_off_limit: decimal(settings, "write_off_limit").unwrap_or_default(),
        principal_first: settings["allocation_order"] == "principal_first",
    })
}

fn customer(invoice: &Value) -> Customer {
    let customer = &invoice["customer"];
    let name = |key| text(customer, key).and_then(|name| CustomerName::new(&name).ok());
    Customer {
        name: name("name"),
        company: name("company"),
        address: text(customer, "email").and_then(|email| CustomerAddress::new(&email).ok()),
        country: None,
        postcode: None,
        language: Language::De,
    }
}

pub fn total(invoice: &Value) -> Money {
    money(invoice, "total", invoice).unwrap()
}

fn already_paid(invoice: &Value) -> Decimal {
    decimal(invoice, "already_paid").unwrap_or_default()
}

/// It was paid in full before the first payment of the scenario, as far as the scenario tells.
fn paid_before(invoice: &Value) -> bool {
    let paid = already_paid(invoice);
    paid > Decimal::ZERO && paid >= total(invoice).amount
}

fn issued(invoice: &Value) -> Issued {
    let total = total(invoice);
    let part = already_paid(invoice);
    let references = [
        "creditor_reference",
        "qr_reference",
        "ogm_reference",
        "viite",
        "reference",
    ];
    let skonto = invoice["skonto"].as_array().into_iter().flatten();
    Issued {
        invoice: key(invoice),
        invoice_number: invoice["order_number"]
            .as_str()
            .and_then(|_| text(invoice, "number")),
        order_date: date(invoice, "issue_date").unwrap(),
        customer: customer(invoice),
        total,
        amount_due: (!part.is_zero() && !paid_before(invoice))
            .then(|| Money::new(total.amount - part, total.currency)),
        method: Some(match invoice["collection"].as_str() {
            Some("direct_debit") => PaymentMethod::DirectDebit,
            Some("prepayment") => PaymentMethod::Prepayment,
            _ => PaymentMethod::Invoice,
        }),
        paid: false,
        due_date: date(invoice, "due_date"),
        terms_days: None,
        terms: Terms {
            customer_number: text(&invoice["customer"], "number"),
            skonto: skonto
                .map(|one| Skonto {
                    percent: decimal(one, "percent").unwrap(),
                    until: date(one, "until").unwrap(),
                })
                .collect(),
            references: references
                .iter()
                .filter_map(|key| text(invoice, key))
                .collect(),
            credit_note: total.amount < Decimal::ZERO,
        },
    }
}

/// The claim and what was known of it before the first payment.
pub fn claim(invoice: &Value, scenario: &Value) -> Vec<Fact> {
    let mut facts = vec![Fact::Issued(issued(invoice))];
    if paid_before(invoice) {
        facts.push(Fact::Paid(earlier(invoice, scenario)));
    }
    if let Some(costs) = invoice["dunning"].as_object() {
        let costs = Value::Object(costs.clone());
        let zero = Money::zero(total(invoice).currency);
        facts.push(Fact::Charged(Charged {
            invoice: key(invoice),
            fees: money(&costs, "fees", invoice).unwrap_or(zero),
            interest: money(&costs, "interest", invoice).unwrap_or(zero),
        }));
    }
    if invoice["status"] == "cancelled" {
        facts.push(Fact::Cancelled {
            invoice: key(invoice),
        });
    }
    facts
}

/// The payment that had paid the claim.
fn earlier(invoice: &Value, scenario: &Value) -> Payment {
    let paid_by = text(invoice, "paid_by");
    let payments = scenario["payments"].as_array().unwrap();
    let later = payments.iter().find(|payment| {
        paid_by.is_some() && payment["original_transaction_id"].as_str() == paid_by.as_deref()
    });
    let account = later.map_or_else(
        || bank(scenario, &Value::Null),
        |payment| account(payment, scenario),
    );
    let debit = invoice["collection"] == "direct_debit";
    let day = date(invoice, if debit { "due_date" } else { "issue_date" });
    Payment {
        booked: day.or_else(|| date(invoice, "issue_date")),
        payer: text(&invoice["customer"], "name"),
        remittance: format!("Rechnung {}", key(invoice).number),
        transaction_id: paid_by,
        end_to_end_id: text(invoice, "collected_with"),
        from_statement: true,
        ..Payment::plain(
            account,
            Money::new(already_paid(invoice), total(invoice).currency),
        )
    }
}

/// A former order of the customer, paid from the IBAN that is known as his.
pub fn former(invoice: &Value, count: usize, iban: &str, scenario: &Value) -> Vec<Fact> {
    let number = format!("FORMERLY{count:05}");
    let one = Money::new(Decimal::ONE, total(invoice).currency);
    let day = date(invoice, "issue_date").unwrap();
    let day = day.checked_sub(jiff::ToSpan::days(400)).unwrap();
    let order = Issued {
        invoice: InvoiceKey {
            shop: "formerly".into(),
            number: number.clone(),
        },
        invoice_number: None,
        order_date: day,
        total: one,
        amount_due: None,
        due_date: None,
        terms: Terms {
            customer_number: text(&invoice["customer"], "number"),
            ..Terms::default()
        },
        ..issued(invoice)
    };
    let payment = Payment {
        booked: Some(day),
        payer: text(&invoice["customer"], "name"),
        payer_iban: Some(iban.to_owned()),
        remittance: number,
        from_statement: true,
        ..Payment::plain(bank(scenario, &Value::Null), one)
    };
    vec![Fact::Issued(order), Fact::Paid(payment)]
}

/// The merchant's account, as a reader completes what is printed of it.
fn bank(scenario: &Value, payment: &Value) -> String {
    let payments = scenario["payments"].as_array().into_iter().flatten();
    let printed = payments.filter_map(|payment| text(payment, "payee_account"));
    let whole: Vec<String> = printed
        .filter(|account| !account.starts_with('*'))
        .collect();
    let wanted = text(payment, "payee_account");
    let end = wanted
        .as_deref()
        .map(|account| account.trim_start_matches('*'));
    let found = end.and_then(|end| whole.iter().find(|account| account.ends_with(end)));
    found.or(whole.first()).cloned().unwrap_or(BANK.into())
}

fn is_statement(source: &str) -> bool {
    ["camt", "mt940", "csv", "statement"]
        .iter()
        .any(|kind| source.contains(kind))
}

/// A bank's line is of the bank's account; a provider's id says that it is of the provider's.
fn account(payment: &Value, scenario: &Value) -> String {
    let source = text(payment, "source").unwrap_or_default();
    let ids = ["transaction_id", "original_transaction_id"];
    if !ids.iter().any(|id| payment[id].is_string()) {
        let generic = is_statement(&source) || source.contains("mail") || source.is_empty();
        return if generic {
            bank(scenario, payment)
        } else {
            source
        };
    }
    if !is_statement(&source) && !source.contains("mail") {
        return source;
    }
    let provider = |other: &&Value| {
        let source = other["source"].as_str().unwrap_or_default();
        other["transaction_id"] == payment["transaction_id"]
            && !is_statement(source)
            && !source.contains("mail")
    };
    let others = scenario["payments"].as_array().unwrap();
    match others.iter().find(provider) {
        Some(other) => text(other, "source").unwrap(),
        None => "paypal".into(),
    }
}

/// A payment as a fact; `None`: the mail does not prove itself, so that no reader says anything.
pub fn payment(payment: &Value, scenario: &Value) -> Option<Fact> {
    if payment["authentic"] == false {
        return None;
    }
    let source = text(payment, "source").unwrap_or_default();
    let amount = money(payment, "amount", payment).unwrap();
    let structured = text(&payment["structured_reference"], "reference");
    let references = structured.into_iter().chain(text(payment, "invoice_field"));
    let fact = Payment {
        booked: date(payment, "date"),
        payer: text(payment, "payer_name"),
        payer_cut: payment["payer_truncated"] == true,
        payer_iban: text(payment, "payer_iban"),
        payer_email: text(payment, "payer_email"),
        remittance: text(payment, "remittance").unwrap_or_default(),
        references: references.collect(),
        transaction_id: text(payment, "transaction_id").or_else(|| text(payment, "bank_reference")),
        end_to_end_id: text(payment, "end_to_end_id"),
        original_transaction_id: text(payment, "original_transaction_id"),
        return_reason: text(payment, "return_reason"),
        from_statement: is_statement(&source),
        charges: money(payment, "charges", payment),
        original_amount: money(payment, "original_amount", payment),
        ..Payment::plain(account(payment, scenario), amount)
    };
    Some(match payment["kind"].as_str() {
        Some("payment_pending") => Fact::Pending(fact),
        Some("payment_returned") => Fact::Returned(fact),
        Some("payment_sent") => Fact::Sent(fact),
        _ => Fact::Paid(fact),
    })
}
