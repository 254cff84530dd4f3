//! Columns in the contract's types. Every column is NOT NULL until `.null()` says otherwise.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

fn column(name: &'static str, kind: ColumnType) -> ColumnDef {
    let mut column = ColumnDef::new_with_type(name, kind);
    column.not_null();
    column
}

pub(crate) fn uuid(name: &'static str) -> ColumnDef {
    column(name, ColumnType::Uuid)
}

pub(crate) fn varchar(name: &'static str, length: u32) -> ColumnDef {
    column(name, ColumnType::String(StringLen::N(length)))
}

pub(crate) fn text(name: &'static str) -> ColumnDef {
    column(name, ColumnType::Text)
}

pub(crate) fn boolean(name: &'static str) -> ColumnDef {
    column(name, ColumnType::Boolean)
}

pub(crate) fn integer(name: &'static str) -> ColumnDef {
    column(name, ColumnType::Integer)
}

/// Precisions stay within 15 digits, so that SQLite's REAL gives back every value exactly once rounded to its scale.
pub(crate) fn decimal(name: &'static str, precision: u32, scale: u32) -> ColumnDef {
    column(name, ColumnType::Decimal(Some((precision, scale))))
}

pub(crate) fn timestamp(name: &'static str) -> ColumnDef {
    column(name, ColumnType::TimestampWithTimeZone)
}

pub(crate) fn date(name: &'static str) -> ColumnDef {
    column(name, ColumnType::Date)
}

pub(crate) fn json(name: &'static str) -> ColumnDef {
    column(name, ColumnType::JsonBinary)
}

pub(crate) fn empty_list() -> Expr {
    Expr::val("[]")
}

pub(crate) fn empty_object() -> Expr {
    Expr::val("{}")
}

/// The time of the transaction (PostgreSQL) or of the statement (SQLite), in UTC.
///
/// SQLite compares timestamps as text, so the default writes the one format that the driver writes as well.
pub(crate) fn now(engine: DbBackend) -> Expr {
    match engine {
        DbBackend::Sqlite => Expr::cust("strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"),
        _ => Expr::current_timestamp(),
    }
}

/// The current date in UTC, whatever the session's time zone is.
pub(crate) fn today(engine: DbBackend) -> Expr {
    match engine {
        DbBackend::Sqlite => Expr::cust("date('now')"),
        _ => Expr::cust("(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date"),
    }
}

/// A random UUID (version 4).
pub(super) fn random_uuid(engine: DbBackend) -> Expr {
    match engine {
        DbBackend::Sqlite => Expr::cust(
            "unhex(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) \
             || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || hex(randomblob(6)))",
        ),
        _ => Expr::cust("gen_random_uuid()"),
    }
}

/// A time-ordered UUID (version 7) of the same instant that [`now`] gives.
pub(super) fn time_uuid(engine: DbBackend) -> Expr {
    match engine {
        DbBackend::Sqlite => Expr::cust(
            "unhex(printf('%012X', CAST(round(unixepoch('now', 'subsec') * 1000) AS INTEGER)) || '7' \
             || substr(hex(randomblob(2)), 2) || substr('89AB', 1 + (random() & 3), 1) \
             || substr(hex(randomblob(2)), 2) || hex(randomblob(6)))",
        ),
        _ => Expr::cust("uuid_v7()"),
    }
}
