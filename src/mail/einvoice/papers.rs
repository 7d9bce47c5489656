//! The e-invoices attached to a mail: they complete the order that the mail tells of, or stand for themselves.
//!
//! An invoice that names another total, another number or another way to pay than its mail is a contradiction for the
//! merchant, never a choice of ours. Knows no trust: who sent the mail is judged where its facts are taken.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::facts::{Whose, last_day, own_account, unknown_seller, whose};
use super::{Collection, Document, EInvoice, read_any};
use crate::ledger::terms::{Skonto, Terms};
use crate::ledger::{CustomerAddress, Language, Money, PaymentMethod};
use crate::mail::parts::Mail;
use crate::mail::shop::Understood;
use crate::mail::{Kind, OrderReading, Trace, Trust};

/// The e-invoices of a mail.
#[derive(Clone, Debug, Default)]
pub struct Papers {
    /// Those that were read, the same one once.
    pub found: Vec<EInvoice>,
    /// Steps.
    pub trace: Vec<Trace>,
    received: Date,
}

/// Looks for e-invoices among the attachments of a mail that was received on this day.
pub fn attached(mail: &Mail, received: Date) -> Papers {
    let mut papers = Papers {
        received,
        ..Papers::default()
    };
    for attachment in &mail.attachments {
        let name = &attachment.name;
        match read_any(&attachment.bytes) {
            None => {}
            Some(Err(why)) => papers.note(format!("{name} is not read: {why}")),
            Some(Ok(invoice)) => {
                papers.note(format!("attached as {name}"));
                lines(&invoice)
                    .into_iter()
                    .for_each(|line| papers.note(line));
                // A PDF and its XML beside it are one invoice.
                let same = |known: &EInvoice| {
                    known.number == invoice.number && known.amount_due == invoice.amount_due
                };
                if !papers.found.iter().any(same) {
                    papers.found.push(invoice);
                }
            }
        }
    }
    papers
}

/// What an e-invoice says, in words for `explain`.
pub fn lines(invoice: &EInvoice) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "?".into());
    let money = |value: Option<Decimal>| {
        let value = value.map_or_else(|| "?".into(), |value| value.to_string());
        format!(
            "{value} {}",
            invoice.currency.map_or_else(String::new, |c| c.to_string())
        )
    };
    let day = |value: Option<Date>| value.map_or_else(|| "?".into(), |day| day.to_string());
    let mut lines = vec![format!(
        "number {} (BT-1), type {} (BT-3), of {} (BT-2), by {} (BT-27) to {} (BT-44)",
        text(&invoice.number),
        text(&invoice.type_code),
        day(invoice.issue_date),
        text(&invoice.seller),
        text(&invoice.buyer),
    )];
    lines.push(format!(
        "total {} (BT-112), due {} (BT-115)",
        money(invoice.total_gross),
        money(invoice.amount_due)
    ));
    if let Some(source) = &invoice.due_date_source {
        lines.push(format!(
            "due date {}: {source}",
            day(invoice.due_date_effective)
        ));
    }
    for step in &invoice.skonto {
        lines.push(format!(
            "{} % Skonto until {}",
            step.percent,
            day(step.until)
        ));
    }
    lines.extend(invoice.problems.iter().cloned());
    lines
}

impl Papers {
    fn note(&mut self, text: String) {
        self.trace.push(Trace {
            reader: "e-invoice".into(),
            text,
        });
    }

