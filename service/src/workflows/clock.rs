//! The database's clock, which leases and deadlines go by: two workers need not agree on the time, nor with the server.
//!
//! On PostgreSQL it is `clock_timestamp()`, not `now()`: a lease that is taken late in a long transaction lasts as long as any
//! other. On SQLite it is the time of the statement, in the one text format that the schema's defaults write.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SubQueryStatement, Value};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::error::DatabaseError;

const SQLITE_FORMAT: &str = "%Y-%m-%dT%H:%M:%f+00:00";

/// The time at which the row is written.
pub(crate) fn now<C: ConnectionTrait>(db: &C) -> Expr {
    match db.get_database_backend() {
        DbBackend::Sqlite => strftime([Expr::val("now")]),
        _ => Func::cust("clock_timestamp").into(),
    }
}

/// The time, as a value. One statement.
pub(crate) async fn read<C: ConnectionTrait>(db: &C) -> Result<DateTime<Utc>, DatabaseError> {
    let select = Query::select().expr_as(now(db), "now").to_owned();
    let row = db.query_one(&select).await?;
    let row = row.ok_or(DatabaseError::NotFound)?;
    Ok(row.try_get("", "now")?)
}

/// What a row's `updated_at` becomes when the row is written: what the triggers would make of it. SQLite's RETURNING does not
/// see what they do, PostgreSQL's does.
pub(crate) fn touched<C: ConnectionTrait>(db: &C, present: Expr) -> Expr {
    match db.get_database_backend() {
        DbBackend::Sqlite => Func::cust("max")
            .args([now(db), strftime([present, Expr::val("+0.001 seconds")])])
            .into(),
        _ => present,
    }
}

/// [`now`] as one value for the whole statement, which an index can be asked for.
pub(super) fn once<C: ConnectionTrait>(db: &C) -> Expr {
    let select = Query::select().expr(now(db)).to_owned();
    Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(select)))
}

/// The time at which the row is written, and `duration` more, to the millisecond.
pub(super) fn after<C: ConnectionTrait>(db: &C, duration: Duration) -> Expr {
    match db.get_database_backend() {
        DbBackend::Sqlite => strftime([
            Expr::val("now"),
            Expr::val(format!("+{:.3} seconds", duration.as_secs_f64())),
        ]),
        _ => now(db).add(interval(
            Expr::Constant(0.into()),
            Expr::val(duration.as_secs_f64()),
        )),
    }
}

/// `column` and as many minutes more as another column says.
pub(super) fn minutes_after<C: ConnectionTrait>(db: &C, column: Expr, minutes: Expr) -> Expr {
    match db.get_database_backend() {
        DbBackend::Sqlite => strftime([
            column,
            Func::cust("printf")
                .args([Expr::val("+%d minutes"), minutes])
                .into(),
        ]),
        _ => column.add(interval(minutes, Expr::Constant(0.0.into()))),
    }
}

/// An instant as a bound of a column that the database's clock filled. SQLite compares texts, and its clock always writes
/// milliseconds, where the driver leaves `.000` out.
pub(crate) fn bound<C: ConnectionTrait>(db: &C, instant: DateTime<Utc>) -> Value {
    if db.get_database_backend() == DbBackend::Sqlite && instant.timestamp_subsec_nanos() == 0 {
        return instant.to_rfc3339_opts(SecondsFormat::Millis, false).into();
    }
    instant.into()
}

fn strftime<const N: usize>(arguments: [Expr; N]) -> Expr {
    let arguments = std::iter::once(Expr::val(SQLITE_FORMAT)).chain(arguments);
    Func::cust("strftime").args(arguments).into()
}

/// PostgreSQL's `make_interval` of minutes and seconds.
fn interval(minutes: Expr, seconds: Expr) -> Expr {
    let none = || Expr::Constant(0.into());
    Func::cust("make_interval")
        .args([none(), none(), none(), none(), none(), minutes, seconds])
        .into()
}
