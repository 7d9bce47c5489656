//! A new store from the mailbox alone: read everything, say what differs from the old store, then swap.
//!
//! Letters in flight are taken over from the old store: the mailbox cannot know them. A fact that only the old store
//! has is never dropped without the merchant's yes.

use jiff::Timestamp;
use std::collections::BTreeSet;

use super::boxes::{inboxes, outbox};
use super::{Daemon, Desk, Reply, Turn, open};
use crate::config::Config;
use crate::ledger::{Event, Fact, Ledger, SourceId};
use crate::report::{json_text, sums};
use crate::world::service;
use crate::world::store::{Store, StoreError};

/// Rebuilds the store. `yes`: also drop facts that the mailbox does not have. `dry_run`: only say what differs.
pub fn rebuild(config: &Config, yes: bool, dry_run: bool, json: bool) -> Reply {
    match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime
            .block_on(rebuilt(config, yes, dry_run, json))
            .unwrap_or_else(|reply| reply),
        Err(error) => Reply::failed(1, format!("the async runtime did not start: {error}")),
    }
}

async fn rebuilt(config: &Config, yes: bool, dry_run: bool, json: bool) -> Result<Reply, Reply> {
    let now = service::now();
    let failed = |error: StoreError| Reply::failed(1, error.text);
    let state = &config.paths.state;
    let (events, flights, trouble) = match Store::open(state) {
        Ok(old) => (
            old.events().map_err(failed)?,
            old.flights().map_err(failed)?,
            None,
        ),
        Err(error) if error.locked => return Err(failed(error)),
        // A damaged store is the very reason to rebuild.
        Err(error) => (Vec::new(), Vec::new(), Some(error.text)),
    };
    let new = read_everything(config, Store::open_beside(state).map_err(failed)?, now).await?;
    let difference = Difference::between(&events, &new);
    let text = if json {
        difference.json()
    } else {
        difference.text(&new.ledger, trouble.as_deref())
    };
    if dry_run {
        return Ok(Reply {
            text,
            talk: "nothing was changed; without --dry-run the store is replaced".into(),
            exit: 0,
        });
    }
    if !difference.lost.is_empty() && !yes {
        let talk = "nothing was changed, because facts would be lost that only the old store has; \
                    `mahnwerk rebuild --yes` drops them";
        return Ok(Reply {
            text,
            talk: talk.into(),
            exit: 1,
        });
    }
    for flight in flights {
        new.store.intend(&flight.letter).map_err(failed)?;
        if let Some(at) = flight.tried {
            new.store.tried(flight.letter.id, at).map_err(failed)?;
        }
    }
    let talk = match new.store.swap().map_err(failed)? {
        Some(kept) => format!(
            "the rebuilt store is in place; the old one is kept as {}",
            kept.display()
        ),
        None => "the rebuilt store is in place".into(),
    };
    Ok(Reply {
        text,
        talk,
        exit: 0,
    })
}

async fn read_everything(config: &Config, store: Store, now: Timestamp) -> Result<Desk, Reply> {
    let rules =
        open::rules(config, now).map_err(|problems| Reply::failed(4, problems.join("\n")))?;
    let desk = Desk::open(store, rules, now).map_err(|error| Reply::failed(1, error.text))?;
    let inboxes = inboxes(config).map_err(|problem| Reply::failed(4, problem))?;
    let outbox = outbox(config).map_err(|problem| Reply::failed(4, problem))?;
    let mut daemon = Daemon::new(desk, inboxes, outbox, now);
    let mut turn = Turn {
        complete: true,
        ..Turn::default()
    };
    daemon.read_files(now, &mut turn);
    daemon.read_mailboxes(now, &mut turn).await;
    match (turn.complete, daemon.desk.store_trouble()) {
        (true, None) => Ok(daemon.desk),
        (false, _) => Err(Reply::failed(5, turn.troubles.join("\n"))),
        (_, Some(trouble)) => Err(Reply::failed(1, trouble)),
    }
}

/// What the old store and the mailbox disagree about.
struct Difference {
    found: Vec<Event>,
    lost: Vec<Event>,
    same: usize,
    mails: usize,
}

impl Difference {
    fn between(old: &[Event], new: &Desk) -> Difference {
        let identity = |event: &Event| (event.key.source, event.key.index);
        let of_old: BTreeSet<(SourceId, u16)> = old.iter().map(identity).collect();
        let found: Vec<Event> = new
            .ledger
            .events()
            .filter(|event| !of_old.contains(&identity(event)))
            .collect();
        let lost: Vec<Event> = old
            .iter()
            .filter(|e| !new.ledger.knows(e.key.source, e.key.index))
            .cloned()
            .collect();
        let mails = new
            .store
            .mails(None, usize::MAX)
            .map_or(0, |mails| mails.len());
        Difference {
            same: old.len() - lost.len(),
            found,
            lost,
            mails,
        }
    }

    fn text(&self, ledger: &Ledger, old_trouble: Option<&str>) -> String {
        let mut text = String::new();
        if let Some(trouble) = old_trouble {
            text += &format!("The old store could not be read: {trouble}\n");
        }
        text += &format!(
            "{} mails read; {} facts as before, {} found anew, {} only in the old store.\n",
            self.mails,
            self.same,
            self.found.len(),
            self.lost.len()
        );
        for (word, events) in [
            ("found", &self.found),
            ("only in the old store", &self.lost),
        ] {
            for event in events.iter().take(40) {
                text += &format!(
                    "  {word}: {} {}\n",
                    event.key.at.strftime("%Y-%m-%d %H:%M"),
                    name(&event.fact)
                );
            }
            if events.len() > 40 {
                text += &format!("  ... and {} more\n", events.len() - 40);
            }
        }
        text + &format!(
            "{} claims, open in all: {}\n",
            ledger.invoices().count(),
            sums(&ledger.open_total())
        )
    }

    fn json(&self) -> String {
        json_text(&serde_json::json!({
            "mails": self.mails, "same": self.same, "found": self.found, "only_in_old_store": self.lost,
        }))
    }
}

fn name(fact: &Fact) -> String {
    match serde_json::to_value(fact) {
        Ok(serde_json::Value::Object(map)) => {
            let (kind, value) = map
                .iter()
                .next()
                .map_or(("fact", None), |(kind, value)| (kind.as_str(), Some(value)));
            let invoice = value
                .and_then(|value| value.get("invoice"))
                .and_then(|invoice| invoice.get("number"));
            format!(
                "{kind} {}",
                invoice
                    .and_then(serde_json::Value::as_str)
                    .unwrap_or_default()
            )
        }
        Ok(value) => value.to_string(),
        Err(_) => "fact".into(),
    }
}
