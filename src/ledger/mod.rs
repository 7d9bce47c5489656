//! What is owed and what is to be done. Pure: no clock, no file, no randomness; knows no mail and no letter text.
//!
//! The ledger is a function of the *set* of events (DESIGN: fold in key order), so any order of arrival and any
//! repetition gives the same ledger. The policy decides on the ledger and a civil date, and says why in words.

pub mod books;
pub mod calendar;
pub mod command;
pub mod customer;
pub mod default;
pub mod digest;
pub mod event;
pub mod interest;
pub mod invoice;
pub mod matching;
pub mod money;
pub mod note;
pub mod payment;
pub mod policy;
pub mod proposal;
pub mod reasons;
pub mod reference;
pub mod seal;
pub mod terms;

pub use books::Ledger;
pub use customer::{Customer, CustomerAddress, CustomerName, Language};
pub use digest::Digest;
pub use event::{Event, EventKey, Evidence, Fact, SourceId};
pub use invoice::{Invoice, InvoiceKey, PaymentMethod};
pub use money::{Currency, Money};
pub use note::Note;
pub use policy::{Action, Flight, Policy};
pub use seal::SealKey;
