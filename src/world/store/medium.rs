//! The seam below the store: keys and values, and one atomic batch per step, on a disk or in memory.
//!
//! Knows nothing of letters and events. Invariant: a batch is there whole or not at all, and after `Sure::Barrier` it
//! survives the loss of power.

use super::StoreError;
use super::disk::Disk;
use super::simulated::Simulated;

/// One change of a batch.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Writes a value.
    Put(Vec<u8>, Vec<u8>),
    /// Takes one away.
    Drop(Vec<u8>),
}

/// How sure a step must be before it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sure {
    /// Survives the death of the process; a loss of power may take back the last ones, in order.
    Flush,
    /// Survives the loss of power.
    Barrier,
}

/// Called for each key and value; `false` ends the scan.
pub(super) type Each<'a> = dyn FnMut(&[u8], &[u8]) -> Result<bool, StoreError> + 'a;

/// Where the keys lie.
#[derive(Debug)]
pub(super) enum Medium {
    /// sled.
    Disk(Box<Disk>),
    /// Memory that can be killed.
    Simulated(Simulated),
}

impl Medium {
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Medium::Disk(disk) => disk.get(key),
            Medium::Simulated(disk) => disk.get(key),
        }
    }

    /// Calls `each` for the entries of `from..to` in order (or from the end) until it returns `false`.
    pub(super) fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        backwards: bool,
        each: &mut Each<'_>,
    ) -> Result<(), StoreError> {
        match self {
            Medium::Disk(disk) => disk.scan(from, to, backwards, each),
            Medium::Simulated(disk) => disk.scan(from, to, backwards, each),
        }
    }

    /// Carries out one step: all changes or none.
    pub(super) fn write(
        &self,
        step: &'static str,
        number: u64,
        changes: &[Change],
        sure: Sure,
    ) -> Result<(), StoreError> {
        match self {
            Medium::Disk(disk) => disk.write(step, number, changes, sure),
            Medium::Simulated(disk) => disk.write(step, changes, sure),
        }
    }
}
