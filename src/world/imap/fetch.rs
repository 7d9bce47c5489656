//! Reading one folder behind the cursor: sizes first, then bodies in sets, oldest first.
//!
//! Knows ranges, sizes and the budget of a batch; nothing of what a mail says. Invariant: the cursor passes a mail only when
//! it was handed on, was skipped with a reason, or is no longer in the folder; a refused or broken answer never moves it.

use std::collections::BTreeMap;

use async_imap::imap_proto::{AttributeValue, Response};
use jiff::Timestamp;

use super::folder::{self, Opened};
use super::rows::{MAX_MAIL, Row, rows_of, sets, uid_set};
use super::wire::{Problem, Wire};
use crate::mail::RawMail;
use crate::world::{Batch, Position, Skipped};

/// Bytes of one batch.
const BATCH_BYTES: u64 = 20 * 1024 * 1024;
/// Rows of sizes to read at once, and UIDs to ask for at first.
const ROWS: usize = 2_000;
/// How often the server may refuse one mail before it is left out.
const REFUSALS: u8 = 3;

/// Mails that the server refused, by folder, UIDVALIDITY and UID, and how often: one hiccup must not cost a mail, one broken
/// mail must not stop the others. Who is named here is asked for alone.
pub(super) type Refusals = BTreeMap<(String, u64, u32), u8>;

/// A mail as it came.
struct Body {
    bytes: Vec<u8>,
    received: Option<Timestamp>,
}

/// Reads a folder from a position on into the batch. `true`: it was read to its end.
pub(super) async fn folder(
    wire: &mut Wire,
    name: &str,
    batch: &mut Batch,
    refusals: &mut Refusals,
) -> Result<bool, Problem> {
    let opened = folder::open(wire, name).await?;
    let known = batch.cursor.0.get(name).copied().unwrap_or_default();
    let mut next = if known.validity == opened.validity {
        known.next.max(1)
    } else {
        1
    };
    let end = end_of(wire, opened).await?;
    let mut width = ROWS as u64;
    while next < end {
        let last = (next + width - 1).min(end - 1);
        let rows = sizes(wire, next, last).await?;
        // Numbers may be sparse: the fewer mails there were, the further the next look goes.
        width = if rows.len() < ROWS / 4 {
            width.saturating_mul(4)
        } else {
            ROWS as u64
        };
        for set in sets(&rows, |uid| {
            refusals.contains_key(&(name.to_owned(), opened.validity, uid))
        }) {
            let (done, stopped) = take(wire, name, opened.validity, &set, batch, refusals).await?;
            if let Some(uid) = done {
                next = u64::from(uid) + 1;
                note(batch, name, opened.validity, next);
            }
            if stopped {
                note(batch, name, opened.validity, next);
                return Ok(false);
            }
        }
        next = last + 1;
        note(batch, name, opened.validity, next);
    }
    note(batch, name, opened.validity, next);
    Ok(true)
}

fn note(batch: &mut Batch, name: &str, validity: u64, next: u64) {
    batch
        .cursor
        .0
        .insert(name.to_owned(), Position { validity, next });
}

/// First UID that is certainly not in the folder yet.
async fn end_of(wire: &mut Wire, opened: Opened) -> Result<u64, Problem> {
    if let Some(next) = opened.next {
        return Ok(next.into());
    }
    if opened.exists == 0 {
        return Ok(1);
    }
    // A server without UIDNEXT: `*` is the last mail.
    let rows = rows_of(wire, "*").await?;
    Ok(rows.last().map_or(1, |row| u64::from(row.uid) + 1))
}

async fn sizes(wire: &mut Wire, first: u64, last: u64) -> Result<Vec<Row>, Problem> {
    let last = last.min(u32::MAX.into());
    let mut rows = rows_of(wire, &format!("{first}:{last}")).await?;
    rows.retain(|row| (first..=last).contains(&row.uid.into()));
    Ok(rows)
}

/// Fetches a set into the batch: the last UID that is done with, and whether the batch ends before the set's end.
async fn take(
    wire: &mut Wire,
    name: &str,
    validity: u64,
    set: &[Row],
    batch: &mut Batch,
    refusals: &mut Refusals,
) -> Result<(Option<u32>, bool), Problem> {
    if let [row] = set
        && row.size > MAX_MAIL
    {
        batch.skipped.push(too_large(name, *row));
        return Ok((Some(row.uid), false));
    }
    let held: u64 = batch.mails.iter().map(|mail| mail.bytes.len() as u64).sum();
    let asked: u64 = set.iter().map(|row| row.size).sum();
    if !batch.mails.is_empty() && held + asked > BATCH_BYTES {
        return Ok((None, true));
    }
    let key = |row: &Row| (name.to_owned(), validity, row.uid);
    let tries = |row: &Row| refusals.get(&key(row)).copied().unwrap_or(0);
    let (mut bodies, there) = if set.iter().any(|row| tries(row) >= REFUSALS) {
        (BTreeMap::new(), set.iter().map(|row| row.uid).collect())
    } else {
        let answer = patient_bodies(wire, set).await;
        if let Err(Problem::Lost(_)) = answer {
            // Some servers hang up over a mail that they cannot read: whose fault it was is found out one by one.
            for row in set {
                *refusals.entry(key(row)).or_default() += u8::from(set.len() == 1);
            }
        }
        answer?
    };
    let mut done = None;
    for row in set {
        match bodies.remove(&row.uid) {
            Some(body) => {
                refusals.remove(&key(row));
                keep(batch, name, *row, body);
            }
            None if there.contains(&row.uid) => {
                let count = refusals.entry(key(row)).or_default();
                *count = count.saturating_add(1);
                if *count < REFUSALS {
                    return refused(&place(name, row.uid), *count, done, batch);
                }
                batch.skipped.push(Skipped {
                    place: place(name, row.uid),
                    reason: "the server shows it in the folder but does not give it out".to_owned(),
                });
            }
            // It was deleted or moved meanwhile.
            None => {}
        }
        done = Some(row.uid);
    }
    Ok((done, false))
}

