//! A month of PostgreSQL: its partitions, in one transaction.

use std::future::Future;
use std::time::Duration;

use chrono::Utc;
use sea_orm::sea_query::{Alias, Query};
use sea_orm::{ConnectionTrait, IsolationLevel, TransactionOptions, TransactionTrait};

use super::super::Month;
use super::super::archive::{Archive, ArchiveError, KeepError};
use super::super::base::Base;
use super::super::family::parts;
use super::last::Last;
use super::look::{self, Looked};
use super::needs::Stays;
use super::partition::{Partition, partitions};
use super::report::{DropError, MonthReport};
use super::settle;
use crate::error::{Classified, DatabaseError};
use crate::transaction;

/// How often a month is begun.
const ATTEMPTS: u32 = 3;

/// How long the transaction waits for writers of the month; nobody else waits for it by then.
const PATIENCE: &str = "SET LOCAL lock_timeout = '3s'; SET LOCAL idle_in_transaction_session_timeout = 0";

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
        if let Some(archive) = archive.filter(|_| looked.has_rows()) {
            placed = match archive.keep(base, &transaction, month).await {
                Err(KeepError::Archive(ArchiveError::Other { path, .. })) => {
                    return Ok(MonthReport::in_the_way(month, path, looked.rows));
                }
                kept => Some(kept?),
            };
        }
        run(&transaction, &base.limit()).await?;
        empty(&transaction, &all, month, &looked).await?;
        let last = Last {
            base,
            all: &all,
            month,
            stays,
            has_money: looked.rows_of("transactions") > 0,
        };
        last.moment(&transaction, sleep).await?;
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

pub(super) fn of_month(all: &[Partition], month: Month) -> impl Iterator<Item = &Partition> {
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
    Ok(look::at(base, db, month, stays, Utc::now()).await?)
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

/// Somebody else has dropped the partition since it was found: there is something else to do now.
fn gone_meanwhile(error: DatabaseError) -> DatabaseError {
    match error {
        DatabaseError::Unexpected(_) => DatabaseError::Changed { table: "pg_inherits" },
        other => other,
    }
}

pub(super) async fn run<C: ConnectionTrait>(db: &C, sql: &str) -> Result<(), DatabaseError> {
    db.execute_unprepared(sql).await?;
    Ok(())
}
