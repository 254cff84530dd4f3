//! The journal: money that came in and went out.
//!
//! A transaction is written once and never changed; what was wrong is put right by another one. Its id carries its date. What is
//! paid and refunded for an order is written by the order's own operations, in the same transaction as the order's status.

mod get;
mod list;
pub(super) mod period;
mod portable;
mod postgres;
mod record;
mod rules;
mod totals;

pub(super) use record::{insert as insert_new, unknown as unknown_references};
pub(super) use rules::check_amount;

pub use get::{GetError, find, get};
pub use list::{ListTransactions, list};
pub use record::{NewTransaction, Record, RecordError, Recorded, record};
pub use totals::{Total, TotalBy, Totals, totals};
