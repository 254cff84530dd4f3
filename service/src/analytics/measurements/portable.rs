//! A batch in statements of SeaQuery, with a placeholder for each value: SQLite has no arrays.
//!
//! PostgreSQL has a path of its own ([`postgres`](super::postgres)); the same tests run the one there and the other on SQLite.

use entity::kpi_measurements::Column;
use entity::{KpiMeasurementId, kpi_measurements};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, Value};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TryInsertResult};
use uuid::Uuid;

use super::batch::{Batch, NewMeasurement};
use crate::batch::{nth, rows};
use crate::error::DatabaseError;

/// Writes what is new, and says how many that are.
pub(super) async fn insert<C: ConnectionTrait>(db: &C, batch: &Batch) -> Result<u64, DatabaseError> {
    let rows = batch
        .rows
        .values()
        .map(|(id, given)| kpi_measurements::ActiveModel {
            id: Set(*id),
            kpi_id: Set(given.kpi),
            measured_at: Set(given.measured_at),
            value: Set(given.value),
            period_start: Set(given.period_start),
            period_end: Set(given.period_end),
            metadata: Set(given.metadata.clone()),
        });
    let there = OnConflict::columns([Column::KpiId, Column::MeasuredAt])
        .do_nothing()
        .to_owned();
    let inserted = kpi_measurements::Entity::insert_many(rows)
        .on_conflict(there)
        .try_insert()
        .exec_without_returning(db)
        .await?;
    Ok(match inserted {
        TryInsertResult::Inserted(rows) => rows,
        TryInsertResult::Empty | TryInsertResult::Conflicted => 0,
    })
}

/// The rows of the batch's moments. The transaction's lock is the file's.
pub(super) async fn present<C: ConnectionTrait>(
    db: &C,
    batch: &Batch,
) -> Result<Vec<kpi_measurements::Model>, DatabaseError> {
    let moments = batch.rows.keys().map(|(kpi, at)| (Uuid::from(*kpi), *at));
    let moment = Expr::tuple([Column::KpiId.into_expr(), Column::MeasuredAt.into_expr()]);
    Ok(kpi_measurements::Entity::find()
        .filter(moment.in_tuples(moments))
        .all(db)
        .await?)
}

/// Gives rows other content, and says how many were there.
pub(super) async fn overwrite<C: ConnectionTrait>(
    db: &C,
    given: &[(KpiMeasurementId, NewMeasurement, Decimal)],
) -> Result<u64, DatabaseError> {
    const GIVEN: &str = "given";
    let given = given.iter().map(|(id, given, _)| -> Vec<Value> {
        vec![
            (*id).into(),
            given.value.into(),
            given.period_start.into(),
            given.period_end.into(),
            given.metadata.clone().into(),
        ]
    });
    let mut statement = Query::update();
    statement
        .table(kpi_measurements::Entity)
        .from(rows(GIVEN, given.collect()))
        .and_where(Column::Id.into_expr().eq(nth(GIVEN, 1)));
    for (column, n) in [
        (Column::Value, 2),
        (Column::PeriodStart, 3),
        (Column::PeriodEnd, 4),
        (Column::Metadata, 5),
    ] {
        statement.value(column, nth(GIVEN, n));
    }
    Ok(db.execute(&statement).await?.rows_affected())
}