    /// The one e-invoice of the mail; `None` if there is none.
    ///
    /// # Errors
    /// There are several.
    pub fn one(&self) -> Result<Option<&EInvoice>, String> {
        match self.found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err("several different e-invoices are attached".into()),
        }
    }

    /// What the e-invoice of a mail says by itself. The inner error: why the merchant has to look at it.
    ///
    /// # Errors
    /// It is understood, and nothing is to be taken, in words.
    #[allow(clippy::type_complexity)]
    pub fn alone(
        &self,
        customer: Option<&CustomerAddress>,
        trust: &Trust,
    ) -> Result<Result<Understood, String>, &'static str> {
        let invoice = match self.one() {
            Ok(Some(invoice)) => invoice,
            Ok(None) => return Ok(Err("no e-invoice is attached".into())),
            Err(why) => return Ok(Err(why)),
        };
        match whose(invoice, trust) {
            Whose::ToUs => Err("an invoice to the merchant, not one of his"),
            Whose::Unknown => Ok(Err(unknown_seller(invoice))),
            Whose::Ours => {
                Ok(own_account(invoice, trust)
                    .and_then(|()| alone(invoice, customer, self.received)))
            }
        }
    }

    /// Completes the order of a mail with the e-invoice attached to it.
    ///
    /// # Errors
    /// They contradict each other, in words.
    pub fn complete(&self, mut understood: Understood) -> Result<Understood, String> {
        if understood.kind != Kind::Order {
            return Ok(understood);
        }
        let Some(invoice) = self.one()? else {
            return Ok(understood);
        };
        let claim = order(invoice, None, self.received)?;
        if invoice.document != Document::Invoice {
            return Err("an order with an e-invoice attached that is none".into());
        }
        let order = &mut understood.order;
        let agree = |what: &str, mail: Option<String>, paper: Option<String>| match (mail, paper) {
            (Some(mail), Some(paper)) if mail != paper => Err(format!(
                "the mail says {what} {mail}, its e-invoice {paper}"
            )),
            _ => Ok(()),
        };
        let shown = |money: Option<Money>| money.map(|money| money.to_string());
        let date = |day: Option<Date>| day.map(|day| day.to_string());
        agree("total", shown(order.total), shown(claim.total))?;
        agree(
            "invoice number",
            order.invoice_number.clone(),
            claim.invoice_number.clone(),
        )?;
        agree("due date", date(order.due_date), date(claim.due_date))?;
        agree(
            "order number",
            order.order_number.clone(),
            invoice.sales_order.clone(),
        )?;
        let said = claim.payment_method;
        if said.is_some_and(|said| {
            ![PaymentMethod::Invoice, PaymentMethod::Prepayment].contains(&said)
        }) {
            agree(
                "payment by",
                method(order.payment_method),
                method(claim.payment_method),
            )?;
            order.payment_method = claim.payment_method;
        }
        order.paid |= claim.paid;
        fill(&mut order.invoice_number, claim.invoice_number);
        fill(&mut order.due_date, claim.due_date);
        fill(&mut order.amount_due, claim.amount_due);
        fill(&mut order.customer_email, claim.customer_email);
        fill(&mut order.billing_country, claim.billing_country);
        fill(&mut order.billing_postcode, claim.billing_postcode);
        order.invoice_date = claim.invoice_date;
        order.terms = claim.terms;
        Ok(understood)
    }
}

fn method(method: Option<PaymentMethod>) -> Option<String> {
    method.map(|method| format!("{method:?}").to_lowercase())
}

fn fill<T>(old: &mut Option<T>, new: Option<T>) {
    if old.is_none() {
        *old = new;
    }
}

/// An e-invoice that stands for itself, as what a shop's mail would say. `mailed_to`: the customer to whom it was sent.
///
/// # Errors
/// It is no sound claim and no sound credit, in words.
pub fn alone(
    invoice: &EInvoice,
    mailed_to: Option<&CustomerAddress>,
    received: Date,
) -> Result<Understood, String> {
    let understood = |kind, order| Understood {
        kind,
        order,
        language: language(invoice),
        trace: Vec::new(),
    };
    match invoice.document {
        Document::Invoice => Ok(understood(
            Kind::Order,
            order(invoice, mailed_to, received)?,
        )),
        Document::CreditNote | Document::Correction => {
            Ok(understood(Kind::Refund, credit(invoice)?))
        }
        Document::SelfBilled => Err("the buyer wrote this invoice: it is settled by him".into()),
        Document::Other => {
            let code = invoice.type_code.as_deref().unwrap_or("none");
            Err(format!(
                "an e-invoice of the type {code}, which is no claim of its own"
            ))
        }
    }
}

/// The number under which the order is known: the seller's (BT-14), else the buyer's (BT-13; `NA` stands for none).
fn order_number(invoice: &EInvoice) -> Option<String> {
    let said = |number: &&String| {
        !number.eq_ignore_ascii_case("na") && number.bytes().any(|b| b.is_ascii_digit())
    };
    let numbers = [&invoice.sales_order, &invoice.order_reference];
    numbers.into_iter().flatten().find(said).cloned()
}

fn sound(invoice: &EInvoice) -> Result<(String, Date, crate::ledger::Currency), String> {
    if !invoice.problems.is_empty() {
        let problems = invoice.problems.join("; ");
        return Err(format!("the e-invoice contradicts itself: {problems}"));
    }
    let number = invoice
        .number
        .clone()
        .ok_or("the e-invoice has no number")?;
    let date = invoice.issue_date.ok_or("the e-invoice has no date")?;
    let currency = invoice.currency.ok_or("the e-invoice has no currency")?;
    Ok((number, date, currency))
}

