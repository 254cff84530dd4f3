//! A month of SQLite comes back in batches, each in a transaction of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use entity::{AgentStatus, agents};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement, TransactionTrait, Value,
};
use uuid::Uuid;

use super::super::archive::{Record, Records, fields};
use super::report::{RestoreError, RestoredMonth, RestoredTable};
use super::same::{same, value};
use super::{Source, SourceFile};
use crate::deletion::{Key, OnDelete, keys};
use crate::error::DatabaseError;
use crate::transaction;

/// How many rows come back in one transaction: every other writer waits for it.
const BATCH: usize = 500;

/// The month, and whether it was stopped before its end.
pub(super) async fn restore<C: ConnectionTrait + TransactionTrait>(
    db: &C,
    source: &Source,
    watch: &mut (dyn FnMut(u64) -> ControlFlow<()> + Send),
) -> Result<(RestoredMonth, bool), RestoreError> {
    let mut month = RestoredMonth {
        month: source.manifest.month,
        tables: Vec::new(),
        in_default: Vec::new(),
    };
    let mut read = 0;
    for file in &source.files {
        let mut table = RestoredTable {
            table: file.part.table,
            restored: 0,
            present: 0,
            cleared: 0,
        };
        let mut records = Records::open(&source.directory, &file.file)?;
        let mut stopped = false;
        loop {
            let mut batch = Batch::default();
            while batch.rows.len() < BATCH {
                let Some(record) = records.next()? else { break };
                batch.add(file, record).ok_or_else(|| records.malformed())?;
            }
            if batch.rows.is_empty() {
                break;
            }
            read += batch.rows.len() as u64;
            write(db, file, batch, &mut table, &records).await?;
            if watch(read) == ControlFlow::Break(()) {
                stopped = true;
                break;
            }
        }
        month.tables.push(table);
        if stopped {
            return Ok((month, true));
        }
    }
    Ok((month, false))
}

/// Rows by their ids.
#[derive(Default)]
struct Batch {
    rows: BTreeMap<Uuid, Record>,
}

impl Batch {
    /// `None` when the row has no id, or one that another row has.
    fn add(&mut self, file: &SourceFile, record: Record) -> Option<()> {
        let id = record[position(file, "id")?].as_deref()?.parse().ok()?;
        match self.rows.insert(id, record) {
            None => Some(()),
            Some(_) => None,
        }
    }
}

fn position(file: &SourceFile, name: &str) -> Option<usize> {
    file.columns.iter().position(|column| column.name == name)
}

async fn write<C: ConnectionTrait + TransactionTrait>(
    db: &C,
    file: &SourceFile,
    mut batch: Batch,
    table: &mut RestoredTable,
    records: &Records,
) -> Result<(), RestoreError> {
    let transaction = transaction::begin(db).await?;
    let outcome = async {
        let mut cleared = 0;
        for key in keys().iter().filter(|key| key.table == file.part.table) {
            cleared += references(&transaction, file, key, &mut batch).await?;
        }
        let present = present(&transaction, file, &batch).await?;
        batch.rows.retain(|id, _| !present.contains(id));
        insert(&transaction, file, &batch, records).await?;
        Ok::<_, RestoreError>((batch.rows.len() as u64, present.len() as u64, cleared))
    }
    .await;
    let (restored, present, cleared) = transaction::finish(transaction, outcome).await?;
    table.restored += restored;
    table.present += present;
    table.cleared += cleared;
    Ok(())
}

/// Does to the rows what deleting the rows that they refer to would have done.
async fn references<C: ConnectionTrait>(
    db: &C,
    file: &SourceFile,
    key: &'static Key,
    batch: &mut Batch,
) -> Result<u64, RestoreError> {
    let Some(field) = position(file, &key.column) else {
        return Ok(0);
    };
    let id = |record: &Record| {
        record[field]
            .as_deref()
            .and_then(|text| text.parse::<Uuid>().ok())
    };
    let wanted: BTreeSet<Uuid> = batch.rows.values().filter_map(id).collect();
    let found = existing(db, key.parent, &wanted).await?;
    let first: Vec<_> = wanted.difference(&found).copied().take(5).collect();
    if first.is_empty() {
        return Ok(0);
    }
    if key.on_delete != OnDelete::SetNull {
        return Err(RestoreError::Missing {
            table: key.table,
            column: &key.column,
            parent: key.parent,
            first,
        });
    }
    let mut cleared = 0;
    for record in batch.rows.values_mut() {
        if id(record).is_some_and(|id| !found.contains(&id)) {
            record[field] = None;
            cleared += 1;
        }
    }
    Ok(cleared)
}

