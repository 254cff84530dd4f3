//! COPY, over the driver: SeaORM has no words for it.

use std::fmt::Write as _;
use std::sync::Arc;

use sea_orm::sea_query::{InsertStatement, PostgresQueryBuilder};
use sea_orm::sqlx::postgres::PgRow;
use sea_orm::sqlx::{self, AssertSqlSafe, Executor as _, Postgres, Row as _};
use sea_orm::{
    DatabaseConnection, DbErr, EntityTrait, IdenStatic as _, Iterable as _, ModelTrait as _, RuntimeErr,
    SqlxError, Value,
};

use crate::error::DatabaseError;
use crate::operation::stamp;
use crate::seed::MissingRight;

const RIGHTS: &str = include_str!("rights.postgres.sql");

/// The key of the lock that lasts as long as the transaction: "vividsee" in ASCII.
const KEY: i64 = i64::from_be_bytes(*b"vividsee");

/// What is sent at once.
const CHUNK: usize = 64 * 1024;

pub(in crate::seed) struct Copy {
    transaction: sqlx::Transaction<'static, Postgres>,
    action: &'static str,
}

impl Copy {
    pub(super) async fn begin(db: &DatabaseConnection, action: &'static str) -> Result<Self, DatabaseError> {
        let pool = db.get_postgres_connection_pool();
        let mut transaction = pool.begin().await.map_err(failed)?;
        // A bulk load takes what it takes; and what others commit before it has their lock has to be seen.
        let patience = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0; \
                        SET LOCAL idle_in_transaction_session_timeout = 0";
        transaction
            .execute(sqlx::raw_sql(patience))
            .await
            .map_err(failed)?;
        Ok(Self { transaction, action })
    }

    /// Keeps others from filling the database until the end; whether nobody does.
    pub(super) async fn alone(&mut self) -> Result<bool, DatabaseError> {
        let rows = self
            .rows(format!("SELECT pg_try_advisory_xact_lock({KEY})"))
            .await?;
        rows.first()
            .map_or(Ok(false), |row| row.try_get(0).map_err(failed))
    }

