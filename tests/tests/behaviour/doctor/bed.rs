//! A database to plant faults in.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use service::maintenance::doctor::{self, Examination, Finding, Repair, Selection};
use tests::{Engine, TestDatabase};

/// Opens a migrated database as a backend does.
pub(super) struct Bed {
    /// Goes with the bed.
    _database: TestDatabase,
    pub(super) db: DatabaseConnection,
}

impl Bed {
    pub(super) async fn new(engine: Engine) -> Option<Self> {
        let database = TestDatabase::migrated(engine).await?;
        let db = service::connect(database.url(), &service::connect::Settings::default())
            .await
            .unwrap();
        Some(Self {
            _database: database,
            db,
        })
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
            finding.total -= 1;
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
