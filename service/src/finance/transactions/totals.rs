//! What came in and went out in a period.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use entity::{TransactionType, transactions};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect};

use super::period;
use crate::error::DatabaseError;
use crate::finance::cents;
use crate::operation;

/// How long a total runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TotalBy {
    /// A day.
    Day,
    /// A calendar month.
    Month,
    /// A quarter of a calendar year.
    Quarter,
    /// A calendar year.
    Year,
    /// Everything that was asked for.
    Whole,
}

/// Which period, in which parts, and of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// First day.
    pub from: NaiveDate,
    /// Last day, which counts.
    pub to: NaiveDate,
    /// In which parts.
    pub by: TotalBy,
    /// Only transactions of this type.
    pub kind: Option<TransactionType>,
}

impl Totals {
    /// All types, in parts.
    #[must_use]
    pub fn new(from: NaiveDate, to: NaiveDate, by: TotalBy) -> Self {
        Self {
            from,
            to,
            by,
            kind: None,
        }
    }
}

/// The sum of the transactions of one type, category and currency in a part of the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// First day of the part: the day, or the first of the month, quarter or year, also when the period begins later; the
    /// period's own first day when it has no parts.
    pub start: NaiveDate,
    /// Which type.
    pub kind: TransactionType,
    /// Which category.
    pub category: String,
    /// Which currency; amounts of different ones are never added up.
    pub currency: String,
    /// The sum of the amounts.
    pub amount: Decimal,
    /// How many.
    pub transactions: u64,
}

/// Adds transactions up by part of the period, type, category and currency, in this order. One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn totals<C: ConnectionTrait>(db: &C, query: Totals) -> Result<Vec<Total>, DatabaseError> {
    use transactions::Column;
    let db = &operation::named(db, "finance.transactions.totals");
    let part = part(db.get_database_backend(), query.by);
    let sum = Expr::expr(Func::sum(cents::expr(Column::Amount.into_expr()))).cast_as("bigint");
    let mut select = transactions::Entity::find()
        .select_only()
        .column_as(part.clone(), "part")
        .columns([Column::Type, Column::Category, Column::Currency])
        .column_as(sum, "sum")
        .column_as(Column::Id.count(), "transactions")
        .filter(period::within(query.from, query.to))
        .group_by(Column::Type)
        .group_by(Column::Category)
        .group_by(Column::Currency);
    if query.by != TotalBy::Whole {
        select = select.group_by(part);
    }
    if let Some(kind) = query.kind {
        select = select.filter(Column::Type.eq(kind));
    }
    let rows: Vec<(String, TransactionType, String, String, i64, i64)> = select.into_tuple().all(db).await?;
    let mut totals: BTreeMap<_, (i64, i64)> = BTreeMap::new();
    for (part, kind, category, currency, sum, transactions) in rows {
        let start = start(&part, query).ok_or(DatabaseError::Changed {
            table: "transactions",
        })?;
        let total = totals.entry((start, kind, category, currency)).or_default();
        total.0 += sum;
        total.1 += transactions;
    }
    Ok(totals
        .into_iter()
        .map(|((start, kind, category, currency), (sum, transactions))| Total {
            start,
            kind,
            category,
            currency,
            amount: cents::decimal(sum.unsigned_abs()),
            transactions: transactions.unsigned_abs(),
        })
        .collect())
}

/// The day, month or year of a transaction, as text. A quarter is added up from its months.
fn part(engine: DbBackend, by: TotalBy) -> Expr {
    let date = transactions::Column::TransactionDate.into_expr();
    let (postgres, sqlite) = match by {
        TotalBy::Day => ("YYYY-MM-DD", "%Y-%m-%d"),
        TotalBy::Month | TotalBy::Quarter => ("YYYY-MM-01", "%Y-%m-01"),
        TotalBy::Year => ("YYYY-01-01", "%Y-01-01"),
        TotalBy::Whole => return Expr::value(""),
    };
    // As constants, not as parameters: the expression to group by has to be the one that is selected.
    match engine {
        DbBackend::Postgres => Func::cust("to_char")
            .args([date, Expr::Constant(postgres.into())])
            .into(),
        _ => Func::cust("strftime")
            .args([Expr::Constant(sqlite.into()), date])
            .into(),
    }
}

/// The first day of the part in which transactions fall.
fn start(part: &str, query: Totals) -> Option<NaiveDate> {
    let day = match query.by {
        TotalBy::Whole => return Some(query.from),
        _ => part.parse::<NaiveDate>().ok()?,
    };
    match query.by {
        TotalBy::Quarter => day.with_month0(day.month0() / 3 * 3),
        TotalBy::Day | TotalBy::Month | TotalBy::Year | TotalBy::Whole => Some(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_falls_into_its_quarter() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let query = Totals::new(day("2026-01-01"), day("2026-12-31"), TotalBy::Quarter);
        for (month, quarter) in [
            ("01", "01"),
            ("03", "01"),
            ("04", "04"),
            ("11", "10"),
            ("12", "10"),
        ] {
            assert_eq!(
                start(&format!("2026-{month}-01"), query),
                Some(day(&format!("2026-{quarter}-01")))
            );
        }
    }
}
