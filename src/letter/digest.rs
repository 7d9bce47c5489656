//! What the merchant's mails may say: the digest, the answer to unclear words, the receipt of a shell order.
//!
//! Knows a [`Digest`] as values and gives each entry plain text; everything foreign passes [`plain`]. Questions keep
//! the numbers that the sealed `Told` gives them: the first is number 1.

use jiff::civil::Date;
use serde::Serialize;

use super::Sender;
use super::context::{SenderContext, level_name, shop_title, sums};
use super::phrases::{letter_title, plain};
use crate::ledger::digest::{ClaimLine, MailAccount};
use crate::ledger::policy::{CustomerLetter, Question, Step};
use crate::ledger::reasons;
use crate::ledger::{Digest, InvoiceKey, Language, Ledger, Money, Policy};

/// Everything a digest may name.
#[derive(Clone, Debug, Serialize)]
pub(super) struct DigestContext {
    pub(super) language: Language,
    pub(super) today: Date,
    pub(super) sender: SenderContext,
    pub(super) reply_tag: String,
    pub(super) questions: Vec<Asked>,
    pub(super) tomorrow: Vec<Planned>,
    pub(super) holds: Vec<Hold>,
    pub(super) new_claims: Vec<Line>,
    pub(super) old_claims: Vec<Line>,
    pub(super) money: Vec<MoneyLine>,
    pub(super) answers: Vec<String>,
    pub(super) orders: Vec<String>,
    pub(super) sent: Vec<String>,
    pub(super) figures: Vec<Figure>,
    pub(super) mails: Mails,
}

/// A question with its number and the words that answer it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Asked {
    pub(super) number: usize,
    pub(super) text: String,
    pub(super) choices: Vec<Reply>,
}

/// One possible answer.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Reply {
    pub(super) reply: String,
    pub(super) meaning: String,
}

/// A letter of the next sending day.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Planned {
    pub(super) customer: String,
    pub(super) address: String,
    pub(super) letter: String,
    pub(super) claims: Vec<PlannedClaim>,
    pub(super) sums: Vec<Money>,
    pub(super) reasons: Vec<String>,
}

/// A claim in such a letter.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PlannedClaim {
    pub(super) number: String,
    pub(super) open: Money,
    pub(super) level_name: Option<String>,
    /// The number that holds it back, counted on after the questions.
    pub(super) question: Option<usize>,
}

/// Something that is held.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Hold {
    pub(super) claim: Option<String>,
    pub(super) text: String,
}

/// A claim.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Line {
    pub(super) number: String,
    pub(super) shop: String,
    pub(super) customer: String,
    pub(super) total: Money,
    pub(super) due: Date,
    pub(super) remark: Option<String>,
}

/// Money in or back.
#[derive(Clone, Debug, Serialize)]
pub(super) struct MoneyLine {
    pub(super) amount: Money,
    pub(super) payer: String,
    pub(super) booked: String,
}

/// Open and overdue in one currency.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Figure {
    pub(super) open: Money,
    pub(super) overdue: Money,
}

/// What became of the mails.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Mails {
    pub(super) read: usize,
    pub(super) booked: u32,
    pub(super) ignored: u32,
    pub(super) review: Vec<Review>,
    pub(super) errors: Vec<Unreadable>,
}

/// A mail to look at.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Review {
    pub(super) sender: String,
    pub(super) subject: String,
    pub(super) reason: String,
}

/// A mail that could not be read.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Unreadable {
    pub(super) what: String,
    pub(super) reason: String,
}

/// Everything the answer to unclear words may name.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AnswerContext {
    pub(super) language: Language,
    pub(super) today: Date,
    pub(super) sender: SenderContext,
    pub(super) words: String,
    pub(super) reply_tag: String,
}

/// Everything the receipt of a shell order may name.
#[derive(Clone, Debug, Serialize)]
pub(super) struct CommandContext {
    pub(super) language: Language,
    pub(super) today: Date,
    pub(super) sender: SenderContext,
    pub(super) order: String,
}

