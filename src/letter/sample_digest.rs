//! The invented digests: one with something in every section, one with next to nothing.

use jiff::civil::date;

use super::digest::{
    Asked, DigestContext, Figure, Hold, Line, Mails, MoneyLine, Planned, PlannedClaim, Reply,
    Review, Unreadable,
};
use super::phrases::letter_title;
use super::sample::{TAG, TODAY, euros, poor_sender, rich_letter, rich_sender};
use crate::ledger::Language;

pub(super) fn rich_digest(language: Language) -> DigestContext {
    let said = |de: &str, en: &str| said(language, de, en);
    let line = Line {
        number: "20-1009".into(),
        shop: "Papierladen".into(),
        customer: "Max Beispiel".into(),
        total: euros(2_000),
        due: date(2026, 12, 8),
        remark: Some(said("ohne Adresse", "without an address")),
    };
    DigestContext {
        language,
        today: TODAY,
        sender: rich_sender(),
        reply_tag: TAG.into(),
        questions: vec![rich_question(language)],
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
        answers: vec![said(
            "erika@muster.example fragt nach Raten",
            "erika@muster.example asks for instalments",
        )],
        orders: vec![said("20-1003 pausiert", "20-1003 paused")],
        sent: vec![said(
            "Zahlungserinnerung an max@beispiel.example",
            "reminder to max@beispiel.example",
        )],
        figures: vec![Figure {
            open: euros(120_400),
            overdue: euros(29_980),
        }],
        mails: rich_mails(language),
    }
}

fn said(language: Language, de: &str, en: &str) -> String {
    match language {
        Language::De => de.to_owned(),
        Language::En => en.to_owned(),
    }
}

fn rich_question(language: Language) -> Asked {
    let said = |de: &str, en: &str| said(language, de, en);
    let (yes, no) = (said("ja 1", "yes 1"), said("nein 1", "no 1"));
    Asked {
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
    }
}

fn rich_mails(language: Language) -> Mails {
    let said = |de: &str, en: &str| said(language, de, en);
    Mails {
        read: 14,
        booked: 9,
        ignored: 3,
        review: vec![Review {
            sender: "info@fremd.example".into(),
            subject: said("Ihre Zahlung", "Your payment"),
            reason: said(
                "der Absender ist nicht eingetragen",
                "the sender is not listed",
            ),
        }],
        errors: vec![Unreadable {
            what: "INBOX 4711".into(),
            reason: said("größer als 10 MiB", "larger than 10 MiB"),
        }],
    }
}

fn rich_planned(language: Language) -> Planned {
    let letter = rich_letter(language);
    Planned {
        customer: "Erika Muster".into(),
        address: "erika@muster.example".into(),
        letter: letter_title("reminder", language)
            .unwrap_or_default()
            .into(),
        claims: letter
            .claims
            .iter()
            .map(|claim| PlannedClaim {
                number: claim.number.clone(),
                open: claim.open,
                level_name: claim.level_name.clone().filter(|_| claim.step),
                question: claim.step.then_some(2),
            })
            .collect(),
        sums: letter.sums,
        reasons: vec![match language {
            Language::De => "fällig seit 26.10.2026".into(),
            Language::En => "due since 26 October 2026".into(),
        }],
    }
}

pub(super) fn poor_digest(language: Language) -> DigestContext {
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
