//! Old months go: on PostgreSQL as partitions, on SQLite in batches.
//!
//! A month goes whole: executions with their tasks, transactions with their attribution, and events. What of it lies in the
//! default partition goes too. The oldest goes first.
//!
//! # What keeps a month
//!
//! Foreign keys keep rows from dangling; [`Reason`] keeps the shop from losing what it works with. A month is refused, with the
//! rows that need it, for
//!
//! - executions that have not ended and tasks that are still to be done: somebody works on them;
//! - payments and refunds of orders that are not settled. Settled is a completed order that was paid, and a cancelled one that
//!   was refunded in full;
//! - payments and refunds of an order that has others in a month that stays: of an order the money goes from the oldest on, and
//!   only when none of it is younger than the limit. A refund may so stay for a while after its payment; nothing can be refunded of it
//!   again;
//! - rows of the last seven days: a command that is sent again is known by them ([`idempotency`](crate::idempotency));
//! - on SQLite, rows whose id and date lie in different months.
//!
//! Counters stay as they are: what a budget or a campaign has spent, the totals of orders, the stock. What is computed from rows,
//! [reports by period](crate::finance::transactions::totals) and the three views, no longer counts what has gone. An order whose
//! payments have gone can be neither paid nor refunded.
//!
//! # Beside a shop that works
//!
//! On PostgreSQL a month is one transaction. Up to its last moment only writers of that month wait. Then writers of orders wait while
//! it looks once more whether the month's money is needed; and then it wants the partitioned tables and what their keys connect to for
//! itself, for as long as PostgreSQL looks whether anything refers to the partition (about 0.3 s for 200 000 executions with 600 000
//! tasks). It asks for these locks in the order in which writers come, so that those that are under way end, and waits for them at
//! most 0.9 s at a time, less than it takes PostgreSQL to look for a deadlock, and then lets go of all of it: of a circle
//! it is this side that gives way. It tries twenty times, and the month from its start three times, before it reports a lock timeout.
//! An autovacuum that is in the way is ended by the server.
//!
//! On SQLite each batch is a transaction of its own, children first; whatever ends a run, the next goes on.

mod last;
mod look;
mod needs;
mod partition;
mod postgres;
mod report;
mod sqlite;

use std::future::Future;
use std::ops::ControlFlow;
use std::time::Duration;

use chrono::Utc;
use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};

pub use report::{
    DropBefore, DropError, DropFailure, DropReport, Fate, MonthReport, Need, Progress, Reason, TableRows,
    Watch,
};

use super::Month;
use super::archive::Archive;
use super::base::Base;
use super::family::{unknown_columns, unknown_keys};
use crate::error::{Classified, DatabaseError};
use crate::maintenance::lock::{self, Lock, Work};
use crate::transaction;
use look::Looked;
use needs::Stays;

/// Drops the months that lie wholly before a day, the oldest first, each after its rows are archived when that is asked for; or
/// says what would be dropped.
///
/// `watch` is told after every month, on SQLite after every batch, and stops the run there by breaking; so does the deadline, which
/// on PostgreSQL also gives up the month that is worked on. `sleep` is the runtime's:
/// `tokio::time::sleep`, `async_std::task::sleep`. Sent again it goes on where it ended.
///
/// The map of the operations counts the statements. Locks as described in [the module](self). On PostgreSQL
/// it wants two connections of the pool, besides them one for the lock and one for an archive, and the rights of the tables' owner.
///
/// # Errors
///
/// [`DropFailure`] with the months before and why the next failed: [`DropError::Archive`], [`DropError::UnknownKeys`], [`DropError::UnknownColumns`] with an archive,
/// [`DropError::Lock`] at once
/// when another drop or restore runs, or what can happen to a connection, a lock that did not come free among it. A month that is
/// needed, or whose place in the archive is taken, is no error: the report says so.
pub async fn drop_before<S, Sleep>(
    db: &DatabaseConnection,
    command: &DropBefore,
    watch: &mut Watch<'_>,
    sleep: S,
) -> Result<DropReport, Box<DropFailure>>
where
    S: Fn(Duration) -> Sleep,
    Sleep: Future<Output = ()>,
{
    const ACTION: &str = "maintenance.partitions.drop.drop_before";
    let base = Base::of(db, ACTION).until(command.deadline);
    let until = Month::of_day(command.before.min(Utc::now().date_naive()));
    let mut report = DropReport {
        until,
        dry_run: command.dry_run,
        interrupted: false,
        months: Vec::new(),
    };
    match alone(&base, command, watch, &sleep, &mut report).await {
        Ok(()) => Ok(report),
        Err(source) => Err(Box::new(DropFailure {
            so_far: report,
            source,
        })),
    }
}

