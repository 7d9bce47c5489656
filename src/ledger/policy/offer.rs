//! The question about a proposal, and why a proposal holds a claim. Knows the merchant's language.

use super::{Policy, Question, QuestionId};
use crate::ledger::event::{Choice, Fact, Issued};
use crate::ledger::note::{date_in, money_in};
use crate::ledger::proposal::{Doubt, Waiting};
use crate::ledger::{Language, Note};

/// The question to the merchant.
pub(super) fn question(policy: &Policy, waiting: &Waiting) -> Option<Question> {
    let say = |de: String, en: String| match policy.language {
        Language::De => de,
        Language::En => en,
    };
    let (de, en) = says(policy.language, &waiting.proposed.fact)?;
    let (warum, why) = match waiting.proposed.why {
        Doubt::Forwarded => ("von Ihnen weitergeleitet", "forwarded by you"),
        Doubt::UnknownLayout => (
            "kein Rezept kennt diese Mail, aber ihre Summen gehen auf",
            "no recipe knows this mail, but its sums agree",
        ),
    };
    let yes = say("gilt so".into(), "holds so".into());
    let no = say("bleibt unbeachtet".into(), "is left aside".into());
    Some(Question {
        id: QuestionId::Proposal {
            source: waiting.key.source,
            index: waiting.key.index,
        },
        text: say(
            format!("{de} ({warum}). Stimmt das?"),
            format!("{en} ({why}). Is that right?"),
        ),
        choices: vec![
            (say("ja".into(), "yes".into()), yes, Choice::Yes),
            (say("nein".into(), "no".into()), no, Choice::No),
        ],
    })
}

/// What a proposal says, German and English.
fn says(language: Language, fact: &Fact) -> Option<(String, String)> {
    Some(match fact {
        Fact::Issued(issued) => issued_in_words(language, issued),
        Fact::Cancelled { invoice } => (
            format!("{invoice} ist storniert"),
            format!("{invoice} is cancelled"),
        ),
        Fact::PaidAtShop { invoice } => (
            format!("{invoice} ist bezahlt"),
            format!("{invoice} is paid"),
        ),
        Fact::Credited(credited) => {
            let key = &credited.invoice;
            let money = credited.new_total.or(credited.reduced_by)?;
            let money = money_in(language, money);
            match credited.new_total {
                Some(_) => (
                    format!("{key}: neue Summe {money}"),
                    format!("{key}: new total {money}"),
                ),
                None => (
                    format!("{key}: Gutschrift über {money}"),
                    format!("{key}: credit of {money}"),
                ),
            }
        }
        _ => return None,
    })
}

/// Everything that a wrong reading could have got wrong.
fn issued_in_words(language: Language, issued: &Issued) -> (String, String) {
    let total = money_in(language, issued.total);
    let day = date_in(language, issued.order_date);
    let customer = &issued.customer;
    let names = [&customer.company, &customer.name].into_iter().flatten();
    let mut who: Vec<String> = names.map(|name| name.as_str().to_owned()).collect();
    who.extend(
        customer
            .address
            .as_ref()
            .map(|address| format!("<{address}>")),
    );
    let lost = customer.address.is_none();
    let who = who.join(", ");
    let (ohne, without) = match lost {
        true => (", ohne E-Mail-Adresse", ", without an e-mail address"),
        false => ("", ""),
    };
    let (bezahlt, paid) = match issued.paid {
        true => (", bezahlt", ", paid"),
        false => ("", ""),
    };
    let key = &issued.invoice;
    (
        format!("Neue Forderung {key} vom {day} über {total} an {who}{ohne}{bezahlt}"),
        format!("New claim {key} of {day} over {total} against {who}{without}{paid}"),
    )
}

/// Why an open proposal holds a claim.
pub(super) fn holds(waiting: &Waiting) -> Note {
    let words = |language| says(language, &waiting.proposed.fact).unwrap_or_default();
    Note::hold(
        format!(
            "vielleicht: {}; darüber werden Sie gefragt",
            words(Language::De).0
        ),
        format!("perhaps: {}; you are asked about it", words(Language::En).1),
    )
}
