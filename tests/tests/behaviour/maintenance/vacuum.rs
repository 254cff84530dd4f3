//! Vacuum and statistics: what is due, and doing it.

use std::time::Duration;

use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use service::connect::Settings;
use service::maintenance::Table;
use service::maintenance::vacuum::{Due, Job, Outcome, Reason, Work, due, run};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

use crate::command::{run as run_command, run_json, service_on};

fn table(name: &str) -> Table {
    name.parse().unwrap()
}

fn of<'d>(all: &'d [Due], name: &str) -> Option<&'d Due> {
    all.iter().find(|due| due.target.to_string() == name)
}

/// Lets the server know of what this session wrote.
async fn flush(session: &DatabaseConnection) {
    if session.get_database_backend() == sea_orm::DbBackend::Postgres {
        session
            .execute_unprepared("SELECT pg_stat_force_next_flush()")
            .await
            .unwrap();
    }
}

/// A session that autovacuum does not forestall.
async fn by_hand(database: &TestDatabase, tables: &[&str]) -> DatabaseConnection {
    let session = database.session().await;
    if database.engine() == Engine::Postgres {
        for table in tables {
            let off = format!("ALTER TABLE {table} SET (autovacuum_enabled = false)");
            session.execute_unprepared(&off).await.unwrap();
        }
    }
    session
}

async fn do_all(db: &DatabaseConnection) {
    let work = due(db).await.unwrap().iter().map(Due::work).collect();
    for done in run(db, work).await.unwrap() {
        assert!(matches!(done.outcome, Outcome::Done { .. }), "{done:?}");
    }
    flush(db).await;
}