/// Two that write to one archive would be in each other's way.
async fn alone<S, Sleep>(
    base: &Base<'_>,
    command: &DropBefore,
    watch: &mut Watch<'_>,
    sleep: &S,
    report: &mut DropReport,
) -> Result<(), DropError>
where
    S: Fn(Duration) -> Sleep,
    Sleep: Future<Output = ()>,
{
    if command.dry_run {
        return run(base, command, watch, sleep, report, None).await;
    }
    let mut lock = lock::acquire(base.pool, Work::MoveMonths, Duration::ZERO).await?;
    let outcome = run(base, command, watch, sleep, report, Some(&mut lock)).await;
    lock.release().await;
    outcome
}

async fn run<S, Sleep>(
    base: &Base<'_>,
    command: &DropBefore,
    watch: &mut Watch<'_>,
    sleep: &S,
    report: &mut DropReport,
    mut lock: Option<&mut Lock>,
) -> Result<(), DropError>
where
    S: Fn(Duration) -> Sleep,
    Sleep: Future<Output = ()>,
{
    let archive = checked(base, command).await?;
    let _writing = match &archive {
        Some(archive) if !command.dry_run => Some(archive.prepare().await?),
        _ => None,
    };
    let months = look::months(&base.db, report.until).await?;
    let mut stays = Stays::from(report.until);
    let mut gone = 0;
    for (done, month) in months.iter().copied().enumerate() {
        if base.is_over() {
            report.interrupted = true;
            break;
        }
        let archive = archive.as_ref();
        if let Some(lock) = lock.as_deref_mut() {
            lock.ensure_held().await?;
        }
        let mut step = |rows: u64, done: usize| {
            watch(Progress {
                month,
                done,
                months: months.len(),
                rows: gone + rows,
            })
        };
        let outcome = if command.dry_run {
            let looked = would_find(base, month, &stays).await?;
            settle(month, looked, archive)
        } else if base.is_postgres() {
            match postgres::drop_month(base, month, &stays, archive, sleep).await {
                Err(error) if base.is_over() && (error.is_timeout() || error.is_retryable()) => {
                    report.interrupted = true;
                    break;
                }
                outcome => outcome?,
            }
        } else {
            sqlite::drop_month(base, month, &stays, archive, &mut |rows| step(rows, done)).await?
        };
        let rows = outcome.rows.iter().map(|table| table.rows).sum::<u64>();
        let interrupted = step(rows, done + 1) == ControlFlow::Break(()) && done + 1 < months.len();
        match outcome.fate {
            Fate::Refused | Fate::OtherArchive => stays.add(month),
            Fate::Begun if outcome.needed.is_empty() => report.interrupted = true,
            // What is left of it stays: something has come to need it.
            Fate::Begun => {
                gone += rows;
                stays.add(month);
            }
            Fate::Gone => gone += rows,
        }
        report.months.push(outcome);
        report.interrupted |= interrupted;
        if report.interrupted {
            break;
        }
    }
    Ok(())
}

/// Looks whether what goes is what this program knows, and where it would be kept.
async fn checked(base: &Base<'_>, command: &DropBefore) -> Result<Option<Archive>, DropError> {
    let keys = unknown_keys(&base.db).await?;
    if !keys.is_empty() {
        return Err(DropError::UnknownKeys { keys });
    }
    let Some(archive) = command.archive.as_deref().map(Archive::at) else {
        return Ok(None);
    };
    let columns = unknown_columns(&base.db).await?;
    if columns.is_empty() {
        Ok(Some(archive))
    } else {
        Err(DropError::UnknownColumns { columns })
    }
}

/// What a run would find. In a transaction, for as long as that takes.
async fn would_find(base: &Base<'_>, month: Month, stays: &Stays) -> Result<Looked, DatabaseError> {
    let reader = base.db.begin().await?;
    let looked = async {
        if base.is_postgres() {
            reader.execute_unprepared(&base.limit()).await?;
        }
        look::at(base, &reader, month, stays, Utc::now()).await
    }
    .await;
    transaction::finish(reader, looked).await
}

/// What is reported of a month as it was found: that it goes, or why not.
fn settle(month: Month, looked: Looked, archive: Option<&Archive>) -> MonthReport {
    let goes = looked.needed.is_empty();
    let archived = goes && looked.has_rows();
    MonthReport {
        month,
        fate: if goes { Fate::Gone } else { Fate::Refused },
        archive: archive
            .filter(|_| archived)
            .map(|archive| archive.directory_of(month)),
        rows: looked.rows,
        needed: looked.needed,
    }
}
