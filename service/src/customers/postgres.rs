//! What only PostgreSQL needs: a lock for an address that is not there yet. On SQLite a writing transaction holds the file.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::error::DatabaseError;

const HOLD: &str =
    "SELECT pg_advisory_xact_lock(hashtextextended($1, hashtextextended('customers.email', 0)))";

/// Waits until nobody else is giving this address to a customer or a list, and keeps others from it until the transaction ends.
///
/// Neither a customer nor a subscription that is only about to be can be locked, and neither sees the other: who subscribed and
/// registered in one instant would stay apart. It is taken before every row, so it comes first in everybody's order; whoever
/// removes a customer or a subscription does without. One statement on PostgreSQL, none on SQLite.
pub(crate) async fn hold_address<C: ConnectionTrait>(db: &C, email: &str) -> Result<(), DatabaseError> {
    if db.get_database_backend() == DbBackend::Postgres {
        let hold = Statement::from_sql_and_values(DbBackend::Postgres, HOLD, [email.into()]);
        db.execute_raw(hold).await?;
    }
    Ok(())
}
