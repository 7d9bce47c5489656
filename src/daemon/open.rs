//! From the files on disk to a desk: configuration, secrets, templates, recipes, store. Shared by every command, so that
//! each says the same about the same trouble.

use jiff::Timestamp;

use super::{Desk, Reply, Rules, settings};
use crate::config::Config;
use crate::ledger::SealKey;
use crate::world::store::Store;
use crate::world::{library, service};

/// Everything that the merchant's files say.
///
/// # Errors
/// Every problem of templates, recipes and the seal key.
pub fn rules(config: &Config, now: Timestamp) -> Result<Rules, Vec<String>> {
    rules_with(config, seal_key(config), now)
}

/// The same with another seal key (`replay`).
pub(super) fn rules_with(
    config: &Config,
    key: Result<SealKey, String>,
    now: Timestamp,
) -> Result<Rules, Vec<String>> {
    let mut problems = Vec::new();
    let letters = library::letters(&config.paths)
        .map_err(|mut found| problems.append(&mut found))
        .ok();
    let recipes = library::recipes(&config.paths)
        .map_err(|mut found| problems.append(&mut found))
        .ok();
    let key = key.map_err(|problem| problems.push(problem)).ok();
    let (Some(letters), Some(recipes), Some(key)) = (letters, recipes, key) else {
        return Err(problems);
    };
    let today = now.to_zoned_datetime(config.merchant.zone.clone()).date();
    Ok(Rules {
        policy: settings::policy(config, config.reminders.start.unwrap_or(today)),
        letters,
        recipes,
        trust: settings::trust(config),
        sender: settings::sender(config),
        key,
        statements: config.paths.statements.clone(),
        per_hour: config.outgoing.per_hour,
        fixed_start: config.reminders.start.is_some(),
    })
}

/// The merchant's seal key.
pub(super) fn seal_key(config: &Config) -> Result<SealKey, String> {
    let secret = service::password(&config.seal_key)?;
    SealKey::new(secret.expose().trim().as_bytes())
}

/// The desk of a configuration, without mailboxes.
///
/// # Errors
/// Exit code 4 for files that are wrong, 1 for the store.
pub fn desk(config: &Config, now: Timestamp) -> Result<Desk, Reply> {
    let rules = rules(config, now).map_err(|problems| Reply::failed(4, problems.join("\n")))?;
    let store = Store::open(&config.paths.state).map_err(|error| Reply::failed(1, error.text))?;
    Desk::open(store, rules, now).map_err(|error| Reply::failed(1, error.text))
}
