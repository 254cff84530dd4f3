//! INSERT with many rows.

use sea_orm::sea_query::{Alias, Expr, InsertStatement, Query};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, IdenStatic as _,
    Iterable as _, ModelTrait as _,
};

use crate::error::DatabaseError;
use crate::transaction;

/// More parameters make no statement faster; SQLite takes 32 766.
const PARAMETERS: usize = 8_000;

pub(in crate::seed) struct Insert(DatabaseTransaction);

impl Insert {
    pub(super) async fn begin(db: &DatabaseConnection) -> Result<Self, DatabaseError> {
        transaction::begin(db).await.map(Self)
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
            self.0.execute(&insert).await?;
        }
        Ok(())
    }

    pub(super) async fn execute(&self, statement: &InsertStatement) -> Result<u64, DatabaseError> {
        Ok(self.0.execute(statement).await?.rows_affected())
    }

    pub(super) async fn commit(self) -> Result<(), DatabaseError> {
        self.0.commit().await.map_err(DatabaseError::of_commit)
    }

    pub(super) async fn rollback(self) -> Result<(), DatabaseError> {
        Ok(self.0.rollback().await?)
    }
}
