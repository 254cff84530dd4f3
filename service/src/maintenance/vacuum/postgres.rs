//! What is due on PostgreSQL, and doing it.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection as _, Executor as _};
use sea_orm::{DatabaseConnection, DbBackend, DbErr, FromQueryResult, RuntimeErr, SqlxError, Statement};

use super::due::Due;
use super::need::{Limits, Statistics, reasons};
use super::run::{Done, Job, Outcome, VacuumError, Work};
use super::target::Target;
use crate::error::DatabaseError;
use crate::maintenance::Table;

const STATISTICS: &str = include_str!("statistics.postgres.sql");

/// What of the list this role may not vacuum, or not with all of its partitions: a privilege on a table is none on its partitions, each
/// of which has an owner and grants of its own. MAINTAIN is a privilege from version 17 on.
const FORBIDDEN: &str = "SELECT DISTINCT t.relname::text FROM pg_class t
CROSS JOIN LATERAL (SELECT t.oid AS id UNION SELECT p.relid FROM pg_partition_tree(t.oid) p) part
JOIN pg_class c ON c.oid = part.id
WHERE t.relname = ANY ($1) AND t.relkind IN ('r', 'p') AND pg_table_is_visible(t.oid)
  AND NOT CASE WHEN current_setting('server_version_num')::int >= 170000 THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE false END
  AND NOT pg_has_role(c.relowner, 'USAGE')
  AND NOT pg_has_role((SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE')";

#[derive(FromQueryResult)]
struct Row {
    table: String,
    relation: String,
    is_table: bool,
    partitioned: bool,
    live: i64,
    unknown: bool,
    dead: i64,
    inserted: i64,
    modified: i64,
    analyzed: Option<DateTime<Utc>>,
    age: i64,
    multixact_age: i64,
    partitions_analyzed: Option<DateTime<Utc>>,
    dead_least: i64,
    dead_share: f64,
    inserted_least: i64,
    inserted_share: f64,
    modified_least: i64,
    modified_share: f64,
    age_limit: i64,
    multixact_age_limit: i64,
    now: DateTime<Utc>,
}

impl Row {
    fn reasons(&self) -> Vec<super::Reason> {
        let count = |n: i64| u64::try_from(n).unwrap_or_default();
        let statistics = Statistics {
            live: count(self.live),
            unknown: self.unknown,
            dead: count(self.dead),
            inserted: count(self.inserted),
            modified: count(self.modified),
            analyzed: self.analyzed,
            age: count(self.age),
            multixact_age: count(self.multixact_age),
            partitions_analyzed: self.partitions_analyzed,
            partitioned: self.partitioned,
        };
        let limits = Limits {
            dead: (count(self.dead_least), self.dead_share),
            inserted: (self.inserted_least, self.inserted_share),
            modified: (count(self.modified_least), self.modified_share),
            age: count(self.age_limit),
            multixact_age: count(self.multixact_age_limit),
        };
        reasons(&statistics, &limits, self.now)
    }
}

pub(super) async fn due(db: &DatabaseConnection) -> Result<Vec<Due>, DatabaseError> {
    let names: Vec<String> = Table::all().map(|table| table.name().to_owned()).collect();
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, STATISTICS, [names.into()]);
    let rows = Row::find_by_statement(statement).all(db).await?;
    let mut all = Vec::new();
    for row in rows {
        let reasons = row.reasons();
        let Ok(table) = row.table.parse::<Table>() else {
            continue;
        };
        if !reasons.is_empty() {
            let target = if row.is_table {
                table.into()
            } else {
                Target::partition(table, row.relation)
            };
            all.push(Due { target, reasons });
        }
    }
    Ok(all)
}

pub(super) async fn run(
    db: &DatabaseConnection,
    work: Vec<Work>,
    limit: Duration,
) -> Result<Vec<Done>, VacuumError> {
    let options = db.get_postgres_connection_pool().connect_options();
    let mut connection = PgConnection::connect_with(&options)
        .await
        .map_err(database_error)?;
    let outcome = run_on(&mut connection, work, limit).await;
    // What was done is done, whether or not the server hears the goodbye.
    let _ = connection.close().await;
    outcome
}

async fn run_on(
    connection: &mut PgConnection,
    work: Vec<Work>,
    limit: Duration,
) -> Result<Vec<Done>, VacuumError> {
    connection
        .execute(AssertSqlSafe(format!(
            "SET statement_timeout = {}",
            limit.as_millis()
        )))
        .await
        .map_err(database_error)?;
    // The server only warns of a table that it skips, and then says that all is well.
    let tables = forbidden(connection, &work).await?;
    if !tables.is_empty() {
        let tables = tables.into_iter().collect();
        return Err(VacuumError::NotPermitted { tables });
    }
    let mut done = Vec::with_capacity(work.len());
    for Work { target, job } in work {
        let Some(name) = target.quoted() else { continue };
        let sql = match job {
            Job::Vacuum => format!("VACUUM {name}"),
            Job::Analyze => format!("ANALYZE {name}"),
            Job::VacuumAnalyze => format!("VACUUM (ANALYZE) {name}"),
        };
        let begun = Instant::now();
        let outcome = match connection.execute(AssertSqlSafe(sql)).await {
            Ok(_) => Outcome::done(begun.elapsed()),
            Err(error) if target.is_partition() && is_gone(&error) => Outcome::Gone,
            Err(error) => match database_error(error) {
                DatabaseError::LockTimeout => Outcome::Locked,
                source => return Err(VacuumError::Failed { target, done, source }),
            },
        };
        done.push(Done { target, job, outcome });
    }
    Ok(done)
}

/// The tables of the work that this role may not do, by name.
async fn forbidden(connection: &mut PgConnection, work: &[Work]) -> Result<BTreeSet<Table>, DatabaseError> {
    let names: Vec<&str> = work.iter().filter_map(|work| work.target.relation()).collect();
    let forbidden: Vec<String> = sqlx::query_scalar(FORBIDDEN)
        .bind(names)
        .fetch_all(connection)
        .await
        .map_err(database_error)?;
    let is_forbidden = |name: &str| forbidden.iter().any(|other| other == name);
    Ok(work
        .iter()
        .filter(|work| work.target.relation().is_some_and(is_forbidden))
        .filter_map(|work| work.target.table())
        .collect())
}

/// Whether there is no such table.
fn is_gone(error: &SqlxError) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.as_deref() == Some("42P01")
}

fn database_error(error: SqlxError) -> DatabaseError {
    DbErr::Exec(RuntimeErr::SqlxError(error.into())).into()
}
