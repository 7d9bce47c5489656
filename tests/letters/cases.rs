//! Scenarios: what is known, what is decided, and the whole mail that it becomes.
use jiff::civil::Date;
use mahnwerk::ledger::digest::{ClaimLine, MailAccount, MoneyLine};
use mahnwerk::ledger::event::Choice;
use mahnwerk::ledger::policy::{Action, Policy, Question, QuestionId, Step};
use mahnwerk::ledger::*;
use mahnwerk::letter::Letter;
use serde::Deserialize;

use crate::pairs;
use crate::readable::readable;
use crate::scenario::{LetterWish, Scenario, claim_key, event, key, sender, shipped};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DigestWish {
    on: Date,
    #[serde(default)]
    tomorrow: Vec<LetterWish>,
    #[serde(default)]
    ask: Vec<(String, u8)>,
    #[serde(default)]
    asked_money: Option<String>,
    #[serde(default)]
    holds: Vec<(String, String)>,
    #[serde(default)]
    everything_held: Option<String>,
    #[serde(default)]
    new_claims: Vec<String>,
    #[serde(default)]
    money: Vec<(Money, String, String)>,
    #[serde(default)]
    answers: Vec<String>,
    #[serde(default)]
    sent: Vec<String>,
    #[serde(default)]
    orders: Vec<String>,
    #[serde(default)]
    open: Vec<(Money, Money)>,
    #[serde(default)]
    booked: u32,
    #[serde(default)]
    ignored: u32,
    #[serde(default)]
    review: Vec<(String, String, String)>,
    #[serde(default)]
    errors: Vec<(String, String)>,
}

impl DigestWish {
    fn questions(&self, language: Language) -> Vec<Question> {
        let (yes, no) = match language {
            Language::De => ("ja", "nein"),
            Language::En => ("yes", "no"),
        };
        let choice =
            |word: &str, meaning: &str, choice| (word.to_owned(), meaning.to_owned(), choice);
        let money = self.asked_money.iter().map(|text| Question {
            id: QuestionId::Payment {
                source: SourceId::of(b"payment"),
                index: 0,
            },
            text: text.clone(),
            choices: vec![
                choice(
                    &format!("{yes} 20-1002"),
                    "20-1002",
                    Choice::Take(claim_key("20-1002")),
                ),
                choice(no, "-", Choice::No),
            ],
        });
        let steps = self.ask.iter().map(|(number, level)| Question {
            id: QuestionId::Step(Step {
                invoice: claim_key(number),
                level: *level,
            }),
            text: format!("{number}: {level}?"),
            choices: vec![choice(yes, "+", Choice::Yes), choice(no, "-", Choice::No)],
        });
        money.chain(steps).collect()
    }

    fn digest(&self, ledger: &Ledger, language: Language) -> Digest {
        let lines = self.new_claims.iter().map(|number| {
            let invoice = ledger.invoice(&claim_key(number)).unwrap();
            ClaimLine {
                invoice: invoice.key.clone(),
                customer: invoice
                    .issued
                    .customer
                    .name
                    .as_ref()
                    .map_or("?".into(), ToString::to_string),
                total: invoice.total,
                due: invoice.issued.due_date.unwrap(),
                remark: None,
            }
        });
        let mut holds: Vec<(Option<InvoiceKey>, String)> = self
            .everything_held
            .iter()
            .map(|text| (None, text.clone()))
            .collect();
        holds.extend(
            self.holds
                .iter()
                .map(|(number, text)| (Some(claim_key(number)), text.clone())),
        );
        Digest {
            on: self.on,
            new_claims: lines.collect(),
            old_claims: Vec::new(),
            money: self
                .money
                .iter()
                .map(|(amount, payer, booked)| MoneyLine {
                    amount: *amount,
                    payer: payer.clone(),
                    booked: booked.clone(),
                })
                .collect(),
            tomorrow: self.tomorrow.iter().map(LetterWish::letter).collect(),
            questions: self.questions(language),
            holds,
            answers: self.answers.clone(),
            open: self.open.clone(),
            sent: self.sent.clone(),
            orders: self.orders.clone(),
            carried: Vec::new(),
            mails: MailAccount {
                booked: self.booked,
                ignored: self.ignored,
                review: self.review.clone(),
                errors: self.errors.clone(),
            },
        }
    }
}

pub(crate) fn compose(scenario: &Scenario) -> Result<Letter, Note> {
    let sender = sender(scenario.merchant_language, scenario.rehearsal);
    let ledger = scenario.ledger();
    let start = Date::constant(2026, 1, 1);
    let policy = Policy::standard(
        sender.zone.clone(),
        scenario.merchant_language,
        start,
        Default::default(),
    );
    let on = scenario.at().to_zoned_datetime(sender.zone.clone()).date();
    let action = if let Some(letter) = &scenario.letter {
        Action::Write(letter.letter())
    } else if let Some(digest) = &scenario.digest {
        Action::Tell(Box::new(digest.digest(&ledger, scenario.merchant_language)))
    } else if let Some(words) = &scenario.unclear {
        let words = words.clone();
        Action::Reply(event(on, "a reply", Fact::Unclear { words }))
    } else {
        let command = scenario
            .ordered
            .clone()
            .expect("the scenario wants a letter");
        Action::Reply(event(on, "a command", Fact::Ordered(command)))
    };
    shipped().compose(&action, &ledger, &policy, &sender, scenario.at(), &key())
}

#[test]
fn scenarios_give_these_mails() {
    pairs::run("cases", ".toml", ".mail", |_, text| {
        let scenario = Scenario::read(text);
        match compose(&scenario) {
            Ok(letter) => {
                let again = compose(&Scenario::read(text)).unwrap();
                assert_eq!(letter, again, "the same scenario gave other bytes");
                readable(&letter, &key())
            }
            Err(note) => format!("held: {}\nheld: {}\n", note.de, note.en),
        }
    });
}

#[test]
fn the_reply_mark_of_a_digest_leads_back_to_it() {
    let text = std::fs::read_to_string(pairs::here().join("cases/digest-de.toml")).unwrap();
    let letter = compose(&Scenario::read(&text)).unwrap();
    let mail = mail_parser::MessageParser::default()
        .parse(&letter.bytes)
        .unwrap();
    let subject = format!("AW: {}", mail.subject().unwrap());
    let Fact::Told(told) = &letter.events[0].fact else {
        panic!("a digest states what it told")
    };
    assert_eq!(key().read_tag(&subject), Some((told.digest, told.on)));
    assert_eq!(told.digest, letter.id);
}