async fn write(db: &DatabaseConnection, count: u32) {
    let numbers =
        format!("WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count})");
    let sql = format!(
        "INSERT INTO customers (email, company) {numbers} SELECT n || '@example.com', 'one of the many customers of a shop that sells art' FROM n"
    );
    db.execute_unprepared(&sql).await.unwrap();
    flush(db).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_many_dead_rows_is_due_until_it_is_vacuumed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = by_hand(&database, &["customers"]).await;
    write(&db, 10_000).await;
    do_all(&db).await;
    assert_eq!(due(&db).await.unwrap(), [], "healthy");
    db.execute_unprepared("DELETE FROM customers WHERE email > '2'")
        .await
        .unwrap();
    flush(&db).await;
    let found = due(&db).await.unwrap();
    let (target, reason) = match engine {
        Engine::Postgres => ("customers", Reason::DeadRows),
        Engine::Sqlite => ("the file", Reason::FreePages),
    };
    let customers = of(&found, target).unwrap_or_else(|| panic!("{found:?}"));
    assert!(customers.reasons.contains(&reason), "{customers:?}");
    do_all(&db).await;
    assert_eq!(due(&db).await.unwrap(), []);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_has_grown_is_due_until_it_is_analysed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = by_hand(&database, &["customers"]).await;
    assert_eq!(due(&db).await.unwrap(), [], "empty");
    write(&db, 500).await;
    let found = due(&db).await.unwrap();
    let customers = of(&found, "customers").unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(customers.work().job, Job::Analyze);
    do_all(&db).await;
    assert_eq!(due(&db).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_is_due_by_itself_and_its_table_for_the_statistics_over_all() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = by_hand(&database, &["transactions_default"]).await;
    db.execute_unprepared(
        "INSERT INTO transactions (id, type, category, amount, currency, transaction_date)
         SELECT overlay(gen_random_uuid()::text placing '00000000-0000-7' from 1 for 15)::uuid, 'expense', 'rent', 1, 'USD', '1970-01-01'
         FROM generate_series(1, 2000)",
    )
    .await
    .unwrap();
    flush(&db).await;
    let found = due(&db).await.unwrap();
    let names: Vec<String> = found.iter().map(|due| due.target.to_string()).collect();
    assert_eq!(names, ["transactions_default", "transactions"], "{found:?}");
    assert_eq!(
        of(&found, "transactions").unwrap().reasons,
        [Reason::NeverAnalyzed]
    );
    do_all(&db).await;
    assert_eq!(due(&db).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_transactions_make_a_table_due() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.session().await;
    db.execute_unprepared("SET vacuum_freeze_table_age = 0; SELECT pg_current_xact_id()")
        .await
        .unwrap();
    db.execute_unprepared("SELECT pg_current_xact_id()")
        .await
        .unwrap();
    let found = due(&db).await.unwrap();
    assert_eq!(of(&found, "tasks").unwrap().reasons, [Reason::Age]);
    assert_eq!(of(&found, "tasks").unwrap().work().job, Job::Vacuum);
    assert!(of(&found, "transactions").is_none(), "it stores nothing");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_somebody_locks_is_left_and_the_others_are_done(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let settings = Settings {
        lock_timeout: Duration::from_millis(200),
        busy_timeout: Duration::from_millis(200),
        ..Settings::default()
    };
    let db = service::connect(database.url(), &settings).await.unwrap();
    let held = transaction::begin(&database.session().await).await.unwrap();
    if engine == Engine::Postgres {
        held.execute_unprepared("LOCK TABLE customers IN SHARE MODE")
            .await
            .unwrap();
    } else {
        rows::insert(&held, "customers", []).await;
    }
    let work = |name| Work {
        target: table(name).into(),
        job: Job::VacuumAnalyze,
    };
    let done = run(&db, vec![work("customers"), work("orders")]).await.unwrap();
    assert_eq!(done[0].outcome, Outcome::Locked);
    // A SQLite file has one lock for all.
    assert_eq!(done[1].outcome == Outcome::Locked, engine == Engine::Sqlite);
    held.rollback().await.unwrap();
    let done = run(&db, vec![work("customers")]).await.unwrap();
    assert!(matches!(done[0].outcome, Outcome::Done { .. }));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_command_takes_tables_by_name_and_nothing_else(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (status, document) = run_json(&mut service_on(
        &database,
        &["vacuum", "--analyze", "tasks", "transactions"],
    ));
    assert_eq!(status, 0);
    let tables = document["tables"].as_array().unwrap();
    let expected: &[&str] = match engine {
        Engine::Postgres => &["tasks", "transactions"],
        // Its VACUUM knows no tables.
        Engine::Sqlite => &["the file", "tasks", "transactions"],
    };
    let targets: Vec<_> = tables.iter().map(|table| &table["target"]).collect();
    assert_eq!(targets, expected, "{document}");
    assert!(
        tables.iter().all(|table| table["outcome"] == "done"),
        "{document}"
    );
    let (status, output, _) = run_command(&mut service_on(&database, &["vacuum", "--analyze"]));
    assert_eq!(status, 0);
    assert_eq!(output.matches("analysed").count(), 29, "{output}");
    let (status, _, errors) = run_command(&mut service_on(&database, &["vacuum", "tasks; DROP TABLE tasks"]));
    assert_eq!(status, 2);
    assert!(errors.contains("the schema has no table tasks; DROP"), "{errors}");
}

/// After an upgrade of the server, or a crash, its counters are empty, and so autovacuum does not come either.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_without_statistics_is_due_although_the_server_has_counted_nothing() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = by_hand(&database, &["customers"]).await;
    write(&db, 1_000).await;
    db.execute_unprepared("SELECT pg_stat_reset()").await.unwrap();
    let found = due(&db).await.unwrap();
    let due_now = of(&found, "customers").map(|due| due.reasons.clone());
    assert_eq!(due_now, Some(vec![Reason::NeverAnalyzed]), "{found:?}");
    do_all(&db).await;
    assert_eq!(due(&db).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_told_while_somebody_has_locked_a_table() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = by_hand(&database, &["customers"]).await;
    write(&db, 500).await;
    do_all(&db).await;
    let holder = transaction::begin(database.connection()).await.unwrap();
    let lock = "LOCK TABLE customers IN ACCESS EXCLUSIVE MODE";
    holder.execute_unprepared(lock).await.unwrap();
    db.execute_unprepared("SET lock_timeout = '1s'").await.unwrap();
    assert_eq!(due(&db).await.unwrap(), []);
    holder.rollback().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_that_went_since_it_was_found_due_needs_nothing_any_more() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let month = "system_events_y2024m01";
    let db = database.session().await;
    super::retention::dropping::partitions(&db, "2024-01").await;
    let world = super::retention::history::world(&db).await;
    super::retention::history::fill(&db, &world, "2024-01", 300).await;
    flush(&db).await;
    let found = due(&db).await.unwrap();
    let work = vec![of(&found, month).unwrap_or_else(|| panic!("{found:?}")).work()];
    db.execute_unprepared(&format!("DROP TABLE {month}"))
        .await
        .unwrap();
    let done = run(&db, work).await.unwrap();
    assert_eq!(done[0].outcome, Outcome::Gone);
}
