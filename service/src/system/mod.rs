//! What happened in the machinery, and how it is set up.
//!
//! Owns `system_events` and `configurations`.
//!
//! An event is written once and never changed. Its id carries its time, on PostgreSQL the months of the table are partitions by
//! that id, and lists run from the newest id to the oldest. [`append`] joins the caller's transaction: an event that reports a
//! change is there exactly when the change is.
//!
//! A configuration has a unique key and any JSON as its value, which [`configuration::get`] reads as a type of the caller's.
//! [`configuration::compare_and_set`] lets one of several writers win.
//!
//! Both tables remember an agent and outlive it (SET NULL).

mod append;
pub mod configuration;
mod list;

pub use append::{AppendError, AppendEvent, AppendMany, append, append_many};
pub use list::{ListEvents, list};
