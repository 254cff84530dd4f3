//! A value of a row, exactly as the database has it.

use rust_decimal::Decimal;
use sea_orm::sqlx::postgres::PgRow;
use sea_orm::sqlx::{Decode, Postgres, Row as _, Type};
use sea_orm::{DbErr, QueryResult, RuntimeErr, TryGetable};
use uuid::Uuid;

use super::amount::Amount;
use super::calendar::{Day, Instant};
use super::column::{Column, Kind};

/// A value; which one is its column's [`Kind`].
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// No value.
    Null,
    Uuid(Uuid),
    Text(String),
    Int(i32),
    BigInt(i64),
    Bool(bool),
    Decimal(Decimal),
    /// An amount that is no number.
    NotANumber,
    Timestamp(Instant),
    Date(Day),
    /// As the engine writes it: with all digits of its numbers, which no type of Rust's holds.
    Json(String),
}

impl Cell {
    /// The value of a column in a row that was read as [`super::page`] asks for it.
    pub(super) fn read(row: &QueryResult, at: usize, column: &Column) -> Result<Self, DbErr> {
        let cell = match column.kind {
            Kind::Uuid => get(row, at)?.map(Self::Uuid),
            Kind::Text => get(row, at)?.map(Self::Text),
            Kind::Int => get(row, at)?.map(Self::Int),
            Kind::BigInt => get(row, at)?.map(Self::BigInt),
            Kind::Bool => get(row, at)?.map(Self::Bool),
            Kind::Decimal(..) => match row.try_as_pg_row() {
                Some(row) => {
                    of_postgres(row, at)?.map(|Amount(number)| number.map_or(Self::NotANumber, Self::Decimal))
                }
                None => get(row, at)?.map(Self::Decimal),
            },
            Kind::Json => get(row, at)?.map(Self::Json),
            Kind::Timestamp => match row.try_as_pg_row() {
                Some(row) => of_postgres(row, at)?.map(Self::Timestamp),
                None => get::<chrono::DateTime<chrono::Utc>>(row, at)?.map(|at| Self::Timestamp(at.into())),
            },
            Kind::Date => match row.try_as_pg_row() {
                Some(row) => of_postgres(row, at)?.map(Self::Date),
                None => get::<chrono::NaiveDate>(row, at)?.map(|day| Self::Date(day.into())),
            },
        };
        Ok(cell.unwrap_or(Self::Null))
    }
}

fn get<T: TryGetable>(row: &QueryResult, at: usize) -> Result<Option<T>, DbErr> {
    row.try_get_by_index(at)
}

fn of_postgres<'r, T>(row: &'r PgRow, at: usize) -> Result<Option<T>, DbErr>
where
    T: Decode<'r, Postgres> + Type<Postgres>,
{
    row.try_get(at)
        .map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))
}
