//! A database to plant faults in.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use service::maintenance::doctor::{self, Examination, Finding, Repair, Selection};
use tests::{Engine, TestDatabase};
use uuid::Uuid;

use super::plants::Past;

/// Opens a migrated database as a backend does.
pub(super) struct Bed {
    pub(super) database: TestDatabase,
    pub(super) db: DatabaseConnection,
}

impl Bed {
    pub(super) async fn new(engine: Engine) -> Option<Self> {
        let database = TestDatabase::migrated(engine).await?;
        let db = service::connect(database.url(), &service::connect::Settings::default())
            .await
            .unwrap();
        Some(Self { database, db })
    }

    /// The same database with new connections, for settings that are the database's.
    pub(super) async fn reopened(self) -> Self {
        let settings = service::connect::Settings::default();
        let db = service::connect(self.database.url(), &settings).await.unwrap();
        self.db.close().await.unwrap();
        Self { db, ..self }
    }

    /// The role that is connected.
    pub(super) async fn role(&self) -> String {
        self.text("SELECT quote_ident(current_user)").await
    }

    /// Runs a script past the operations.
    pub(super) async fn run(&self, sql: &str) {
        self.db
            .execute_unprepared(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}\n{error}"));
    }

    /// What is found, without that the tests' own server does not vacuum by itself.
    pub(super) async fn examine(&self) -> Examination {
        let mut examination = doctor::examine(&self.db, &Selection::default()).await.unwrap();
        if let Some(finding) = examination
            .findings
            .iter_mut()
            .find(|finding| finding.check == "server.autovacuum")
        {
            finding.faults.retain(|fault| fault.row != "autovacuum");
            finding
                .repairs
                .retain(|repair| !repair.text().starts_with("ALTER SYSTEM"));
            finding.total = finding.faults.len() as u64;
        }
        examination.findings.retain(|finding| finding.total > 0);
        examination
    }

    /// The one thing that is found, which is this.
    pub(super) async fn only(&self, check: &str) -> Finding {
        let examination = self.examine().await;
        assert_eq!(names(&examination), [check], "{examination:#?}");
        assert!(examination.unchecked.is_empty());
        examination.findings.into_iter().next().unwrap()
    }

    /// Runs what is to be run of a finding's repairs, after which nothing is found.
    pub(super) async fn mend(&self, finding: &Finding) {
        for repair in &finding.repairs {
            match repair {
                Repair::Sql(sql) => self.run(sql).await,
                other => panic!("{} is mended by {other:?}", finding.check),
            }
        }
        let examination = self.examine().await;
        assert!(examination.is_healthy(), "{finding:#?} then {examination:#?}");
    }

    /// Runs a script past what would refuse it.
    pub(super) async fn past(&self, past: Past, sql: &str) {
        let session = self.database.session().await;
        let postgres = session.get_database_backend() == DbBackend::Postgres;
        let script = match past {
            Past::Nothing => sql.to_owned(),
            Past::Triggers(_) if postgres => {
                format!("SET session_replication_role = replica; {sql}; RESET session_replication_role")
            }
            Past::Triggers(table) => {
                let triggers = format!("FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '{table}'");
                let drop = format!(
                    "SELECT coalesce(group_concat('DROP TRIGGER ' || name, '; '), 'SELECT 1') {triggers}"
                );
                let make = format!("SELECT coalesce(group_concat(sql, '; '), 'SELECT 1') {triggers}");
                format!("{}; {sql}; {}", self.text(&drop).await, self.text(&make).await)
            }
            Past::Check(table, name) if postgres => {
                format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}; {sql}")
            }
            Past::Check(..) => format!("PRAGMA ignore_check_constraints = on; {sql}"),
        };
        session
            .execute_unprepared(&script)
            .await
            .unwrap_or_else(|error| panic!("{script}\n{error}"));
        session.close().await.unwrap();
    }

    /// An id as the engine's SQL writes it.
    pub(super) fn literal(&self, id: Uuid) -> String {
        match self.db.get_database_backend() {
            DbBackend::Postgres => format!("'{id}'"),
            _ => format!("x'{}'", id.simple()),
        }
    }

    /// The id that a query gives.
    pub(super) async fn id(&self, sql: &str) -> Uuid {
        let engine = self.db.get_database_backend();
        let row = self
            .db
            .query_one_raw(Statement::from_string(engine, sql))
            .await
            .unwrap();
        row.unwrap_or_else(|| panic!("nothing for {sql}"))
            .try_get_by_index(0)
            .unwrap()
    }

    pub(super) async fn text(&self, sql: &str) -> String {
        let engine: DbBackend = self.db.get_database_backend();
        let row = self
            .db
            .query_one_raw(Statement::from_string(engine, sql))
            .await
            .unwrap()
            .unwrap();
        row.try_get_by_index(0).unwrap()
    }
}

pub(super) fn names(examination: &Examination) -> Vec<&str> {
    examination.findings.iter().map(|finding| finding.check).collect()
}
