//! The schema against what the migrations build.
//!
//! What they build is kept as text for each engine, `postgres.txt` and `sqlite.txt`: this crate does not know the migrations. A test
//! compares the texts with a database that was just migrated.

mod compare;
mod comparison;
mod ddl;
mod home;
mod name;
mod normal;
mod object;
mod partition;
mod parts;
mod read;
mod repair;
mod snapshot;

use sea_orm::{ConnectionTrait, DbErr};

pub(super) use comparison::{Comparison, compare};
pub(super) use object::Kind;

use crate::error::DatabaseError;

/// The live schema in the form of the snapshot, for whoever changes the migrations.
///
/// # Errors
///
/// What the database reported.
pub async fn describe<C: ConnectionTrait>(database: &C) -> Result<String, DatabaseError> {
    let live: Result<_, DbErr> = read::read(database).await;
    Ok(snapshot::print(&partition::forms_of(&live?)))
}
