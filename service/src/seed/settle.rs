//! After the rows: what the planner knows of them, and the views over them.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, TransactionTrait as _};

use super::command::Upkeep;
use crate::error::DatabaseError;
use crate::maintenance::views::{Refresh, refresh};

/// Looks at every table and refreshes the views, so that the first query is planned and answered as the thousandth. Neither is
/// limited by the session's statement timeout.
pub(super) async fn settle(db: &DatabaseConnection) -> Upkeep {
    if let Err(error) = analyze(db).await {
        tracing::warn!(%error, "the rows are in, but the planner does not know of them");
        return Upkeep::Left;
    }
    match refresh(db, Refresh::all()).await {
        Ok(_) => Upkeep::Done,
        Err(error) => {
            tracing::warn!(%error, "the rows are in, but the views do not show them");
            Upkeep::Left
        }
    }
}

async fn analyze(db: &DatabaseConnection) -> Result<(), DatabaseError> {
    let transaction = db.begin().await?;
    if db.get_database_backend() == DbBackend::Postgres {
        transaction
            .execute_unprepared("SET LOCAL statement_timeout = 0")
            .await?;
    }
    transaction.execute_unprepared("ANALYZE").await?;
    transaction.commit().await.map_err(DatabaseError::of_commit)
}
