//! From statements to facts: is it our account, and which of its lines are money. Knows who may send statements.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Class, Line, Statement, StatementFile, read_any};
use crate::ledger::event::{Payment, Seen};
use crate::ledger::{Event, EventKey, Evidence, Fact, Money};
use crate::mail::parts::Mail;
use crate::mail::trust::{OwnAccount, Verdict};
use crate::mail::{Kind, Outcome, PaymentReading, RawMail, Reading, Trace, Trust};

/// Reads a file that lies alone in the watched folder. `None`: it is no camt file.
pub fn read_file(bytes: &[u8], received: Timestamp, trust: &Trust) -> Option<Reading> {
    Some(match read_any(bytes)? {
        Ok(files) => take(files, received, trust, &Evidence::File),
        Err(why) => Reading::new(
            Kind::None,
            Outcome::Error,
            format!("statement not read: {why}"),
        ),
    })
}

/// The statements attached to a mail. `None`: there is none. Counts only of a proven sender that is listed for the account.
pub fn read_attached(
    raw: &RawMail,
    mail: &Mail,
    verdict: &Verdict,
    trust: &Trust,
) -> Option<Reading> {
    let mut files = Vec::new();
    for read in mail.attachments.iter().filter_map(|a| read_any(&a.bytes)) {
        match read {
            Ok(read) => files.extend(read),
            Err(why) => {
                return Some(Reading::new(
                    Kind::None,
                    Outcome::Error,
                    format!("statement not read: {why}"),
                ));
            }
        }
    }
    if files.is_empty() {
        return None;
    }
    let review = |why: String| Some(Reading::new(Kind::None, Outcome::Review, why));
    if !verdict.proven() || verdict.spf_only && !trust.assume {
        return review(format!(
            "has a statement attached, but its sender is not proven: {}",
            verdict.why
        ));
    }
    let mut allowed = trust.clone();
    if !trust.assume {
        allowed.accounts = trust.accounts_of(&verdict.from).cloned().collect();
    }
    if allowed.accounts.is_empty() && !trust.assume {
        return review(format!(
            "has a statement attached, but {} is not listed as a sender of one of the accounts",
            verdict.from
        ));
    }
    Some(take(files, raw.received, &allowed, &verdict.evidence()))
}

/// The reading of statement files whose sender was already found trustworthy: `by` is the evidence for it. Facts are
/// only taken where each statement is of an account of ours.
pub fn take(
    files: Vec<StatementFile>,
    received: Timestamp,
    trust: &Trust,
    by: &Evidence,
) -> Reading {
    let mut reading = Reading::new(
        Kind::None,
        Outcome::Ignored,
        "a statement without bookings".into(),
    );
    let mut foreign = Vec::new();
    for (source, statements) in files {
        let mut index: u16 = 0;
        for mut statement in statements {
            let lines = std::mem::take(&mut statement.lines);
            let statement = &statement;
            let ours = own_account(statement, trust);
            tell(statement, lines.len(), ours.as_deref(), &mut reading.trace);
            // Every line takes an index, also those that say nothing to us today: identities must not move when an
            // account is added to the configuration.
            let mut push = |reading: &mut Reading, fact: Option<Fact>| {
                let key = EventKey {
                    at: received,
                    source,
                    index,
                };
                index = index.saturating_add(1);
                reading.events.extend(fact.map(|fact| Event {
                    key,
                    fact,
                    by: by.clone(),
                }));
            };
            for line in lines {
                reading.payments.extend(payment_reading(&line, statement));
                let account = ours.as_deref();
                let fact = account.and_then(|a| fact_of(&line, a, statement, &mut reading.trace));
                push(&mut reading, fact);
                reading.transactions.push(line);
            }
            let today = trust.day(received);
            let complete = ours.as_deref().and_then(|a| seen(statement, a, today));
            push(&mut reading, complete);
            if ours.is_none() {
                foreign.push(
                    statement
                        .account_text
                        .clone()
                        .unwrap_or_else(|| "an unnamed account".into()),
                );
            }
        }
    }
    conclude(&mut reading, &foreign);
    reading
}

