//! The policy, played on literal calendars: every row of the defaults as a scenario anyone can read, and what must
//! always hold over generated histories.

#![allow(clippy::unwrap_used)]

#[path = "policy/calendar_days.rs"]
mod calendar_days;
#[path = "policy/caps.rs"]
mod caps;
#[path = "policy/holds.rs"]
mod holds;
#[path = "policy/offers.rs"]
mod offers;
#[path = "policy/properties.rs"]
mod properties;
#[path = "policy/talk.rs"]
mod talk;
#[path = "policy/world.rs"]
mod world;