async fn existing<C: ConnectionTrait>(
    db: &C,
    table: &'static str,
    ids: &BTreeSet<Uuid>,
) -> Result<BTreeSet<Uuid>, DatabaseError> {
    let select = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(table))
        .and_where(Expr::col(Alias::new("id")).is_in(ids.iter().copied()))
        .to_owned();
    let rows = db.query_all(&select).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The rows that are there already, none of them with other values.
async fn present<C: ConnectionTrait>(
    db: &C,
    file: &SourceFile,
    batch: &Batch,
) -> Result<BTreeSet<Uuid>, RestoreError> {
    let ids: Vec<_> = batch.rows.keys().copied().collect();
    let stored = fields(db, &file.part, &ids).await?;
    let names = super::columns(file.part.table);
    let is_same = |id: &Uuid, stored: &Record| {
        file.columns.iter().enumerate().all(|(n, column)| {
            let at = names.iter().position(|other| other.name == column.name);
            let stored = at.and_then(|at| stored[at].as_deref());
            same(column.kind, batch.rows[id][n].as_deref(), stored)
        })
    };
    let different: Vec<_> = stored
        .iter()
        .filter(|(id, stored)| !is_same(id, stored))
        .map(|(id, _)| *id)
        .collect();
    if different.is_empty() {
        return Ok(stored.into_keys().collect());
    }
    Err(RestoreError::Different {
        table: file.part.table,
        rows: different.len() as u64,
        first: different.into_iter().take(5).collect(),
    })
}

async fn insert<C: ConnectionTrait>(
    db: &C,
    file: &SourceFile,
    batch: &Batch,
    records: &Records,
) -> Result<(), RestoreError> {
    if batch.rows.is_empty() {
        return Ok(());
    }
    let table = file.part.table;
    let mut insert = Query::insert();
    insert
        .into_table(Alias::new(table))
        .columns(file.columns.iter().map(|column| Alias::new(column.name)));
    for record in batch.rows.values() {
        let values: Option<Vec<Value>> = file
            .columns
            .iter()
            .zip(record)
            .map(|(column, text)| value(column.kind, text.as_deref()))
            .collect();
        let values = values.ok_or_else(|| records.malformed())?;
        insert.values_panic(values.into_iter().map(Expr::value));
    }
    // A trigger keeps agents that were archived since from getting new tasks; these are old.
    let guard = if retired(db, file, batch).await? {
        trigger(db, "tasks_in_office_on_insert").await?
    } else {
        None
    };
    if guard.is_some() {
        db.execute_unprepared("DROP TRIGGER tasks_in_office_on_insert")
            .await
            .map_err(DatabaseError::from)?;
    }
    db.execute(&insert).await.map_err(DatabaseError::from)?;
    if let Some(sql) = guard {
        db.execute_unprepared(&sql).await.map_err(DatabaseError::from)?;
    }
    Ok(())
}

/// Whether some are tasks of agents that were archived since.
async fn retired<C: ConnectionTrait>(
    db: &C,
    file: &SourceFile,
    batch: &Batch,
) -> Result<bool, DatabaseError> {
    let Some(field) = position(file, "assigned_agent_id") else {
        return Ok(false);
    };
    let agents: BTreeSet<Uuid> = batch
        .rows
        .values()
        .filter_map(|record| record[field].as_deref()?.parse().ok())
        .collect();
    let archived = agents::Entity::find()
        .filter(agents::Column::Id.is_in(agents))
        .filter(agents::Column::Status.eq(AgentStatus::Archived));
    Ok(archived.one(db).await?.is_some())
}

/// The statement that made a trigger.
async fn trigger<C: ConnectionTrait>(db: &C, name: &str) -> Result<Option<String>, DatabaseError> {
    const SQL: &str = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = $1";
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, SQL, [name.into()]);
    match db.query_one_raw(statement).await? {
        Some(row) => Ok(Some(row.try_get_by_index(0)?)),
        None => Ok(None),
    }
}
