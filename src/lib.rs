//! Mahnwerk: the mail daemon that gets merchants paid.
//!
//! Mails say facts; the ledger is the fold of all facts; the policy looks at the ledger and the date and says
//! what is due; a letter is composed and sent; the sent letter returns to the mailbox as a mail and is thereby
//! a fact itself. Three pure rooms in the order of that sentence, one impure one, and one file that joins them:
//!
//! - [`ledger`]: what is owed and what is to be done. Imports nothing of ours.
//! - [`mail`]: what a mail says. Imports [`ledger`].
//! - [`letter`]: what we say. Imports [`ledger`].
//! - [`world`]: what is done: sockets, files, the clock.
//! - [`daemon`]: `turn` is the whole program.
//! - [`config`], [`report`]: the one file; values to text. [`cli`], [`demo`]: commands.
//!
//! The pure rooms use no clock, no file, no socket, no thread, no randomness, no async, no printing;
//! `tests/tidy` reads their source and holds them to it.

pub mod cli;
pub mod config;
pub mod daemon;
pub mod demo;
pub mod ledger;
pub mod letter;
pub mod mail;
pub mod report;
pub mod world;
