//! What there is of a month, and whether it may go.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, Order, Query};
use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

use super::super::Month;
use super::super::base::Base;
use super::super::family::{PARTITIONED, Part, parts};
use super::needs::{self, Stays};
use super::partition;
use super::report::{Need, TableRows};
use crate::error::DatabaseError;

/// A month as a run finds it.
pub(super) struct Looked {
    pub(super) rows: Vec<TableRows>,
    pub(super) needed: Vec<Need>,
}

impl Looked {
    pub(super) fn has_rows(&self) -> bool {
        self.rows.iter().any(|counted| counted.rows > 0)
    }

    /// How many rows of a table.
    pub(super) fn rows_of(&self, table: &str) -> u64 {
        self.rows
            .iter()
            .find(|counted| counted.table == table)
            .map_or(0, |counted| counted.rows)
    }
}

/// Counts the rows of the month by table, and asks what needs them.
pub(super) async fn at<C: ConnectionTrait>(
    base: &Base<'_>,
    db: &C,
    month: Month,
    stays: &Stays,
    now: DateTime<Utc>,
) -> Result<Looked, DatabaseError> {
    let mut rows = Vec::new();
    for part in parts() {
        base.limit_next(db).await?;
        rows.push(TableRows {
            table: part.table,
            rows: count(db, &part, month.ids()).await?,
        });
    }
    let needed = needs::of(base, db, (month, month.ids()), stays, now).await?;
    Ok(Looked { rows, needed })
}

/// How many rows of a table lie from one id on and before another. One statement.
pub(super) async fn count<C: ConnectionTrait>(
    db: &C,
    part: &Part,
    [from, to]: [Uuid; 2],
) -> Result<u64, DatabaseError> {
    let count = Query::select()
        .expr(Expr::col(Asterisk).count())
        .from(Alias::new(part.table))
        .cond_where(part.between(from, to))
        .to_owned();
    let row = db.query_one(&count).await?;
    let rows: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(rows.unsigned_abs())
}

/// The months before `until` that hold rows, or on PostgreSQL have partitions, the oldest first. A statement for each month and
/// table, and one more.
pub(super) async fn months<C: ConnectionTrait>(db: &C, until: Month) -> Result<Vec<Month>, DatabaseError> {
    let mut months = BTreeSet::new();
    if db.get_database_backend() == DbBackend::Postgres {
        let partitions = partition::partitions(db).await?;
        months.extend(partitions.iter().filter_map(partition::Partition::month));
        months.retain(|month| *month < until);
    }
    for table in PARTITIONED {
        let mut from = Uuid::nil();
        while let Some(id) = first_id(db, table, from, until.ids()[0]).await? {
            let Some(month) = Month::of_id(id) else { break };
            months.insert(month);
            from = month.ids()[1];
        }
    }
    Ok(months.into_iter().collect())
}

async fn first_id<C: ConnectionTrait>(
    db: &C,
    table: &'static str,
    from: Uuid,
    to: Uuid,
) -> Result<Option<Uuid>, DatabaseError> {
    let part = Part { table, column: "id" };
    let first = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(table))
        .cond_where(part.between(from, to))
        .order_by(Alias::new("id"), Order::Asc)
        .limit(1)
        .to_owned();
    match db.query_one(&first).await? {
        Some(row) => Ok(Some(row.try_get_by_index(0)?)),
        None => Ok(None),
    }
}
