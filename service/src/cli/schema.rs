//! Whether a database has the schema of this program.

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement};

use super::database::Opened;
use super::error::CliError;
use crate::error::DatabaseError;

/// What the migrations build, which is the same list of migrations for either engine; a test of the doctor compares it with them.
const SNAPSHOT: &str = include_str!("../maintenance/doctor/schema/sqlite.txt");

const APPLIED: &str = include_str!("../maintenance/doctor/schema/migrations.sql");

/// The migrations of this release, in their order.
fn expected() -> impl Iterator<Item = &'static str> {
    SNAPSHOT.lines().filter_map(|line| {
        let name = line.strip_prefix("migration ")?;
        Some(name.trim_end_matches(['=', ' ']))
    })
}

/// Sees that every migration of this release is applied, and none of a later one. One statement, and another when they cannot be read.
///
/// A program that wrote by the rules of another schema could do harm without an error.
pub(super) async fn check(opened: &Opened) -> Result<(), CliError> {
    let database = opened.name.clone();
    let applied = match applied(&opened.connection).await.map_err(DatabaseError::from) {
        Ok(applied) => applied,
        // Which table is missing is for the cause to say.
        Err(source @ DatabaseError::Unexpected(_)) => {
            return Err(match elsewhere(&opened.connection).await {
                Some(schema) => CliError::SchemaNotFound {
                    database,
                    schema,
                    source,
                },
                None => CliError::NotMigrated { database, source },
            });
        }
        Err(source) => return Err(CliError::Database { database, source }),
    };
    compare(database, &applied)
}

/// The schema in which another role, or another search path, would find the migrations. One statement on PostgreSQL.
async fn elsewhere(db: &DatabaseConnection) -> Option<String> {
    if db.get_database_backend() != DbBackend::Postgres {
        return None;
    }
    let sql = "SELECT relnamespace::regnamespace::text FROM pg_class \
               WHERE relname IN ('seaql_migrations', 'workflow_executions') AND relkind IN ('r', 'p') \
               GROUP BY relnamespace HAVING count(*) = 2 ORDER BY 1 LIMIT 1";
    let found = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await;
    // That nobody can tell changes nothing in what is told otherwise.
    found.ok().flatten()?.try_get_by_index(0).ok()
}

fn compare(database: String, applied: &[String]) -> Result<(), CliError> {
    if let Some(migration) = applied.iter().find(|name| expected().all(|one| one != *name)) {
        return Err(CliError::ProgramTooOld {
            database,
            migration: migration.clone(),
        });
    }
    let mut missing = expected().filter(|name| applied.iter().all(|one| one != name));
    match missing.next() {
        Some(first) => Err(CliError::MigrationsMissing {
            database,
            first,
            count: 1 + missing.count(),
        }),
        None => Ok(()),
    }
}

async fn applied(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), APPLIED);
    let rows = db.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get("", "version")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_takes_its_own_migrations_and_no_others() {
        let all: Vec<_> = expected().map(str::to_owned).collect();
        assert!(all.len() > 10 && all.is_sorted(), "{all:?}");
        assert!(compare(String::new(), &all).is_ok());
        let missing = compare(String::new(), &all[..all.len() - 2]);
        assert!(
            matches!(missing, Err(CliError::MigrationsMissing { count: 2, first, .. }) if first == all[all.len() - 2])
        );
        let newer = [all, vec!["m20990101_000001_create_future".to_owned()]].concat();
        assert!(matches!(
            compare(String::new(), &newer),
            Err(CliError::ProgramTooOld { .. })
        ));
    }
}
