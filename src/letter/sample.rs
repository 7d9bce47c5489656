//! Invented contexts: a rich one with everything in it, a poor one in which all that may be missing is missing. They
//! are what templates are tried with when they are loaded, and what a preview without a claim shows.

use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde::Serialize;
use tera::Context;

use super::context::{Claim, CustomerContext, LetterContext, Part, SenderContext, Way, letter_title};
use super::digest::{
    AnswerContext, Asked, CommandContext, DigestContext, Figure, Hold, Line, Mails, MoneyLine, Planned,
    PlannedClaim, Reply, Review, Unreadable,
};
use super::variables::Kind;
use super::{PayTo, Sender};
use crate::ledger::{Currency, Language, Money};

const TODAY: Date = date(2026, 11, 24);
const TAG: &str = "[mw-00000000000000000000000000000000-g8f-00000000000000000000]";

/// The rich and the poor context of a kind of letter.
pub(super) fn contexts(kind: Kind, language: Language) -> Vec<Context> {
    let made = match kind {
        Kind::Customer => [context(&rich_letter(language)), context(&poor_letter(language))],
        Kind::Digest => [context(&rich_digest(language)), context(&poor_digest(language))],
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
pub(super) fn of_sender(kind: Kind, template: &str, language: Language, sender: &Sender) -> Option<Context> {
    let own = SenderContext::of(sender);
    match kind {
        Kind::Customer => {
            let mut letter = rich_letter(language);
            letter.sender = own;
            letter.pay = sender.accounts.iter().take(1).map(|to| way(to, &letter.sums)).collect();
            if let Some(shop) = sender.shops.first() {
                letter.claims.iter_mut().for_each(|claim| claim.shop = shop.title.clone());
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
        Kind::Answer | Kind::CommandReceipt => contexts(kind, language).into_iter().next().map(|mut context| {
            context.insert("sender", &own);
            context
        }),
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
    for claim in letter.claims.iter_mut().filter(|claim| claim.step) {
        claim.level_name = Some(title.to_owned());
        claim.prepayment = template == "prepayment";
    }
}

fn context(values: &impl Serialize) -> Option<Context> {
    Context::from_serialize(values).ok()
}

fn euros(cents: i64) -> Money {
    Money::new(Decimal::new(cents, 2), Currency::EUR)
}

fn rich_sender() -> SenderContext {
    SenderContext {
        name: "Papierladen Beispiel".into(),
        address: "rechnung@laden.example".into(),
        identity: vec!["Papierladen Beispiel GmbH, Musterweg 1, 50667 Köln".into()],
    }
}

fn poor_sender() -> SenderContext {
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

fn rich_letter(language: Language) -> LetterContext {
    let first = Claim {
        number: "20-1001".into(),
        invoice_number: Some("RE-2041".into()),
        shop: "Papierladen".into(),
        order_date: date(2026, 10, 12),
        due: date(2026, 10, 26),
        overdue_days: 29,
        prepayment: false,
        total: euros(14_990),
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
        paid: Vec::new(),
        total: euros(2_000),
        open: euros(2_000),
        step: false,
        level: Some(1),
        level_name: letter_title("friendly", language).map(str::to_owned),
        ..first.clone()
    };
    let account = PayTo {
        iban: "DE02120300000000202051".into(),
        holder: "Papierladen Beispiel GmbH".into(),
        bic: Some("BYLADEM1001".into()),
        bank: Some("Musterbank".into()),
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
        pay: vec![way(&account, &[euros(11_990)])],
        seen_until: Some(date(2026, 11, 23)),
    }
}

fn poor_letter(language: Language) -> LetterContext {
    let rich = rich_letter(language);
    let claim = Claim {
        invoice_number: None,
        overdue_days: 0,
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

fn rich_digest(language: Language) -> DigestContext {
    let said = |de: &str, en: &str| match language {
        Language::De => de.to_owned(),
        Language::En => en.to_owned(),
    };
    let line = Line {
        number: "20-1009".into(),
        shop: "Papierladen".into(),
        customer: "Max Beispiel".into(),
        total: euros(2_000),
        due: date(2026, 12, 8),
        remark: Some(said("ohne Adresse", "without an address")),
    };
    let (yes, no) = (said("ja 1", "yes 1"), said("nein 1", "no 1"));
    DigestContext {
        language,
        today: TODAY,
        sender: rich_sender(),
        reply_tag: TAG.into(),
        questions: vec![Asked {
            number: 1,
            text: said("Darf dieser Brief hinaus?", "May this letter go out?"),
            choices: vec![
                Reply {
                    reply: yes,
                    meaning: said("er geht morgen hinaus", "it goes out tomorrow"),
                },
                Reply {
                    reply: no,
                    meaning: said("er wird aufgehalten", "it is held"),
                },
            ],
        }],
        tomorrow: vec![rich_planned(language)],
        holds: vec![Hold {
            claim: Some("laden/20-1003".into()),
            text: said("pausiert bis 15.12.2026", "paused until 15 December 2026"),
        }],
        new_claims: vec![line.clone()],
        old_claims: vec![line],
        money: vec![MoneyLine {
            amount: euros(5_000),
            payer: "ERIKA MUSTER".into(),
            booked: said("gebucht auf 20-1001", "booked to 20-1001"),
        }],
        answers: vec![said("erika@muster.example fragt nach Raten", "erika@muster.example asks for instalments")],
        orders: vec![said("20-1003 pausiert", "20-1003 paused")],
        sent: vec![said("Zahlungserinnerung an max@beispiel.example", "reminder to max@beispiel.example")],
        figures: vec![Figure {
            open: euros(120_400),
            overdue: euros(29_980),
        }],
        mails: Mails {
            read: 14,
            booked: 9,
            ignored: 3,
            review: vec![Review {
                sender: "info@fremd.example".into(),
                subject: said("Ihre Zahlung", "Your payment"),
                reason: said("der Absender ist nicht eingetragen", "the sender is not listed"),
            }],
            errors: vec![Unreadable {
                what: "INBOX 4711".into(),
                reason: said("größer als 10 MiB", "larger than 10 MiB"),
            }],
        },
    }
}

fn rich_planned(language: Language) -> Planned {
    let letter = rich_letter(language);
    Planned {
        customer: "Erika Muster".into(),
        address: "erika@muster.example".into(),
        letter: letter_title("reminder", language).unwrap_or_default().into(),
        claims: letter
            .claims
            .iter()
            .map(|claim| PlannedClaim {
                number: claim.number.clone(),
                open: claim.open,
                level_name: claim.level_name.clone().filter(|_| claim.step),
                question: claim.step.then_some(1),
            })
            .collect(),
        sums: letter.sums,
        reasons: vec![match language {
            Language::De => "fällig seit 26.10.2026".into(),
            Language::En => "due since 26 October 2026".into(),
        }],
    }
}

fn poor_digest(language: Language) -> DigestContext {
    DigestContext {
        language,
        today: TODAY,
        sender: poor_sender(),
        reply_tag: TAG.into(),
        questions: Vec::new(),
        tomorrow: Vec::new(),
        holds: vec![Hold {
            claim: None,
            text: "-".into(),
        }],
        new_claims: vec![Line {
            remark: None,
            ..rich_digest(language).new_claims[0].clone()
        }],
        old_claims: Vec::new(),
        money: Vec::new(),
        answers: Vec::new(),
        orders: Vec::new(),
        sent: Vec::new(),
        figures: Vec::new(),
        mails: Mails {
            read: 0,
            booked: 0,
            ignored: 0,
            review: Vec::new(),
            errors: Vec::new(),
        },
    }
}
