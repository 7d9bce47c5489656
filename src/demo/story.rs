//! What the demo prints: one line for each thing that happened, with the reason; two screens at most.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;

use crate::daemon::Desk;
use crate::ledger::books::Fate;
use crate::ledger::event::{Command, ReplyWord};
use crate::ledger::{Action, Event, Fact, Language, SourceId};
use crate::report::{money, sums};

/// Columns before a reason.
const INDENT: usize = 18;
/// Columns of a reason.
const REASONS: usize = 100;

/// The story so far.
#[derive(Debug, Default)]
pub(super) struct Story {
    lines: Vec<String>,
    known: BTreeSet<(SourceId, u16)>,
    digests: usize,
    statements: usize,
    crashed: bool,
}

/// A letter that the plan says, with its reasons.
#[derive(Debug)]
pub(super) struct Planned {
    to: String,
    why: String,
}

impl Story {
    /// The reasons of the letters that are due, before they go out.
    pub(super) fn plans(&self, desk: &Desk, now: Timestamp) -> Vec<Planned> {
        let actions = desk.at_present(now, |policy, ledger, present| policy.plan(ledger, present));
        let letters = actions.into_iter().filter_map(|action| match action {
            Action::Write(letter) => Some(letter),
            _ => None,
        });
        letters
            .map(|letter| {
                let only = match letter.steps.as_slice() {
                    [step] => format!("{}: ", step.invoice),
                    _ => String::new(),
                };
                // The claim is named before; with one claim its name need not stand before each reason.
                let why: Vec<&str> = letter
                    .why
                    .iter()
                    .map(|note| note.text(Language::En))
                    .map(|text| text.strip_prefix(only.as_str()).unwrap_or(text))
                    .collect();
                Planned {
                    to: letter.to.to_string(),
                    why: why.join("; "),
                }
            })
            .collect()
    }

    /// Adds what this turn learned and did.
    pub(super) fn turn(&mut self, desk: &Desk, now: Timestamp, planned: &[Planned]) {
        let new: Vec<Event> = desk
            .ledger
            .events()
            .filter(|event| self.known.insert((event.key.source, event.key.index)))
            .collect();
        for event in &new {
            self.statements += usize::from(matches!(event.fact, Fact::Seen(_)));
            self.digests += usize::from(matches!(event.fact, Fact::Told(_)));
            if let Some(text) = self.words(desk, event, planned) {
                self.add(desk, now, &text);
            }
        }
    }

    /// The process died.
    pub(super) fn crash(&mut self, _now: Timestamp) {
        self.crashed = true;
        self.lines.push("             !! the process is killed right after the server took a letter, before it could note it".into());
        self.lines.push(
            "             !! restarted: it waits for its own copy instead of sending again".into(),
        );
    }

    /// The whole story and where to look further.
    pub(super) fn end(&self, desk: &Desk, now: Timestamp, folder: &Path) -> String {
        let mut text =
            String::from("Eight weeks of a small merchant, played through the real daemon\n\n");
        text += &self.lines.join("\n");
        text += &format!(
            "\n\n{} daily digests, {} statements without money of customers, open at the end: {}\n",
            self.digests,
            self.statements,
            sums(&desk.ledger.open_total())
        );
        let questions = desk.at_present(now, |policy, ledger, present| {
            policy.questions(ledger, present)
        });
        for (index, question) in questions.iter().enumerate() {
            text += &format!("Question {}: {}\n", index + 1, question.text);
        }
        let place = folder.display();
        text += &format!(
            "\nMails in and letters out are in {place}/merchant and {place}/customers; look further with\n"
        );
        for command in [
            "list claims --all",
            "show 88017",
            "why 1204",
            "list questions",
            "rebuild --dry-run",
        ] {
            text += &format!("  mahnwerk --config {place}/mahnwerk.toml {command}\n");
        }
        text + "and set it up for your own mailbox with `mahnwerk setup`.\n"
    }

    fn add(&mut self, desk: &Desk, now: Timestamp, text: &str) {
        let moment = desk.civil(now).strftime("%a %d %b").to_string();
        self.lines.push(format!("{moment:<12} {text}"));
    }

    fn words(&self, desk: &Desk, event: &Event, planned: &[Planned]) -> Option<String> {
        Some(match &event.fact {
            Fact::Issued(issued) => {
                let claim = desk.ledger.invoice(&issued.invoice)?;
                let due = desk.rules.policy.due_date(claim);
                format!(
                    "in   order {} over {}, due {due}",
                    issued.invoice,
                    money(issued.total)
                )
            }
            Fact::Paid(payment) => {
                let state = desk.ledger.payment(event.key.source, event.key.index)?;
                let payer = payment.payer.as_deref().unwrap_or("unknown payer");
                format!(
                    "in   {} from {payer} ({}): {}",
                    money(payment.amount),
                    payment.account,
                    fate(&state.fate)
                )
            }
            Fact::Reminded(reminded) => {
                let why = planned.iter().find(|plan| plan.to == reminded.to.as_str());
                let evidence = match (why, self.crashed) {
                    (Some(plan), _) => plan.why.clone(),
                    (None, _) => "found as a copy in our own mailbox: it had gone out, so it is not sent again".into(),
                };
                let claims: Vec<String> = reminded
                    .steps
                    .iter()
                    .map(|step| step.invoice.to_string())
                    .collect();
                format!(
                    "out  `{}` to {} about {}\n{}",
                    reminded.template,
                    reminded.to,
                    claims.join(", "),
                    indented(&evidence)
                )
            }
            Fact::Bounced(bounced) => {
                format!(
                    "in   letter to {} came back: his case is held",
                    bounced.address.as_deref().unwrap_or("?")
                )
            }
            Fact::Answered(answered) => format!(
                "in   {} writes: his case is held until you have read it",
                answered.from
            ),
            Fact::Ordered(command) => {
                format!("in   the merchant answers a digest: {}", ordered(command))
            }
            _ => return None,
        })
    }
}

fn fate(fate: &Fate) -> String {
    match fate {
        Fate::Booked(parts) | Fate::Short(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|(invoice, amount)| format!("{} on {invoice}", money(*amount)))
                .collect();
            format!("booked {}", parts.join(", "))
        }
        Fate::Duplicate(_) => "the same money as announced before".into(),
        Fate::Asked(claims) => {
            let claims: Vec<String> = claims.iter().map(ToString::to_string).collect();
            format!("you are asked; touches {}", claims.join(", "))
        }
        Fate::Waiting => "fits nothing yet, waits".into(),
        Fate::Ignored(why) => why.clone(),
        Fate::Reopened(_) => "went back: the claim is open again".into(),
        Fate::Announced(_) => "announced, not booked yet".into(),
    }
}

/// The merchant's answer in words.
fn ordered(command: &Command) -> String {
    match command {
        Command::Reply {
            number: Some(number),
            word: ReplyWord::Yes,
            ..
        } => format!("yes to its question {number}"),
        _ => "obeyed".into(),
    }
}

/// Reasons under their letter, folded at the width of a terminal.
fn indented(text: &str) -> String {
    let mut lines = vec![String::from("because")];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= REASONS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("        {word}")),
        }
    }
    let indent = " ".repeat(INDENT);
    let lines: Vec<String> = lines.iter().map(|line| format!("{indent}{line}")).collect();
    lines.join("\n")
}
