//! The one statement of a series, and what its rows mean on either engine.

use chrono::{DateTime, Utc};
use entity::{KpiId, kpi_measurements, kpis};
use rust_decimal::{Decimal, RoundingStrategy};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement, SubQueryStatement, Value};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, QueryResult};

use super::Aggregate;
use crate::batch::{among, nth, rows};

const BUCKET: &str = "bucket";

/// A row for each KPI and bucket: no row at all when no KPI exists.
pub(super) fn statement<C: ConnectionTrait>(
    db: &C,
    kpis: &[KpiId],
    aggregate: Aggregate,
    bounds: &[DateTime<Utc>],
) -> SelectStatement {
    let buckets: Vec<Vec<Value>> = bounds
        .windows(2)
        .zip(0_i32..)
        .map(|(pair, n)| vec![n.into(), pair[0].into(), pair[1].into()])
        .collect();
    let count = within().expr(Func::count(measured().into_expr())).take();
    let mut statement = Query::select();
    statement
        .column((kpis::Entity, kpis::Column::Id))
        .expr_as(subquery(count), "measurements")
        .from(rows(BUCKET, buckets))
        .inner_join(kpis::Entity, among(db, kpis::Column::Id, kpis.iter().copied()))
        .order_by((kpis::Entity, kpis::Column::Id), Order::Asc)
        .order_by_expr(nth(BUCKET, 1), Order::Asc);
    let value = exact(
        db.get_database_backend(),
        kpi_measurements::Column::Value.into_expr(),
    );
    let mut select = within();
    match aggregate {
        Aggregate::Count => return statement,
        Aggregate::Average | Aggregate::Sum => select.expr(Func::sum(value)),
        Aggregate::Minimum => select.expr(Func::min(value)),
        Aggregate::Maximum => select.expr(Func::max(value)),
        Aggregate::Last => select
            .expr(value)
            .order_by_expr(measured().into_expr(), Order::Desc)
            .limit(1),
    };
    statement.expr_as(subquery(select), "value");
    statement
}

fn measured() -> kpi_measurements::Column {
    kpi_measurements::Column::MeasuredAt
}

/// A KPI's measurements of a bucket.
fn within() -> SelectStatement {
    Query::select()
        .from(kpi_measurements::Entity)
        .and_where(
            kpi_measurements::Column::KpiId
                .into_expr()
                .eq(kpis::Column::Id.into_expr()),
        )
        .and_where(measured().into_expr().gte(nth(BUCKET, 2)))
        .and_where(measured().into_expr().lt(nth(BUCKET, 3)))
        .to_owned()
}

fn subquery(select: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(select)))
}

/// SQLite keeps decimals as floats, whose sums drift: there the ten-thousandths are counted as integers.
pub(in crate::analytics::measurements) fn exact(engine: DbBackend, value: Expr) -> Expr {
    match engine {
        DbBackend::Sqlite => Func::cast_as(Func::round(value.mul(10_000)), "integer").into(),
        _ => value,
    }
}

/// A column that [`exact`] made.
pub(in crate::analytics::measurements) fn read_exact(
    engine: DbBackend,
    row: &QueryResult,
    column: &str,
) -> Result<Option<Decimal>, sea_orm::DbErr> {
    match engine {
        DbBackend::Sqlite => {
            let units: Option<i64> = row.try_get("", column)?;
            Ok(units.map(|units| Decimal::new(units, 4).normalize()))
        }
        _ => Ok(row
            .try_get::<Option<Decimal>>("", column)?
            .map(|value| value.normalize())),
    }
}

/// How many measurements a row of [`statement`] stands for, and what they come to.
pub(super) fn read(
    engine: DbBackend,
    aggregate: Aggregate,
    row: &QueryResult,
) -> Result<(u64, Option<Decimal>), sea_orm::DbErr> {
    let count = u64::try_from(row.try_get::<i64>("", "measurements")?).unwrap_or_default();
    let value = match aggregate {
        Aggregate::Count => Some(count.into()),
        Aggregate::Average => read_exact(engine, row, "value")?
            .filter(|_| count > 0)
            .map(|sum| sum / Decimal::from(count))
            .map(|mean| {
                mean.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero)
                    .normalize()
            }),
        _ => read_exact(engine, row, "value")?,
    };
    Ok((count, value))
}
