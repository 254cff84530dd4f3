//! After the rows: what the planner knows of them, and the views over them.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, TransactionTrait as _};

use super::command::Upkeep;
use crate::error::DatabaseError;
use crate::maintenance::vacuum::{self, Due, VacuumError};
use crate::maintenance::views::{Refresh, RefreshError, RefreshOutcome, refresh};

/// Looks at every table and refreshes the views, so that the first query is planned and answered as the thousandth. Neither is
/// limited by the session's statement timeout.
pub(super) async fn settle(db: &DatabaseConnection) -> Upkeep {
    let left = |reason: String| Upkeep::Left { reason };
    if let Err(error) = analyze(db).await {
        return left(format!("the planner does not know of the rows: {error}"));
    }
    match refresh(db, Refresh::all()).await {
        Ok(views) => {
            if let Some(busy) = views.iter().find(|view| view.outcome == RefreshOutcome::Busy) {
                return left(format!("somebody else is refreshing {}", busy.view));
            }
        }
        Err(RefreshError::View { view, source, .. }) => {
            return left(format!("{view} does not show the rows: {source}"));
        }
    }
    match mark(db).await {
        Ok(()) => Upkeep::Done,
        Err(VacuumError::Failed { target, source, .. }) => {
            left(format!("{target} is not vacuumed: {source}"))
        }
        Err(error) => left(error.to_string()),
    }
}

/// Marks what is new as seen by everybody, so that an index is enough to answer from; the next upkeep would have to.
async fn mark(db: &DatabaseConnection) -> Result<(), VacuumError> {
    if db.get_database_backend() == DbBackend::Postgres {
        let due = vacuum::due(db).await?;
        vacuum::run(db, due.iter().map(Due::work).collect()).await?;
    }
    Ok(())
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
