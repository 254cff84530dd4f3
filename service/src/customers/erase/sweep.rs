//! Searching one table, whatever it is.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, LikeExpr, Query, StringLen};
use sea_orm::{
    ColumnTrait, ColumnType, Condition, ConnectionTrait, EntityTrait, IdenStatic, Iterable, ModelTrait,
    PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect, Value,
};

use super::needles::Needles;
use super::redact::{self, ERASED};
use crate::batch::{nth, rows};
use crate::error::DatabaseError;

/// How many rows are read, locked and written at once.
const BATCH: u64 = 500;

/// Which rows are about the person.
pub(super) enum Which {
    /// Those that name the person beyond doubt.
    Naming,
    /// These, whatever they say.
    These(Condition),
}

/// A column that holds text or JSON and is not one of a closed set of words.
fn is_searched<E: EntityTrait>(column: &E::Column) -> bool {
    let table = E::default().table_name();
    let is_text = matches!(
        column.def().get_column_type(),
        ColumnType::String(_) | ColumnType::Text | ColumnType::Json | ColumnType::JsonBinary
    );
    is_text
        && match column.as_str() {
            "status" | "financial_status" | "fulfillment_status" | "severity" | "frequency" => false,
            "trigger_type" | "attribution_model" | "currency" => false,
            "type" => ["content", "reports", "email_lists"].contains(&table),
            // What else another customer's row says is the other's own.
            name if table == "customers" => name == "tags",
            _ => true,
        }
}

/// Replaces the person in the table's rows, and says in how many.
pub(super) async fn sweep<E, C>(db: &C, needles: &Needles, which: Which) -> Result<u64, DatabaseError>
where
    E: EntityTrait,
    C: ConnectionTrait,
{
    let columns: Vec<E::Column> = E::Column::iter().filter(is_searched::<E>).collect();
    let Some(key) = E::PrimaryKey::iter().next().map(PrimaryKeyToColumn::into_column) else {
        return Ok(0);
    };
    let filter = match &which {
        Which::Naming => naming::<E>(&columns, needles),
        Which::These(condition) => condition.clone(),
    };
    let (mut after, mut changed) = (None::<Value>, 0);
    loop {
        let mut select = E::find().filter(filter.clone()).order_by_asc(key).limit(BATCH);
        if let Some(after) = after {
            select = select.filter(key.gt(after));
        }
        let found = select.lock_exclusive().all(db).await?;
        let is_last = (found.len() as u64) < BATCH;
        after = found.last().map(|row| row.get(key));
        let values: Vec<_> = found
            .iter()
            .filter(|row| matches!(which, Which::These(_)) || is_named::<E>(needles, &columns, row))
            .filter_map(|row| redacted::<E>(needles, key, &columns, row))
            .collect();
        changed += values.len() as u64;
        write::<E, C>(db, key, &columns, values).await?;
        if is_last {
            return Ok(changed);
        }
    }
}

/// Rows that may name the person; a pattern finds too many rather than too few.
fn naming<E: EntityTrait>(columns: &[E::Column], needles: &Needles) -> Condition {
    let patterns = needles.patterns();
    let mut any = Condition::any();
    for column in columns {
        let text = Expr::col((E::default(), *column)).cast_as(Alias::new("text"));
        let text = Expr::from(Func::lower(text));
        for pattern in &patterns {
            any = any.add(text.clone().like(LikeExpr::new(pattern.as_str()).escape('\\')));
        }
    }
    any
}

fn is_named<E: EntityTrait>(needles: &Needles, columns: &[E::Column], row: &E::Model) -> bool {
    columns.iter().any(|column| match row.get(*column) {
        Value::String(Some(text)) => !needles.names_in(&text).is_empty(),
        Value::Json(Some(json)) => redact::is_named_in(needles, &json),
        _ => false,
    })
}

/// The key and the searched columns as they are to be; `None` when nothing changes.
fn redacted<E: EntityTrait>(
    needles: &Needles,
    key: E::Column,
    columns: &[E::Column],
    row: &E::Model,
) -> Option<Vec<Value>> {
    let id = row.get(key);
    let mut values = vec![id.clone()];
    let mut is_changed = false;
    for column in columns {
        let old = row.get(*column);
        let new = match &old {
            Value::String(Some(text)) => redact::text(needles, text, &mark::<E>(column, &id))
                .map(|text| Value::from(fitting(text, column.def().get_column_type()))),
            Value::Json(Some(json)) => redact::json(needles, json).map(Value::from),
            _ => None,
        };
        is_changed |= new.is_some();
        values.push(new.unwrap_or(old));
    }
    is_changed.then_some(values)
}

/// What stands for the person; where no two rows may say the same, with the row's own id.
fn mark<E: EntityTrait>(column: &E::Column, id: &Value) -> String {
    match id {
        Value::Uuid(Some(id)) if column.def().is_unique() => format!("[erased {id}]"),
        _ => ERASED.to_owned(),
    }
}

/// The text, no longer than its column.
fn fitting(text: String, column: &ColumnType) -> String {
    match column {
        ColumnType::String(StringLen::N(max)) => text.chars().take(*max as usize).collect(),
        _ => text,
    }
}

async fn write<E, C>(
    db: &C,
    key: E::Column,
    columns: &[E::Column],
    values: Vec<Vec<Value>>,
) -> Result<(), DatabaseError>
where
    E: EntityTrait,
    C: ConnectionTrait,
{
    const NEW: &str = "new";
    if values.is_empty() {
        return Ok(());
    }
    let expected = values.len() as u64;
    let mut update = Query::update();
    update
        .table(E::default())
        .from(rows(NEW, values))
        .and_where(Expr::col((E::default(), key)).eq(nth(NEW, 1)));
    for (n, column) in (2..).zip(columns) {
        update.value(*column, nth(NEW, n));
    }
    if db.execute(&update).await?.rows_affected() == expected {
        Ok(())
    } else {
        Err(DatabaseError::Serialization)
    }
}
