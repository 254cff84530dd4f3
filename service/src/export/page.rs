//! A page of a table, by its key.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait, IdenStatic as _, Iterable as _,
    PaginatorTrait as _, PrimaryKeyToColumn as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, Value,
};

use super::cell::Cell;
use super::column::{Column, Kind, columns};
use crate::error::DatabaseError;

/// Rows of a table, each with the values of its columns in their order.
pub(super) type Rows = Vec<Vec<Cell>>;

/// The key of the last row of a page.
pub(super) type Key = Vec<Value>;

/// The next rows after a key, in the order of the key, and the key of the last of them. One statement.
///
/// Rows are no models: those hold JSON and times as types that round, overflow or panic.
pub(super) async fn page<E, C>(
    db: &C,
    after: Option<&Key>,
    limit: u64,
) -> Result<(Rows, Option<Key>), DatabaseError>
where
    E: EntityTrait,
    C: ConnectionTrait,
{
    let columns = columns::<E>()?;
    let keys: Vec<E::Column> = E::PrimaryKey::iter().map(|key| key.into_column()).collect();
    let mut select = E::find().select_only();
    for (column, Column { kind, .. }) in E::Column::iter().zip(&columns) {
        select = match kind {
            Kind::Json => select.expr(column.into_expr().cast_as("text")),
            _ => select.expr(column.select_as(column.into_expr())),
        };
    }
    if let Some(after) = after {
        let of_row = Expr::tuple(keys.iter().map(|key| key.into_expr()));
        let of_last = Expr::tuple(after.iter().cloned().map(Expr::value));
        select = select.filter(of_row.gt(of_last));
    }
    for key in &keys {
        select = select.order_by_asc(*key);
    }
    let mut rows = Vec::new();
    for row in db.query_all(select.limit(limit).as_query()).await? {
        let cells = columns.iter().enumerate();
        let cells = cells.map(|(at, column)| Cell::read(&row, at, column));
        rows.push(cells.collect::<Result<Vec<_>, _>>()?);
    }
    let last = rows.last().map(|row| {
        keys.iter().map(|key| {
            let at = columns.iter().position(|column| column.name == key.as_str());
            key_value(at.and_then(|at| row.get(at)), key.as_str())
        })
    });
    let last = last.map(Iterator::collect).transpose()?;
    Ok((rows, last))
}

/// The value of a column of a key.
fn key_value(cell: Option<&Cell>, name: &str) -> Result<Value, DbErr> {
    match cell {
        Some(Cell::Uuid(id)) => Ok((*id).into()),
        Some(Cell::Text(text)) => Ok(text.clone().into()),
        Some(Cell::Int(number)) => Ok((*number).into()),
        Some(Cell::BigInt(number)) => Ok((*number).into()),
        _ => Err(DbErr::Custom(format!("no page follows a key like {name}"))),
    }
}

/// How many rows there are. One statement.
pub(super) async fn count<E, C>(db: &C) -> Result<u64, DatabaseError>
where
    E: EntityTrait<Model: Sync>,
    C: ConnectionTrait,
{
    Ok(E::find().count(db).await?)
}
