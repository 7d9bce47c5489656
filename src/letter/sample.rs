//! Invented contexts: a rich one with everything in it, a poor one in which all that may be missing is missing. They
//! are what templates are tried with when they are loaded, and what a preview without a claim shows.

use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde::Serialize;
use tera::Context;

use super::context::{Claim, CustomerContext, LetterContext, Part, SenderContext, Way};
use super::digest::{AnswerContext, CommandContext, DigestContext};
use super::phrases::letter_title;
use super::sample_digest::{poor_digest, rich_digest};
use super::variables::Kind;
use super::{PayTo, Sender};
use crate::ledger::{Currency, Language, Money};

pub(super) const TODAY: Date = date(2026, 11, 24);
pub(super) const TAG: &str = "[mw-00000000000000000000000000000000-g8f-00000000000000000000]";

/// The rich and the poor context of a kind of letter.
pub(super) fn contexts(kind: Kind, language: Language) -> Vec<Context> {
    let made = match kind {
        Kind::Customer => [
            context(&rich_letter(language)),
            context(&poor_letter(language)),
        ],
        Kind::Digest => [
            context(&rich_digest(language)),
            context(&poor_digest(language)),
        ],
        Kind::Answer => {
            let rich = AnswerContext {
                language,
                today: TODAY,
                sender: rich_sender(),
                words: "bitte mal schauen".into(),
                reply_tag: TAG.into(),
            };
            let poor = AnswerContext {
                sender: poor_sender(),
                words: String::new(),
                reply_tag: String::new(),
                ..rich.clone()
            };
            [context(&rich), context(&poor)]
        }
        Kind::CommandReceipt => {
            let rich = CommandContext {
                language,
                today: TODAY,
                sender: rich_sender(),
                order: "20-1001 ist bezahlt".into(),
            };
            let poor = CommandContext {
                sender: poor_sender(),
                ..rich.clone()
            };
            [context(&rich), context(&poor)]
        }
    };
    made.into_iter().flatten().collect()
}

/// The rich context, as the merchant himself would send it.
pub(super) fn of_sender(
    kind: Kind,
    template: &str,
    language: Language,
    sender: &Sender,
) -> Option<Context> {
    let own = SenderContext::of(sender);
    match kind {
        Kind::Customer => {
            let mut letter = rich_letter(language);
            letter.sender = own;
            letter.pay = sender
                .accounts
                .iter()
                .take(1)
                .map(|to| way(to, &letter.sums))
                .collect();
            if let Some(shop) = sender.shops.first() {
                letter
                    .claims
                    .iter_mut()
                    .for_each(|claim| claim.shop = shop.title.clone());
            }
            match template {
                "receipt" => paid(&mut letter),
                "payment_information" => only_new(&mut letter),
                _ => name_levels(&mut letter, template, language),
            }
            context(&letter)
        }
        Kind::Digest => context(&DigestContext {
            sender: own,
            ..rich_digest(language)
        }),
        Kind::Answer | Kind::CommandReceipt => {
            contexts(kind, language)
                .into_iter()
                .next()
                .map(|mut context| {
                    context.insert("sender", &own);
                    context
                })
        }
    }
}

fn paid(letter: &mut LetterContext) {
    for claim in &mut letter.claims {
        let rest = std::mem::replace(&mut claim.open, Money::zero(claim.total.currency));
        claim.paid.push(Part {
            on: TODAY,
            amount: rest,
            returned: false,
        });
    }
    letter.sums.clear();
    letter.pay.clear();
    letter.deadline = None;
}

fn only_new(letter: &mut LetterContext) {
    letter.claims.truncate(1);
    for claim in &mut letter.claims {
        claim.paid.clear();
        claim.paid_before = None;
        claim.open = claim.total;
        claim.due = date(2026, 12, 8);
        claim.overdue_days = 0;
        (claim.level, claim.level_name) = (None, None);
        letter.sums = vec![claim.total];
        letter.numbers.clone_from(&claim.number);
        for way in &mut letter.pay {
            way.sums = vec![claim.total];
            way.reference.clone_from(&claim.number);
        }
    }
    letter.deadline = None;
}

fn name_levels(letter: &mut LetterContext, template: &str, language: Language) {
    let title = letter_title(template, language).unwrap_or(template);
    for claim in &mut letter.claims {
        claim.prepayment = template == "prepayment";
        if claim.step {
            claim.level_name = Some(title.to_owned());
        }
    }
}

fn context(values: &impl Serialize) -> Option<Context> {
    Context::from_serialize(values).ok()
}

pub(super) fn euros(cents: i64) -> Money {
    Money::new(Decimal::new(cents, 2), Currency::EUR)
}

pub(super) fn rich_sender() -> SenderContext {
    SenderContext {
        name: "Papierladen Beispiel".into(),
        address: "rechnung@laden.example".into(),
        identity: vec!["Papierladen Beispiel GmbH, Musterweg 1, 50667 Köln".into()],
    }
}