fn keep(batch: &mut Batch, name: &str, row: Row, body: Body) {
    let size = body.bytes.len() as u64;
    match body.received {
        _ if size > MAX_MAIL => batch.skipped.push(too_large(name, Row { size, ..row })),
        Some(received) => batch.mails.push(RawMail {
            bytes: body.bytes,
            received,
        }),
        None => batch.skipped.push(Skipped {
            place: place(name, row.uid),
            reason: "the server does not say when it was received".to_owned(),
        }),
    }
}

/// The server refused a mail: what came before it is handed on first, then it is tried again by itself.
fn refused(
    place: &str,
    count: u8,
    done: Option<u32>,
    batch: &Batch,
) -> Result<(Option<u32>, bool), Problem> {
    if batch.mails.is_empty() && batch.skipped.is_empty() {
        return Err(Problem::Refused(format!(
            "the server does not give out the mail {place} (attempt {count} of {REFUSALS}, then it is left out)"
        )));
    }
    Ok((done, true))
}

async fn bodies(wire: &mut Wire, set: &[Row]) -> Result<BTreeMap<u32, Body>, Problem> {
    let mut bodies = BTreeMap::new();
    let limit = wire.limits().body;
    // BODY.PEEK never sets \Seen (RFC 3501 section 6.4.5); EXAMINE would not let it either.
    let command = format!("UID FETCH {} (UID INTERNALDATE BODY.PEEK[])", uid_set(set));
    let answer = wire
        .ask(&command, limit, |response| {
            let Response::Fetch(_, attributes) = response else {
                return;
            };
            let (mut uid, mut bytes, mut received) = (None, None, None);
            for attribute in attributes {
                match attribute {
                    AttributeValue::Uid(number) => uid = Some(*number),
                    AttributeValue::InternalDate(text) => received = internal_date(text),
                    AttributeValue::BodySection {
                        section: None,
                        index: None,
                        data: Some(data),
                    } => bytes = Some(data.to_vec()),
                    _ => {}
                }
            }
            if let (Some(uid), Some(bytes)) = (uid, bytes)
                && set.iter().any(|row| row.uid == uid)
            {
                bodies.insert(uid, Body { bytes, received });
            }
        })
        .await;
    match answer {
        // One broken mail makes some servers refuse the whole set; who is missing is asked for below.
        Ok(()) | Err(Problem::Refused(_)) => Ok(bodies),
        Err(other) => Err(other),
    }
}

/// The bodies of a set; who came without although it is in the folder is asked for once more, alone. Also says who is still
/// in the folder of those that did not come.
async fn patient_bodies(
    wire: &mut Wire,
    set: &[Row],
) -> Result<(BTreeMap<u32, Body>, Vec<u32>), Problem> {
    let mut got = bodies(wire, set).await?;
    let lost: Vec<Row> = set
        .iter()
        .filter(|row| !got.contains_key(&row.uid))
        .copied()
        .collect();
    if lost.is_empty() {
        return Ok((got, Vec::new()));
    }
    let there = rows_of(wire, &uid_set(&lost)).await?;
    if set.len() > 1 {
        for row in &there {
            got.append(&mut bodies(wire, &[*row]).await?);
        }
    }
    Ok((got, there.into_iter().map(|row| row.uid).collect()))
}

fn place(name: &str, uid: u32) -> String {
    format!("{name} no. {uid}")
}

fn too_large(name: &str, row: Row) -> Skipped {
    Skipped {
        place: place(name, row.uid),
        reason: format!(
            "it is {:.1} MiB large; mails over 10 MiB are not read",
            row.size as f64 / 1_048_576.0
        ),
    }
}

/// RFC 3501 section 9, date-time: `" 7-Feb-2025 09:05:00 +0100"`.
fn internal_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim())
        .ok()?
        .to_timestamp()
        .ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_the_mailbox() {
        let at = |text: &str| internal_date(text).map(|at| at.to_string());
        assert_eq!(
            at("17-Jul-2026 02:44:25 -0700").unwrap(),
            "2026-07-17T09:44:25Z"
        );
        assert_eq!(
            at(" 7-Feb-2025 09:05:00 +0100").unwrap(),
            "2025-02-07T08:05:00Z"
        );
        assert_eq!(at("7-Feb-2025"), None);
        assert_eq!(at("31-Feb-2025 09:05:00 +0100"), None);
    }
}
