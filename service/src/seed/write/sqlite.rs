//! INSERT with many rows.

use sea_orm::sea_query::{Alias, Expr, InsertStatement, Query};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait, IdenStatic as _,
    Iterable as _, ModelTrait as _, Statement,
};

use crate::error::DatabaseError;
use crate::operation;
use crate::transaction;

/// More parameters make no statement faster; SQLite takes 32 766.
const PARAMETERS: usize = 8_000;

pub(in crate::seed) struct Insert {
    transaction: DatabaseTransaction,
    action: &'static str,
}

impl Insert {
    pub(super) async fn begin(db: &DatabaseConnection, action: &'static str) -> Result<Self, DatabaseError> {
        let transaction = transaction::begin(db).await?;
        Ok(Self { transaction, action })
    }

    /// The texts that a statement returns.
    pub(super) async fn texts(&self, sql: String) -> Result<Vec<String>, DatabaseError> {
        let db = operation::named(&self.transaction, self.action);
        let rows = db
            .query_all_raw(Statement::from_string(DbBackend::Sqlite, sql))
            .await?;
        Ok(rows
            .iter()
            .map(|row| row.try_get_by_index(0))
            .collect::<Result<_, _>>()?)
    }

    pub(super) async fn put<E: EntityTrait>(&self, rows: &[E::Model]) -> Result<(), DatabaseError> {
        let columns: Vec<E::Column> = E::Column::iter().collect();
        for chunk in rows.chunks((PARAMETERS / columns.len()).max(1)) {
            let mut insert = Query::insert();
            insert
                .into_table(Alias::new(E::default().table_name()))
                .columns(columns.iter().map(|column| Alias::new(column.as_str())));
            for row in chunk {
                let values = columns.iter().map(|column| Expr::value(row.get(*column)));
                insert
                    .values(values)
                    .map_err(|error| DbErr::Custom(error.to_string()))?;
            }
            operation::named(&self.transaction, self.action)
                .execute(&insert)
                .await?;
        }
        Ok(())
    }

    pub(super) async fn execute(&self, statement: &InsertStatement) -> Result<u64, DatabaseError> {
        let db = operation::named(&self.transaction, self.action);
        Ok(db.execute(statement).await?.rows_affected())
    }

    pub(super) async fn commit(self) -> Result<(), DatabaseError> {
        self.transaction.commit().await.map_err(DatabaseError::of_commit)
    }

    pub(super) async fn rollback(self) -> Result<(), DatabaseError> {
        Ok(self.transaction.rollback().await?)
    }
}