pub(super) fn poor_sender() -> SenderContext {
    SenderContext {
        identity: Vec::new(),
        ..rich_sender()
    }
}

fn way(to: &PayTo, sums: &[Money]) -> Way {
    Way {
        holder: to.holder.clone(),
        iban: to.iban.clone(),
        bic: to.bic.clone(),
        bank: to.bank.clone(),
        sums: sums.to_vec(),
        reference: "20-1001, 20-1002".into(),
    }
}

pub(super) fn rich_letter(language: Language) -> LetterContext {
    let first = Claim {
        number: "20-1001".into(),
        invoice_number: Some("RE-2041".into()),
        shop: "Papierladen".into(),
        order_date: date(2026, 10, 12),
        due: date(2026, 10, 26),
        overdue_days: 29,
        prepayment: false,
        total: euros(15_990),
        paid_before: Some(euros(1_000)),
        paid: vec![Part {
            on: date(2026, 11, 2),
            amount: euros(5_000),
            returned: false,
        }],
        open: euros(9_990),
        step: true,
        level: Some(2),
        level_name: letter_title("reminder", language).map(str::to_owned),
    };
    let second = Claim {
        number: "20-1002".into(),
        invoice_number: None,
        paid_before: None,
        paid: Vec::new(),
        total: euros(2_000),
        open: euros(2_000),
        step: false,
        level: Some(1),
        level_name: letter_title("friendly", language).map(str::to_owned),
        ..first.clone()
    };
    LetterContext {
        language,
        today: TODAY,
        sender: rich_sender(),
        customer: CustomerContext {
            name: Some("Erika Muster".into()),
            company: Some("Muster GmbH".into()),
            address: "erika@muster.example".into(),
        },
        greeting: match language {
            Language::De => "Guten Tag Erika Muster".into(),
            Language::En => "Dear Erika Muster".into(),
        },
        first_letter: false,
        numbers: "20-1001, 20-1002".into(),
        claims: vec![first, second],
        sums: vec![euros(11_990)],
        deadline: Some(date(2026, 12, 4)),
        pay: vec![way(&rich_account(), &[euros(11_990)])],
        seen_until: Some(date(2026, 11, 23)),
    }
}

fn rich_account() -> PayTo {
    PayTo {
        iban: "DE02120300000000202051".into(),
        holder: "Papierladen Beispiel GmbH".into(),
        bic: Some("BYLADEM1001".into()),
        bank: Some("Musterbank".into()),
    }
}

fn poor_letter(language: Language) -> LetterContext {
    let rich = rich_letter(language);
    let claim = Claim {
        invoice_number: None,
        overdue_days: 0,
        paid_before: None,
        paid: Vec::new(),
        step: false,
        level: None,
        level_name: None,
        ..rich.claims[0].clone()
    };
    LetterContext {
        sender: poor_sender(),
        customer: CustomerContext {
            name: None,
            company: None,
            ..rich.customer.clone()
        },
        greeting: "Hello".into(),
        first_letter: true,
        numbers: claim.number.clone(),
        claims: vec![claim],
        sums: Vec::new(),
        deadline: None,
        pay: rich
            .pay
            .iter()
            .map(|way| Way {
                bic: None,
                bank: None,
                ..way.clone()
            })
            .collect(),
        seen_until: None,
        ..rich
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::super::variables::VARIABLES;
    use super::*;

    fn paths(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| {
                let dot = if path.is_empty() { "" } else { "." };
                paths(value, &format!("{path}{dot}{name}"), found);
            }),
            Value::Array(entries) => {
                assert!(
                    !entries.is_empty() || path == "claims[].paid",
                    "the rich sample has no {path}"
                );
                entries
                    .iter()
                    .for_each(|entry| paths(entry, &format!("{path}[]"), found));
            }
            _ => drop(found.insert(path.to_owned())),
        }
    }

    #[test]
    fn documents_and_contexts_name_the_same() {
        let mails = [
            (
                Kind::Customer,
                serde_json::to_value(rich_letter(Language::De)).unwrap(),
            ),
            (
                Kind::Digest,
                serde_json::to_value(rich_digest(Language::De)).unwrap(),
            ),
        ];
        for (kind, values) in mails {
            let mut given = BTreeSet::new();
            paths(&values, "", &mut given);
            let documented: BTreeSet<String> = VARIABLES
                .iter()
                .filter(|variable| variable.kinds.contains(&kind))
                .map(|variable| variable.name.to_owned())
                .collect();
            assert_eq!(given, documented, "{kind:?}");
        }
        for kind in [Kind::Answer, Kind::CommandReceipt] {
            for variable in VARIABLES
                .iter()
                .filter(|variable| variable.kinds.contains(&kind))
            {
                let root = variable.name.split('.').next().unwrap();
                let contexts = contexts(kind, Language::En);
                assert!(
                    contexts.iter().all(|context| context.get(root).is_some()),
                    "{root}"
                );
            }
        }
    }
}
