//! What is due on SQLite, and doing it.

use std::time::Instant;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, FromQueryResult, Statement};

use super::due::Due;
use super::need::Reason;
use super::run::{Done, Job, Outcome, VacuumError, Work};
use super::target::Target;
use crate::error::DatabaseError;
use crate::maintenance::Table;

/// A file with fewer empty pages is not worth writing anew: 1 MiB of pages of the usual size.
const WORTH_IT: i64 = 256;

/// What PRAGMA optimize would do to all tables, and does not: bit 1 is the rehearsal, bit 2 ANALYZE, bit 17 every table and not
/// only those that this connection has read.
const REHEARSAL: &str = "PRAGMA optimize(0x10003)";

#[derive(FromQueryResult)]
struct Pages {
    free: i64,
    pages: i64,
}

pub(super) async fn due(db: &DatabaseConnection) -> Result<Vec<Due>, DatabaseError> {
    let mut all = Vec::new();
    for row in db.query_all_raw(statement(REHEARSAL)).await? {
        let sql: String = row.try_get_by_index(0)?;
        all.extend(analyzed_by(&sql).map(|table| Due {
            target: table.into(),
            reasons: vec![Reason::StaleStatistics],
        }));
    }
    all.sort_by(|a, b| a.target.cmp(&b.target));
    let pages = "SELECT (SELECT freelist_count FROM pragma_freelist_count()) AS free, \
                 (SELECT page_count FROM pragma_page_count()) AS pages";
    let found = Pages::find_by_statement(statement(pages)).one(db).await?;
    if found.is_some_and(|Pages { free, pages }| free > WORTH_IT && free * 5 > pages) {
        all.push(Due {
            target: Target::FILE,
            reasons: vec![Reason::FreePages],
        });
    }
    Ok(all)
}

/// The table of `ANALYZE "main"."orders"`, when it is one of the schema.
fn analyzed_by(sql: &str) -> Option<Table> {
    let name = sql.trim_end().trim_end_matches([';', '"']).rsplit('"').next()?;
    name.parse().ok()
}

pub(super) async fn run(db: &DatabaseConnection, work: Vec<Work>) -> Result<Vec<Done>, VacuumError> {
    // One VACUUM for all: it writes the whole file.
    let mut is_new = false;
    let mut done = Vec::with_capacity(work.len());
    for Work { target, job } in work {
        let begun = Instant::now();
        let outcome = match one(db, &target, job, &mut is_new).await {
            Ok(()) => Outcome::done(begun.elapsed()),
            Err(DatabaseError::Busy) => Outcome::Locked,
            Err(source) => return Err(VacuumError::Failed { target, done, source }),
        };
        done.push(Done { target, job, outcome });
    }
    Ok(done)
}

async fn one(
    db: &DatabaseConnection,
    target: &Target,
    job: Job,
    is_new: &mut bool,
) -> Result<(), DatabaseError> {
    if job != Job::Analyze && !*is_new {
        db.execute_unprepared("VACUUM").await?;
        *is_new = true;
        // The new file is in the log, and the old one as long as before; readers may keep it so for now.
        if let Err(error) = db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await {
            tracing::debug!(%error, "the log was not moved into the file");
        }
    }
    if job != Job::Vacuum {
        let sql = match target.quoted() {
            Some(name) => format!("ANALYZE {name}"),
            None => "ANALYZE".to_owned(),
        };
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}

fn statement(sql: &str) -> Statement {
    Statement::from_string(DbBackend::Sqlite, sql)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_optimize_says_names_a_table() {
        let named = |sql| analyzed_by(sql).map(Table::name);
        assert_eq!(named("ANALYZE \"main\".\"orders\""), Some("orders"));
        assert_eq!(named("ANALYZE \"main\".\"orders\";"), Some("orders"));
        assert_eq!(named("ANALYZE \"main\".\"seaql_migrations\""), None);
    }
}
