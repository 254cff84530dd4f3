//! What can go wrong, and what a caller can do about it.
//!
//! Every operation has an error enum of its own that lists its refusals, each with the data a caller needs to react: which
//! variants are short and by how much, which rows stand in the way. What all operations share is [`DatabaseError`]: the
//! driver's error of either engine, read for its code and its constraint rather than its text, so that the same mistake is the
//! same value on PostgreSQL and on SQLite.
//!
//! Three things have to be told apart, and [`Classified`] does:
//!
//! - [`Class::Refused`]: the database is fine, the command is not. Repeating it gives the same answer until something changes.
//! - [`Class::Retryable`]: nothing was written, and the same command may succeed in a moment (a deadlock, a serialization
//!   failure, a lock that was not free in time, a lost connection). [`retry`](crate::retry()) repeats exactly these.
//! - [`Class::Broken`]: somebody has to look: a full disk, a schema that is not the expected one, a statement that ran into its
//!   time limit, or a connection that was cut while the server was committing ([`DatabaseError::OutcomeUnknown`]).

mod database;
mod postgres;
mod restriction;
mod sqlite;

pub use database::DatabaseError;

/// What a failure means for whoever sent the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A rule says no. The error carries which rule and which rows.
    Refused,
    /// Nothing was written; the same command may succeed in a moment.
    Retryable,
    /// Neither the command nor bad luck: somebody has to look.
    Broken,
}

/// An error of an operation, which knows what its caller can do about it.
pub trait Classified: std::error::Error {
    /// Refused, retryable or broken.
    fn class(&self) -> Class;

    /// Whether nothing was written and the whole operation may simply be sent again.
    fn is_retryable(&self) -> bool {
        self.class() == Class::Retryable
    }
}
