//! `status`: what the daemon does, filled in by the daemon.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::table::{Table, item};
use super::{count, json_text};
use crate::ledger::Money;

/// The daemon at a moment.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// A daemon answered; otherwise the store was looked at.
    pub running: bool,
    /// Version of the program.
    pub version: String,
    /// End of the last turn.
    pub last_turn: Option<Timestamp>,
    /// Next planned moment, in the merchant's zone.
    pub next_turn: Option<DateTime>,
    /// Reminders begin with claims of this day.
    pub start: Date,
    /// The merchant stopped everything.
    pub stopped: bool,
    /// Every letter goes to the merchant.
    pub rehearsal: bool,
    /// Mailboxes.
    pub mailboxes: Vec<MailboxStatus>,
    /// Accounts and the day up to which they are known.
    pub accounts: Vec<AccountStatus>,
    /// Letters in flight.
    pub letters_in_flight: usize,
    /// Of them, those whose fate is unknown.
    pub letters_in_doubt: usize,
    /// Claims with something open.
    pub open_claims: usize,
    /// What is open, per currency.
    pub open: Vec<Money>,
    /// Open questions.
    pub questions: usize,
    /// Mails in review.
    pub review: usize,
    /// What holds all letters back, in words.
    pub holds: Vec<String>,
}

/// A mailbox.
#[derive(Clone, Debug, Serialize)]
pub struct MailboxStatus {
    /// Name.
    pub name: String,
    /// When it was last read to its end.
    pub read: Option<Timestamp>,
    /// Last trouble, if it is not over.
    pub trouble: Option<String>,
}

/// An account.
#[derive(Clone, Debug, Serialize)]
pub struct AccountStatus {
    /// Name in the configuration, or IBAN.
    pub name: String,
    /// Last day that is known completely.
    pub seen_until: Option<Date>,
    /// Too old to remind on.
    pub stale: bool,
}

/// The status as text or JSON; times in the merchant's zone.
pub fn status(status: &Status, zone: &TimeZone, json: bool) -> String {
    if json {
        return json_text(status);
    }
    let clock = |at: Timestamp| {
        at.to_zoned_datetime(zone.clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    };
    let lines = lines(status, clock);
    let mut text: String = lines
        .iter()
        .map(|(name, value)| item(&format!("{name:<14}"), value))
        .collect();
    for hold in &status.holds {
        text.push_str(&item("held          ", hold));
    }
    let mut table = Table::new(&["mailbox", "read to its end", "trouble"]);
    for mailbox in &status.mailboxes {
        table.row([
            mailbox.name.clone(),
            mailbox.read.map_or("never".into(), clock),
            mailbox.trouble.clone().unwrap_or_else(|| "none".into()),
        ]);
    }
    text.push('\n');
    text.push_str(&table.text(if status.running {
        "No mailbox has been read yet."
    } else {
        "No daemon reads the mailboxes. Start it: systemctl start mahnwerk, or by hand: mahnwerk run"
    }));
    let mut table = Table::new(&["account", "known until", "fresh"]);
    for account in &status.accounts {
        table.row([
            account.name.clone(),
            account
                .seen_until
                .map_or("never".into(), |day| day.to_string()),
            if account.stale {
                "no: letters are held".into()
            } else {
                "yes".into()
            },
        ]);
    }
    text.push('\n');
    text.push_str(&table.text("No accounts."));
    if status.accounts.iter().any(|account| account.stale) {
        text.push_str("Letters wait for a newer statement, or for your word: mahnwerk checked\n");
    }
    text
}

fn lines(status: &Status, clock: impl Fn(Timestamp) -> String) -> Vec<(&'static str, String)> {
    let daemon = if status.running {
        format!("runs, version {}", status.version)
    } else {
        "does not run".into()
    };
    let next = status
        .next_turn
        .map_or("-".into(), |at| at.strftime("%Y-%m-%d %H:%M").to_string());
    let open = super::customers::sums(&status.open);
    let mut lines = vec![("daemon", daemon)];
    if status.running {
        lines.push(("last turn", status.last_turn.map_or("never".into(), clock)));
        lines.push(("next turn", next));
    }
    lines.extend([
        ("reminds", format!("claims of {} and later", status.start)),
        ("open claims", format!("{} ({open})", status.open_claims)),
        ("questions", status.questions.to_string()),
        ("review", count(status.review, "mail", "mails")),
        (
            "in flight",
            count(status.letters_in_flight, "letter", "letters"),
        ),
    ]);
    if status.letters_in_doubt > 0 {
        lines.push((
            "in doubt",
            count(status.letters_in_doubt, "letter", "letters"),
        ));
    }
    if status.rehearsal {
        lines.push((
            "rehearsal",
            "every letter goes to you instead of the customer".into(),
        ));
    }
    if status.stopped {
        lines.push((
            "stopped",
            "nothing goes to any customer; end it with: mahnwerk start".into(),
        ));
    }
    lines
}