fn order(
    invoice: &EInvoice,
    mailed_to: Option<&CustomerAddress>,
    received: Date,
) -> Result<OrderReading, String> {
    let (number, date, currency) = sound(invoice)?;
    let zero = Decimal::ZERO;
    let prepaid = invoice.already_paid.unwrap_or(zero);
    let due = invoice
        .amount_due
        .ok_or("the e-invoice does not say what is due")?;
    if due < zero || prepaid < zero {
        return Err("the e-invoice asks for less than nothing".into());
    }
    // What the customer pays in all: rounding (BT-114) is part of it.
    let total = due
        .checked_add(prepaid)
        .ok_or("the e-invoice's sums are too large")?;
    let method = match invoice.collection {
        Some(Collection::Transfer) if invoice.in_advance => PaymentMethod::Prepayment,
        Some(Collection::Transfer) => PaymentMethod::Invoice,
        Some(Collection::DirectDebit) => PaymentMethod::DirectDebit,
        Some(Collection::Card) => PaymentMethod::Card,
        None => return Err("how the e-invoice is paid is not clear".into()),
    };
    if invoice.dunnable.is_none() {
        return Err("the e-invoice's words say that it is collected, paid or set off".into());
    }
    let mailed_to = mailed_to.map(|address| address.as_str().to_owned());
    let (customer_name, company) = parties(invoice);
    Ok(OrderReading {
        order_number: order_number(invoice).or_else(|| Some(number.clone())),
        invoice_number: Some(number),
        order_date: Some(date),
        invoice_date: Some(date),
        customer_name,
        company,
        customer_email: mailed_to.or_else(|| invoice.buyer_email.clone()),
        billing_country: invoice.buyer_country.clone(),
        billing_postcode: invoice.buyer_postcode.clone(),
        total: Some(Money::new(total, currency)),
        amount_due: (!prepaid.is_zero()).then(|| Money::new(due, currency)),
        currency: Some(currency),
        payment_method: Some(method),
        paid: due.is_zero(),
        due_date: last_day(invoice, received)?,
        terms: terms(invoice),
        ..OrderReading::default()
    })
}

/// What is taken off for paying early, and what the payer is asked to write. A discount on a part of the sum is none that
/// the books could take by themselves.
fn terms(invoice: &EInvoice) -> Terms {
    let offers = invoice.skonto.iter().filter(|offer| offer.base.is_none());
    let reference = invoice.payment_reference.iter().filter(|reference| {
        let telling = reference.len() >= 5 && reference.bytes().any(|b| b.is_ascii_digit());
        telling && Some(*reference) != invoice.number.as_ref()
    });
    Terms {
        skonto: offers
            .filter_map(|offer| {
                Some(Skonto {
                    percent: offer.percent,
                    until: offer.until?,
                })
            })
            .collect(),
        references: reference.cloned().collect(),
        ..Terms::default()
    }
}

/// A buyer with a legal form, or with a person to speak to, is a company.
fn parties(invoice: &EInvoice) -> (Option<String>, Option<String>) {
    const FORMS: &str = " gmbh ag kg ohg ug gbr mbh ek ev se ltd limited llc inc plc sarl sas sa srl spa bv nv kft as ab oy aps eg partg verein stiftung gemeinde stadt ";
    let buyer = invoice.buyer.clone();
    let words = buyer
        .as_deref()
        .unwrap_or_default()
        .to_lowercase()
        .replace('.', "");
    let mut words = words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let firm = words.any(|word| FORMS.contains(&format!(" {word} ")));
    match (&invoice.buyer_contact, firm) {
        (Some(person), _) if Some(person) != buyer.as_ref() => (Some(person.clone()), buyer),
        (_, true) => (None, buyer),
        _ => (buyer, None),
    }
}

/// A credit note, or a correction that gives money back, takes its amount off the invoice that it names.
fn credit(invoice: &EInvoice) -> Result<OrderReading, String> {
    let (number, date, currency) = sound(invoice)?;
    let total = invoice.total_gross.ok_or("the credit note has no total")?;
    let less = match invoice.document {
        Document::CreditNote => total,
        _ => -total,
    };
    if less <= Decimal::ZERO {
        return Err(
            "a correction that asks for money: which of both invoices counts is not clear".into(),
        );
    }
    let named = invoice
        .corrected_invoice
        .clone()
        .or_else(|| order_number(invoice));
    Ok(OrderReading {
        order_number: Some(named.ok_or("the credit note names no invoice (BT-25)")?),
        invoice_number: Some(number),
        order_date: Some(date),
        refund_amount: Some(Money::new(less, currency)),
        currency: Some(currency),
        ..OrderReading::default()
    })
}

/// The language of letters: that of the buyer's country.
fn language(invoice: &EInvoice) -> Language {
    match invoice.buyer_country.as_deref() {
        None | Some("DE" | "AT" | "CH" | "LI" | "LU") => Language::De,
        Some(_) => Language::En,
    }
}
