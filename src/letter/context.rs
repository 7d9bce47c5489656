//! What a customer letter's template may say, as plain values: claims, sums, deadline, where to pay.
//!
//! Knows ledger, policy and sender; knows no template. Extracted text gets in through the checked name and address
//! types or through [`plain`]; bank details come from the configuration only. Two currencies are never added.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

use super::phrases::{greeting, held, letter_title, numbers, plain, reference};
use super::{PayTo, Sender};
use crate::ledger::policy::{CustomerLetter, Step};
use crate::ledger::{Invoice, InvoiceKey, Language, Ledger, Money, Note, PaymentMethod, Policy};

/// Everything a customer letter may name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct LetterContext {
    pub(super) language: Language,
    pub(super) today: Date,
    pub(super) sender: SenderContext,
    pub(super) customer: CustomerContext,
    pub(super) greeting: String,
    pub(super) first_letter: bool,
    pub(super) numbers: String,
    pub(super) claims: Vec<Claim>,
    pub(super) sums: Vec<Money>,
    pub(super) deadline: Option<Date>,
    pub(super) pay: Vec<Way>,
    pub(super) seen_until: Option<Date>,
}

/// Who writes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct SenderContext {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) identity: Vec<String>,
}

/// To whom.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct CustomerContext {
    pub(super) name: Option<String>,
    pub(super) company: Option<String>,
    pub(super) address: String,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Claim {
    pub(super) number: String,
    pub(super) invoice_number: Option<String>,
    pub(super) shop: String,
    pub(super) order_date: Date,
    pub(super) due: Date,
    pub(super) overdue_days: i32,
    pub(super) prepayment: bool,
    pub(super) total: Money,
    pub(super) paid_before: Option<Money>,
    pub(super) paid: Vec<Part>,
    pub(super) open: Money,
    pub(super) step: bool,
    pub(super) level: Option<u8>,
    pub(super) level_name: Option<String>,
}

/// Money that came in on a claim, or went back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Part {
    pub(super) on: Date,
    pub(super) amount: Money,
    pub(super) returned: bool,
}

/// One account to pay to, with what is payable there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Way {
    pub(super) holder: String,
    pub(super) iban: String,
    pub(super) bic: Option<String>,
    pub(super) bank: Option<String>,
    pub(super) sums: Vec<Money>,
    pub(super) reference: String,
}

impl SenderContext {
    pub(super) fn of(sender: &Sender) -> SenderContext {
        SenderContext {
            name: sender.name.clone(),
            address: sender.address.to_string(),
            identity: sender.identity.clone(),
        }
    }
}

/// The context of a decided letter.
///
/// # Errors
/// In words: a claim that is not known, or an account that is not configured.
pub(super) fn customer_letter(
    letter: &CustomerLetter,
    language: Language,
    ledger: &Ledger,
    policy: &Policy,
    sender: &Sender,
) -> Result<LetterContext, Note> {
    let keys: Vec<&InvoiceKey> = letter
        .steps
        .iter()
        .map(|step| &step.invoice)
        .chain(&letter.listed)
        .collect();
    let invoices: Vec<&Invoice> = keys
        .iter()
        .map(|key| ledger.invoice(key).ok_or_else(|| unknown_claim(key)))
        .collect::<Result<_, _>>()?;
    let customer = invoices
        .last()
        .map(|invoice| &invoice.issued.customer)
        .ok_or_else(|| {
            held(
                "der Brief nennt keine Forderung",
                "the letter names no claim",
            )
        })?;
    let facts = Facts {
        letter,
        language,
        ledger,
        policy,
        sender,
    };
    let claims: Vec<Claim> = invoices
        .iter()
        .map(|invoice| facts.claim(invoice))
        .collect();
    let pay = facts.ways(&invoices)?;
    Ok(LetterContext {
        language,
        today: letter.on,
        sender: SenderContext::of(sender),
        customer: CustomerContext {
            name: customer.name.as_ref().map(ToString::to_string),
            company: customer.company.as_ref().map(ToString::to_string),
            address: letter.to.to_string(),
        },
        greeting: greeting(customer, language),
        first_letter: ledger
            .customer(&letter.to)
            .is_none_or(|state| state.letters.is_empty()),
        numbers: numbers(&claims, language),
        sums: sums(claims.iter().map(|claim| claim.open)),
        deadline: letter.deadline,
        claims,
        seen_until: seen_until(&pay, ledger),
        pay,
    })
}

/// The day up to which all these accounts are known; nothing if one of them is not.
fn seen_until(pay: &[Way], ledger: &Ledger) -> Option<Date> {
    let days = pay.iter().map(|way| ledger.seen_until(&way.iban));
    days.collect::<Option<Vec<Date>>>()?.into_iter().min()
}

struct Facts<'a> {
    letter: &'a CustomerLetter,
    language: Language,
    ledger: &'a Ledger,
    policy: &'a Policy,
    sender: &'a Sender,
}

