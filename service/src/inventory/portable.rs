//! A batch in two statements of SeaQuery: lock and look, then write what fits.
//!
//! SQLite takes this path; its transaction began IMMEDIATE, which is the lock. PostgreSQL has a faster one
//! ([`postgres`](super::postgres)) and never takes this: the same tests of behaviour run the one on PostgreSQL and the other on
//! SQLite, and nothing here is claimed, or tested, of an engine that does not send it.

use entity::inventory;
use entity::inventory::Column;
use sea_orm::sea_query::{ExprTrait, Query, Value};
use sea_orm::{ColumnTrait, ConnectionTrait};

use super::level::{Moved, StockError};
use super::movement::Batch;
use super::row;
use crate::batch::{nth, rows};
use crate::error::DatabaseError;

/// Applies the batch inside the caller's transaction; a refusal costs another statement, which looks up the skus.
pub(super) async fn apply<C: ConnectionTrait>(db: &C, batch: &Batch) -> Result<Moved, StockError> {
    const BY: &str = "change";
    let held = row::lock(db, batch.0.keys()).await?;
    let present = held
        .iter()
        .map(|(place, row)| (place.clone(), row.counts))
        .collect();
    let outcome = match batch.outcome(&present) {
        Ok(outcome) => outcome,
        Err(refusal) => return Err(refusal.explain(db).await),
    };
    let changes: Vec<Vec<Value>> = held
        .into_iter()
        .filter_map(|(place, row)| {
            let change = batch.0.get(&place)?;
            Some(vec![
                row.id.into(),
                change.available.into(),
                change.reserved.into(),
                change.incoming.into(),
            ])
        })
        .collect();
    let expected = changes.len();
    let mut statement = Query::update();
    statement
        .table(inventory::Entity)
        .from(rows(BY, changes))
        .and_where(Column::Id.into_expr().eq(nth(BY, 1)));
    for (column, n) in [
        (Column::QuantityAvailable, 2),
        (Column::QuantityReserved, 3),
        (Column::QuantityIncoming, 4),
    ] {
        let sum = column.into_expr().add(nth(BY, n));
        statement.value(column, sum.clone()).and_where(sum.gte(0));
    }
    let written = db.execute(&statement).await.map_err(DatabaseError::from)?;
    if written.rows_affected() != expected as u64 {
        return Err(DatabaseError::Changed { table: "inventory" }.into());
    }
    Ok(outcome)
}
