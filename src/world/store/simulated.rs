//! A disk in memory that can be killed, can lose what was not behind a barrier, and can fail on demand.
//!
//! For the simulation and for tests: the same steps as on sled, each with a point before and a point after it at which
//! the process may die. Invariant: after its death a store of the old process answers nothing any more.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::StoreError;
use super::medium::{Change, Each, Sure};

/// Called at each point of a durable step: its name (`tried`, `settle` ...) and whether it is done (`false`: about to
/// be done). `true` kills the process at this point.
pub type OnStep = Box<dyn FnMut(&'static str, bool) -> bool + Send>;

/// The disk: outlives the stores that are opened on it. Clones are the same disk.
#[derive(Clone, Debug, Default)]
pub struct SimDisk(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// What survives the loss of power.
    synced: BTreeMap<Vec<u8>, Vec<u8>>,
    /// What is read: `synced` and the batches behind it.
    current: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Committed, not yet behind a barrier.
    unsynced: Vec<Vec<Change>>,
    /// Which process may write; a store of an earlier one is dead.
    process: u64,
    open: bool,
    points: u64,
    kill_at: Option<u64>,
    fail_in: Option<u64>,
    on_step: Option<OnStep>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimDisk")
            .field("entries", &self.current.len())
            .field("unsynced", &self.unsynced.len())
            .field("points", &self.points)
            .finish_non_exhaustive()
    }
}

impl SimDisk {
    /// An empty disk.
    pub fn new() -> SimDisk {
        SimDisk::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Points passed so far: two for each durable step, before and after it.
    pub fn points(&self) -> u64 {
        self.state().points
    }

    /// Batches that a loss of power may take back.
    pub fn unsynced(&self) -> usize {
        self.state().unsynced.len()
    }

    /// Kills the process at this point (see [`SimDisk::points`]); every later call of its store fails too.
    pub fn kill_at(&self, point: u64) {
        self.state().kill_at = Some(point);
    }

    /// Calls `hook` at every point from now on.
    pub fn on_step(&self, hook: OnStep) {
        self.state().on_step = Some(hook);
    }

    /// The `n`-th durable step from now (1: the next) fails with a disk error and writes nothing.
    pub fn fail_next(&self, n: u64) {
        self.state().fail_in = Some(n);
    }

    /// The process dies, the machine does not: nothing is lost. Its store is dead; a new one may be opened.
    pub fn kill(&self) {
        self.state().end_process();
    }

    /// The machine loses power: of the batches behind the last barrier only the first `keep` are there afterwards. The
    /// number lost.
    pub fn crash(&self, keep: usize) -> usize {
        let mut state = self.state();
        let tail = std::mem::take(&mut state.unsynced);
        let lost = tail.len().saturating_sub(keep);
        for batch in tail.iter().take(keep) {
            apply(&mut state.synced, batch);
        }
        state.current = state.synced.clone();
        state.end_process();
        lost
    }
}

impl State {
    fn end_process(&mut self) {
        self.process += 1;
        self.open = false;
        self.kill_at = None;
        self.fail_in = None;
    }

    /// Passes a point; the process may die here.
    fn pass(&mut self, step: &'static str, done: bool) -> Result<(), StoreError> {
        let point = self.points;
        self.points += 1;
        let hooked = match &mut self.on_step {
            Some(hook) => hook(step, done),
            None => false,
        };
        if hooked || self.kill_at == Some(point) {
            self.end_process();
            return Err(StoreError::killed());
        }
        Ok(())
    }
}

fn apply(map: &mut BTreeMap<Vec<u8>, Vec<u8>>, batch: &[Change]) {
    for change in batch {
        match change {
            Change::Put(key, value) => {
                map.insert(key.clone(), value.clone());
            }
            Change::Drop(key) => {
                map.remove(key);
            }
        }
    }
}

/// One process's view of the disk.
#[derive(Debug)]
pub(super) struct Simulated {
    disk: SimDisk,
    process: u64,
}

impl Simulated {
    pub(super) fn open(disk: SimDisk) -> Result<Simulated, StoreError> {
        let mut state = disk.state();
        if state.open {
            return Err(StoreError::locked("memory".as_ref(), None));
        }
        state.open = true;
        let process = state.process;
        drop(state);
        Ok(Simulated { disk, process })
    }

    fn state(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        let state = self.disk.state();
        if state.process == self.process {
            Ok(state)
        } else {
            Err(StoreError::killed())
        }
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.state()?.current.get(key).cloned())
    }

    pub(super) fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        backwards: bool,
        each: &mut Each<'_>,
    ) -> Result<(), StoreError> {
        let state = self.state()?;
        let mut range = state.current.range(from.to_vec()..to.to_vec());
        while let Some((key, value)) = if backwards {
            range.next_back()
        } else {
            range.next()
        } {
            if !each(key, value)? {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn write(
        &self,
        step: &'static str,
        changes: &[Change],
        sure: Sure,
    ) -> Result<(), StoreError> {
        let mut state = self.state()?;
        state.pass(step, false)?;
        if let Some(left) = state.fail_in {
            state.fail_in = (left > 1).then(|| left - 1);
            if left <= 1 {
                return Err(StoreError::new(format!(
                    "the disk answered with an error ({step}, simulation); nothing is sent until it is mended"
                )));
            }
        }
        apply(&mut state.current, changes);
        state.unsynced.push(changes.to_vec());
        if sure == Sure::Barrier {
            let tail = std::mem::take(&mut state.unsynced);
            for batch in &tail {
                apply(&mut state.synced, batch);
            }
        }
        state.pass(step, true)
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        if state.process == self.process {
            state.open = false;
        }
    }
}
