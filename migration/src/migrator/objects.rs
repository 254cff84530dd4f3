//! What is in a database, and which of it the migrations make.
//!
//! The schema's own tables are not listed anywhere: the migrations are applied where they leave no trace, and the result is
//! the list. So it cannot be out of date.

use std::collections::HashSet;

use sea_orm_migration::{
    MigratorTrait, SchemaManager,
    sea_orm::{
        ConnectionTrait, DatabaseConnection, DbBackend, DbErr, DynIden, FromQueryResult, Statement,
        TransactionTrait,
    },
};
use sqlx::sqlite::SqlitePoolOptions;

use super::error::MigrateError;

/// Something that `DROP <kind> <identity>` drops.
#[derive(Clone, Debug, PartialEq, Eq, Hash, FromQueryResult)]
struct Object {
    kind: String,
    identity: String,
}

impl Object {
    fn is_relation(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "TABLE" | "VIEW" | "MATERIALIZED VIEW" | "FOREIGN TABLE"
        )
    }
}

/// How to drop the schema, and what would be in the way.
#[derive(Debug)]
pub(super) struct DropPlan {
    /// The statements, in order. None cascades.
    pub(super) statements: Vec<String>,
    /// The tables and views that they drop, sorted.
    pub(super) relations: Vec<String>,
    /// Tables and views of others, sorted.
    pub(super) foreign: Vec<String>,
}

/// The tables and views of the schema in which unqualified names are looked up, without the tracking table, partitions and
/// what belongs to an extension; sorted.
pub(super) async fn relations(db: &DatabaseConnection, tracking: &DynIden) -> Result<Vec<String>, DbErr> {
    let objects = list(db).await?;
    Ok(names(objects.iter().filter(|object| {
        object.is_relation() && object.identity != tracking.to_string()
    })))
}

fn names<'o>(objects: impl Iterator<Item = &'o Object>) -> Vec<String> {
    let mut names: Vec<String> = objects.map(|object| object.identity.clone()).collect();
    names.sort();
    names
}

/// Compares what is there with what the migrations make.
pub(super) async fn plan_drop<M: MigratorTrait>(
    db: &DatabaseConnection,
    tracking: &DynIden,
) -> Result<DropPlan, MigrateError> {
    let own = match db.get_database_backend() {
        DbBackend::Postgres => made_on_server::<M>(db).await,
        _ => made_in_memory::<M>().await,
    };
    let own = own.map_err(|source| MigrateError::Database {
        doing: "find out what the migrations make",
        source,
    })?;
    let own: HashSet<Object> = own.into_iter().collect();
    let present = list(db).await.map_err(|source| MigrateError::Database {
        doing: "list the tables of the database",
        source,
    })?;
    let tracking = tracking.to_string();
    let (ours, others): (Vec<Object>, Vec<Object>) = present
        .into_iter()
        .partition(|object| own.contains(object) || object.identity == tracking);
    Ok(DropPlan {
        statements: drops(db.get_database_backend(), &ours),
        relations: names(
            ours.iter()
                .filter(|object| object.is_relation() && object.identity != tracking),
        ),
        foreign: names(others.iter().filter(|object| object.is_relation())),
    })
}

/// One statement for all objects of a kind, so that the order among them does not matter; SQLite takes one at a time.
fn drops(backend: DbBackend, objects: &[Object]) -> Vec<String> {
    let mut statements = Vec::new();
    for kind in [
        "MATERIALIZED VIEW",
        "VIEW",
        "TABLE",
        "FUNCTION",
        "PROCEDURE",
        "TYPE",
    ] {
        let of_kind: Vec<&str> = objects
            .iter()
            .filter(|object| object.kind == kind)
            .map(|object| object.identity.as_str())
            .collect();
        match backend {
            DbBackend::Postgres if of_kind.is_empty() => {}
            DbBackend::Postgres => statements.push(format!("DROP {kind} {}", of_kind.join(", "))),
            _ => statements.extend(
                of_kind
                    .iter()
                    .map(|name| format!("DROP {kind} \"{}\"", name.replace('"', "\"\""))),
            ),
        }
    }
    statements
}

/// Applies the migrations in a schema of their own inside a transaction, looks, and rolls back.
async fn made_on_server<M: MigratorTrait>(db: &DatabaseConnection) -> Result<Vec<Object>, DbErr> {
    let txn = db.begin().await?;
    let made = async {
        txn.execute_unprepared(
            "SET LOCAL lock_timeout = '5s'; CREATE SCHEMA vividwalls_rehearsal; SET LOCAL search_path = vividwalls_rehearsal",
        )
        .await?;
        for migration in M::migrations() {
            migration.up(&SchemaManager::new(&txn)).await?;
        }
        list(&txn).await
    }
    .await;
    txn.rollback().await?;
    made
}

/// Applies the migrations to a database in memory.
async fn made_in_memory<M: MigratorTrait>() -> Result<Vec<Object>, DbErr> {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await;
    let db = DatabaseConnection::from(pool.map_err(super::lock::database_error)?);
    for migration in M::migrations() {
        migration.up(&SchemaManager::new(&db)).await?;
    }
    let made = list(&db).await;
    db.close().await?;
    made
}

async fn list<C: ConnectionTrait>(db: &C) -> Result<Vec<Object>, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => include_str!("../sql/objects.postgres.sql"),
        _ => include_str!("../sql/objects.sqlite.sql"),
    };
    Object::find_by_statement(Statement::from_string(db.get_database_backend(), sql))
        .all(db)
        .await
}
