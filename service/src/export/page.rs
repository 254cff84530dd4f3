//! A page of a table, by its key.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait, Iterable as _, ModelTrait as _, PaginatorTrait as _,
    PrimaryKeyToColumn as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Value,
};

use crate::error::DatabaseError;

/// Rows of a table, each with the values of its columns in their order.
pub(super) type Rows = Vec<Vec<Value>>;

/// The key of the last row of a page.
pub(super) type Key = Vec<Value>;

/// The next rows after a key, in the order of the key, and the key of the last of them. One statement.
pub(super) async fn page<E, C>(
    db: &C,
    after: Option<&Key>,
    limit: u64,
) -> Result<(Rows, Option<Key>), DatabaseError>
where
    E: EntityTrait,
    C: ConnectionTrait,
{
    let keys: Vec<E::Column> = E::PrimaryKey::iter().map(|key| key.into_column()).collect();
    let mut select = E::find();
    if let Some(after) = after {
        let of_row = Expr::tuple(keys.iter().map(|key| key.into_expr()));
        let of_last = Expr::tuple(after.iter().cloned().map(Expr::value));
        select = select.filter(of_row.gt(of_last));
    }
    for key in &keys {
        select = select.order_by_asc(*key);
    }
    let models = select.limit(limit).all(db).await?;
    let last = models
        .last()
        .map(|model| keys.iter().map(|key| model.get(*key)).collect());
    let rows = models
        .iter()
        .map(|model| E::Column::iter().map(|column| model.get(column)).collect())
        .collect();
    Ok((rows, last))
}

/// How many rows there are. One statement.
pub(super) async fn count<E, C>(db: &C) -> Result<u64, DatabaseError>
where
    E: EntityTrait<Model: Sync>,
    C: ConnectionTrait,
{
    Ok(E::find().count(db).await?)
}
