//! `turn` is the whole program: read, fold, plan, act. `handle` answers what the command line asks, over the control
//! socket while the daemon runs and directly on the store while it does not.

pub mod request;
pub mod settings;

pub use request::{Listing, Order, Reply, Request};
