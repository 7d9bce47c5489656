//! What the merchant is told once a working day, as plain values: the letter room writes them out, the daemon seals
//! `told` into the mail so that numbered answers find their question.

use jiff::civil::Date;

use super::event::{Event, SourceId, Told};
use super::invoice::InvoiceKey;
use super::money::Money;
use super::policy::{CustomerLetter, Question, Step};

/// One digest.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// Its day.
    pub on: Date,
    /// Claims that came in since the last digest.
    pub new_claims: Vec<ClaimLine>,
    /// Claims from before the start date among them: listed, not reminded.
    pub old_claims: Vec<ClaimLine>,
    /// Money that came in since the last digest: amount, payer, what became of it in words.
    pub money: Vec<MoneyLine>,
    /// Letters of the next sending day, with reasons.
    pub tomorrow: Vec<CustomerLetter>,
    /// Numbered questions: the first is number 1.
    pub questions: Vec<Question>,
    /// Claims or the whole sending held back: text by claim (`None`: everything).
    pub holds: Vec<(Option<InvoiceKey>, String)>,
    /// Customers' answers, automatic replies and bounces since the last digest, in words.
    pub answers: Vec<String>,
    /// Open in all, per currency, and how much of it is overdue.
    pub open: Vec<(Money, Money)>,
    /// Letters that went out since the last digest, in words.
    pub sent: Vec<String>,
    /// What the merchant ordered since the last digest, in words.
    pub orders: Vec<String>,
    /// What became of the mails read since the last digest.
    pub mails: MailAccount,
    /// Facts that no mail says yet: sealed into this one.
    pub carried: Vec<Event>,
}

/// What became of mails: the numbers add up to all mails read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailAccount {
    /// Facts were taken from them.
    pub booked: u32,
    /// Understood, and nothing to take.
    pub ignored: u32,
    /// Not understood or not trusted: sender, subject, reason.
    pub review: Vec<(String, String, String)>,
    /// Refused by a limit or unreadable: what it was, reason.
    pub errors: Vec<(String, String)>,
}

/// A claim in a digest.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimLine {
    /// Which.
    pub invoice: InvoiceKey,
    /// Customer in words.
    pub customer: String,
    /// Total.
    pub total: Money,
    /// When it is due.
    pub due: Date,
    /// What keeps it from being reminded, if anything, in words.
    pub remark: Option<String>,
}

/// A payment in a digest.
#[derive(Clone, Debug, PartialEq)]
pub struct MoneyLine {
    /// Amount; negative for a return.
    pub amount: Money,
    /// Payer as printed.
    pub payer: String,
    /// What became of it.
    pub booked: String,
}

impl Digest {
    /// The number under which a forewarned step is vetoed: announced steps are counted on after the questions.
    pub fn number_of(&self, step: &Step) -> Option<usize> {
        let mut steps = self.tomorrow.iter().flat_map(|letter| &letter.steps);
        let place = steps.position(|announced| announced == step)?;
        Some(self.questions.len() + place + 1)
    }

    /// The fact that this digest states, given its letter's identity.
    pub fn told(&self, digest: SourceId) -> Told {
        Told {
            digest,
            on: self.on,
            forewarned: self
                .tomorrow
                .iter()
                .flat_map(|letter| letter.steps.clone())
                .collect(),
            questions: self
                .questions
                .iter()
                .map(|question| question.id.clone())
                .collect(),
            carried: self
                .carried
                .iter()
                .map(|event| (event.key.source, event.key.index))
                .collect(),
        }
    }
}
