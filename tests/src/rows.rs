//! The smallest valid row of each table, for tests whose subject is something else.
//!
//! The rows go past the entities, which are themselves under test: what a table requires stands in one list.

mod required;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::sea_query::{Alias, Query, SimpleExpr, Value};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use required::{Filling, REQUIRED};

/// A row as it was written: the columns that [`insert`] filled, without the database's defaults.
#[derive(Clone, Debug)]
pub struct Row(BTreeMap<&'static str, Value>);

impl Row {
    /// The value of a uuid column that was filled.
    ///
    /// # Panics
    ///
    /// When it was not.
    #[must_use]
    pub fn uuid(&self, column: &str) -> Uuid {
        match self.0.get(column) {
            Some(Value::Uuid(Some(value))) => *value,
            other => panic!("{column} holds {other:?}, no uuid"),
        }
    }

    /// The row's `id`; for the tables that have one.
    ///
    /// # Panics
    ///
    /// For `customer_segment_members` and `email_subscribers`, whose keys have two columns.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.uuid("id")
    }

    /// The value of a column that was filled.
    ///
    /// # Panics
    ///
    /// When it was not.
    #[must_use]
    pub fn value(&self, column: &str) -> Value {
        match self.0.get(column) {
            Some(value) => value.clone(),
            None => panic!("{column} was not filled"),
        }
    }

    /// Fills a column, or gives it another value.
    pub fn set(&mut self, column: &'static str, value: impl Into<Value>) {
        self.0.insert(column, value.into());
    }

    /// Leaves a column to the database.
    pub fn leave_out(&mut self, column: &str) {
        self.0.remove(column);
    }

    /// Writes the row, in one INSERT.
    ///
    /// # Errors
    ///
    /// What the database answers.
    pub async fn insert(&self, db: &impl ConnectionTrait, table: &str) -> Result<(), DbErr> {
        let mut statement = Query::insert();
        statement
            .into_table(Alias::new(table))
            .columns(self.0.keys().map(|column| Alias::new(*column)))
            .values_panic(self.0.values().map(|value| SimpleExpr::Value(value.clone())));
        db.execute(&statement).await.map(drop)
    }
}

/// The names of the 29 tables, parents before children.
pub fn tables() -> impl DoubleEndedIterator<Item = &'static str> {
    REQUIRED.iter().map(|(table, _)| *table)
}

/// Inserts a row that has just what its table requires, and the parents that it needs.
///
/// A column in `given` has that value instead; a parent named there is not made.
///
/// # Panics
///
/// When the database refuses the row. To see the refusal use [`try_insert`].
pub async fn insert(
    db: &impl ConnectionTrait,
    table: &str,
    given: impl IntoIterator<Item = (&'static str, Value)>,
) -> Row {
    match try_insert(db, table, given).await {
        Ok(row) => row,
        Err(error) => panic!("a minimal row of {table} was refused: {error}"),
    }
}

/// [`insert`], for a row that may be refused. Its parents are not.
///
/// # Errors
///
/// What the database answers to the INSERT.
pub async fn try_insert(
    db: &impl ConnectionTrait,
    table: &str,
    given: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<Row, DbErr> {
    let row = prepare(db, table, given).await;
    row.insert(db, table).await?;
    Ok(row)
}

/// The row that [`insert`] would write. Its parents are written.
///
/// # Panics
///
/// When there is no such table, or a parent is refused.
pub async fn prepare(
    db: &impl ConnectionTrait,
    table: &str,
    given: impl IntoIterator<Item = (&'static str, Value)>,
) -> Row {
    let Some((_, required)) = REQUIRED.iter().find(|(name, _)| *name == table) else {
        panic!("no table {table}")
    };
    let mut row = BTreeMap::from_iter(given);
    for (column, filling) in *required {
        if !row.contains_key(column) {
            let value = match filling {
                Filling::Parent(parent) => insert_parent(db, parent).await.id().into(),
                _ => filling.value(),
            };
            row.insert(column, value);
        }
    }
    Row(row)
}

/// Boxed, because a parent may need parents itself.
fn insert_parent<'a, C: ConnectionTrait>(
    db: &'a C,
    table: &'a str,
) -> Pin<Box<dyn Future<Output = Row> + Send + 'a>> {
    Box::pin(insert(db, table, []))
}

/// A number that nobody else in this process gets.
fn unused() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