fn conclude(reading: &mut Reading, foreign: &[String]) {
    let kinds = || reading.payments.iter().map(|p| p.kind);
    reading.kind = match kinds().find(|kind| *kind == Kind::PaymentReceived) {
        Some(received) => received,
        None => kinds().next().unwrap_or(Kind::None),
    };
    // The merchant's own debits are no payments of customers.
    reading.payments.retain(|p| p.kind != Kind::PaymentSent);
    if !foreign.is_empty() {
        let which = foreign.join(", ");
        reading.trace.push(trace(format!(
            "{which}: another account than those of the configuration"
        )));
        if reading.events.is_empty() {
            reading.outcome = Outcome::Review;
            reading.reason =
                format!("a statement of another account ({which}), not one of the configuration");
            return;
        }
    }
    let count = reading
        .events
        .iter()
        .filter(|e| !matches!(e.fact, Fact::Seen(_)))
        .count();
    if !reading.events.is_empty() {
        reading.outcome = Outcome::Booked;
        reading.reason = match count {
            0 => "a statement without payments of customers".into(),
            1 => "a statement with one incoming, returned or announced payment".into(),
            _ => format!("a statement with {count} incoming, returned or announced payments"),
        };
    }
}

fn tell(statement: &Statement, lines: usize, ours: Option<&str>, traces: &mut Vec<Trace>) {
    let account = statement
        .account_text
        .as_deref()
        .unwrap_or("an unnamed account");
    let until = statement
        .until
        .map_or_else(String::new, |day| format!(", complete until {day}"));
    let broken = statement.broken.as_deref();
    if let Some(why) = broken {
        traces.push(trace(format!(
            "not whole, so the account is not known by it: {why}"
        )));
    }
    let whose = if ours.is_some() { "ours" } else { "not ours" };
    traces.push(trace(format!(
        "{}: {lines} lines of {account} ({whose}){until}",
        statement.format
    )));
}

fn trace(text: String) -> Trace {
    Trace {
        reader: "statement".into(),
        text,
    }
}

/// The account as the configuration writes it.
fn own_account(statement: &Statement, trust: &Trust) -> Option<String> {
    let Some(printed) = statement
        .account
        .as_deref()
        .or(statement.account_text.as_deref())
    else {
        return the_only_bank(trust).map(|account| account.id.clone());
    };
    let found = trust
        .account(printed)
        .or_else(|| by_domestic_number(printed, trust));
    match found {
        Some(account) => Some(account.id.clone()),
        None => (trust.assume && trust.accounts.is_empty()).then(|| printed.to_owned()),
    }
}

/// An export that names no account can only be of the one bank account that there is; its money is proposed, not booked.
fn the_only_bank(trust: &Trust) -> Option<&OwnAccount> {
    let mut banks = trust
        .accounts
        .iter()
        .filter(|a| super::iban_in(&a.id).is_some());
    banks.next().filter(|_| banks.next().is_none())
}

/// MT940 writes the account as its country did before the IBAN, which holds the same digits behind its first four signs:
/// `37050198/12348600` (bank and account), or the account's number alone.
fn by_domestic_number<'t>(printed: &str, trust: &'t Trust) -> Option<&'t OwnAccount> {
    let (bank, number) = printed.split_once('/').unwrap_or(("", printed));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = number.trim();
    let german = bank.len() == 8 && digits(bank) && digits(number) && number.len() <= 10;
    let fits = |account: &&OwnAccount| {
        let Some(own) = super::iban_in(&account.id) else {
            return false;
        };
        if german {
            return own.get(4..) == Some(format!("{bank}{number:0>10}").as_str());
        }
        let alone = bank.is_empty() || !digits(bank);
        alone && digits(number) && number.len() >= 8 && own[4..].ends_with(number)
    };
    let mut found = trust.accounts.iter().filter(fits);
    found.next().filter(|_| found.next().is_none())
}

