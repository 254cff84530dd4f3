//! The moment in which a table becomes a partition.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::shape::{Shape, lock_timeout, statement_timeout};
use crate::error::DatabaseError;

/// Locks what has to be locked, brings the copy up to date, and attaches it. Returns how many rows came from the default
/// partition.
pub(super) async fn swap<C: ConnectionTrait>(
    db: &C,
    shape: &Shape,
    copied: u64,
    (wait, deadline): (Duration, Option<Instant>),
) -> Result<u64, DatabaseError> {
    let only = |tables: &[String]| join(tables.iter().map(|table| format!("ONLY {table}")));
    // The table first: whoever writes comes through it.
    let mut lock = format!(
        "{}; {}; LOCK TABLE ONLY {} IN ACCESS EXCLUSIVE MODE",
        statement_timeout(deadline),
        lock_timeout(wait),
        shape.table
    );
    let beside = [
        ("ACCESS EXCLUSIVE", shape.default.as_slice()),
        (child_lock(copied), &shape.children),
        ("SHARE ROW EXCLUSIVE", &shape.referenced),
    ];
    for (mode, tables) in beside {
        if !tables.is_empty() {
            lock.push_str(&format!("; LOCK TABLE {} IN {mode} MODE", only(tables)));
        }
    }
    db.execute_unprepared(&lock).await?;
    let drains = copied > 0 || holds_rows(db, shape).await?;
    let drained = if drains { drain(db, shape).await? } else { 0 };
    attach(db, shape).await?;
    Ok(drained)
}

/// Attaching keeps writers away from the tables that refer to this one; moving rows puts a trigger on them and takes it off again.
fn child_lock(copied: u64) -> &'static str {
    if copied > 0 {
        "ACCESS EXCLUSIVE"
    } else {
        "SHARE ROW EXCLUSIVE"
    }
}

fn join(tables: impl Iterator<Item = String>) -> String {
    tables.collect::<Vec<_>>().join(", ")
}

/// Whether the default partition has a row of the month, now that nobody can add one.
async fn holds_rows<C: ConnectionTrait>(db: &C, shape: &Shape) -> Result<bool, DatabaseError> {
    let Some(default) = &shape.default else {
        return Ok(false);
    };
    let sql = format!("SELECT 1 FROM ONLY {default} WHERE {} LIMIT 1", shape.bounds());
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    Ok(row.is_some())
}

/// Moves the rows.
async fn drain<C: ConnectionTrait>(db: &C, shape: &Shape) -> Result<u64, DatabaseError> {
    let Shape { name, columns, .. } = shape;
    let Some(default) = &shape.default else {
        return Ok(0);
    };
    let bounds = shape.bounds();
    keep_children(db, shape).await?;
    // Compared as they are stored, which works for any type.
    let stale = format!(
        "DELETE FROM ONLY {name} AS p WHERE NOT EXISTS \
         (SELECT FROM ONLY {default} AS d WHERE d.id = p.id AND d.* *= p.*)"
    );
    db.execute_unprepared(&stale).await?;
    let missing = format!(
        "INSERT INTO {name} ({columns}) SELECT {columns} FROM ONLY {default} AS d WHERE {bounds} \
         AND NOT EXISTS (SELECT FROM ONLY {name} AS p WHERE p.id = d.id)"
    );
    db.execute_unprepared(&missing).await?;
    let moved = db
        .execute_unprepared(&format!("DELETE FROM ONLY {default} WHERE {bounds}"))
        .await?
        .rows_affected();
    release_children(db, shape).await?;
    let sql = format!("SELECT count(*) FROM ONLY {name}");
    let held = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    let held: i64 = held.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    // Nothing less than every row, and none of them twice.
    if u64::try_from(held) != Ok(moved) {
        return Err(DatabaseError::Changed {
            table: shape.table.table(),
        });
    }
    Ok(moved)
}

/// A name that nothing else has.
const KEEPER: &str = "vividwalls_keep_row";

/// Deleting a row takes the rows with it that refer to it, or takes their reference from them. They are to stay as they are, since
/// their row does: it only moves.
async fn keep_children<C: ConnectionTrait>(db: &C, shape: &Shape) -> Result<(), DatabaseError> {
    if shape.children.is_empty() {
        return Ok(());
    }
    // The first row of the month may have come after the copy: then this lock is not held yet.
    let mut sql = format!(
        "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE; \
         CREATE FUNCTION {KEEPER}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        join(shape.children.iter().cloned())
    );
    for child in &shape.children {
        sql.push_str(&format!(
            "; CREATE TRIGGER {KEEPER} BEFORE DELETE OR UPDATE ON {child} FOR EACH ROW EXECUTE FUNCTION {KEEPER}()"
        ));
    }
    db.execute_unprepared(&sql).await?;
    Ok(())
}

async fn release_children<C: ConnectionTrait>(db: &C, shape: &Shape) -> Result<(), DatabaseError> {
    if shape.children.is_empty() {
        return Ok(());
    }
    let mut sql = String::new();
    for child in &shape.children {
        sql.push_str(&format!("DROP TRIGGER {KEEPER} ON {child}; "));
    }
    sql.push_str(&format!("DROP FUNCTION {KEEPER}()"));
    db.execute_unprepared(&sql).await?;
    Ok(())
}

async fn attach<C: ConnectionTrait>(db: &C, shape: &Shape) -> Result<(), DatabaseError> {
    let [from, to] = shape.month.ids();
    let sql = format!(
        "ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ('{from}') TO ('{to}')",
        shape.table, shape.name
    );
    db.execute_unprepared(&sql).await?;
    Ok(())
}
