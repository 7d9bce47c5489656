//! The account of mails: what became of each, in the order of reading. A list costs what it returns.

use jiff::Timestamp;

use super::keys;
use super::{MailRecord, Store, StoreError};
use crate::ledger::SourceId;
use crate::mail::Outcome;

impl Store {
    /// Whether this mail already has a record.
    pub fn knows_mail(&self, source: SourceId) -> Result<bool, StoreError> {
        let key = keys::source(keys::MAIL, source);
        Ok(self.medium.get(&key)?.is_some())
    }

    /// Mail records, newest first, at most `limit`; only of one outcome if given.
    pub fn mails(
        &self,
        outcome: Option<Outcome>,
        limit: usize,
    ) -> Result<Vec<MailRecord>, StoreError> {
        let wanted = outcome.map(keys::outcome);
        let mut found = Vec::new();
        self.medium.scan(
            &[keys::READ],
            &keys::end(keys::READ),
            true,
            &mut |key, value| {
                if found.len() >= limit {
                    return Ok(false);
                }
                if wanted.is_none_or(|wanted| value == [wanted]) {
                    found.extend(keys::mail_of_read(key));
                }
                Ok(true)
            },
        )?;
        self.records(&found)
    }

    /// Mail records read after `since`, oldest first, for the digest's account.
    pub fn mails_since(&self, since: Timestamp) -> Result<Vec<MailRecord>, StoreError> {
        let from = keys::read_from(since);
        let mut found = Vec::new();
        self.medium
            .scan(&from, &keys::end(keys::READ), false, &mut |key, _| {
                // `after`: what was read at that very instant stood in the digest of that instant.
                if !key.starts_with(&from) {
                    found.extend(keys::mail_of_read(key));
                }
                Ok(true)
            })?;
        self.records(&found)
    }

    fn records(&self, keys: &[Vec<u8>]) -> Result<Vec<MailRecord>, StoreError> {
        let records = keys.iter().map(|key| self.get(key));
        Ok(records
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect())
    }
}
