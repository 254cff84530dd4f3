//! The last moment of a month of PostgreSQL, which nobody else may work in.

use std::future::Future;
use std::time::{Duration, Instant};

use chrono::Utc;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, IsolationLevel, TransactionOptions, TransactionSession as _,
    TransactionTrait,
};

use super::super::Month;
use super::super::base::Base;
use super::super::family::PARTITIONED;
use super::needs::{self, Stays};
use super::partition::Partition;
use super::postgres::{of_month, run};
use super::report::DropError;
use crate::deletion::keys;
use crate::error::DatabaseError;
use crate::operation::NamedTransaction;
use crate::transaction;

/// How often the locks are asked for.
const ATTEMPTS: u32 = 20;

/// For how long they are asked for each time: others queue behind whoever waits for them. Shorter than the second after which the
/// server looks for deadlocks.
const PATIENCE: Duration = Duration::from_millis(400);

/// From the first lock to the last: whoever waits for the first one looks for a deadlock after a second, and is told of one while
/// this side waits for the last.
const TOGETHER: Duration = Duration::from_millis(900);

/// For what keeps nobody from reading or writing: long enough for the server to end an autovacuum, which it does after that second.
const AUTOVACUUM: &str = "SET LOCAL lock_timeout = '3s'";

/// A detached partition is searched for rows that refer to it. By these two indexes that is as long as the month; by a hash it
/// would be as long as both tables.
const BY_INDEX: &str = "SET LOCAL enable_hashjoin = off; \
     SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off";

/// What goes.
pub(super) struct Last<'a> {
    pub(super) base: &'a Base<'a>,
    pub(super) all: &'a [Partition],
    pub(super) month: Month,
    pub(super) stays: &'a Stays,
    /// Whether payments or refunds may go.
    pub(super) has_money: bool,
}

