//! A month of PostgreSQL: its partitions, in one transaction.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use chrono::Utc;
use sea_orm::sea_query::{Alias, Query};
use sea_orm::{
    ConnectionTrait, IsolationLevel, TransactionOptions, TransactionSession as _, TransactionTrait,
};

use super::super::Month;
use super::super::archive::Archive;
use super::super::base::Base;
use super::super::family::parts;
use super::look::{self, Looked};
use super::needs::{self, Stays};
use super::partition::{Partition, partitions};
use super::report::{DropError, MonthReport};
use super::settle;
use crate::deletion::keys;
use crate::error::{Classified, DatabaseError};
use crate::transaction;

/// How often a month is begun.
const ATTEMPTS: u32 = 3;

/// How often the last locks are asked for.
const LOCK_ATTEMPTS: u32 = 20;

/// How long the transaction waits for writers of the month; nobody else waits for it by then.
const PATIENCE: &str = "SET LOCAL lock_timeout = '3s'; SET LOCAL idle_in_transaction_session_timeout = 0";

/// For the last locks: others queue behind whoever waits for them. Shorter than the second after which the server looks for
/// deadlocks.
const IMPATIENCE: &str = "SET LOCAL lock_timeout = '400ms'; SET LOCAL statement_timeout = '900ms'";

/// A detached partition is searched for rows that refer to it. By these two indexes that is as long as the month; by a hash it
/// would be as long as both tables.
const BY_INDEX: &str = "SET LOCAL enable_hashjoin = off; \
     SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off";

/// Drops a month, or finds out why it may not go.
pub(super) async fn drop_month<S, Sleep>(
    base: &Base<'_>,
    month: Month,
    stays: &Stays,
    archive: Option<&Archive>,
    sleep: &S,
) -> Result<MonthReport, DropError>
where
    S: Fn(Duration) -> Sleep,
    Sleep: Future<Output = ()>,
{
    let mut attempt = 1;
    loop {
        match once(base, month, stays, archive, sleep).await {
            Err(error) if error.is_retryable() && attempt < ATTEMPTS && !base.is_over() => {
                tracing::debug!(%month, %error, attempt, "beginning the month again");
                sleep(Duration::from_secs(attempt.into())).await;
                attempt += 1;
            }
            settled => return settled,
        }
    }
}

async fn once<S, Sleep>(
    base: &Base<'_>,
    month: Month,
    stays: &Stays,
    archive: Option<&Archive>,
    sleep: &S,
) -> Result<MonthReport, DropError>
where
    S: Fn(Duration) -> Sleep,
    Sleep: Future<Output = ()>,
{
    let all = partitions(&base.db).await?;
    let options = TransactionOptions {
        isolation_level: Some(IsolationLevel::RepeatableRead),
        ..TransactionOptions::default()
    };
    let transaction = base
        .db
        .begin_with_options(options)
        .await
        .map_err(DatabaseError::from)?;
    let mut placed = None;
    let outcome = async {
        let looked = hold(base, &transaction, &all, month, stays).await?;
        if !looked.needed.is_empty() {
            return Ok(settle(month, looked, archive));
        }
        if let Some(archive) = archive {
            placed = Some(archive.keep(base, &transaction, month).await?);
        }
        hold_orders(base, &transaction, month, stays).await?;
        empty(&transaction, &all, month, &looked).await?;
        remove(base, &transaction, &all, month, sleep).await?;
        Ok(settle(month, looked, archive))
    }
    .await;
    let outcome = transaction::finish(transaction, outcome).await;
    let undone = match &outcome {
        Err(DropError::Database(DatabaseError::OutcomeUnknown)) | Ok(_) => None,
        Err(_) => placed,
    };
    if let Some(placed) = undone {
        placed.withdraw();
    }
    outcome
}

fn of_month(all: &[Partition], month: Month) -> impl Iterator<Item = &Partition> {
    all.iter()
        .filter(move |partition| partition.month() == Some(month))
}

/// Keeps writers off the month, and only then takes the snapshot in which everything else happens.
async fn hold<C: ConnectionTrait>(
    base: &Base<'_>,
    db: &C,
    all: &[Partition],
    month: Month,
    stays: &Stays,
) -> Result<Looked, DropError> {
    run(db, PATIENCE).await?;
    run(db, &base.limit()).await?;
    let names: Vec<_> = of_month(all, month)
        .map(|partition| partition.name.as_str())
        .collect();
    if !names.is_empty() {
        let lock = format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", names.join(", "));
        run(db, &lock).await.map_err(gone_meanwhile)?;
        // Locked by its name: it may have been detached while this waited, and then it is not ours to drop.
        let now = partitions(db).await?;
        if of_month(all, month).any(|held| !now.contains(held)) {
            return Err(DatabaseError::Changed { table: "pg_inherits" }.into());
        }
    }
    Ok(look::at(db, month, stays, Utc::now()).await?)
}

