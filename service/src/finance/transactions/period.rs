//! Transactions of a period, found by id as well as by date.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};
use entity::{TransactionId, transactions};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition};

/// Those of the days from `from` to `to`, both included.
///
/// The id lies in the month of the date. Bounding it as well lets PostgreSQL skip the other months, also in a prepared statement.
pub(in crate::finance) fn within(from: NaiveDate, to: NaiveDate) -> Condition {
    since(from).add(until(to))
}

/// Those of that day and later.
pub(super) fn since(from: NaiveDate) -> Condition {
    use transactions::Column;
    Condition::all()
        .add(Column::Id.gte(TransactionId::lowest(start_of_month(from))))
        .add(Column::TransactionDate.into_expr().gte(from))
}

/// Those of that day and earlier.
pub(super) fn until(to: NaiveDate) -> Condition {
    use transactions::Column;
    let next_month = to.checked_add_months(Months::new(1)).unwrap_or(to);
    Condition::all()
        .add(Column::Id.lt(TransactionId::lowest(start_of_month(next_month))))
        .add(Column::TransactionDate.into_expr().lte(to))
}

fn start_of_month(day: NaiveDate) -> DateTime<Utc> {
    day.with_day(1).unwrap_or(day).and_time(NaiveTime::MIN).and_utc()
}