impl Facts<'_> {
    fn claim(&self, invoice: &Invoice) -> Claim {
        let due = self.policy.due_date(invoice);
        let step = self.letter.steps.iter().find(|s| s.invoice == invoice.key);
        let level = step
            .map(|step| step.level)
            .or_else(|| invoice.taken.last().map(|taken| taken.level));
        Claim {
            number: plain(&invoice.key.number),
            invoice_number: invoice.issued.invoice_number.as_deref().map(plain),
            shop: shop_title(self.sender, &invoice.key.shop),
            order_date: invoice.issued.order_date,
            due,
            overdue_days: (self.letter.on - due).get_days().max(0),
            prepayment: is_prepayment(self.policy, invoice),
            total: invoice.total,
            paid_before: Some(invoice.paid_before).filter(Money::is_positive),
            paid: self.parts(invoice),
            open: invoice.open(),
            step: step.is_some(),
            level,
            level_name: level.map(|level| self.level_name(invoice, level)),
        }
    }

    fn parts(&self, invoice: &Invoice) -> Vec<Part> {
        let day_of = |key| {
            self.ledger
                .payments()
                .find(|payment| payment.key == key)
                .and_then(|payment| payment.payment.booked)
                .unwrap_or_else(|| key.at.to_zoned_datetime(self.sender.zone.clone()).date())
        };
        invoice
            .allocations
            .iter()
            .map(|part| Part {
                on: day_of(part.payment),
                amount: match part.amount.is_positive() {
                    true => part.amount,
                    false => -part.amount,
                },
                returned: !part.amount.is_positive(),
            })
            .collect()
    }

    fn level_name(&self, invoice: &Invoice, level: u8) -> String {
        level_name(self.policy, invoice, level, self.language)
    }

    /// Accounts with what is open on the claims payable to them, in the order of the claims.
    fn ways(&self, invoices: &[&Invoice]) -> Result<Vec<Way>, Note> {
        let mut ways: Vec<(PayTo, Vec<&Invoice>)> = Vec::new();
        for invoice in invoices.iter().filter(|i| i.open().is_positive()) {
            let account = self.account(&invoice.key.shop)?;
            match ways.iter_mut().find(|(known, _)| known == account) {
                Some((_, claims)) => claims.push(invoice),
                None => ways.push((account.clone(), vec![invoice])),
            }
        }
        Ok(ways
            .into_iter()
            .map(|(account, claims)| Way {
                holder: account.holder,
                iban: account.iban,
                bic: account.bic,
                bank: account.bank,
                sums: sums(claims.iter().map(|invoice| invoice.open())),
                reference: reference(claims.iter().map(|invoice| &invoice.key)),
            })
            .collect())
    }

    fn account(&self, shop: &str) -> Result<&PayTo, Note> {
        let title = self.sender.shops.iter().find(|known| known.shop == shop);
        title
            .and_then(|known| {
                let mut accounts = self.sender.accounts.iter();
                accounts.find(|account| account.iban == known.account)
            })
            .ok_or_else(|| {
                held(
                    &format!("für den Laden `{shop}` ist kein Konto eingetragen, auf das gezahlt werden kann"),
                    &format!("no account is configured that the shop `{shop}` can be paid to"),
                )
            })
    }
}

fn is_prepayment(policy: &Policy, invoice: &Invoice) -> bool {
    matches!(
        policy.method(invoice),
        Some(PaymentMethod::Prepayment | PaymentMethod::BankTransfer)
    )
}

/// The name of a level as a customer reads it; a level of the merchant's own keeps the name that he gave it.
pub(super) fn level_name(
    policy: &Policy,
    invoice: &Invoice,
    level: u8,
    language: Language,
) -> String {
    let ladder = match is_prepayment(policy, invoice) {
        true => &policy.prepayment,
        false => &policy.levels,
    };
    match ladder.get(usize::from(level.saturating_sub(1))) {
        Some(rule) => letter_title(&rule.letter, language)
            .unwrap_or(&rule.name)
            .to_owned(),
        None => level.to_string(),
    }
}

/// The name that customers know a shop by.
pub(super) fn shop_title(sender: &Sender, shop: &str) -> String {
    let known = sender.shops.iter().find(|known| known.shop == shop);
    known.map_or_else(|| plain(shop), |known| known.title.clone())
}

/// The name for the To header.
pub(super) fn greeting_name(letter: &LetterContext) -> Option<&str> {
    let customer = &letter.customer;
    customer.name.as_deref().or(customer.company.as_deref())
}

/// Sums by currency, in the order of first appearance.
pub(super) fn sums(amounts: impl Iterator<Item = Money>) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for amount in amounts.filter(Money::is_positive) {
        match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
            Some(sum) => *sum = sum.plus(amount).unwrap_or(*sum),
            None => sums.push(amount),
        }
    }
    sums
}

fn unknown_claim(key: &InvoiceKey) -> Note {
    held(
        &format!("die Forderung {key} ist nicht bekannt"),
        &format!("the claim {key} is not known"),
    )
}

/// The claims that a list of steps names, each once.
pub(super) fn claims_of(steps: &[Step]) -> BTreeSet<&InvoiceKey> {
    steps.iter().map(|step| &step.invoice).collect()
}
