//! Whether everything holds that operations rely on, asked with SQL and without changing anything.
//!
//! The database's own constraints refuse most faults. What they cannot say, what somebody did past them, and what a restored dump,
//! a lost trigger or a bug left behind is found here: each [`Check`] says what holds, and each [`Finding`] names the rows, what was
//! expected and found, and the [`Repair`].
//!
//! Everything is read in one snapshot of a read-only transaction (`REPEATABLE READ` on PostgreSQL, a connection opened for reading on
//! SQLite), so writers that go on meanwhile cause no finding and wait for nothing. The number of statements is fixed, and each reads a
//! table once or uses an index.

mod dialect;
mod examination;
mod groups;
mod registry;
mod rows;
pub mod schema;
mod selection;
mod session;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};

pub use examination::{Examination, Fault, Finding, Repair, Severity, Unchecked};
pub use registry::{Check, Engines, checks};
pub use selection::{Selection, UnknownCheck};

use crate::error::DatabaseError;
use crate::operation;
use registry::{Asked, Probe};
use schema::Comparison;

/// Makes the selected checks.
///
/// A statement for each check and two for the schema (on PostgreSQL three or four), which is always read: a check that needs a table
/// or a column which is not there is not made, and named in [`Examination::unchecked`]. Takes no lock but those of a SELECT; the
/// role needs SELECT on all tables.
///
/// # Errors
///
/// What the database reported: no connection, no right to read a table, a lock that maintenance holds for longer than the session's
/// `lock_timeout`.
pub async fn examine(db: &DatabaseConnection, selection: &Selection) -> Result<Examination, DatabaseError> {
    const ACTION: &str = "maintenance.doctor.examine";
    let session = session::begin(db).await?;
    let outcome = make(
        &operation::named(db, ACTION),
        &operation::named(&session.snapshot, ACTION),
        selection,
    )
    .await;
    let ended = session.end().await;
    let examination = outcome?;
    ended?;
    Ok(examination)
}

async fn make<S, C>(session: &S, snapshot: &C, selection: &Selection) -> Result<Examination, DbErr>
where
    S: ConnectionTrait,
    C: ConnectionTrait,
{
    let engine = snapshot.get_database_backend();
    session::take_time(snapshot).await?;
    let comparison = schema::compare(snapshot).await?;
    let mut examination = Examination::default();
    for check in checks().filter(|check| check.engines.contains(engine) && selection.includes(check)) {
        let finding = match &check.probe {
            Probe::Schema(kind) => comparison.finding(check, *kind, selection.rows),
            Probe::Rows(rows) => {
                if let Some(missing) = missing(&comparison, rows.sql(engine)) {
                    let check = check.name;
                    examination.unchecked.push(Unchecked { check, missing });
                    continue;
                }
                // On PostgreSQL the snapshot is a transaction of such a session, and perhaps holds the pool's last connection.
                if rows.asked == Asked::Session && engine == DbBackend::Sqlite {
                    rows::run(session, check, rows, selection.rows).await?
                } else {
                    rows::run(snapshot, check, rows, selection.rows).await?
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
