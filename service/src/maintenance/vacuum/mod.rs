//! Dead rows, old rows and statistics: what is due, and doing it.
//!
//! PostgreSQL vacuums and analyses by itself, by settings that the schema gives the busy tables. [`due()`] says what has become due by
//! those same settings and was not done yet (autovacuum is off, too slow, or starved by long transactions), and what autovacuum never
//! does: a partitioned table's own statistics. SQLite does nothing by itself: there [`due()`] names what would be worth an
//! ANALYZE, and the file when a good part of it is empty.
//!
//! [`run()`] does it on a connection of its own, because VACUUM cannot run inside a transaction, without the statement timeout that
//! is meant for a shop's statements, and with the lock timeout: a table that somebody else locks is left and said to be. Readers and
//! writers go on. On SQLite VACUUM writes the file anew, needs as much disk again, and keeps other writers waiting; readers go on.
//!
//! Only the owner of a table, the owner of the database or, from PostgreSQL 17 on, who was granted MAINTAIN may do this. To the server
//! each partition has an owner and grants of its own.

mod due;
mod need;
mod postgres;
mod run;
mod sqlite;
mod target;

pub use due::{Due, due};
pub use need::{Limits, Reason, Statistics, reasons};
pub(crate) use run::run_within;
pub use run::{Done, Job, Outcome, VacuumError, Work, run};
pub use target::Target;
