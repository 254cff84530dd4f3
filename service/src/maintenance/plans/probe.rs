//! A transaction that explains what is sent over it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, IsolationLevel,
    QueryResult, Statement, TransactionError, TransactionOptions, TransactionSession, TransactionTrait,
};
use serde_json::Value;

use super::sqlite::Line;

/// What a statement's explanation is made from.
pub(super) enum Answer {
    Postgres(Value),
    Sqlite(Vec<Line>),
}

/// Explains each statement in a savepoint of its own, and then sends it.
pub(super) struct Probe {
    inner: DatabaseTransaction,
    seen: Arc<Mutex<Vec<(String, Answer)>>>,
}

impl Probe {
    pub(super) fn new(inner: DatabaseTransaction) -> Self {
        Self {
            inner,
            seen: Arc::default(),
        }
    }

    /// The same transaction for what prepares a trial, which nobody wants explained.
    pub(super) fn quiet(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// What was sent so far, and its explanation.
    pub(super) fn take(&self) -> Vec<(String, Answer)> {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn explain(&self, statement: &Statement) -> Result<(), DbErr> {
        let verb = match statement.db_backend {
            DbBackend::Sqlite => "EXPLAIN QUERY PLAN ",
            _ => "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ",
        };
        let explain = Statement {
            sql: format!("{verb}{}", statement.sql),
            ..statement.clone()
        };
        // ANALYZE runs the statement, and here it must not have run yet.
        let savepoint = self.inner.begin().await?;
        let rows = savepoint.query_all_raw(explain).await;
        savepoint.rollback().await?;
        let answer = match statement.db_backend {
            DbBackend::Sqlite => Answer::Sqlite(
                rows?
                    .iter()
                    .map(|row| {
                        Ok((
                            row.try_get_by("id")?,
                            row.try_get_by("parent")?,
                            row.try_get_by("detail")?,
                        ))
                    })
                    .collect::<Result<_, DbErr>>()?,
            ),
            _ => Answer::Postgres(match rows?.first() {
                Some(row) => row.try_get_by_index(0)?,
                None => Value::Null,
            }),
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push((statement.sql.clone(), answer));
        Ok(())
    }
}

#[async_trait]
impl ConnectionTrait for Probe {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.explain(&statement).await?;
        self.inner.execute_raw(statement).await
    }

    /// Settings and locks, which have no plan.
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.explain(&statement).await?;
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.explain(&statement).await?;
        self.inner.query_all_raw(statement).await
    }
}

#[async_trait]
impl TransactionTrait for Probe {
    type Transaction = Self;

    async fn begin(&self) -> Result<Self, DbErr> {
        self.begin_with_options(TransactionOptions::default()).await
    }

    async fn begin_with_config(
        &self,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<Self, DbErr> {
        self.begin_with_options(TransactionOptions {
            isolation_level,
            access_mode,
            ..TransactionOptions::default()
        })
        .await
    }

    async fn begin_with_options(&self, options: TransactionOptions) -> Result<Self, DbErr> {
        Ok(Self {
            inner: self.inner.begin_with_options(options).await?,
            seen: Arc::clone(&self.seen),
        })
    }

    async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        self.transaction_with_config(callback, None, None).await
    }

    async fn transaction_with_config<F, T, E>(
        &self,
        callback: F,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        let begun = self.begin_with_config(isolation_level, access_mode).await;
        let probe = begun.map_err(TransactionError::Connection)?;
        let outcome = callback(&probe).await.map_err(TransactionError::Transaction);
        let ended = match &outcome {
            Ok(_) => probe.commit().await,
            Err(_) => probe.rollback().await,
        };
        ended.map_err(TransactionError::Connection)?;
        outcome
    }
}

#[async_trait]
impl TransactionSession for Probe {
    async fn commit(self) -> Result<(), DbErr> {
        self.inner.commit().await
    }

    async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }
}