impl Last<'_> {
    /// Looks once more whether somebody needs the money that goes, takes the partitions off their tables and drops them, once the
    /// locks for that are free.
    ///
    /// All locks are taken in a savepoint, so that giving one up gives up all: of a circle this side gives way.
    pub(super) async fn moment<T, S, Sleep>(&self, db: &T, sleep: &S) -> Result<(), DropError>
    where
        T: ConnectionTrait + TransactionTrait,
        S: Fn(Duration) -> Sleep,
        Sleep: Future<Output = ()>,
    {
        let tables = self.tables();
        if tables.is_empty() {
            return Ok(());
        }
        run(db, AUTOVACUUM).await?;
        run(db, &format!("LOCK TABLE {tables} IN SHARE UPDATE EXCLUSIVE MODE")).await?;
        if !self.has_money {
            return self.attempts(db, &tables, None, sleep).await;
        }
        // Of the pool, and so from before the locks on: those that wait for these have the other connections.
        let look = look(self.base).await?;
        let outcome = self.attempts(db, &tables, Some(&look), sleep).await;
        // It has only read: whatever becomes of it changes nothing.
        let _ = look.rollback().await;
        outcome
    }

    async fn attempts<T, S, Sleep>(
        &self,
        db: &T,
        tables: &str,
        look: Option<&Look>,
        sleep: &S,
    ) -> Result<(), DropError>
    where
        T: ConnectionTrait + TransactionTrait,
        S: Fn(Duration) -> Sleep,
        Sleep: Future<Output = ()>,
    {
        let mut attempt = 1;
        loop {
            let savepoint = db.begin().await.map_err(DatabaseError::from)?;
            match self.locked(&savepoint, tables, look).await {
                Ok(()) => {
                    let detached = self.detach(&savepoint).await;
                    return transaction::finish(savepoint, detached).await;
                }
                Err(error) => {
                    savepoint.rollback().await.map_err(DatabaseError::from)?;
                    if !error.is_timeout() || attempt == ATTEMPTS || self.base.is_over() {
                        return Err(error);
                    }
                }
            }
            sleep(Duration::from_millis(50 * u64::from(attempt))).await;
            attempt += 1;
        }
    }

    /// Keeps writers off, looks, and then keeps readers off as well; all within a second, unless the look takes longer.
    async fn locked<C: ConnectionTrait>(
        &self,
        db: &C,
        tables: &str,
        look: Option<&Look>,
    ) -> Result<(), DropError> {
        let since = Instant::now();
        if let Some(look) = look {
            // Whoever pays or refunds comes through the order, also by its key.
            lock(db, "ONLY orders", "EXCLUSIVE", [PATIENCE; 2]).await?;
            self.look_again(look).await?;
        }
        let left = || {
            TOGETHER
                .saturating_sub(since.elapsed())
                .clamp(Duration::from_millis(50), PATIENCE * 3 / 2)
        };
        lock(db, tables, "EXCLUSIVE", [left().min(PATIENCE), left()]).await?;
        if of_month(self.all, self.month).next().is_some() {
            lock(db, tables, "ACCESS EXCLUSIVE", [left().min(PATIENCE); 2]).await?;
        }
        Ok(())
    }

    /// In a snapshot of its own, so on another connection: whoever refunds has done so by now, or waits for the orders.
    async fn look_again(&self, look: &Look) -> Result<(), DropError> {
        let month = (self.month, self.month.ids());
        // Rolled back, a savepoint gives its locks back, which would be in the way of those that come next.
        let savepoint = look.begin().await.map_err(DatabaseError::from)?;
        let needed = needs::of_money(self.base, &savepoint, month, self.stays, Utc::now()).await;
        savepoint.rollback().await.map_err(DatabaseError::from)?;
        let needed = needed?;
        if needed.is_empty() {
            Ok(())
        } else {
            // The month is begun again, and refused with the reason.
            Err(DatabaseError::Serialization.into())
        }
    }

    /// What is referred to can only be detached, which touches the tables at both ends of its keys; one that is not can be dropped
    /// where it is.
    async fn detach<C: ConnectionTrait>(&self, db: &C) -> Result<(), DropError> {
        run(db, &self.base.limit()).await?;
        run(db, BY_INDEX).await?;
        for partition in of_month(self.all, self.month) {
            let (table, name) = (partition.table, &partition.name);
            if is_referred_to(table) {
                let detach = format!("ALTER TABLE {table} DETACH PARTITION {name}");
                run(db, &detach).await.map_err(|error| match error {
                    // A row that refers to it has come since the others were deleted.
                    DatabaseError::MissingReference { .. } | DatabaseError::Restricted { .. } => {
                        DatabaseError::Serialization
                    }
                    other => other,
                })?;
            }
            run(db, &format!("DROP TABLE {name}")).await?;
        }
        Ok(())
    }

    /// What PostgreSQL locks when it drops the month's partitions, by name: the tables, their default partitions, and the tables at
    /// the other ends of their keys.
    ///
    /// In the order in which writers come: through a table to its partitions, on to what refers to its rows, and at the end of a
    /// statement to what they refer to. So those that are under way end, and the others queue before they hold anything.
    fn tables(&self) -> String {
        let mut names = Vec::new();
        let mut add = |name: String| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        let of_month: Vec<_> = PARTITIONED
            .into_iter()
            .flat_map(|table| {
                of_month(self.all, self.month).filter(move |partition| partition.table == table)
            })
            .collect();
        if self.has_money {
            add("ONLY orders".to_owned());
        }
        for partition in &of_month {
            let table = partition.table;
            add(format!("ONLY {table}"));
            add(partition.name.clone());
            self.all
                .iter()
                .filter(|other| other.table == table && other.bounds.is_none())
                .for_each(|default| add(default.name.clone()));
            keys()
                .iter()
                .filter(|key| key.parent == table)
                .for_each(|key| add(format!("ONLY {}", key.table)));
        }
        for partition in of_month
            .iter()
            .filter(|partition| is_referred_to(partition.table))
        {
            keys()
                .iter()
                .filter(|key| key.table == partition.table)
                .for_each(|key| add(format!("ONLY {}", key.parent)));
        }
        names.join(", ")
    }
}

type Look = NamedTransaction<DatabaseConnection>;

/// A transaction of which every statement sees what has been committed.
async fn look(base: &Base<'_>) -> Result<Look, DatabaseError> {
    let options = TransactionOptions {
        isolation_level: Some(IsolationLevel::ReadCommitted),
        ..TransactionOptions::default()
    };
    let look = base.db.begin_with_options(options).await?;
    // It waits while the locks are asked for.
    let limits = format!(
        "SET LOCAL idle_in_transaction_session_timeout = 0; {}",
        base.limit()
    );
    run(&look, &limits).await?;
    Ok(look)
}

/// Waits for each table so long at most, and for all of them together.
async fn lock<C: ConnectionTrait>(
    db: &C,
    tables: &str,
    mode: &str,
    [each, all]: [Duration; 2],
) -> Result<(), DatabaseError> {
    let limits = format!(
        "SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}",
        each.as_millis(),
        all.as_millis()
    );
    run(db, &limits).await?;
    let locked = run(db, &format!("LOCK TABLE {tables} IN {mode} MODE")).await;
    locked.map_err(|error| match error {
        // The statement does nothing but wait for locks, so this is no other failure than to wait for one of them too long.
        DatabaseError::StatementTimeout => DatabaseError::LockTimeout,
        other => other,
    })
}

fn is_referred_to(table: &str) -> bool {
    keys().iter().any(|key| key.parent == table)
}
