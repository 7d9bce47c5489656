//! The merchant's orders on the shell: from what he typed to a fact, or to words that say what is possible.
//!
//! Every order is one event by [`Evidence::Shell`]; the next turn mails the merchant its sealed receipt.

use jiff::Timestamp;

use super::{Desk, Order, Reply};
use crate::ledger::event::{Choice, Command};
use crate::ledger::{Event, EventKey, Evidence, Fact, InvoiceKey, Money, SourceId};
use crate::world::store::Learned;

impl Desk {
    /// Carries out an order.
    pub(super) fn order(&mut self, order: &Order, now: Timestamp) -> Reply {
        let command = match self.command(order, now) {
            Ok(command) => command,
            Err(talk) => {
                return Reply {
                    talk,
                    exit: 2,
                    ..Reply::default()
                };
            }
        };
        let done = describe(&command);
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

    fn command(&self, order: &Order, now: Timestamp) -> Result<Command, String> {
        let today = self.civil(now).date();
        Ok(match order {
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
            Order::Checked { on: Some(on) } if *on > today => {
                return Err("that day lies in the future".into());
            }
            Order::Checked { on } => Command::Checked {
                on: on.unwrap_or(today),
            },
            Order::StopAll => Command::StopAll,
            Order::StartAll => Command::StartAll,
            Order::Assign { question, answer } => self.answer(*question, answer, now)?,
        })
    }

    /// The one claim of this number, or words that list what exists.
    pub(super) fn one(&self, number: &str) -> Result<InvoiceKey, String> {
        match self.ledger.find(number).as_slice() {
            [one] => Ok(one.key.clone()),
            [] => Err(self.no_such_claim(number)),
            several => {
                let keys: Vec<String> = several
                    .iter()
                    .map(|invoice| invoice.key.to_string())
                    .collect();
                Err(format!(
                    "several claims have the number {number}; name one of: {}",
                    keys.join(", ")
                ))
            }
        }
    }

    fn no_such_claim(&self, number: &str) -> String {
        let some: Vec<String> = self
            .ledger
            .open_invoices()
            .take(10)
            .map(|i| i.key.to_string())
            .collect();
        match some.is_empty() {
            true => format!(
                "there is no claim {number}; no claim is open (`mahnwerk list claims --all` shows all)"
            ),
            false => format!(
                "there is no claim {number}; open are, among others: {}",
                some.join(", ")
            ),
        }
    }

    fn answer(&self, number: u32, word: &str, now: Timestamp) -> Result<Command, String> {
        let questions = self.at_present(now, |policy, ledger, present| {
            policy.questions(ledger, present)
        });
        let index = (number as usize).checked_sub(1);
        let Some(question) = index.and_then(|index| questions.get(index)) else {
            return Err(format!(
                "there is no question {number}; `mahnwerk list questions` shows the open ones"
            ));
        };
        let wanted = word.trim().to_lowercase();
        let choice = question.choices.iter().find_map(|(answer, _, choice)| {
            let english = english_word(choice);
            (answer.to_lowercase() == wanted || english == Some(wanted.as_str()))
                .then(|| choice.clone())
        });
        let choice = match choice {
            Some(choice) => choice,
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
                    Some(claim) if takes => Choice::Take(claim),
                    _ => {
                        let words: Vec<&str> = question
                            .choices
                            .iter()
                            .map(|(word, _, _)| word.as_str())
                            .collect();
                        return Err(format!(
                            "`{word}` does not answer question {number}; possible: {}",
                            words.join(", ")
                        ));
                    }
                }
            }
        };
        Ok(Command::Answer {
            question: question.id.clone(),
            choice,
        })
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
        } => format!("{invoice}: {amount} noted as paid on {on}"),
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
        Command::Checked { on } => format!("the accounts count as complete up to {on}"),
        Command::StopAll => {
            "all letters to customers are stopped; `mahnwerk start` ends this".into()
        }
        Command::StartAll => "letters to customers go out again".into(),
        other => format!(
            "answered: {}",
            serde_json::to_string(other).unwrap_or_default()
        ),
    }
}
