//! After the rows: what the planner knows of them, and the views over them.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, TransactionTrait as _};

use crate::error::DatabaseError;

/// Fills the views and looks at every table, so that the first query is planned and answered as the thousandth. Neither is
/// limited by the session's timeout.
pub(super) async fn settle(db: &DatabaseConnection) -> Result<(), DatabaseError> {
    if db.get_database_backend() != DbBackend::Postgres {
        db.execute_unprepared("ANALYZE").await?;
        return Ok(());
    }
    let transaction = db.begin().await?;
    transaction
        .execute_unprepared("SET LOCAL statement_timeout = 0")
        .await?;
    macro_rules! refresh {
        ($($view:ident)*) => {
            $(
                let statement = concat!("REFRESH MATERIALIZED VIEW ", stringify!($view));
                transaction.execute_unprepared(statement).await?;
            )*
        };
    }
    entity::for_each_view!(refresh);
    transaction.execute_unprepared("ANALYZE").await?;
    transaction.commit().await.map_err(DatabaseError::of_commit)
}
