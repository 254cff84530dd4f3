//! How operations nest.
//!
//! Every operation that writes is atomic by itself: on a connection or a pool it runs in a transaction of its own, on a caller's
//! transaction in a savepoint. A refusal, or an error of the database such as a lock timeout, rolls back to that savepoint, and the
//! caller's transaction stays usable. What only reads has no savepoint: on PostgreSQL a read that the server breaks off leaves
//! nothing to do in the caller's transaction but to roll it back.
//!
//! An operation that is one statement on PostgreSQL is its own transaction there and sends neither BEGIN nor COMMIT, when it is
//! given a [`DatabaseConnection`]. Anything else may be, or hold, a caller's transaction.
//!
//! On SQLite a transaction that is going to write has to say so when it begins. A deferred one (SeaORM's default) takes the write
//! lock at its first write, and fails at once with "busy", whatever the busy timeout, when another connection wrote since its
//! first read. [`begin`] begins immediately; a caller that composes operations starts with it as well.

use std::any::TypeId;

use sea_orm::{
    DatabaseConnection, SqliteTransactionMode, TransactionOptions, TransactionSession, TransactionTrait,
};

use crate::error::DatabaseError;
use crate::operation::Named;

/// Begins a transaction that is going to write, or a savepoint when `db` already is a transaction.
///
/// # Errors
///
/// [`DatabaseError::Busy`] when another SQLite connection keeps writing for longer than the busy timeout, and what can happen to
/// a connection. All of these are retryable.
pub async fn begin<C: TransactionTrait>(db: &C) -> Result<C::Transaction, DatabaseError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    db.begin_with_options(options).await.map_err(DatabaseError::from)
}

/// Whether a statement on `db` is a transaction of its own, so that nothing has to be begun for a single one.
///
/// SeaORM does not tell, so the type has to: of a pool nobody has begun a transaction, whatever operation it is named for.
pub(crate) fn commits_each_statement<C>(_: &C) -> bool {
    is_a_pool::<C>()
}

fn is_a_pool<C>() -> bool {
    // Of what borrows, like an executor, `TypeId::of` cannot be asked.
    let connection = typeid::of::<C>();
    connection == TypeId::of::<DatabaseConnection>()
        || connection == typeid::of::<Named<&DatabaseConnection>>()
        || connection == typeid::of::<Named<&Named<&DatabaseConnection>>>()
}

/// Commits what led to `Ok` and rolls back what led to `Err`, which it then returns.
///
/// The rollback is explicit because a dropped transaction is rolled back only when its connection is next used, and until then
/// it keeps its locks.
///
/// # Errors
///
/// The error of `outcome`; [`DatabaseError::OutcomeUnknown`] when the connection broke during the commit.
pub async fn finish<T, O, E>(transaction: T, outcome: Result<O, E>) -> Result<O, E>
where
    T: TransactionSession,
    E: From<DatabaseError>,
{
    match outcome {
        Ok(value) => {
            transaction.commit().await.map_err(DatabaseError::of_commit)?;
            Ok(value)
        }
        Err(error) => {
            // The refusal matters more than a connection that breaks while undoing; the server undoes by itself then.
            if let Err(undo) = transaction.rollback().await {
                tracing::warn!(error = %undo, "rolling back failed");
            }
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::DatabaseTransaction;

    use super::*;
    use crate::operation::named;

    #[test]
    fn a_pool_commits_each_statement_whatever_operation_it_is_named_for() {
        let pool = DatabaseConnection::default();
        assert!(commits_each_statement(&pool));
        let outer = named(&pool, "orders.place");
        assert!(commits_each_statement(&outer));
        assert!(commits_each_statement(&named(&outer, "inventory.reserve")));
    }

    #[test]
    fn a_transaction_does_not_whatever_it_is_named_for() {
        assert!(!is_a_pool::<DatabaseTransaction>());
        assert!(!is_a_pool::<Named<&DatabaseTransaction>>());
        assert!(!is_a_pool::<Named<Box<DatabaseTransaction>>>());
        assert!(!is_a_pool::<Named<&Named<Box<DatabaseTransaction>>>>());
    }
}
