//! What a folder holds, before anything is fetched: numbers and sizes, and the sets in which the bodies are asked for.
//!
//! Invariant: sets hold every row once and in order; a mail that is too large or suspect stands alone.

use std::collections::BTreeMap;

use async_imap::imap_proto::{AttributeValue, Response};

use super::wire::{Problem, Wire};

/// Largest mail that is fetched (DESIGN 8), in bytes.
pub(super) const MAX_MAIL: u64 = 10 * 1024 * 1024;
/// A set of bodies: how many, and how many bytes.
const SET_MAILS: usize = 20;
const SET_BYTES: u64 = 8 * 1024 * 1024;
/// A mail that is there, as the server announces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Its UID.
    pub(super) uid: u32,
    /// Its size in bytes, as announced.
    pub(super) size: u64,
}

/// UIDs and sizes of a set, in order; mapped as they stream in, since five thousand parsed answers take 36 MB.
pub(super) async fn rows_of(wire: &mut Wire, set: &str) -> Result<Vec<Row>, Problem> {
    let mut rows = BTreeMap::new();
    let limit = wire.limits().command;
    let command = format!("UID FETCH {set} (UID RFC822.SIZE INTERNALDATE)");
    wire.ask(&command, limit, |response| {
        let Response::Fetch(_, attributes) = response else {
            return;
        };
        let mut row = (None, None);
        for attribute in attributes {
            match attribute {
                AttributeValue::Uid(uid) => row.0 = Some(*uid),
                AttributeValue::Rfc822Size(size) => row.1 = Some(u64::from(*size)),
                _ => {}
            }
        }
        if let (Some(uid), Some(size)) = row {
            rows.insert(uid, size);
        }
    })
    .await
    .map_err(|problem| in_words(problem, "the sizes of the mails"))?;
    Ok(rows
        .into_iter()
        .map(|(uid, size)| Row { uid, size })
        .collect())
}

/// Cuts rows into sets by number and bytes; a mail that is too large, or was refused before, stands alone.
pub(super) fn sets(rows: &[Row], suspect: impl Fn(u32) -> bool) -> Vec<Vec<Row>> {
    let alone = |row: &Row| row.size > MAX_MAIL || suspect(row.uid);
    let mut sets: Vec<Vec<Row>> = Vec::new();
    let mut bytes = 0;
    for row in rows {
        let fits = sets.last().is_some_and(|set| {
            set.len() < SET_MAILS
                && bytes + row.size <= SET_BYTES
                && !alone(row)
                && !set.iter().any(alone)
        });
        if fits && let Some(set) = sets.last_mut() {
            set.push(*row);
            bytes += row.size;
        } else {
            sets.push(vec![*row]);
            bytes = row.size;
        }
    }
    sets
}

pub(super) fn uid_set(rows: &[Row]) -> String {
    rows.iter()
        .map(|row| row.uid.to_string())
        .collect::<Vec<_>>()
        .join(",")
}

fn in_words(problem: Problem, what: &str) -> Problem {
    match problem {
        Problem::Refused(said) => Problem::Refused(format!("the server refuses {what}: {said}")),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Sets hold every row once, in order, and stay within their limits unless one mail alone is over.
        #[test]
        fn sets_hold_everything(sizes in proptest::collection::vec(0u64..12_000_000, 0..100)) {
            let rows: Vec<Row> = sizes.iter().zip(1..).map(|(&size, uid)| Row { uid, size }).collect();
            let sets = sets(&rows, |uid| uid % 17 == 0);
            prop_assert_eq!(sets.concat(), rows);
            for set in sets {
                prop_assert!(set.len() <= SET_MAILS);
                let bytes: u64 = set.iter().map(|row| row.size).sum();
                prop_assert!(set.len() == 1 || bytes <= SET_BYTES);
                prop_assert!(set.len() == 1 || set.iter().all(|row| row.size <= MAX_MAIL && row.uid % 17 != 0));
            }
        }
    }
}
