//! Lists: claims, questions, letters, mails. Without `all` only what is open or of the last [`RECENT`] days.

pub use super::customers::customers;
pub use super::payments::payments;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::table::{Table, item};
use super::{View, amount, count, customer_words, json_text};
use crate::ledger::policy::Question;
use crate::ledger::{Fact, Invoice};

/// Days that count as recent.
pub const RECENT: i32 = 30;

/// A claim as one line; also the row of the CSV.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs)]
pub struct ClaimRow {
    pub shop: String,
    pub number: String,
    pub invoice_number: Option<String>,
    pub order_date: Date,
    pub due_date: Date,
    pub customer: String,
    pub email: Option<String>,
    pub total: String,
    pub open: String,
    pub currency: String,
    pub payment_method: Option<crate::ledger::PaymentMethod>,
    pub state: String,
    pub state_text: String,
    pub level: u8,
    pub last_letter: Option<Date>,
}

impl ClaimRow {
    /// The row of a claim.
    pub fn of(view: &View, invoice: &Invoice) -> ClaimRow {
        let state = view.state(invoice);
        ClaimRow {
            shop: invoice.key.shop.clone(),
            number: invoice.key.number.clone(),
            invoice_number: invoice.issued.invoice_number.clone(),
            order_date: invoice.issued.order_date,
            due_date: view.due(invoice),
            customer: customer_words(invoice),
            email: invoice
                .issued
                .customer
                .address
                .as_ref()
                .map(ToString::to_string),
            total: format!("{:.2}", invoice.total.amount),
            open: format!("{:.2}", view.open(invoice).amount),
            currency: invoice.total.currency.to_string(),
            payment_method: invoice.issued.method,
            state: state.word.into(),
            state_text: state.text,
            level: invoice.taken.last().map_or(0, |taken| taken.level),
            last_letter: invoice.taken.last().map(|taken| taken.on),
        }
    }
}

/// Claims, the longest due first.
pub fn claim_rows(view: &View, all: bool) -> Vec<ClaimRow> {
    let closed = |row: &ClaimRow| matches!(row.state.as_str(), "paid" | "cancelled");
    let mut rows: Vec<ClaimRow> = view
        .ledger
        .invoices()
        .map(|invoice| ClaimRow::of(view, invoice))
        .filter(|row| all || !closed(row))
        .collect();
    rows.sort_by(|a, b| (a.due_date, &a.shop, &a.number).cmp(&(b.due_date, &b.shop, &b.number)));
    rows
}

/// `list claims`.
pub fn claims(view: &View, all: bool, json: bool) -> String {
    let rows = claim_rows(view, all);
    if json {
        return json_text(&rows);
    }
    let mut table = Table::new(&[
        "claim", "customer", "due", ">total", ">open", ">level", "state",
    ]);
    for row in rows {
        table.row([
            format!("{}/{}", row.shop, row.number),
            row.customer,
            row.due_date.to_string(),
            amount(&row.total, &row.currency),
            amount(&row.open, &row.currency),
            if row.level == 0 {
                "-".into()
            } else {
                row.level.to_string()
            },
            row.state_text,
        ]);
    }
    table.text(if all {
        "No claims yet."
    } else {
        "No open claims. All: mahnwerk list claims --all"
    })
}

#[derive(Serialize)]
struct QuestionRow<'a> {
    number: usize,
    id: &'a crate::ledger::policy::QuestionId,
    text: &'a str,
    answers: Vec<AnswerRow<'a>>,
}

#[derive(Serialize)]
struct AnswerRow<'a> {
    answer: &'a str,
    meaning: &'a str,
}

/// `list questions`, numbered as `assign` counts them.
pub fn questions(questions: &[Question], json: bool) -> String {
    let rows = questions
        .iter()
        .zip(1..)
        .map(|(question, number)| QuestionRow {
            number,
            id: &question.id,
            text: &question.text,
            answers: question
                .choices
                .iter()
                .map(|(answer, meaning, _)| AnswerRow { answer, meaning })
                .collect(),
        });
    if json {
        return json_text(&rows.collect::<Vec<_>>());
    }
    if questions.is_empty() {
        return "No open questions.\n".into();
    }
    let mut text = String::new();
    for row in rows {
        text.push_str(&item(&format!("{:>3}. ", row.number), row.text));
        for answer in &row.answers {
            let line = format!(
                "mahnwerk assign {} {}: {}",
                row.number, answer.answer, answer.meaning
            );
            text.push_str(&item("     ", &line));
        }
    }
    text
}

