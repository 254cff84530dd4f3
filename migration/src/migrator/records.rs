//! What the tracking table says.

use std::collections::HashSet;

use chrono::DateTime;
use sea_orm_migration::{
    MigrationTrait, MigratorTrait, SchemaManager,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, DynIden, Iterable},
    sea_query::{IntoIden, Order, Query},
    seaql_migrations,
};

use super::{Status, error::MigrateError};
use crate::{
    connect::{self, Access, ConnectError},
    database_url::{DatabaseUrl, Target},
};

/// See [`super::Runner::status`].
pub(super) async fn status<M: MigratorTrait>(database: &DatabaseUrl) -> Result<Vec<Status>, MigrateError> {
    let opened = match database.target() {
        Target::Postgres { .. } => connect::connect(database).await,
        Target::Sqlite { .. } => connect::open_file(database, Access::Read).await,
    };
    let recorded = match opened {
        Ok(db) => {
            let recorded = recorded::<M>(&db).await;
            let _ = db.close().await;
            recorded?
        }
        Err(ConnectError::MissingFile { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let of = |migration: &dyn MigrationTrait| Status {
        migration: migration.name().to_owned(),
        applied_at: recorded
            .iter()
            .find(|record| record.version == migration.name())
            .and_then(|record| DateTime::from_timestamp(record.applied_at, 0)),
    };
    Ok(M::migrations()
        .iter()
        .map(|migration| of(migration.as_ref()))
        .collect())
}

/// The rows of the tracking table, without making it.
pub(super) async fn recorded<M: MigratorTrait>(
    db: &DatabaseConnection,
) -> Result<Vec<seaql_migrations::Model>, MigrateError> {
    let records = read_records(db, M::migration_table_name())
        .await
        .map_err(|source| MigrateError::Database {
            doing: "read which migrations are applied",
            source,
        })?;
    let known: HashSet<String> = M::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect();
    let migrations: Vec<String> = records
        .iter()
        .map(|record| record.version.clone())
        .filter(|version| !known.contains(version))
        .collect();
    if migrations.is_empty() {
        Ok(records)
    } else {
        Err(MigrateError::Newer { migrations })
    }
}

async fn read_records(
    db: &DatabaseConnection,
    table: DynIden,
) -> Result<Vec<seaql_migrations::Model>, DbErr> {
    if !SchemaManager::new(db).has_table(table.to_string()).await? {
        return Ok(Vec::new());
    }
    let columns = seaql_migrations::Column::iter().map(IntoIden::into_iden);
    let query = Query::select()
        .columns(columns)
        .from(table)
        .order_by(seaql_migrations::Column::Version, Order::Asc)
        .take();
    db.query_all(&query)
        .await?
        .iter()
        .map(|row| {
            Ok(seaql_migrations::Model {
                version: row.try_get("", "version")?,
                applied_at: row.try_get("", "applied_at")?,
            })
        })
        .collect()
}
