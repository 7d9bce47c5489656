//! The merchant's orders on the shell: from what he typed to a fact, or to words that say what is possible.
//!
//! Every order is one event by [`Evidence::Shell`]; the next turn mails the merchant its sealed receipt.

use jiff::Timestamp;

use super::{Desk, Order, Reply};
use crate::ledger::event::{Choice, Command};
use crate::ledger::{Event, EventKey, Evidence, Fact, InvoiceKey, Money, SourceId};
use crate::report::{money, show};
use crate::world::store::Learned;

impl Desk {
    /// Carries out an order.
    pub(super) fn order(&mut self, order: &Order, now: Timestamp) -> Reply {
        let (command, done) = match self.command(order, now) {
            Ok(command) => command,
            Err(talk) => {
                return Reply {
                    talk,
                    exit: 2,
                    ..Reply::default()
                };
            }
        };
        let fact = Fact::Ordered(command);
        let text = format!("{now} {}", serde_json::to_string(&fact).unwrap_or_default());
        let key = EventKey {
            at: now,
            source: SourceId::of(text.as_bytes()),
            index: 0,
        };
        let event = Event {
            key,
            fact,
            by: Evidence::Shell,
        };
        self.learn(Learned {
            events: &[event],
            ..Learned::default()
        });
        match self.store_trouble() {
            Some(trouble) => Reply {
                talk: format!("not stored: {trouble}"),
                exit: 1,
                ..Reply::default()
            },
            None => Reply {
                text: format!("{done}\n"),
                ..Reply::default()
            },
        }
    }

    /// The order as a fact, and what was done in words.
    fn command(&self, order: &Order, now: Timestamp) -> Result<(Command, String), String> {
        let today = self.civil(now).date();
        if let Order::Assign { question, answer } = order {
            return self.answer(*question, answer, now);
        }
        let command = match order {
            Order::Pay { number, amount, on } => {
                let invoice = self.one(number)?;
                let currency = self
                    .ledger
                    .invoice(&invoice)
                    .map(|i| i.total.currency)
                    .ok_or("no such claim")?;
                if amount.is_some_and(|a| a <= rust_decimal::Decimal::ZERO || a > Money::LIMIT) {
                    return Err("the amount must be more than 0 and at most 1000000".into());
                }
                if on.is_some_and(|on| on > today) {
                    return Err("the day of payment lies in the future".into());
                }
                Command::Paid {
                    invoice,
                    amount: amount.map(|a| Money::new(a, currency)),
                    on: on.unwrap_or(today),
                }
            }
            Order::Pause {
                until: Some(until), ..
            } if *until < today => {
                return Err(format!("the pause would end on {until}, before today"));
            }
            Order::Pause { number, until } => Command::Pause {
                invoice: self.one(number)?,
                until: *until,
            },
            Order::Resume { number } => Command::Resume {
                invoice: self.one(number)?,
            },
            Order::Dispute { number, reason } => Command::Dispute {
                invoice: self.one(number)?,
                reason: reason.clone(),
            },
            Order::Cancel { number } => Command::Cancel {
                invoice: self.one(number)?,
            },
            Order::Undo { number } => Command::Undo {
                invoice: self.one(number)?,
            },
            Order::Checked { on: Some(on) } if *on > today => {
                return Err("that day lies in the future".into());
            }
            Order::Checked { on } => Command::Checked {
                on: on.unwrap_or(today),
            },
            Order::StopAll => Command::StopAll,
            Order::StartAll | Order::Assign { .. } => Command::StartAll,
        };
        let done = describe(&command);
        Ok((command, done))
    }

    /// The one claim of this number, or words that list what exists.
    pub(super) fn one(&self, number: &str) -> Result<InvoiceKey, String> {
        match self.ledger.find(number).as_slice() {
            [one] => Ok(one.key.clone()),
            found => {
                let open = self.ledger.open_invoices();
                Err(show::not_one(
                    number,
                    found,
                    open.map(|invoice| invoice.key.clone()),
                ))
            }
        }
    }

    fn answer(&self, number: u32, word: &str, now: Timestamp) -> Result<(Command, String), String> {
        let questions = self.at_present(now, |policy, ledger, present| {
            policy.questions(ledger, present)
        });
        let index = (number as usize).checked_sub(1);
        let Some(question) = index.and_then(|index| questions.get(index)) else {
            return Err(format!(
                "There is no question {number}; `mahnwerk list questions` shows the open ones."
            ));
        };
        let wanted = word.trim().to_lowercase();
        let found = question
            .choices
            .iter()
            .find_map(|(answer, meaning, choice)| {
                let english = english_word(choice);
                (answer.to_lowercase() == wanted || english == Some(wanted.as_str()))
                    .then(|| (choice.clone(), meaning.clone()))
            });
        let (choice, meaning) = match found {
            Some(found) => found,
            None => {
                let claim = self
                    .ledger
                    .find(word)
                    .first()
                    .map(|invoice| invoice.key.clone());
                let takes = question
                    .choices
                    .iter()
                    .any(|(_, _, choice)| matches!(choice, Choice::Take(_)));
                match claim {
                    Some(claim) if takes => {
                        let meaning = format!("the money is booked on {claim}");
                        (Choice::Take(claim), meaning)
                    }
                    _ => {
                        let words: Vec<&str> = question
                            .choices
                            .iter()
                            .map(|(word, _, _)| word.as_str())
                            .collect();
                        return Err(format!(
                            "`{word}` does not answer question {number}; possible: {}{}",
                            words.join(", "),
                            if takes {
                                ", or the number of a claim"
                            } else {
                                ""
                            }
                        ));
                    }
                }
            }
        };
        let done = format!("question {number} is answered: {meaning}");
        let question = question.id.clone();
        Ok((Command::Answer { question, choice }, done))
    }
}

fn english_word(choice: &Choice) -> Option<&'static str> {
    Some(match choice {
        Choice::Yes => "yes",
        Choice::No => "no",
        Choice::WasSent => "sent",
        Choice::SendAgain => "again",
        Choice::Skip => "skip",
        Choice::Take(_) => return None,
    })
}

fn describe(command: &Command) -> String {
    match command {
        Command::Paid {
            invoice,
            amount: Some(amount),
            on,
        } => format!("{invoice}: {} noted as paid on {on}", money(*amount)),
        Command::Paid {
            invoice,
            amount: None,
            on,
        } => format!("{invoice}: the open sum noted as paid on {on}"),
        Command::Pause {
            invoice,
            until: Some(until),
        } => format!("{invoice}: no letters until {until} inclusive"),
        Command::Pause {
            invoice,
            until: None,
        } => format!("{invoice}: no letters until `mahnwerk resume`"),
        Command::Resume { invoice } => {
            format!("{invoice}: goes on; pause, dispute and holds are ended")
        }
        Command::Dispute { invoice, .. } => format!("{invoice}: disputed, no letters"),
        Command::Cancel { invoice } => format!("{invoice}: cancelled"),
        Command::Undo { invoice } => {
            format!("{invoice}: its latest booking is taken back; the money is a question again")
        }
        Command::Checked { on } => format!("the accounts count as complete up to {on}"),
        Command::StopAll => {
            "all letters to customers are stopped; `mahnwerk start` ends this".into()
        }
        Command::StartAll => "letters to customers go out again".into(),
        Command::Answer { .. } => "answered".into(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}
