//! What the command line asks, answered from the desk: the same words whether the daemon runs or not.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::{Desk, Listing, Reply, Request, open};
use crate::config::Config;
use crate::ledger::policy::{CustomerLetter, Present};
use crate::ledger::{Action, Invoice, Policy};
use crate::mail::Outcome;
use crate::report::status::{AccountStatus, Status};
use crate::report::{View, export, list, show, simulate, status, why};
use crate::world::service;
use crate::world::store::MailRecord;

/// Mails that `list` shows without `--all`.
const RECENT_MAILS: usize = 50;

/// How far `preview` looks for the next letter.
const PREVIEW_DAYS: u16 = 90;

/// Answers on the store itself, while no daemon runs.
pub fn offline(config: &Config, request: &Request) -> Reply {
    let now = service::now();
    match open::desk(config, now) {
        Ok(mut desk) => desk.handle(request, now),
        Err(reply) => reply,
    }
}

impl Desk {
    /// Answers a question or carries out an order.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        match request {
            Request::Status { json } => self.status(now, *json),
            Request::List { what, all, json } => self.list(*what, *all, *json, now),
            Request::Show { number, json } => self.about(number, now, |view, invoice| {
                let notes = view.policy.why(view.ledger, invoice, view.present);
                show::show(view, invoice, &notes, *json)
            }),
            Request::Why { number, on, json } => self.why(number, *on, *json, now),
            Request::Simulate { days, json } => self.viewed(now, |view| {
                let letters = view.policy.forecast(view.ledger, view.present, *days);
                simulate::simulate(view.today(), *days, &letters, *json)
            }),
            Request::Preview { number, template } => self.preview(number, template.as_deref(), now),
            Request::Export { csv } => self.viewed(now, |view| match csv {
                true => export::csv(view),
                false => export::json(view),
            }),
            Request::Order(order) => self.order(order, now),
            Request::Turn | Request::Reload => {
                Reply::failed(1, "no daemon is running; start it with `mahnwerk run`\n")
            }
        }
    }

    fn viewed(&self, now: Timestamp, print: impl FnOnce(&View) -> String) -> Reply {
        let text = self.at_present(now, |policy, ledger, present| {
            print(&View {
                ledger,
                policy,
                present,
            })
        });
        Reply {
            text,
            ..Reply::default()
        }
    }

    fn about(
        &self,
        number: &str,
        now: Timestamp,
        print: impl FnOnce(&View, &Invoice) -> String,
    ) -> Reply {
        match self.claim(number) {
            Ok(invoice) => self.viewed(now, |view| print(view, invoice)),
            Err(reply) => reply,
        }
    }

    /// The claim of a number; a number that is of none or of several is a wrong command line.
    fn claim(&self, number: &str) -> Result<&Invoice, Reply> {
        let key = self.one(number).map_err(|talk| Reply::failed(2, talk))?;
        let gone = || Reply::failed(1, format!("{key} is gone"));
        self.ledger.invoice(&key).ok_or_else(gone)
    }

    fn why(&self, number: &str, on: Option<Date>, json: bool, now: Timestamp) -> Reply {
        self.about(number, now, |view, invoice| {
            let on = on.unwrap_or(view.today());
            // Asked about a day, not an hour: the middle of the send window.
            let moment = if on == view.today() {
                view.present.now
            } else {
                on.to_datetime(self.rules.policy.window.from)
            };
            let at = self.timestamp(moment).unwrap_or(now);
            let present = Present {
                now: moment,
                at,
                ..*view.present
            };
            let verdict = view.policy.step(view.ledger, invoice, &present);
            why::why(&invoice.key, on, &verdict, json)
        })
    }

    fn list(&self, what: Listing, all: bool, json: bool, now: Timestamp) -> Reply {
        let questions = |view: &View| view.policy.questions(view.ledger, view.present);
        let mut reply = match what {
            Listing::Claims => self.viewed(now, |view| list::claims(view, all, json)),
            Listing::Questions => self.viewed(now, |view| list::questions(&questions(view), json)),
            Listing::Payments => self.viewed(now, |view| list::payments(view, all, json)),
            Listing::Customers => self.viewed(now, |view| list::customers(view, all, json)),
            Listing::Letters => self.viewed(now, |view| list::letters(view, all, json)),
            Listing::Mails => self.mails(&[], all, json, now),
            Listing::Review => self.mails(&[Outcome::Review, Outcome::Error], all, json, now),
        };
        if reply.exit == 0 && what == Listing::Questions && self.questions(now) > 0 {
            reply.exit = 3;
        }
        reply
    }

    fn questions(&self, now: Timestamp) -> usize {
        self.at_present(now, |policy, ledger, present| {
            policy.questions(ledger, present).len()
        })
    }

    /// Mails of these outcomes, or all, the newest first.
    fn mails(&self, outcomes: &[Outcome], all: bool, json: bool, now: Timestamp) -> Reply {
        let limit = if all { usize::MAX } else { RECENT_MAILS };
        let found = match outcomes {
            [] => self.store.mails(None, limit),
            some => some.iter().try_fold(Vec::new(), |mut found, outcome| {
                found.extend(self.store.mails(Some(*outcome), limit)?);
                Ok(found)
            }),
        };
        match found {
            Ok(mut records) => {
                records.sort_by_key(|record| std::cmp::Reverse(record.read));
                records.truncate(limit);
                let rows: Vec<list::MailRow> = records.into_iter().map(row).collect();
                self.viewed(now, |view| list::mails(view, &rows, json))
            }
            Err(error) => Reply::failed(1, format!("{}\n", error.text)),
        }
    }

    fn status(&self, now: Timestamp, json: bool) -> Reply {
        let policy = &self.rules.policy;
        let today = self.civil(now).date();
        let stale = policy.stale_accounts(&self.ledger, today);
        let accounts = self
            .rules
            .sender
            .accounts
            .iter()
            .map(|account| AccountStatus {
                name: account.iban.clone(),
                seen_until: self.ledger.seen_until(&account.iban),
                stale: stale.iter().any(|(iban, _)| *iban == account.iban),
            });
        let mut holds: Vec<String> = self
            .store_trouble()
            .map(str::to_string)
            .into_iter()
            .collect();
        if self.ledger.stopped() {
            holds.push("everything is stopped; `mahnwerk start` ends this".into());
        }
        let doubtful = self
            .flights
            .iter()
            .filter(|flight| flight.tried.is_some())
            .count();
        let state = Status {
            running: self.running,
            version: env!("CARGO_PKG_VERSION").into(),
            last_turn: self.last_turn,
            next_turn: self.next_turn.map(|at| self.civil(at)),
            start: policy.start,
            stopped: self.ledger.stopped(),
            rehearsal: self.rules.sender.rehearsal,
            mailboxes: self.mailboxes.clone(),
            accounts: accounts.collect(),
            letters_in_flight: self.flights.len(),
            letters_in_doubt: doubtful,
            open_claims: self.ledger.open_invoices().count(),
            open: self.ledger.open_total(),
            questions: self.questions(now),
            review: self
                .store
                .mails(Some(Outcome::Review), usize::MAX)
                .map_or(0, |mails| mails.len()),
            holds,
        };
        let exit = self.status_exit(&state);
        Reply {
            text: status::status(&state, &policy.zone, json),
            talk: String::new(),
            exit,
        }
    }

    /// What is worst decides: the store, a mailbox, stale bank data, open questions.
    fn status_exit(&self, state: &Status) -> u8 {
        if self.store_trouble().is_some() {
            1
        } else if state
            .mailboxes
            .iter()
            .any(|mailbox| mailbox.trouble.is_some())
        {
            5
        } else if state.accounts.iter().any(|account| account.stale) {
            6
        } else if state.questions > 0 {
            3
        } else {
            0
        }
    }

    /// The finished mail of the next letter about a claim, byte for byte as `compose` writes it.
    fn preview(&self, number: &str, template: Option<&str>, now: Timestamp) -> Reply {
        let invoice = match self.claim(number) {
            Ok(invoice) => invoice,
            Err(reply) => return reply,
        };
        let mut talk = String::new();
        let letter = match self.at_present(now, |policy, ledger, present| {
            let coming = policy
                .forecast(ledger, present, PREVIEW_DAYS)
                .into_iter()
                .map(|(_, letter)| letter);
            let mut about =
                coming.filter(|letter| letter.steps.iter().any(|step| step.invoice == invoice.key));
            about.next().or_else(|| {
                talk = format!(
                    "No letter about {} is planned (`mahnwerk why {}` says why); so would one look today:\n",
                    invoice.key, invoice.key
                );
                by_hand(policy, invoice, present)
            })
        }) {
            Some(letter) => CustomerLetter {
                template: template.map_or(letter.template, str::to_string),
                ..letter
            },
            None => {
                return Reply::failed(
                    1,
                    "the claim has no e-mail address; nothing can be written to this customer\n",
                );
            }
        };
        let rules = &self.rules;
        let action = Action::Write(letter);
        match rules.letters.compose(
            &action,
            &self.ledger,
            &rules.policy,
            &rules.sender,
            now,
            &rules.key,
        ) {
            Ok(letter) => Reply {
                text: String::from_utf8_lossy(&letter.bytes).into_owned(),
                talk,
                exit: 0,
            },
            Err(note) => Reply::failed(1, format!("{}\n", note.en)),
        }
    }
}

/// A letter about a claim that will get none of its own: what the first one would look like today.
fn by_hand(policy: &Policy, invoice: &Invoice, present: &Present<'_>) -> Option<CustomerLetter> {
    let level = invoice.taken.len();
    let rule = policy
        .levels
        .get(level.min(policy.levels.len().saturating_sub(1)))?;
    let on = present.now.date();
    Some(CustomerLetter {
        to: invoice.issued.customer.address.clone()?,
        template: rule.letter.clone(),
        steps: Vec::new(),
        listed: vec![invoice.key.clone()],
        on,
        deadline: on.checked_add(i64::from(policy.deadline_days).days()).ok(),
        language: invoice.issued.customer.language,
        why: Vec::new(),
    })
}

fn row(record: MailRecord) -> list::MailRow {
    let outcome = match record.outcome {
        Outcome::Booked => "booked",
        Outcome::Ignored => "ignored",
        Outcome::Review => "review",
        Outcome::Error => "error",
    };
    list::MailRow {
        source: record.source.to_string(),
        received: record.received,
        outcome: outcome.into(),
        reason: record.reason,
        from: record.from,
        subject: record.subject,
    }
}
