//! Twelve months are made while writers go on at full speed in exactly these months.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, Statement};
use service::connect::Settings;
use service::maintenance::partitions::{EnsurePartitions, Ensured, Month, Partitioned, ensure};
use service::retry::Backoff;
use service::{DatabaseError, retry, transaction};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::id_at;
use super::verified::{Written, state_column, verify};

pub(super) const MONTHS: u32 = 12;
/// Rows that are there before, and are never changed, in each month of each table.
pub(super) const FIXED: i64 = 40;

/// What the writers need to know.
#[derive(Clone)]
struct Shop {
    db: DatabaseConnection,
    first: Month,
    workflow: Uuid,
    agent: Uuid,
    stop: Arc<AtomicBool>,
    /// Errors that passed: of locks, and others.
    passed: Arc<[AtomicU32; 2]>,
    /// What was done so far.
    done: Arc<Done>,
}

/// How many rows were written in each table, and how often all of them were read.
#[derive(Default)]
struct Done {
    written: [AtomicU32; 3],
    reads: AtomicU32,
}

impl Done {
    /// Waits until each of them is more than this.
    async fn is_beyond(&self, written: u32, reads: u32) {
        let deadline = Instant::now() + Duration::from_secs(120);
        let is_beyond = |count: &AtomicU32, least| count.load(Ordering::Relaxed) > least;
        while !(self.written.iter().all(|count| is_beyond(count, written)) && is_beyond(&self.reads, reads)) {
            assert!(Instant::now() < deadline, "writers or readers do not go on");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_row_is_lost_or_doubled_while_writers_go_on() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let shop = Shop::open(&database).await;
    shop.fill().await;
    let writers: Vec<_> = (0..6).map(|n| tokio::spawn(shop.clone().write(n % 3))).collect();
    let reader = tokio::spawn(shop.clone().read());
    shop.done.is_beyond(10, 0).await;

    let mut made = 0;
    let mut moved = 0;
    while made < 3 * MONTHS as usize {
        let command = EnsurePartitions::ahead(12);
        let Ensured::Partitioned(months) = ensure(&shop.db, command, || true).await.unwrap() else {
            panic!("partitions")
        };
        made += months.made.len();
        moved += months.made.iter().map(|made| made.drained).sum::<u64>();
    }
    shop.done.is_beyond(100, 3).await;
    shop.stop.store(true, Ordering::Relaxed);
    let mut written = [Written::new(), Written::new(), Written::new()];
    for (n, writer) in writers.into_iter().enumerate() {
        written[n % 3].append(&mut writer.await.unwrap());
    }
    assert!(reader.await.unwrap() > 3);
    assert!(moved >= 3 * u64::from(MONTHS) * FIXED.unsigned_abs());
    for (table, written) in Partitioned::ALL.into_iter().zip(written) {
        assert!(written.len() > 100, "{table}: only {} rows", written.len());
        verify(&database, table, written).await;
    }
    // On a slow machine a lock may take longer than a writer waits, or the last attempt may meet a writer in a deadlock. Both are
    // sent again; nothing else may happen.
    assert_eq!(shop.passed[1].load(Ordering::Relaxed), 0);
}

impl Shop {
    async fn open(database: &TestDatabase) -> Self {
        let db = service::connect(database.url(), &Settings::default())
            .await
            .unwrap();
        let workflow = rows::insert(&db, "workflows", []).await;
        Self {
            workflow: workflow.id(),
            agent: workflow.uuid("owner_agent_id"),
            db,
            first: Month::of(Utc::now()).plus(13),
            stop: Arc::default(),
            passed: Arc::default(),
            done: Arc::default(),
        }
    }

    /// Rows with children in all months.
    async fn fill(&self) {
        for ahead in 0..MONTHS {
            for _ in 0..FIXED {
                let time = self.time(ahead);
                let rows = Partitioned::ALL.map(|table| self.insertion(table, id_at(time), time, "fixed"));
                self.patiently(&rows.concat()).await;
            }
        }
    }

    fn time(&self, ahead: u32) -> DateTime<Utc> {
        let month = self.first.plus(ahead);
        let share = f64::from(Uuid::new_v4().as_fields().0) / f64::from(u32::MAX);
        month.start()
            + (month.end() - month.start() - chrono::Duration::seconds(1))
                .to_std()
                .unwrap()
                .mul_f64(share)
    }

    /// A row and, where a table refers to it, a row that does.
    fn insertion(
        &self,
        table: Partitioned,
        id: Uuid,
        time: DateTime<Utc>,
        state: &str,
    ) -> Vec<(String, Vec<Value>)> {
        let (id, child) = (Value::from(id), Value::from(Uuid::new_v4()));
        let statements: Vec<(&str, Vec<Value>)> = match table {
            Partitioned::WorkflowExecutions => vec![
                (
                    "INSERT INTO workflow_executions (id, workflow_id, execution_id, created_at) VALUES ($1, $2, $3, $4)",
                    vec![id.clone(), self.workflow.into(), state.into(), time.into()],
                ),
                (
                    "INSERT INTO tasks (id, workflow_execution_id, assigned_agent_id, task_type) VALUES ($1, $2, $3, 'x')",
                    vec![child, id, self.agent.into()],
                ),
            ],
            Partitioned::Transactions => vec![
                (
                    "INSERT INTO transactions (id, type, category, amount, description, transaction_date) \
                     VALUES ($1, 'revenue', 'sales', 10, $2, $3)",
                    vec![id.clone(), state.into(), time.date_naive().into()],
                ),
                (
                    "INSERT INTO revenue_attribution (id, transaction_id, agent_id, attribution_percentage) \
                     VALUES ($1, $2, $3, 100)",
                    vec![child, id, self.agent.into()],
                ),
            ],
            Partitioned::SystemEvents => vec![(
                "INSERT INTO system_events (id, event_type, message, created_at) VALUES ($1, 'x', $2, $3)",
                vec![id, state.into(), time.into()],
            )],
        };
        statements
            .into_iter()
            .map(|(sql, values)| (sql.to_owned(), values))
            .collect()
    }

    /// Inserts rows with children, changes them, and deletes some, until it is told to stop.
    async fn write(self, table: usize) -> Written {
        let (table, count) = (Partitioned::ALL[table], &self.done.written[table]);
        let state = state_column(table);
        let changed = format!("UPDATE {table} SET {state} = $2 WHERE id = $1");
        let deleted = format!("DELETE FROM {table} WHERE id = $1");
        let mut written = Written::new();
        for n in 0_u32.. {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let time = self.time(n % MONTHS);
            let id = id_at(time);
            self.patiently(&self.insertion(table, id, time, "new")).await;
            let outcome = match n % 5 {
                0 => {
                    self.patiently(&[(deleted.clone(), vec![id.into()])]).await;
                    None
                }
                1 | 2 => {
                    self.patiently(&[(changed.clone(), vec![id.into(), "changed".into()])])
                        .await;
                    Some("changed")
                }
                _ => Some("new"),
            };
            written.insert(id, outcome);
            count.fetch_add(1, Ordering::Relaxed);
        }
        written
    }

    /// Sends statements, each of which writes one row, in a transaction: again for as long as its error is one that passes.
    async fn patiently(&self, statements: &[(String, Vec<Value>)]) {
        let backoff = Backoff {
            attempts: 20,
            ..Backoff::default()
        };
        retry(backoff, tokio::time::sleep, || async {
            let transaction = transaction::begin(&self.db).await?;
            let outcome = send(&transaction, statements).await;
            let outcome = transaction::finish(transaction, outcome).await;
            match &outcome {
                Ok(()) => {}
                Err(DatabaseError::LockTimeout | DatabaseError::Deadlock) => {
                    self.passed[0].fetch_add(1, Ordering::Relaxed);
                }
                Err(_) => {
                    self.passed[1].fetch_add(1, Ordering::Relaxed);
                }
            }
            outcome
        })
        .await
        .unwrap();
    }

    /// Sees all the rows that nobody changes, each time, with their children.
    async fn read(self) -> u32 {
        let expected = i64::from(MONTHS) * FIXED;
        let mut reads = 0;
        while !self.stop.load(Ordering::Relaxed) {
            for sql in [
                "SELECT count(*) FROM workflow_executions e JOIN tasks t ON t.workflow_execution_id = e.id \
                 WHERE e.execution_id = 'fixed'",
                "SELECT count(*) FROM transactions t JOIN revenue_attribution a ON a.transaction_id = t.id \
                 WHERE t.description = 'fixed'",
                "SELECT count(*) FROM system_events WHERE message = 'fixed'",
            ] {
                let statement = Statement::from_string(self.db.get_database_backend(), sql);
                let row = match self
                    .db
                    .query_one_raw(statement)
                    .await
                    .map_err(DatabaseError::from)
                {
                    Err(DatabaseError::LockTimeout | DatabaseError::Deadlock) => continue,
                    row => row.unwrap().unwrap(),
                };
                assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), expected, "{sql}");
            }
            reads += 1;
            self.done.reads.store(reads, Ordering::Relaxed);
        }
        reads
    }
}

async fn send(db: &DatabaseTransaction, statements: &[(String, Vec<Value>)]) -> Result<(), DatabaseError> {
    for (sql, values) in statements {
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values.clone());
        let rows = db.execute_raw(statement).await?.rows_affected();
        assert_eq!(rows, 1, "{sql}");
    }
    Ok(())
}
