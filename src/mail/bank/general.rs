//! Money mails of listed banks that no recipe knows: labels and sentences in the languages of European banks.
//!
//! A booking only if kind, direction and amount are each said in one way; otherwise the reason for the merchant's review.
//! Payers' words are delimited by position first and never searched. Knows no sender and no configuration.

mod amounts;
mod batch;
mod booking;
mod day;
mod labels;
mod payer;
pub mod plausible;
mod prose;
mod whole;
mod words;

use crate::ledger::Currency;
use crate::mail::PaymentReading;
use crate::mail::recipe::view::{Page, View, plain};

use booking::{Context, Part};
use labels::{Label, Pair, Sorted};

/// Why there is no booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The mail does not speak of a booking at all.
    Silent(String),
    /// It does, but not in one way.
    Refused(String),
}

impl Unread {
    /// The reason in words.
    pub fn why(self) -> String {
        match self {
            Unread::Silent(why) | Unread::Refused(why) => why,
        }
    }
}

/// The bookings of a mail whose further lines are folded. `home` is the currency of a bank's bare amounts.
///
/// # Errors
/// Why there is none, in words.
pub fn bookings(view: &View<'_>, home: Option<Currency>) -> Result<Vec<PaymentReading>, Unread> {
    let subject = plain(&view.mail.subject);
    let mut agreed: Option<Vec<PaymentReading>> = None;
    let mut silent = Unread::Silent("it names no amount of a booking".into());
    for page in &view.pages {
        let read = match of_page(page, &subject, home) {
            Ok(read) => read,
            Err(Unread::Silent(why)) => {
                silent = Unread::Silent(why);
                continue;
            }
            Err(refused) => return Err(refused),
        };
        agreed = Some(match agreed {
            None => read,
            Some(html) => whole::merged(html, read).map_err(Unread::Refused)?,
        });
    }
    agreed.ok_or(silent)
}

/// The account that a mail names, as printed.
pub fn account(view: &View<'_>) -> Option<String> {
    let mut named: Vec<String> = view
        .pages
        .iter()
        .flat_map(|page| whole::accounts(&labels::sort(page)))
        .collect();
    named.dedup();
    match named.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn of_page(
    page: &Page,
    subject: &str,
    home: Option<Currency>,
) -> Result<Vec<PaymentReading>, Unread> {
    let sorted = labels::sort(page);
    let last = sorted.pairs.last().map(|pair| pair.row);
    let head: Vec<String> = spoken(&sorted.prose, last);
    let context = Context { subject, home };
    let announced = batch::announced(&format!("{subject}\n{}", head.join("\n")));
    if let Some(rows) = batch::table(page) {
        fits(announced, rows.len())?;
        let row = |pairs: &Vec<Pair>| {
            booking::one(
                &Part {
                    pairs,
                    prose: &head,
                    several: true,
                },
                &context,
            )
        };
        return rows.iter().map(row).collect();
    }
    let amounts = sorted.pairs.iter().filter(|p| p.label == Label::Amount);
    let amounts: Vec<&str> = amounts.map(|p| p.value.as_str()).collect();
    let several = amounts.iter().any(|amount| *amount != amounts[0])
        || announced.is_some_and(|count| count > 1);
    if !several || amounts.len() < 2 {
        fits(announced, 1)?;
        let part = Part {
            pairs: &sorted.pairs,
            prose: &head,
            several: false,
        };
        return booking::one(&part, &context).map(|one| vec![one]);
    }
    let Some(blocks) = batch::blocks(page, &sorted, announced) else {
        let why = "it names several amounts that cannot be told apart";
        return Err(Unread::Refused(why.into()));
    };
    fits(announced, blocks.len())?;
    of_blocks(&blocks, &sorted, &head, &context)
}

fn of_blocks(
    blocks: &[(usize, Vec<Pair>)],
    sorted: &Sorted,
    head: &[String],
    context: &Context<'_>,
) -> Result<Vec<PaymentReading>, Unread> {
    let mut bookings = Vec::new();
    let mut from = 0;
    for (begin, pairs) in blocks {
        // What a block says for itself stands between the block before and its own end.
        let to = pairs.last().map_or(*begin, |pair| pair.row);
        let between = sorted
            .prose
            .iter()
            .filter(|(row, _)| (from..=to).contains(row));
        let own: Vec<String> = between.map(|(_, line)| line.clone()).collect();
        let prose = if own.is_empty() { head } else { &own };
        bookings.push(booking::one(
            &Part {
                pairs,
                prose,
                several: true,
            },
            context,
        )?);
        from = to + 1;
    }
    Ok(bookings)
}

fn fits(announced: Option<usize>, found: usize) -> Result<(), Unread> {
    match announced {
        Some(count) if count != found => Err(Unread::Refused(format!(
            "it announces {count} bookings, but {found} could be read"
        ))),
        _ => Ok(()),
    }
}

/// Beginnings of the lines that end a letter.
const ENDS: [&str; 34] = [
    "mit freundlichen",
    "freundliche gr",
    "viele grüße",
    "beste grüße",
    "herzliche grüße",
    "ihr team",
    "dein ",
    "deine ",
    "ihre ",
    "ihr ",
    "best regards",
    "kind regards",
    "regards",
    "sincerely",
    "thank you",
    "thanks",
    "cordialement",
    "bien à vous",
    "cordiali saluti",
    "saluti",
    "met vriendelijke",
    "un saludo",
    "atentamente",
    "atenciosamente",
    "pozdrawiam",
    "z poważaniem",
    "s pozdravem",
    "s pozdravom",
    "s přáním",
    "dies ist eine",
    "diese e-mail",
    "diese nachricht",
    "sie erhalten diese",
    "this email",
];
/// Beginnings of the small print.
const SMALL_PRINT: [&str; 6] = [
    "©",
    "copyright",
    "impressum",
    "datenschutz",
    "you receive this",
    "you're receiving",
];

/// What the bank says before the last of its labels (without labels: before its greeting at the end).
fn spoken(prose: &[(usize, String)], last: Option<usize>) -> Vec<String> {
    let ends = |line: &str| {
        let low = line.to_lowercase();
        let starts = |words: &[&str]| words.iter().any(|word| low.starts_with(word));
        (starts(&ENDS) && line.chars().count() < 60) || starts(&SMALL_PRINT)
    };
    let all = prose.iter().map(|(row, line)| (*row, line.as_str()));
    let kept: Vec<&str> = match last {
        Some(last) => all
            .filter(|(row, _)| *row <= last)
            .map(|(_, line)| line)
            .collect(),
        None => all
            .map(|(_, line)| line)
            .skip_while(|line| ends(line))
            .take_while(|line| !ends(line))
            .collect(),
    };
    kept.into_iter().map(str::to_owned).collect()
}
