//! Whether everything holds that operations rely on, asked with SQL and without changing anything.
//!
//! The database's own constraints refuse most faults. What they cannot say, what somebody did past them, and what a restored dump,
//! a lost trigger or a bug left behind is found here: each [`Check`] says what holds, and each [`Finding`] names the rows, what was
//! expected and found, and the [`Repair`].
//!
//! Everything is read in one snapshot of a read-only transaction (`REPEATABLE READ` on PostgreSQL, a connection opened for reading on
//! SQLite), so writers that go on meanwhile cause no finding and wait for nothing. The number of statements is fixed, and each reads a
//! table once or uses an index.

mod amounts;
mod dialect;
mod error;
mod examination;
mod groups;
mod references;
mod registry;
mod rows;
pub mod schema;
mod selection;
mod session;

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, TransactionSession as _, TransactionTrait,
};

pub use error::ExamineError;
pub use examination::{Examination, Failed, Fault, Finding, Repair, Severity, Unchecked};
pub use registry::{Check, Engines, checks};
pub use selection::{Selection, UnknownCheck};

use crate::operation;
use registry::{Asked, Probe, Rows};
use schema::Comparison;

/// Makes the selected checks.
///
/// A statement for each check (on PostgreSQL within a savepoint) and two for the schema (on PostgreSQL three or four), which is always
/// read: a check that needs a table or a column which is not there is not made, and named in [`Examination::unchecked`]; one of whose
/// rows the database can make nothing is named in [`Examination::failed`]. Takes no lock but those of a SELECT; the role needs SELECT on
/// all tables.
///
/// # Errors
///
/// What the database reported, with the check that was made: no connection, no right to read a table, a lock that maintenance holds for
/// longer than the session's `lock_timeout`.
pub async fn examine(db: &DatabaseConnection, selection: &Selection) -> Result<Examination, ExamineError> {
    examine_within(db, selection, session::PATIENCE).await
}

/// [`examine`], in which PostgreSQL ends a statement that takes longer.
pub(crate) async fn examine_within(
    db: &DatabaseConnection,
    selection: &Selection,
    limit: Duration,
) -> Result<Examination, ExamineError> {
    const ACTION: &str = "maintenance.doctor.examine";
    let session = session::begin(db).await?;
    let outcome = make(
        &operation::named(db, ACTION),
        &operation::named(&session.snapshot, ACTION),
        selection,
        limit,
    )
    .await;
    let ended = session.end().await;
    match outcome {
        Ok(examination) => {
            ended?;
            Ok(examination)
        }
        Err(mut error) => {
            if let Some(locked) = error.locked_mut() {
                // What else is said of the lock is worth more than why this is not known.
                *locked = session::locked(&operation::named(db, ACTION))
                    .await
                    .unwrap_or_default();
            }
            Err(error)
        }
    }
}

async fn make<S, C>(
    session: &S,
    snapshot: &C,
    selection: &Selection,
    limit: Duration,
) -> Result<Examination, ExamineError>
where
    S: ConnectionTrait,
    C: ConnectionTrait + TransactionTrait,
{
    let engine = snapshot.get_database_backend();
    session::take_time(snapshot, limit).await?;
    let comparison = schema::compare(snapshot)
        .await
        .map_err(|error| ExamineError::Schema {
            source: error.into(),
            locked: Vec::new(),
        })?;
    let mut examination = Examination::default();
    for check in checks().filter(|check| check.engines.contains(engine) && selection.includes(check)) {
        let finding = match &check.probe {
            Probe::Schema(kind) => comparison.finding(check, *kind, selection.rows),
            Probe::Rows(rows) => {
                let sql = rows.sql(engine);
                if let Some(missing) = missing(&comparison, &sql) {
                    let check = check.name;
                    examination.unchecked.push(Unchecked { check, missing });
                    continue;
                }
                let made = query(session, snapshot, check, (rows, &sql), selection.rows).await;
                match outcome(check, made)? {
                    Ok(finding) => finding,
                    Err(failed) => {
                        examination.failed.push(failed);
                        continue;
                    }
                }
            }
        };
        examination.checked += 1;
        examination
            .findings
            .extend(finding.map(|finding| comparison.cautious(finding)));
    }
    Ok(examination)
}

async fn query<S, C>(
    session: &S,
    snapshot: &C,
    check: &Check,
    (rows, sql): (&Rows, &str),
    limit: usize,
) -> Result<Option<Finding>, DbErr>
where
    S: ConnectionTrait,
    C: ConnectionTrait + TransactionTrait,
{
    if snapshot.get_database_backend() == DbBackend::Postgres {
        // A statement that fails would take the snapshot along. It has the session's settings, and perhaps the pool's last connection.
        let savepoint = snapshot.begin().await?;
        let made = rows::run(&savepoint, check, rows, sql, limit).await;
        let undone = savepoint.rollback().await;
        let finding = made?;
        return undone.map(|()| finding);
    }
    if rows.asked == Asked::Session {
        rows::run(session, check, rows, sql, limit).await
    } else {
        rows::run(snapshot, check, rows, sql, limit).await
    }
}

/// What an error says of the rows belongs to the examination; any other ends it.
fn outcome(
    check: &Check,
    made: Result<Option<Finding>, DbErr>,
) -> Result<Result<Option<Finding>, Failed>, ExamineError> {
    let check = check.name;
    match made {
        Ok(finding) => Ok(Ok(finding)),
        Err(cause) => match error::of_rows(&cause) {
            Some(error) => Ok(Err(Failed { check, error })),
            None => Err(ExamineError::Check {
                check,
                source: cause.into(),
                locked: Vec::new(),
            }),
        },
    }
}

/// What the query reads and the schema lacks.
fn missing(comparison: &Comparison, sql: &str) -> Option<String> {
    comparison
        .missing_relations()
        .find(|(words, _)| {
            words.iter().all(|word| {
                sql.split(|c: char| !c.is_alphanumeric() && c != '_')
                    .any(|found| found == *word)
            })
        })
        .map(|(_, name)| name.to_owned())
}
