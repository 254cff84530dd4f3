//! A month of SQLite: its rows in batches, children first.

use std::ops::ControlFlow;
use std::path::PathBuf;

use chrono::Utc;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::super::Month;
use super::super::archive::{Archive, ArchiveError, Lines, Manifest, Row, page, read, verify};
use super::super::base::Base;
use super::super::family::{Part, parts};
use super::look;
use super::needs::{self, Stays};
use super::report::{DropError, Fate, MonthReport, Need, TableRows};
use super::settle;
use crate::deletion::keys;
use crate::error::DatabaseError;
use crate::transaction;

/// How many rows go in one transaction: every other writer waits for it.
const BATCH: u64 = 500;

/// Drops a month, or finds out why it may not go. With an archive, a row goes only when it is in there just as it is.
pub(super) async fn drop_month(
    base: &Base<'_>,
    month: Month,
    stays: &Stays,
    archive: Option<&Archive>,
    watch: &mut (dyn FnMut(u64) -> ControlFlow<()> + Send),
) -> Result<MonthReport, DropError> {
    let looked = look::at(base, &base.db, month, stays, Utc::now()).await?;
    if !looked.needed.is_empty() {
        return Ok(settle(month, looked, archive));
    }
    let kept = match archive.filter(|_| looked.has_rows()) {
        Some(archive) => Some(keep(base, archive, month).await?),
        None => None,
    };
    let mut report = settle(month, looked, archive);
    let mut gone = 0;
    for (n, part) in parts().iter().enumerate() {
        let mut file = match &kept {
            Some((directory, manifest)) => Some(Lines::of(directory, manifest, part.table, part.column)?),
            None => None,
        };
        let mut removed = 0;
        loop {
            let (rows, needed) = match batch(base, part, month, stays, file.as_mut()).await {
                Ok(Batch::Removed(rows)) => (rows, Vec::new()),
                Ok(Batch::Needed(needed)) => (0, needed),
                Err(DropError::Archive(ArchiveError::Other { path, .. })) => {
                    report.rows[n].rows = report.rows[n].rows.saturating_sub(removed);
                    report.rows[..n].iter_mut().for_each(|table| table.rows = 0);
                    return Ok(MonthReport::in_the_way(month, path, report.rows));
                }
                Err(error) => return Err(error),
            };
            removed += rows;
            gone += rows;
            if rows < BATCH && needed.is_empty() {
                break;
            }
            if !needed.is_empty() || watch(gone) == ControlFlow::Break(()) || base.is_over() {
                report.rows[n] = counted(part, removed);
                report.rows[n + 1..].iter_mut().for_each(|table| table.rows = 0);
                report.needed = needed;
                report.fate = Fate::Begun;
                return Ok(report);
            }
        }
        report.rows[n] = counted(part, removed);
    }
    Ok(report)
}

const fn counted(part: &Part, rows: u64) -> TableRows {
    TableRows {
        table: part.table,
        rows,
    }
}

/// The month's archive: the one that an earlier run began to delete by, or a new one.
async fn keep(base: &Base<'_>, archive: &Archive, month: Month) -> Result<(PathBuf, Manifest), DropError> {
    let directory = archive.directory_of(month);
    if !directory.exists() {
        // Deferred: it only reads, and keeps nobody from writing.
        let reader = base.db.begin().await.map_err(DatabaseError::from)?;
        let kept = archive.keep(base, &reader, month).await.map_err(DropError::from);
        transaction::finish(reader, kept).await?;
    }
    let manifest = read(&directory)?;
    verify(&directory, &manifest)?;
    Ok((directory, manifest))
}

/// What became of a batch.
enum Batch {
    Removed(u64),
    Needed(Vec<Need>),
}

/// Deletes the first rows of the month that are left, unless something has come to need them.
async fn batch(
    base: &Base<'_>,
    part: &Part,
    month: Month,
    stays: &Stays,
    kept: Option<&mut Lines>,
) -> Result<Batch, DropError> {
    let transaction = transaction::begin(&base.db).await?;
    let outcome = async {
        let rows = page(&transaction, part, month, None, BATCH).await?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(Batch::Removed(0));
        };
        let ids = [first.key.0, after(last.key.0)];
        let needed = needs::of(base, &transaction, (month, ids), stays, Utc::now()).await?;
        if !needed.is_empty() {
            return Ok(Batch::Needed(needed));
        }
        if let Some(kept) = kept {
            all_kept(&rows, kept)?;
        }
        without_children(&transaction, part, ids).await?;
        delete(&transaction, part, &rows).await?;
        Ok(Batch::Removed(rows.len() as u64))
    }
    .await;
    transaction::finish(transaction, outcome).await
}

fn after(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128().saturating_add(1))
}

/// Every row has to be in the archive, just as it is.
fn all_kept(rows: &[Row], kept: &mut Lines) -> Result<(), ArchiveError> {
    rows.iter().try_for_each(|row| kept.hold(row))
}

/// A row that has come to refer to the batch would go by its key, and be in no archive.
async fn without_children<C: ConnectionTrait>(
    db: &C,
    part: &Part,
    [from, to]: [Uuid; 2],
) -> Result<(), DatabaseError> {
    for key in keys()
        .iter()
        .filter(|key| key.parent == part.table && part.is_partitioned())
    {
        let child = Part {
            table: key.table,
            column: key.column.as_str(),
        };
        if look::count(db, &child, [from, to]).await? > 0 {
            return Err(DatabaseError::Changed { table: key.table });
        }
    }
    Ok(())
}

async fn delete<C: ConnectionTrait>(db: &C, part: &Part, rows: &[Row]) -> Result<(), DatabaseError> {
    let delete = Query::delete()
        .from_table(Alias::new(part.table))
        .and_where(Expr::col(Alias::new("id")).is_in(rows.iter().map(|row| row.key.1)))
        .to_owned();
    let deleted = db.execute(&delete).await?;
    if deleted.rows_affected() == rows.len() as u64 {
        Ok(())
    } else {
        Err(DatabaseError::Changed { table: part.table })
    }
}