/// The context of a digest.
pub(super) fn digest(
    digest: &Digest,
    language: Language,
    ledger: &Ledger,
    policy: &Policy,
    sender: &Sender,
    reply_tag: String,
) -> DigestContext {
    let lines = |claims: &[ClaimLine]| claims.iter().map(|claim| line(claim, sender)).collect();
    let texts = |texts: &[String]| texts.iter().map(|text| plain(text)).collect();
    let numbered = digest.questions.iter().enumerate();
    let planned = digest.tomorrow.iter();
    DigestContext {
        language,
        today: digest.on,
        sender: SenderContext::of(sender),
        reply_tag,
        questions: numbered
            .map(|(i, question)| asked(i + 1, question))
            .collect(),
        tomorrow: planned
            .map(|letter| planned_letter(letter, digest, language, ledger, policy))
            .collect(),
        holds: digest
            .holds
            .iter()
            .map(|(claim, text)| Hold {
                claim: claim.as_ref().map(|claim| plain(&claim.to_string())),
                text: plain(text),
            })
            .collect(),
        new_claims: lines(&digest.new_claims),
        old_claims: lines(&digest.old_claims),
        money: digest
            .money
            .iter()
            .map(|line| MoneyLine {
                amount: line.amount,
                payer: plain(&line.payer),
                booked: plain(&line.booked),
            })
            .collect(),
        answers: texts(&digest.answers),
        orders: texts(&digest.orders),
        sent: texts(&digest.sent),
        figures: digest
            .open
            .iter()
            .map(|&(open, overdue)| Figure { open, overdue })
            .collect(),
        mails: mails(&digest.mails, language),
    }
}

fn asked(number: usize, question: &Question) -> Asked {
    let choices = question.choices.iter();
    Asked {
        number,
        text: plain(&question.text),
        choices: choices
            .map(|(word, meaning, _)| Reply {
                reply: reply(&plain(word), number),
                meaning: plain(meaning),
            })
            .collect(),
    }
}

/// The words with the question's number behind the first: `ja 2`, `ja 2 20-1001`.
fn reply(words: &str, number: usize) -> String {
    match words.split_once(' ') {
        Some((word, rest)) => format!("{word} {number} {rest}"),
        None => format!("{words} {number}"),
    }
}

fn planned_letter(
    letter: &CustomerLetter,
    digest: &Digest,
    language: Language,
    ledger: &Ledger,
    policy: &Policy,
) -> Planned {
    let steps = letter.steps.iter().map(|step| (&step.invoice, Some(step)));
    let listed = letter.listed.iter().map(|invoice| (invoice, None));
    let claims: Vec<PlannedClaim> = steps
        .chain(listed)
        .filter_map(|(key, step)| planned_claim(key, step, digest, language, ledger, policy))
        .collect();
    let customer = ledger
        .customer(&letter.to)
        .map(|state| &state.customer)
        .and_then(|customer| customer.name.as_ref().or(customer.company.as_ref()));
    let title = letter_title(&letter.template, language);
    Planned {
        customer: customer.map_or_else(String::new, ToString::to_string),
        address: letter.to.to_string(),
        letter: capital(title.unwrap_or(&letter.template)),
        sums: sums(claims.iter().map(|claim| claim.open)),
        claims,
        reasons: letter
            .why
            .iter()
            .map(|note| plain(note.text(language)))
            .collect(),
    }
}

fn planned_claim(
    key: &InvoiceKey,
    step: Option<&Step>,
    digest: &Digest,
    language: Language,
    ledger: &Ledger,
    policy: &Policy,
) -> Option<PlannedClaim> {
    let invoice = ledger.invoice(key)?;
    Some(PlannedClaim {
        number: plain(&key.number),
        open: invoice.open(),
        level_name: step.map(|step| level_name(policy, invoice, step.level, language)),
        question: step.and_then(|step| digest.number_of(step)),
    })
}

fn line(claim: &ClaimLine, sender: &Sender) -> Line {
    Line {
        number: plain(&claim.invoice.number),
        shop: shop_title(sender, &claim.invoice.shop),
        customer: plain(&claim.customer),
        total: claim.total,
        due: claim.due,
        remark: claim.remark.as_deref().map(plain),
    }
}

fn mails(account: &MailAccount, language: Language) -> Mails {
    let said = |reason: &str| plain(&reasons::said(reason, language));
    let (review, errors) = (account.review.len(), account.errors.len());
    let understood = account.booked.saturating_add(account.ignored);
    Mails {
        read: usize::try_from(understood).unwrap_or_default() + review + errors,
        booked: account.booked,
        ignored: account.ignored,
        review: account
            .review
            .iter()
            .map(|(from, subject, reason)| Review {
                sender: plain(from),
                subject: plain(subject),
                reason: said(reason),
            })
            .collect(),
        errors: account
            .errors
            .iter()
            .map(|(what, reason)| Unreadable {
                what: plain(what),
                reason: said(reason),
            })
            .collect(),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// Words of the merchant as they are shown back to him: one line, at most 200 characters.
pub(super) fn shortened(words: &str) -> String {
    let words = plain(words);
    match words.char_indices().nth(200) {
        Some((end, _)) => format!("{} ...", &words[..end]),
        None => words,
    }
}
