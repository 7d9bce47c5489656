//! The whole daemon on real servers: a merchant's weeks on Dovecot and Postfix, and the same in every kind of trouble.
//!
//! Days are turned by hand; what counts is what lies in the mailboxes at the end: every letter exactly once.

mod eve;
mod faults;
mod found;
mod killed;
mod killed_by_hand;
mod large_statement;
mod mails;
mod seven_weeks;
pub mod stage;
mod vetoed;
