//! MT940 statements and MT942 intraday reports of SWIFT, as German, Austrian, Swiss, Dutch and Polish banks write them.
//! Knows the format; whose statement it is and what becomes of a line is judged in [`super::facts`].
//!
//! A `:61:` that is not written as the norm says refuses the whole file: its direction or amount would be a guess. Text
//! that a payer wrote is delimited by the bank's fields and never searched for amounts.

mod details;
mod entry;
mod fields;

pub(super) use details::end_to_end;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Class, Line, MAX_FILE, Statement};
use crate::ledger::event::Balance;
use crate::ledger::{Currency, Money};
use entry::{day, entry};
use fields::Field;

/// Whether this is meant to be an MT940 or MT942: one of the first lines is a field (`:20:`, `:61:` ...), and no line
/// before it looks like the head of a mail.
pub fn is_mt940(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(2048)];
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let lines = start.split(|&b| b == b'\n' || b == b'\r');
    for line in lines
        .map(<[u8]>::trim_ascii)
        .filter(|l| !l.is_empty())
        .take(8)
    {
        let line = line.rsplit(|&b| b < b' ').next().unwrap_or(line);
        if fields::opens(line).is_some_and(|(tag, _)| fields::KNOWN.contains(&tag)) {
            return names_entries(bytes);
        }
        if line.windows(2).any(|w| w == b": ") || line.starts_with(b"<") {
            return false;
        }
    }
    false
}

fn names_entries(bytes: &[u8]) -> bool {
    let has = |word: &[u8]| bytes.windows(word.len()).any(|w| w == word);
    has(b":61:") || has(b":60F:") || has(b":60M:") || has(b":62F:") || has(b":34F:")
}

/// All statements of a file.
///
/// # Errors
/// Why it is not readable, in words.
pub fn read(bytes: &[u8]) -> Result<Vec<Statement>, String> {
    if bytes.len() > MAX_FILE {
        return Err(format!("the file has more than {MAX_FILE} bytes"));
    }
    let text = super::text::decode(bytes)?;
    let mut open: Option<Message> = None;
    let mut found = Vec::new();
    for field in fields::fields(&text.text)? {
        let begins = matches!(field.tag, "20" | "END");
        if begins && let Some(message) = open.take() {
            found.extend(message.end()?);
        }
        if field.tag != "END" {
            open.get_or_insert_with(Message::default)
                .take(&field, text.unsure)?;
        }
    }
    found.extend(open.map(Message::end).transpose()?.flatten());
    if found.is_empty() {
        return Err("the file has no statement".into());
    }
    join_pages(&mut found);
    Ok(found)
}

/// A statement of several pages begins where its first page does (`:60F:` ... `:62M:`, `:60M:` ... `:62F:`).
fn join_pages(found: &mut [Statement]) {
    for at in 1..found.len() {
        let (before, rest) = found.split_at_mut(at);
        let (Some(page), Some(next)) = (before.last(), rest.first_mut()) else {
            continue;
        };
        let follows = page.until.is_none()
            && page.account_text == next.account_text
            && page.closing.map(|b| b.amount) == next.opening.map(|b| b.amount);
        if follows && page.opening.is_some() && page.broken.is_none() {
            next.opening = page.opening;
        }
    }
}

/// One message while its fields are read.
#[derive(Default)]
struct Message {
    account: Option<String>,
    currency: Option<Currency>,
    opening: Option<Balance>,
    closing: Option<Balance>,
    /// The page is the last one of its statement (`:62F:`).
    last_page: bool,
    /// An intraday report: fields that only MT942 has.
    intraday: bool,
    entries: Vec<(Line, Decimal)>,
    /// `:86:` stands behind the closing balance, or behind anything else than an entry.
    behind: bool,
    any: bool,
}

