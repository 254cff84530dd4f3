//! Why nobody knows what is slow.

use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::system::configuration::ReadError;

/// What is missing, and what brings it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SlowError {
    /// The server's machine does not have the extension.
    #[error("the server has no pg_stat_statements: install PostgreSQL's contrib package on its machine")]
    NotInstalled,
    /// The server was started without it.
    #[error(
        "pg_stat_statements is not loaded: add it to shared_preload_libraries in postgresql.conf, restart the server, \
         then run CREATE EXTENSION IF NOT EXISTS pg_stat_statements"
    )]
    NotPreloaded,
    /// It is loaded, and this database has no view of it.
    #[error("this database lacks pg_stat_statements: run CREATE EXTENSION pg_stat_statements")]
    NotCreated,
    /// This database's view of it is of an older release.
    #[error("this database has an old pg_stat_statements: run ALTER EXTENSION pg_stat_statements UPDATE")]
    Outdated,
    /// The configuration holds something else than timings.
    #[error(transparent)]
    Timings(#[from] ReadError),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for SlowError {
    fn class(&self) -> Class {
        match self {
            Self::NotInstalled | Self::NotPreloaded | Self::NotCreated | Self::Outdated => Class::Refused,
            Self::Timings(error) => error.class(),
            Self::Database(error) => error.class(),
        }
    }
}
