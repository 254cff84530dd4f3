//! What PostgreSQL's planner makes of the statements that operations send.

use std::sync::{Arc, Mutex};

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use service::transaction;
use tests::{Engine, TestDatabase};
use uuid::Uuid;

/// The function that fills speak of: the n-th id, as [`id`] gives it.
const ID: &str = "CREATE FUNCTION pg_temp.id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$";

/// The n-th id of a fill.
pub(crate) fn id(n: u64) -> Uuid {
    Uuid::from_u64_pair(0x7000, 0x8000_0000_0000_0000 | n)
}

/// A database full of rows, and what was sent to it.
pub(crate) struct Watched {
    database: TestDatabase,
    /// The connection that is watched.
    pub(crate) db: DatabaseConnection,
    sent: Arc<Mutex<Vec<Statement>>>,
}

impl Watched {
    /// Runs the statements of `fill`, which may call `pg_temp.id(n)`, and watches what is sent from then on. `None` where there is
    /// no PostgreSQL.
    pub(crate) async fn filled(fill: &str) -> Option<Self> {
        let database = TestDatabase::migrated(Engine::Postgres).await?;
        // One transaction is one session, which is where a temporary function lives.
        let filling = transaction::begin(database.connection()).await.unwrap();
        filling.execute_unprepared(ID).await.unwrap();
        filling.execute_unprepared(fill).await.unwrap();
        filling.commit().await.unwrap();
        Some(Self::of(database).await)
    }

    /// Watches a database that is full already.
    pub(crate) async fn of(database: TestDatabase) -> Self {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let log = sent.clone();
        let mut db = database.connection().clone();
        db.execute_unprepared("ANALYZE").await.unwrap();
        db.set_metric_callback(move |info| log.lock().unwrap().push(info.statement.clone()));
        Self { database, db, sent }
    }

    /// A connection to the same database that nobody watches.
    pub(crate) fn quiet(&self) -> &DatabaseConnection {
        self.database.connection()
    }

    /// The plans of what was sent since the last call, in its order.
    pub(crate) async fn plans(&self) -> Vec<String> {
        let sent: Vec<_> = self.sent.lock().unwrap().drain(..).collect();
        let mut plans = Vec::new();
        for statement in sent {
            plans.push(self.explained(statement).await);
        }
        plans
    }

    /// The plan of the statement that was sent last.
    pub(crate) async fn plan(&self) -> String {
        let statement = self.sent.lock().unwrap().drain(..).next_back().unwrap();
        self.explained(statement).await
    }

    /// The text of the statement that was sent last.
    pub(crate) fn sql(&self) -> String {
        self.sent.lock().unwrap().drain(..).next_back().unwrap().sql
    }

    async fn explained(&self, statement: Statement) -> String {
        let explain = Statement {
            sql: format!("EXPLAIN (COSTS OFF) {}", statement.sql),
            ..statement
        };
        let rows = self.quiet().query_all_raw(explain).await.unwrap();
        rows.iter()
            .map(|row| row.try_get_by_index::<String>(0).unwrap() + "\n")
            .collect()
    }

    /// The plan of the statement that was sent last, which reads no table from end to end.
    pub(crate) async fn read_no_whole_table(&self) -> String {
        let plan = self.plan().await;
        assert!(!plan.contains("Seq Scan"), "{plan}");
        plan
    }
}