pub(super) fn recent(view: &View, day: Date) -> bool {
    view.today().duration_since(day).as_hours() <= i64::from(RECENT) * 24
}

#[derive(Serialize)]
struct LetterRow {
    on: Date,
    to: String,
    template: String,
    steps: Vec<StepRow>,
    listed: Vec<String>,
    deadline: Option<Date>,
    letter: String,
}

#[derive(Serialize)]
struct StepRow {
    claim: String,
    level: u8,
}

/// `list letters`, newest first.
pub fn letters(view: &View, all: bool, json: bool) -> String {
    let mut rows: Vec<LetterRow> = view
        .ledger
        .events()
        .filter_map(|event| match event.fact {
            Fact::Reminded(reminded) if all || recent(view, reminded.on) => Some(LetterRow {
                on: reminded.on,
                to: reminded.to.to_string(),
                template: reminded.template,
                steps: reminded
                    .steps
                    .iter()
                    .map(|step| StepRow {
                        claim: step.invoice.to_string(),
                        level: step.level,
                    })
                    .collect(),
                listed: reminded.listed.iter().map(ToString::to_string).collect(),
                deadline: reminded.deadline,
                letter: reminded.letter.to_string(),
            }),
            _ => None,
        })
        .collect();
    rows.reverse();
    if json {
        return json_text(&rows);
    }
    let mut table = Table::new(&["day", "to", "letter", "claims", "deadline"]);
    for row in rows {
        let steps = row
            .steps
            .iter()
            .map(|step| format!("{} (level {})", step.claim, step.level));
        table.row([
            row.on.to_string(),
            row.to,
            row.template,
            steps.chain(row.listed).collect::<Vec<_>>().join(", "),
            row.deadline.map_or("-".into(), |day| day.to_string()),
        ]);
    }
    table.text(if all {
        "No letters yet."
    } else {
        "No letters of late. All: mahnwerk list letters --all"
    })
}

/// A mail and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct MailRow {
    /// Identity of the mail.
    pub source: String,
    /// When it was received.
    pub received: Timestamp,
    /// `booked`, `ignored`, `review` or `error`.
    pub outcome: String,
    /// Why.
    pub reason: String,
    /// Sender, cleaned.
    pub from: String,
    /// Subject, cleaned.
    pub subject: String,
}

/// A subject without the tag of our digests: 60 letters that say nothing to a reader, and open an answer to whoever has
/// them. What is cut short behind it goes too.
pub(crate) fn without_tag(subject: &str) -> String {
    let Some((before, tag)) = subject.split_once("[mw-") else {
        return subject.to_owned();
    };
    let after = tag.split_once(']').map_or("", |(_, after)| after);
    format!("{}{after}", before.trim_end())
}

/// `list mails` and `list review`, in the order given. `shown` is what is cut off elsewhere: the daemon's limit.
pub fn mails(view: &View, rows: &[MailRow], json: bool) -> String {
    if json {
        let masked = |row: &MailRow| MailRow {
            subject: without_tag(&row.subject),
            ..row.clone()
        };
        return json_text(&rows.iter().map(masked).collect::<Vec<_>>());
    }
    let mut table = Table::new(&["received", "outcome", "from", "subject", "reason"]);
    for row in rows {
        let received = row.received.to_zoned_datetime(view.policy.zone.clone());
        table.row([
            received.strftime("%Y-%m-%d %H:%M").to_string(),
            row.outcome.clone(),
            row.from.clone(),
            without_tag(&row.subject),
            row.reason.clone(),
        ]);
    }
    let mut text = table.text("No mails.");
    if !rows.is_empty() {
        text.push_str(&format!("{}.\n", count(rows.len(), "mail", "mails")));
    }
    text
}
