//! The plans of the hot operations, and what each may cost.
//!
//! An operation is hot when a shop calls it for every order, task, event or page. Each declares a [`Contract`]: how many statements
//! it sends, which indexes they use, how many partitions they touch, how many buffers they read, and that they read no big table from
//! end to end. [`explain`] tries an operation on a live database and holds its contract against the plans.
//!
//! # How an operation is tried
//!
//! In one transaction that is always rolled back. Arguments come from the database itself, or are made in that transaction. Each
//! statement is explained in the moment in which it is sent: on PostgreSQL by EXPLAIN (ANALYZE, BUFFERS) in a savepoint that is
//! rolled back, on SQLite by EXPLAIN QUERY PLAN. Then it runs, so that the next one finds what it would find.
//!
//! Nothing remains but what no rollback takes back: a number that a sequence gave out, and dead rows for vacuum. Until the rollback
//! the rows that the trial locks are locked, and on SQLite the file.
//!
//! Rights: those of the operation (the application's role).

mod catalogue;
mod contract;
mod error;
mod explain;
mod hot;
mod plan;
mod postgres;
mod probe;
mod sample;
mod sqlite;

pub use contract::{BIG, Breach, Contract, GROWING};
pub use error::{ExplainError, UnknownOperation};
pub use explain::{Explained, explain};
pub use hot::{HotOperation, find, operations};
pub use plan::{Plan, Scan};
