//! The table that is going to be a month, made as its siblings are.

use std::time::{Duration, Instant};

use chrono::SecondsFormat;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use super::KEY;
use crate::error::DatabaseError;
use crate::maintenance::deadline;
use crate::maintenance::partitions::postgres::quoted;
use crate::maintenance::partitions::{Month, Partitioned};

const SHAPE: &str = include_str!("shape.postgres.sql");

/// What is known about a partition that does not exist yet.
pub(super) struct Shape {
    pub(super) table: Partitioned,
    pub(super) month: Month,
    pub(super) name: String,
    pub(super) columns: String,
    pub(super) default: Option<String>,
    /// The tables that it refers to.
    pub(super) referenced: Vec<String>,
    /// The tables that refer to it.
    pub(super) children: Vec<String>,
    storage: Option<String>,
    grants: Option<String>,
    /// Who owns the table, when that is somebody else.
    owner: Option<String>,
}

#[derive(FromQueryResult)]
struct ShapeRow {
    columns: String,
    default_partition: Option<String>,
    storage: Option<String>,
    grants: Option<String>,
    owner: Option<String>,
    referenced: Option<String>,
    children: Option<String>,
}

/// Waits for whoever else changes partitions, for a short while, and sets the limits of this transaction.
pub(super) async fn alone<C: ConnectionTrait>(
    db: &C,
    wait: Duration,
    deadline: Option<Instant>,
) -> Result<(), DatabaseError> {
    let limits = format!(
        "SET LOCAL idle_in_transaction_session_timeout = 0; {}; {}",
        statement_timeout(deadline),
        lock_timeout(wait)
    );
    db.execute_unprepared(&limits).await?;
    db.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({KEY})"))
        .await?;
    Ok(())
}

/// Zero would mean to wait for ever.
pub(super) fn lock_timeout(limit: Duration) -> String {
    format!("SET LOCAL lock_timeout = {}", limit.as_millis().max(1))
}

/// What is left until the deadline.
pub(super) fn statement_timeout(deadline: Option<Instant>) -> String {
    let left = deadline::statement_timeout(deadline);
    format!("SET LOCAL statement_timeout = {}", left.as_millis())
}

/// Lets everybody else go first. The server sleeps, so that no runtime has to.
pub(super) async fn pause<C: ConnectionTrait>(db: &C) -> Result<(), DatabaseError> {
    db.execute_unprepared("SELECT pg_sleep(0.1 + 0.4 * random())")
        .await?;
    Ok(())
}

impl Shape {
    pub(super) async fn read<C: ConnectionTrait>(
        db: &C,
        table: Partitioned,
        month: Month,
    ) -> Result<Self, DatabaseError> {
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, SHAPE, [table.table().into()]);
        let row = ShapeRow::find_by_statement(statement).one(db).await?;
        let row = row.ok_or(DatabaseError::NotFound)?;
        let names = |list: Option<String>| -> Vec<String> {
            list.iter()
                .flat_map(|list| list.split(", "))
                .map(str::to_owned)
                .collect()
        };
        Ok(Self {
            table,
            month,
            name: quoted(&month.partition_of(table)),
            columns: row.columns,
            default: row.default_partition,
            referenced: names(row.referenced),
            children: names(row.children),
            storage: row.storage,
            grants: row.grants,
            owner: row.owner,
        })
    }

    /// `id >= '…' AND id < '…'`.
    pub(super) fn bounds(&self) -> String {
        let [from, to] = self.month.ids();
        format!("id >= '{from}' AND id < '{to}'")
    }

    /// Makes the table, seen by nobody else yet.
    pub(super) async fn create<C: ConnectionTrait>(&self, db: &C) -> Result<(), DatabaseError> {
        let Self { table, name, .. } = self;
        let storage = self.storage.as_ref().map(|options| format!(" WITH ({options})"));
        let column = table.time_column();
        let [from, to] = [self.month.start(), self.month.end()].map(|instant| match table {
            Partitioned::Transactions => format!("'{}'::date", instant.date_naive()),
            _ => format!(
                "'{}'::timestamptz",
                instant.to_rfc3339_opts(SecondsFormat::Secs, true)
            ),
        });
        let window = quoted(&format!("{}_window", self.month.partition_of(*table)));
        let sql = format!(
            "CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING IDENTITY \
             INCLUDING STORAGE INCLUDING COMPRESSION INCLUDING INDEXES, \
             CONSTRAINT {window} CHECK ({column} >= {from} AND {column} < {to})){}",
            storage.unwrap_or_default()
        );
        db.execute_unprepared(&sql).await?;
        if let Some(grants) = &self.grants {
            // Who may read the default partition by its name may read this one.
            db.execute_unprepared(&grants.replace("%PARTITION%", name))
                .await?;
        }
        if let Some(owner) = &self.owner {
            // A superuser's partition could be neither dropped nor vacuumed by the owner of its table.
            db.execute_unprepared(&format!("ALTER TABLE {name} OWNER TO {owner}"))
                .await?;
        }
        Ok(())
    }

    /// Copies the rows of the month out of the default partition, and says how many.
    pub(super) async fn copy<C: ConnectionTrait>(&self, db: &C) -> Result<u64, DatabaseError> {
        let Self { name, columns, .. } = self;
        let Some(default) = &self.default else {
            return Ok(0);
        };
        let sql = format!(
            "INSERT INTO {name} ({columns}) SELECT {columns} FROM ONLY {default} WHERE {}",
            self.bounds()
        );
        Ok(db.execute_unprepared(&sql).await?.rows_affected())
    }
}
