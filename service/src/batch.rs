//! Statements over many rows at once, whose number does not grow with the rows.

use sea_orm::sea_query::{Alias, Expr, TableRef, Value, ValueTuple};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend};
use uuid::Uuid;

/// The most elements of one command. With it every batched statement stays below the engines' limits of bind parameters
/// (PostgreSQL 65 535, SQLite 32 766).
pub(crate) const MAX_ELEMENTS: usize = 2_000;

/// `column = ANY($1)` on PostgreSQL, whose text does not depend on how many there are; `column IN (?, ?, …)` on SQLite, which
/// has no arrays.
pub(crate) fn among<D, K>(db: &D, column: impl ColumnTrait, keys: impl IntoIterator<Item = K>) -> Expr
where
    D: ConnectionTrait,
    K: Into<Uuid>,
{
    let keys = keys.into_iter().map(Into::<Uuid>::into);
    match db.get_database_backend() {
        DbBackend::Postgres => column.eq_any(keys),
        _ => column.is_in(keys),
    }
}

/// [`among`] for a text column.
pub(crate) fn among_texts<D: ConnectionTrait>(db: &D, column: impl ColumnTrait, texts: Vec<String>) -> Expr {
    match db.get_database_backend() {
        DbBackend::Postgres => column.eq_any(texts),
        _ => column.is_in(texts),
    }
}

/// `(VALUES (…), (…)) AS alias`, whose columns both engines call `column1`, `column2`, …
pub(crate) fn rows(alias: &'static str, rows: Vec<Vec<Value>>) -> TableRef {
    TableRef::ValuesList(
        rows.into_iter().map(ValueTuple::Many).collect(),
        Alias::new(alias).into(),
    )
}

/// A column of [`rows`].
pub(crate) fn nth(alias: &'static str, n: u8) -> Expr {
    Expr::col((Alias::new(alias), Alias::new(format!("column{n}"))))
}