    /// The rights that are missing.
    pub(super) async fn missing(
        &mut self,
        tables: &[&'static str],
    ) -> Result<Vec<MissingRight>, DatabaseError> {
        let sql = RIGHTS.replace("%TABLES%", &tables.join(","));
        let mut missing = Vec::new();
        for row in self.rows(sql).await? {
            missing.push(MissingRight {
                right: row.try_get(0).map_err(failed)?,
                on: row.try_get(1).map_err(failed)?,
                owner: row.try_get(2).map_err(failed)?,
            });
        }
        Ok(missing)
    }

    /// The texts that a statement returns.
    pub(super) async fn texts(&mut self, sql: String) -> Result<Vec<String>, DatabaseError> {
        let rows = self.rows(sql).await?;
        rows.iter().map(|row| row.try_get(0).map_err(failed)).collect()
    }

    async fn rows(&mut self, mut sql: String) -> Result<Vec<PgRow>, DatabaseError> {
        stamp(&mut sql, self.action);
        self.transaction
            .fetch_all(sqlx::raw_sql(AssertSqlSafe(sql)))
            .await
            .map_err(failed)
    }

    pub(super) async fn put<E: EntityTrait>(&mut self, rows: &[E::Model]) -> Result<(), DatabaseError> {
        let columns: Vec<E::Column> = E::Column::iter().collect();
        let names: Vec<_> = columns
            .iter()
            .map(|column| format!("\"{}\"", column.as_str()))
            .collect();
        let table = E::default();
        let mut statement = format!(
            "COPY \"{}\" ({}) FROM STDIN",
            table.table_name(),
            names.join(", ")
        );
        stamp(&mut statement, self.action);
        let mut copy = self.transaction.copy_in_raw(&statement).await.map_err(failed)?;
        let mut text = String::with_capacity(CHUNK + CHUNK / 4);
        for row in rows {
            for (n, column) in columns.iter().enumerate() {
                if n > 0 {
                    text.push('\t');
                }
                encode(&mut text, row.get(*column))?;
            }
            text.push('\n');
            if text.len() >= CHUNK {
                copy.send(text.as_bytes()).await.map_err(failed)?;
                text.clear();
            }
        }
        copy.send(text.as_bytes()).await.map_err(failed)?;
        copy.finish().await.map_err(failed)?;
        Ok(())
    }

    pub(super) async fn execute(&mut self, statement: &InsertStatement) -> Result<u64, DatabaseError> {
        let mut text = statement.to_string(PostgresQueryBuilder);
        stamp(&mut text, self.action);
        let text = AssertSqlSafe(text);
        let done = self
            .transaction
            .execute(sqlx::raw_sql(text))
            .await
            .map_err(failed)?;
        Ok(done.rows_affected())
    }

    pub(super) async fn go_on_after(&mut self, number: u64) -> Result<(), DatabaseError> {
        let mut text = format!("SELECT setval('order_numbers', {number})");
        stamp(&mut text, self.action);
        let text = AssertSqlSafe(text);
        self.transaction
            .execute(sqlx::raw_sql(text))
            .await
            .map_err(failed)?;
        Ok(())
    }

    pub(super) async fn commit(mut self) -> Result<(), DatabaseError> {
        // What the server counts of a session it notes down at leisure, perhaps after the ANALYZE that follows, to which the rows
        // would seem to be newer.
        let noted = "SELECT pg_stat_force_next_flush()";
        self.transaction
            .execute(sqlx::raw_sql(noted))
            .await
            .map_err(failed)?;
        let committed = self.transaction.commit().await;
        committed.map_err(|error| DatabaseError::of_commit(driver(error)))
    }

    pub(super) async fn rollback(self) -> Result<(), DatabaseError> {
        self.transaction.rollback().await.map_err(failed)
    }
}

fn driver(error: SqlxError) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error)))
}

fn failed(error: SqlxError) -> DatabaseError {
    driver(error).into()
}

/// A value in COPY's text format.
fn encode(text: &mut String, value: Value) -> Result<(), DatabaseError> {
    let written = match value {
        Value::Bool(Some(value)) => write!(text, "{value}"),
        Value::Int(Some(value)) => write!(text, "{value}"),
        Value::BigInt(Some(value)) => write!(text, "{value}"),
        Value::Uuid(Some(value)) => write!(text, "{value}"),
        Value::Decimal(Some(value)) => write!(text, "{value}"),
        Value::ChronoDate(Some(value)) => write!(text, "{value}"),
        Value::ChronoDateTimeUtc(Some(value)) => write!(text, "{}", value.format("%Y-%m-%d %H:%M:%S%.6f+00")),
        Value::String(Some(value)) => {
            escape(text, &value);
            Ok(())
        }
        Value::Json(Some(value)) => {
            escape(text, &value.to_string());
            Ok(())
        }
        value if value == value.as_null() => {
            text.push_str("\\N");
            Ok(())
        }
        other => return Err(DbErr::Custom(format!("COPY knows no {other:?}")).into()),
    };
    written.map_err(|error| DbErr::Custom(error.to_string()).into())
}

fn escape(text: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_apart_from_what_separates_them() {
        let encoded = |value: Value| {
            let mut text = String::new();
            encode(&mut text, value).unwrap();
            text
        };
        assert_eq!(encoded("a\tb\\c\nd\r".into()), "a\\tb\\\\c\\nd\\r");
        assert_eq!(encoded("".into()), "");
        assert_eq!(encoded(None::<String>.into()), "\\N");
        assert_eq!(encoded("\\N".into()), "\\\\N");
        assert_eq!(encoded(true.into()), "true");
        let at = chrono::DateTime::from_timestamp(1, 5_000_000).unwrap();
        assert_eq!(encoded(at.into()), "1970-01-01 00:00:01.005000+00");
    }
}
