//! How one step becomes one batch: values as JSON, the numbers that a later start checks, and the first error, after
//! which nothing is written any more.

use std::collections::BTreeSet;
use std::sync::{MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::keys;
use super::medium::{Change, Sure};
use super::{Counts, FORMAT, InFlight, Store, StoreError};
use crate::ledger::{Event, SourceId};

impl Store {
    pub(super) fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        match self.medium.get(key)? {
            Some(value) => self.value(&value).map(Some),
            None => Ok(None),
        }
    }

    fn value<T: DeserializeOwned>(&self, value: &[u8]) -> Result<T, StoreError> {
        serde_json::from_slice(value).map_err(|error| {
            StoreError::damaged(
                &self.directory,
                &format!("an entry cannot be read ({error})"),
            )
        })
    }

    pub(super) fn put<T: Serialize>(&self, key: Vec<u8>, value: &T) -> Result<Change, StoreError> {
        let value = serde_json::to_vec(value)
            .map_err(|error| StoreError::new(format!("cannot be written as JSON: {error}")))?;
        Ok(Change::Put(key, value))
    }

    pub(super) fn all<T: DeserializeOwned>(&self, kind: u8) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.medium
            .scan(&[kind], &keys::end(kind), false, &mut |_, value| {
                found.push(self.value(value)?);
                Ok(true)
            })?;
        Ok(found)
    }

    pub(super) fn change_flight(
        &self,
        step: &'static str,
        letter: SourceId,
        sure: Sure,
        change: impl FnOnce(&mut InFlight),
    ) -> Result<(), StoreError> {
        let key = keys::source(keys::FLIGHT, letter);
        let Some(mut flight) = self.get::<InFlight>(&key)? else {
            return Err(StoreError::new(format!(
                "letter {letter} is not in flight; it is not sent (`mahnwerk list letters`)"
            )));
        };
        change(&mut flight);
        let changed = self.put(key, &flight)?;
        self.write(step, vec![changed], sure)
    }

    /// Adds the events that are not known yet; one batch with `changes`.
    pub(super) fn write_events(
        &self,
        step: &'static str,
        mut changes: Vec<Change>,
        events: &[Event],
        sure: Sure,
    ) -> Result<(), StoreError> {
        let mut new = BTreeSet::new();
        for event in events {
            let key = keys::event(&event.key);
            if self.medium.get(&key)?.is_none() && new.insert(key.clone()) {
                changes.push(self.put(key, event)?);
            }
        }
        if !new.is_empty() {
            let total = self.counts().events + new.len() as u64;
            changes.push(Change::Put(
                keys::EVENTS.to_vec(),
                total.to_be_bytes().to_vec(),
            ));
        }
        if changes.is_empty() {
            return Ok(());
        }
        self.write(step, changes, sure)?;
        self.counts().events += new.len() as u64;
        Ok(())
    }

    pub(super) fn write(
        &self,
        step: &'static str,
        mut changes: Vec<Change>,
        sure: Sure,
    ) -> Result<(), StoreError> {
        let mut counts = self.counts();
        if let Some(broken) = &counts.broken {
            return Err(broken.clone());
        }
        let number = counts.steps + 1;
        if counts.steps == 0 {
            changes.push(self.put(keys::FORMAT.to_vec(), &FORMAT)?);
        }
        changes.push(Change::Put(
            keys::STEP.to_vec(),
            number.to_be_bytes().to_vec(),
        ));
        match self.medium.write(step, number, &changes, sure) {
            Ok(()) => counts.steps = number,
            Err(error) => counts.broken = Some(error.clone()),
        }
        counts.broken.clone().map_or(Ok(()), Err)
    }
}
