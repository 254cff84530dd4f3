//! A month of PostgreSQL comes back in one transaction: COPY into tables aside, and from there what is missing.

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection as _, Executor as _};
use sea_orm::{DbErr, RuntimeErr, SqlxError};
use std::io::Read as _;
use uuid::Uuid;

use super::super::archive::{ArchiveError, content};
use super::super::base::Base;
use super::super::{Made, MakeMonth, Partitioned, make};
use super::report::{RestoreError, RestoredMonth, RestoredTable};
use super::{Source, SourceFile};
use crate::deletion::{Key, OnDelete, keys};
use crate::error::DatabaseError;

const SETTINGS: &str = "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; \
     SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";

/// How much is sent at once.
const CHUNK: usize = 1 << 16;

/// A connection of this operation's own.
struct Session<'a> {
    connection: PgConnection,
    base: &'a Base<'a>,
}

pub(super) async fn restore(base: &Base<'_>, source: &Source) -> Result<RestoredMonth, RestoreError> {
    let mut in_default = Vec::new();
    for table in Partitioned::ALL {
        let command = MakeMonth::new(table, source.manifest.month);
        // Without a partition of their own the rows lie in the default one, which the next upkeep drains.
        if let Made::Busy | Made::NameTaken { .. } = make(&base.db, command).await? {
            in_default.push(table);
        }
    }
    // Not one of the pool's: when a file cannot be read, it is closed in the middle of a COPY.
    let options = base.pool.get_postgres_connection_pool().connect_options();
    let mut session = Session {
        connection: PgConnection::connect_with(&options).await.map_err(failed)?,
        base,
    };
    run(&mut session, "BEGIN").await?;
    run(&mut session, SETTINGS).await?;
    let mut tables = Vec::new();
    for file in &source.files {
        tables.push(table(&mut session, source, file).await?);
    }
    let committed = session.connection.execute("COMMIT").await;
    committed.map_err(|error| DatabaseError::of_commit(exec(error)))?;
    // It has nothing more to say.
    let _ = session.connection.close().await;
    Ok(RestoredMonth {
        month: source.manifest.month,
        tables,
        in_default,
    })
}

async fn table(
    session: &mut Session<'_>,
    source: &Source,
    file: &SourceFile,
) -> Result<RestoredTable, RestoreError> {
    let table = file.part.table;
    let aside = format!("restored_{table}");
    let names = list(file, "");
    let create = format!("CREATE TEMP TABLE {aside} (LIKE {table} INCLUDING DEFAULTS) ON COMMIT DROP");
    run(session, &create).await?;
    copy(session, source, file, &aside).await?;
    run(session, &format!("CREATE INDEX ON {aside} (id); ANALYZE {aside}")).await?;
    let mut cleared = 0;
    for key in keys().iter().filter(|key| key.table == table) {
        cleared += references(session, key, &aside).await?;
    }
    compare(session, file, &aside).await?;
    let insert = format!(
        "INSERT INTO {table} ({names}) SELECT {names} FROM {aside} s \
         WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = s.id) ORDER BY {}, id",
        file.part.column
    );
    let restored = match retired(session, table, &aside).await? {
        false => run(session, &insert).await?,
        true => {
            // Until the transaction ends, nobody else writes to the table.
            run(
                session,
                &format!("ALTER TABLE {table} DISABLE TRIGGER {table}_in_office_on_insert"),
            )
            .await?;
            let restored = run(session, &insert).await?;
            run(
                session,
                &format!("ALTER TABLE {table} ENABLE TRIGGER {table}_in_office_on_insert"),
            )
            .await?;
            restored
        }
    };
    Ok(RestoredTable {
        table,
        restored,
        present: file.file.rows.saturating_sub(restored),
        cleared,
    })
}

fn list(file: &SourceFile, of: &str) -> String {
    let names: Vec<_> = file
        .columns
        .iter()
        .map(|column| format!("{of}\"{}\"", column.name))
        .collect();
    names.join(", ")
}

async fn copy(
    session: &mut Session<'_>,
    source: &Source,
    file: &SourceFile,
    aside: &str,
) -> Result<(), RestoreError> {
    let path = source.directory.join(&file.file.file);
    let mut content = content(&source.directory, &file.file)?;
    let statement = format!(
        "COPY {aside} ({}) FROM STDIN (FORMAT csv, HEADER true)",
        list(file, "")
    );
    let mut copy = session
        .connection
        .copy_in_raw(&session.base.stamped(statement))
        .await
        .map_err(failed)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = content.read(&mut chunk).map_err(ArchiveError::io(&path))?;
        if read == 0 {
            break;
        }
        copy.send(&chunk[..read]).await.map_err(failed)?;
    }
    copy.finish().await.map_err(failed)?;
    Ok(())
}

/// Does to the rows what deleting the rows that they refer to would have done.
async fn references(session: &mut Session<'_>, key: &'static Key, aside: &str) -> Result<u64, RestoreError> {
    let Key {
        table,
        column,
        parent,
        ..
    } = key;
    let dangling =
        format!("{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE p.id = s.{column})");
    if key.on_delete == OnDelete::SetNull {
        return run(
            session,
            &format!("UPDATE {aside} s SET {column} = NULL WHERE {dangling}"),
        )
        .await;
    }
    let missing = format!("SELECT DISTINCT {column} FROM {aside} s WHERE {dangling} ORDER BY 1 LIMIT 5");
    let first: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(session.base.stamped(missing)))
        .fetch_all(&mut session.connection)
        .await
        .map_err(failed)?;
    if first.is_empty() {
        return Ok(0);
    }
    Err(RestoreError::Missing {
        table,
        column,
        parent,
        first,
    })
}

/// Refuses when a row is there with other values.
async fn compare(session: &mut Session<'_>, file: &SourceFile, aside: &str) -> Result<(), RestoreError> {
    let table = file.part.table;
    let different = format!(
        "SELECT s.id, count(*) OVER () FROM {aside} s JOIN {table} t ON t.id = s.id \
         WHERE ({}) IS DISTINCT FROM ({}) ORDER BY s.id LIMIT 5",
        list(file, "s."),
        list(file, "t.")
    );
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(AssertSqlSafe(session.base.stamped(different)))
        .fetch_all(&mut session.connection)
        .await
        .map_err(failed)?;
    match rows.first() {
        None => Ok(()),
        Some((_, count)) => Err(RestoreError::Different {
            table,
            rows: count.unsigned_abs(),
            first: rows.iter().map(|(id, _)| *id).collect(),
        }),
    }
}

/// Whether some are tasks of agents that were archived since, which a trigger keeps from getting new ones.
async fn retired(session: &mut Session<'_>, table: &str, aside: &str) -> Result<bool, RestoreError> {
    if table != "tasks" {
        return Ok(false);
    }
    let archived = format!(
        "SELECT EXISTS (SELECT 1 FROM {aside} s JOIN agents a ON a.id = s.assigned_agent_id WHERE a.status = 'archived')"
    );
    Ok(sqlx::query_scalar(AssertSqlSafe(session.base.stamped(archived)))
        .fetch_one(&mut session.connection)
        .await
        .map_err(failed)?)
}

async fn run(session: &mut Session<'_>, sql: &str) -> Result<u64, RestoreError> {
    let sql = session.base.stamped(sql.to_owned());
    let done = session
        .connection
        .execute(AssertSqlSafe(sql))
        .await
        .map_err(failed)?;
    Ok(done.rows_affected())
}

fn exec(error: SqlxError) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

fn failed(error: SqlxError) -> DatabaseError {
    exec(error).into()
}