/// Keeps anybody from refunding what is about to go, and looks once more, in a snapshot of its own, whether somebody has since the
/// first look.
async fn hold_orders<C: ConnectionTrait>(
    base: &Base<'_>,
    db: &C,
    month: Month,
    stays: &Stays,
) -> Result<(), DropError> {
    let [from, to] = month.ids();
    let orders = format!(
        "SELECT 1 FROM orders WHERE id IN (SELECT order_id FROM transactions \
         WHERE id >= '{from}' AND id < '{to}' AND order_id IS NOT NULL) ORDER BY id FOR UPDATE"
    );
    run(db, &base.limit()).await?;
    run(db, &orders).await?;
    let needed = needs::of(&base.db, (month, month.ids()), stays, Utc::now()).await?;
    if needed.is_empty() {
        Ok(())
    } else {
        // The month is begun again, and refused with the reason.
        Err(DatabaseError::Serialization.into())
    }
}

/// Deletes what goes by rows: what refers to the month, and what of it lies in no partition of its own.
async fn empty<C: ConnectionTrait>(
    db: &C,
    all: &[Partition],
    month: Month,
    looked: &Looked,
) -> Result<(), DropError> {
    for part in parts() {
        if of_month(all, month).any(|partition| partition.table == part.table) {
            continue;
        }
        let delete = Query::delete()
            .from_table(Alias::new(part.table))
            .cond_where(part.of(month))
            .to_owned();
        let deleted = db.execute(&delete).await.map_err(DatabaseError::from)?;
        if deleted.rows_affected() != looked.rows_of(part.table) {
            return Err(DatabaseError::Changed { table: part.table }.into());
        }
    }
    Ok(())
}

/// Takes the partitions off their tables and drops them, once the locks for that are free.
async fn remove<T, S, Sleep>(
    base: &Base<'_>,
    db: &T,
    all: &[Partition],
    month: Month,
    sleep: &S,
) -> Result<(), DropError>
where
    T: ConnectionTrait + TransactionTrait,
    S: Fn(Duration) -> Sleep,
    Sleep: Future<Output = ()>,
{
    if of_month(all, month).next().is_none() {
        return Ok(());
    }
    let lock = format!(
        "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE",
        tables_to_lock(all, month)
    );
    let mut attempt = 1;
    loop {
        let savepoint = db.begin().await.map_err(DatabaseError::from)?;
        run(&savepoint, IMPATIENCE).await?;
        match run(&savepoint, &lock).await {
            Ok(()) => {
                let detached = detach(base, &savepoint, all, month).await;
                return transaction::finish(savepoint, detached).await;
            }
            Err(DatabaseError::LockTimeout | DatabaseError::StatementTimeout) => {
                savepoint.rollback().await.map_err(DatabaseError::from)?;
            }
            Err(error) => return Err(error.into()),
        }
        if attempt == LOCK_ATTEMPTS || base.is_over() {
            return Err(DatabaseError::LockTimeout.into());
        }
        sleep(Duration::from_millis(50 * u64::from(attempt))).await;
        attempt += 1;
    }
}

/// A partition that is referred to can only be detached, which touches the tables at both ends of its keys; one that is not can be
/// dropped where it is.
async fn detach<C: ConnectionTrait>(
    base: &Base<'_>,
    db: &C,
    all: &[Partition],
    month: Month,
) -> Result<(), DropError> {
    run(db, &base.limit()).await?;
    run(db, BY_INDEX).await?;
    for partition in of_month(all, month) {
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

fn is_referred_to(table: &str) -> bool {
    keys().iter().any(|key| key.parent == table)
}

/// What PostgreSQL locks when it drops the month's partitions, by name: the tables, their default partitions, and the tables at
/// the other ends of their keys.
fn tables_to_lock(all: &[Partition], month: Month) -> String {
    let mut names = BTreeSet::new();
    for partition in of_month(all, month) {
        let table = partition.table;
        names.insert(partition.name.clone());
        names.insert(format!("ONLY {table}"));
        names.extend(
            all.iter()
                .filter(|other| other.table == table && other.bounds.is_none())
                .map(|default| default.name.clone()),
        );
        if is_referred_to(table) {
            let ends = keys().iter().filter_map(|key| match (key.table, key.parent) {
                (child, parent) if parent == table => Some(child),
                (child, parent) if child == table => Some(parent),
                _ => None,
            });
            names.extend(ends.map(|end| format!("ONLY {end}")));
        }
    }
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// Somebody else has dropped the partition since it was found: there is something else to do now.
fn gone_meanwhile(error: DatabaseError) -> DatabaseError {
    match error {
        DatabaseError::Unexpected(_) => DatabaseError::Changed { table: "pg_inherits" },
        other => other,
    }
}

async fn run<C: ConnectionTrait>(db: &C, sql: &str) -> Result<(), DatabaseError> {
    db.execute_unprepared(sql).await?;
    Ok(())
}