impl Message {
    fn take(&mut self, field: &Field<'_>, unsure: bool) -> Result<(), String> {
        let first = field.lines.first().copied().unwrap_or_default().trim();
        self.any |= !matches!(field.tag, "20" | "21" | "940" | "942");
        self.behind &= field.tag == "86";
        match field.tag {
            "25" | "25P" => self.account = Some(without_currency(first)),
            "60F" | "60M" => {
                self.opening = balance(first);
                self.currency = self.currency.or(currency_of(first));
            }
            "62F" | "62M" => {
                self.closing = balance(first);
                self.last_page = field.tag == "62F";
                self.behind = true;
            }
            "34F" | "13" | "13D" => {
                self.intraday = true;
                self.currency = self
                    .currency
                    .or(first.get(..3).and_then(|c| c.parse().ok()));
            }
            "61" => {
                let (line, amount) = entry(&field.lines)?;
                if self.entries.len() > usize::from(u16::MAX) - 2 {
                    return Err("a statement has more than 65,000 lines".into());
                }
                self.entries.push((line, amount));
            }
            "86" => self.take_details(field, unsure),
            "64" | "65" => self.behind = true,
            _ => self.behind |= !self.entries.is_empty(),
        }
        Ok(())
    }

    /// Information to the account owner: of the entry before it, or (behind the balances) of the whole statement.
    fn take_details(&mut self, field: &Field<'_>, unsure: bool) {
        let Some((line, _)) = self.entries.last_mut() else {
            return;
        };
        if self.behind {
            // What belongs to the statement is told apart from the last entry's text by its place alone, and some banks
            // write the one for the other: then the text is only a hint.
            line.purpose_unsure |= !details::is_structured(&field.lines) && line.gvc.is_none();
            return;
        }
        details::take(&field.lines, line);
        line.purpose_unsure |= unsure && field.lines.iter().any(|l| super::text::is_unsure(l));
    }

    fn end(self) -> Result<Option<Statement>, String> {
        if !self.any {
            return Ok(None);
        }
        // A piece without a head: its lines are told, but in no currency, and nobody's.
        let none: Currency = "XXX".parse()?;
        let currency = self.currency.unwrap_or(none);
        let mut lines = Vec::with_capacity(self.entries.len());
        for (mut line, amount) in self.entries {
            line.amount = Some(Money::new(amount, currency));
            line.instructed = line
                .instructed
                .map(|ordered| Money::new(ordered.amount, currency));
            lines.push(line);
        }
        let closing = self.closing.filter(|_| !self.intraday);
        let moved = lines.iter().try_fold(Decimal::ZERO, |sum, line| {
            let amount = line.amount.map_or(Decimal::ZERO, |a| a.amount);
            sum.checked_add(match (line.class, line.incoming) {
                (Class::Pending, _) => Decimal::ZERO,
                (_, true) => amount,
                (_, false) => -amount,
            })
        });
        let mut statement = Statement {
            account: self.account.as_deref().and_then(super::iban_in),
            account_text: self.account,
            until: closing.filter(|_| self.last_page).map(|b| b.day),
            opening: self.opening,
            closing,
            complete: !self.intraday,
            lines,
            format: if self.intraday { "MT942" } else { "MT940" }.into(),
            ..Statement::default()
        };
        statement.prove(moved);
        Ok(Some(statement))
    }
}

/// Dutch banks write the currency behind the IBAN (`NL..EUR`).
fn without_currency(account: &str) -> String {
    let bare = account.strip_suffix("EUR").unwrap_or(account).trim();
    match super::iban_in(bare) {
        Some(iban) => iban,
        None => account.to_owned(),
    }
}

/// `C251120EUR1200,00`
fn balance(text: &str) -> Option<Balance> {
    let negative = match text.get(..1)? {
        "C" => false,
        "D" => true,
        _ => return None,
    };
    let amount = entry::amount(text.get(10..)?)?;
    Some(Balance {
        amount: Money::new(if negative { -amount } else { amount }, currency_of(text)?),
        day: balance_day(text)?,
    })
}

fn balance_day(text: &str) -> Option<Date> {
    day(text.get(1..7)?)
}

fn currency_of(text: &str) -> Option<Currency> {
    text.get(7..10)?.parse().ok()
}