/// What a whole statement of the account says about its completeness.
fn seen(statement: &Statement, account: &str, today: Date) -> Option<Fact> {
    let until = statement.until.filter(|_| statement.broken.is_none())?;
    Some(Fact::Seen(Seen {
        account: Some(account.to_owned()),
        until: until.min(today),
        statement: true,
        between: statement.opening.zip(statement.closing),
    }))
}

fn fact_of(
    line: &Line,
    account: &str,
    statement: &Statement,
    traces: &mut Vec<Trace>,
) -> Option<Fact> {
    let unnamed = statement.account_text.is_none();
    let unnamed = unnamed.then(|| "the file does not name its account".to_owned());
    let doubt = line.doubt.clone().or(unnamed);
    let amount = line.amount.filter(Money::is_positive)?;
    let payment = Payment {
        account: account.to_owned(),
        amount: of_the_claim(line, amount),
        booked: line.booking_date,
        payer: line
            .counterparty_name
            .clone()
            .or_else(|| line.aside.name.clone())
            .or_else(|| line.ultimate_name.clone()),
        payer_cut: false,
        payer_iban: line
            .counterparty_iban
            .clone()
            .or_else(|| line.aside.iban.clone()),
        payer_email: line.counterparty_email.clone(),
        remittance: purpose(line),
        references: line.references.clone(),
        transaction_id: line.transaction_id.clone(),
        end_to_end_id: line.end_to_end_id.clone(),
        original_transaction_id: line.original_transaction_id.clone(),
        return_reason: line.return_reason.clone(),
        from_statement: statement.complete,
        proposal_only: doubt.is_some(),
        charges: None,
        original_amount: None,
    };
    if let Some(doubt) = &doubt {
        traces.push(trace(format!("{amount} is only a proposal: {doubt}")));
    }
    match (line.class, line.incoming) {
        (Class::Credit, true) => Some(Fact::Paid(payment)),
        (Class::Pending, true) => Some(Fact::Pending(payment)),
        (Class::Return | Class::Reversal, false) => Some(Fact::Returned(payment)),
        // Money of our own that came back, or that went out, is no customer's payment.
        _ => None,
    }
}

/// The payer's words, also where the bank goes on with them in another field.
fn purpose(line: &Line) -> String {
    let own = line.remittance.iter().chain(&line.continued);
    own.map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// A bank books a returned debit with its fee. What the customer owes again is what was ordered.
fn of_the_claim(line: &Line, amount: Money) -> Money {
    match line.instructed {
        Some(ordered)
            if line.class == Class::Return
                && ordered.currency == amount.currency
                && ordered.amount < amount.amount =>
        {
            ordered
        }
        _ => amount,
    }
}

fn payment_reading(line: &Line, statement: &Statement) -> Option<PaymentReading> {
    let amount = line.amount?;
    let kind = match (line.class, line.incoming) {
        (Class::Credit, _) => Kind::PaymentReceived,
        (Class::Pending, true) => Kind::PaymentPending,
        (Class::Return | Class::Reversal, _) => Kind::PaymentReturned,
        // Between the merchant's own accounts, a provider's doings: no customer's money.
        _ => Kind::PaymentSent,
    };
    let remittance = line.remittance.join("\n");
    let known = !remittance.is_empty() && !line.purpose_unsure;
    Some(PaymentReading {
        kind,
        amount,
        currency: amount.currency,
        booking_date: line.booking_date,
        payer_name: line.counterparty_name.clone(),
        payer_iban: line.counterparty_iban.clone(),
        payer_email: line.counterparty_email.clone(),
        remittance: known.then_some(remittance),
        references: line.references.clone(),
        transaction_id: line.transaction_id.clone(),
        end_to_end_id: line.end_to_end_id.clone(),
        original_transaction_id: None,
        return_reason: line.return_reason.clone(),
        account: statement.account_text.clone(),
        payer_cut: false,
        from_statement: statement.complete,
    })
}
