//! The shop's own order numbers.

use entity::{ConfigurationId, configurations};
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend};

use crate::error::DatabaseError;

/// What the shop's own numbers begin with; their counting begins at 1001.
pub(super) const PREFIX: &str = "VW-";

/// PostgreSQL counts in this sequence, which nobody waits for: an order that is rolled back leaves a gap, and a crash of the
/// server may leave one of up to 32.
pub(super) const SEQUENCE: &str = "order_numbers";

/// SQLite counts in this configuration, since there is one writer at a time: there are no gaps.
const COUNTER: &str = "orders.last_number";

/// Takes the next number. One statement. What earlier tries took and found taken is passed over: the sequence does that by itself, the
/// counter went back when they were rolled back.
pub(super) async fn next<C: ConnectionTrait>(db: &C, tries: u8) -> Result<String, DatabaseError> {
    let number = match db.get_database_backend() {
        DbBackend::Postgres => from_sequence(db).await?,
        _ => from_counter(db, tries).await?,
    };
    Ok(format!("{PREFIX}{number}"))
}

async fn from_sequence<C: ConnectionTrait>(db: &C) -> Result<i64, DatabaseError> {
    let next = Func::cust("nextval").arg(SEQUENCE);
    let statement = Query::select().expr_as(next, "number").to_owned();
    let row = db.query_one(&statement).await?;
    Ok(row.ok_or(DatabaseError::NotFound)?.try_get("", "number")?)
}

async fn from_counter<C: ConnectionTrait>(db: &C, tries: u8) -> Result<i64, DatabaseError> {
    use configurations::Column;
    let counted = Column::Value
        .into_expr()
        .cast_as("integer")
        .add(1 + i32::from(tries));
    let statement = Query::insert()
        .into_table(configurations::Entity)
        .columns([Column::Id, Column::Key, Column::Value])
        .values_panic([
            Expr::value(ConfigurationId::new()),
            COUNTER.into(),
            Expr::value(serde_json::Value::from(1001 + i32::from(tries))),
        ])
        .on_conflict(
            OnConflict::column(Column::Key)
                .value(Column::Value, counted.clone())
                .to_owned(),
        )
        .returning(Query::returning().column(Column::Value))
        .to_owned();
    let row = db.query_one(&statement).await?;
    let value: serde_json::Value = row.ok_or(DatabaseError::NotFound)?.try_get("", "value")?;
    value.as_i64().ok_or(DatabaseError::NumberOutOfRange)
}
