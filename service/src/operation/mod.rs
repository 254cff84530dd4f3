//! The name of an operation, on every statement that it sends.
//!
//! Statements end in a comment in the form of [sqlcommenter](https://google.github.io/sqlcommenter/spec/), for instance
//! `/*action='orders.place',application='vividwalls'*/`. `pg_stat_statements`, the server's log of slow statements and
//! `pg_stat_activity` keep it, so what the server complains of leads back to the code that sent it. The action is the operation's
//! path with dots. The text is the same for each call, so a statement is prepared once.
//!
//! **The outermost operation names all of it.** When one operation calls another, what the inner one sends carries the name of the
//! outer: that is what a backend called, and what a person can speed up. Operations that a caller composes in a transaction of its own
//! are each the outermost. A statement that the caller's own connection has commented otherwise keeps that comment.
//!
//! BEGIN, COMMIT and savepoints are the driver's and carry no name.

mod comment;

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{
    AccessMode, ConnectionTrait, DbBackend, DbErr, ExecResult, IsolationLevel, QueryResult, Statement,
    TransactionError, TransactionOptions, TransactionSession, TransactionTrait,
};

pub use comment::{APPLICATION, name_of};
pub(crate) use comment::{stamp, without_name};

/// A connection under the name of an operation: a caller's, borrowed, or a transaction that was begun on it.
pub(crate) struct Named<H> {
    inner: H,
    action: &'static str,
}

/// The transaction of a connection that is named.
pub(crate) type NamedTransaction<C> = Named<Box<<C as TransactionTrait>::Transaction>>;

/// `db` under the name of the operation `action`: its path with dots.
pub(crate) fn named<'c, C>(db: &'c C, action: &'static str) -> Named<&'c C> {
    Named { inner: db, action }
}

impl<H> Named<H> {
    fn stamped(&self, mut statement: Statement) -> Statement {
        stamp(&mut statement.sql, self.action);
        statement
    }
}

#[async_trait]
impl<H> ConnectionTrait for Named<H>
where
    H: Deref<Target: ConnectionTrait> + Sync,
{
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(self.stamped(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut sql = sql.to_owned();
        stamp(&mut sql, self.action);
        self.inner.execute_unprepared(&sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(self.stamped(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(self.stamped(statement)).await
    }

    fn support_returning(&self) -> bool {
        self.inner.support_returning()
    }

    fn is_mock_connection(&self) -> bool {
        self.inner.is_mock_connection()
    }
}

#[async_trait]
impl<H> TransactionTrait for Named<H>
where
    H: Deref<Target: TransactionTrait + Sized> + Sync,
{
    type Transaction = NamedTransaction<H::Target>;

    async fn begin(&self) -> Result<Self::Transaction, DbErr> {
        self.begin_with_options(TransactionOptions::default()).await
    }

    async fn begin_with_config(
        &self,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<Self::Transaction, DbErr> {
        self.begin_with_options(TransactionOptions {
            isolation_level,
            access_mode,
            ..TransactionOptions::default()
        })
        .await
    }

    async fn begin_with_options(&self, options: TransactionOptions) -> Result<Self::Transaction, DbErr> {
        let inner = Box::new(self.inner.begin_with_options(options).await?);
        let action = self.action;
        Ok(Named { inner, action })
    }

    async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self::Transaction) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
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
        F: for<'c> FnOnce(&'c Self::Transaction) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        let begun = self.begin_with_config(isolation_level, access_mode).await;
        let transaction = begun.map_err(TransactionError::Connection)?;
        match callback(&transaction).await {
            Ok(value) => {
                transaction.commit().await.map_err(TransactionError::Connection)?;
                Ok(value)
            }
            Err(error) => {
                transaction
                    .rollback()
                    .await
                    .map_err(TransactionError::Connection)?;
                Err(TransactionError::Transaction(error))
            }
        }
    }
}

#[async_trait]
impl<T: TransactionSession + Send> TransactionSession for Named<Box<T>> {
    async fn commit(self) -> Result<(), DbErr> {
        (*self.inner).commit().await
    }

    async fn rollback(self) -> Result<(), DbErr> {
        (*self.inner).rollback().await
    }
}
