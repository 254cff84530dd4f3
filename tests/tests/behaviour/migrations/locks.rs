//! Other people's locks.

use std::time::Duration;

use migration::{DatabaseUrl, MigrateError, Migrator, Runner};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tests::{Engine, TestDatabase};

use super::program::{run, start, succeed};
use super::snapshot::{recorded, snapshot, stages};

async fn number(db: &impl ConnectionTrait, sql: &str) -> i64 {
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
        .unwrap()
        .unwrap();
    row.try_get_by_index(0).unwrap()
}

/// A session that holds a lock until it is rolled back, and its process id.
async fn holding(session: &DatabaseConnection, lock: &str) -> (DatabaseTransaction, i64) {
    let txn = session.begin().await.unwrap();
    txn.execute_unprepared(lock).await.unwrap();
    let pid = number(&txn, "SELECT pg_backend_pid()::bigint").await;
    (txn, pid)
}

#[rstest::rstest]
#[case::a_table_locked_for_maintenance("LOCK TABLE agents IN ACCESS EXCLUSIVE MODE", "agents")]
#[case::a_backup("LOCK TABLE orders IN SHARE MODE", "orders")]
#[case::a_report_that_was_left_open("SELECT * FROM campaigns", "campaigns")]
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_timeout_says_which_table_was_locked_and_by_whom(#[case] lock: &str, #[case] table: &str) {
    let Some(stages) = stages(Engine::Postgres).await else {
        return;
    };
    let database = TestDatabase::migrated(Engine::Postgres).await.unwrap();
    let session = database.session().await;
    let (txn, pid) = holding(&session, lock).await;

    let ended = run(&database, &["reset", "--yes", "--lock-timeout", "0.5"]);

    assert_eq!(ended.status, Some(1), "{ended:?}");
    for part in [
        &format!("table `{table}`"),
        &format!("pid {pid}"),
        "idle in transaction",
        "gave up after 500 ms",
        "--lock-timeout",
    ] {
        assert!(
            ended.stderr.contains(part),
            "{part} is missing in {}",
            ended.stderr
        );
    }
    // A look at the views' definitions would wait for the lock as well.
    txn.rollback().await.unwrap();
    let names = recorded(database.connection()).await;
    assert_eq!(snapshot(database.connection()).await, stages[names.len()]);
    succeed(&database, &["reset", "--yes"]);
    assert_eq!(snapshot(database.connection()).await, stages[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_ddl_statement_runs_under_a_lock_timeout() {
    let Some(database) = TestDatabase::empty(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    assert_eq!(
        number(
            db,
            "SELECT rolsuper::int::bigint FROM pg_roles WHERE rolname = current_user"
        )
        .await,
        1,
        "an event trigger watches the statements, so TEST_DATABASE_URL needs a superuser for this test"
    );
    db.execute_unprepared(
        "CREATE FUNCTION refuse_unguarded() RETURNS event_trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF current_setting('lock_timeout') = '0' THEN RAISE 'no lock_timeout for %', tg_tag; END IF;
         END $$;
         CREATE EVENT TRIGGER guard ON ddl_command_start EXECUTE FUNCTION refuse_unguarded()",
    )
    .await
    .unwrap();
    let unguarded = db
        .execute_unprepared("CREATE TABLE unguarded ()")
        .await
        .unwrap_err();
    assert!(unguarded.to_string().contains("no lock_timeout"), "{unguarded}");

    for command in [
        &["up"] as &[&str],
        &["down", "--yes", "-n", "3"],
        &["up"],
        &["refresh", "--yes"],
        &["fresh", "--yes"],
        &["reset", "--yes"],
    ] {
        succeed(&database, command);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_another_migrator_says_so_and_gives_up_after_its_time() {
    let Some(database) = TestDatabase::empty(Engine::Postgres).await else {
        return;
    };
    // The first migrator is held up by a foreign lock in the middle of its work.
    succeed(&database, &["up"]);
    let session = database.session().await;
    let (txn, _) = holding(&session, "LOCK TABLE agents IN ACCESS EXCLUSIVE MODE").await;
    let first = start(&database, &["reset", "--yes", "--lock-timeout", "60"]);
    wait_until(
        &database,
        "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND NOT granted",
    )
    .await;

    let second = run(&database, &["up", "--wait", "1.5"]);

    assert_eq!(second.status, Some(1), "{second:?}");
    assert!(
        second
            .stdout
            .contains("waiting for another migrator to finish: pid "),
        "{second:?}"
    );
    assert!(
        second
            .stderr
            .contains("another migrator has been at work for 1.5 s (pid "),
        "{second:?}"
    );
    assert!(second.stderr.contains("vividwalls-migration"), "{second:?}");
    txn.rollback().await.unwrap();
    let first = first.wait_with_output().unwrap();
    assert!(first.status.success(), "{first:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_the_lock_file_of_a_sqlite_database_says_so_and_gives_up_after_its_time() {
    let Some(database) = TestDatabase::empty(Engine::Sqlite).await else {
        return;
    };
    let path = database
        .url()
        .trim_start_matches("sqlite://")
        .trim_end_matches("?mode=rwc");
    let file = std::fs::File::create(format!("{path}.migrate.lock")).unwrap();
    file.lock().unwrap();

    let refused = run(&database, &["up", "--wait", "1.2"]);

    assert_eq!(refused.status, Some(1), "{refused:?}");
    assert!(
        refused
            .stdout
            .contains("waiting for another migrator to finish: it has locked /"),
        "{refused:?}"
    );
    assert!(
        refused
            .stderr
            .contains("another migrator has been at work for 1.2 s (it has locked "),
        "{refused:?}"
    );
    let waiting = start(&database, &["up"]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(recorded(database.connection()).await.is_empty());
    file.unlock().unwrap();
    assert!(waiting.wait_with_output().unwrap().status.success());
}

async fn wait_until(database: &TestDatabase, count: &str) {
    for _ in 0..1000 {
        if number(database.connection(), count).await > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{count} stays 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migrator_that_fails_lets_the_next_one_in() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let url: DatabaseUrl = database.url().parse().unwrap();
    let session = database.session().await;
    let (txn, _) = holding(&session, "LOCK TABLE agents IN ACCESS EXCLUSIVE MODE").await;
    let runner = Runner::new()
        .wait(Duration::ZERO)
        .lock_timeout(Duration::from_millis(100));
    let failed = runner.reset(&url).await;
    assert!(
        matches!(failed, Err(MigrateError::LockTimeout { .. })),
        "{failed:?}"
    );
    txn.rollback().await.unwrap();
    runner.up(&url, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_does_not_outlive_a_future_that_is_dropped() {
    let Some(database) = TestDatabase::empty(Engine::Sqlite).await else {
        return;
    };
    let url: DatabaseUrl = database.url().parse().unwrap();
    let runner = Runner::new().wait(Duration::from_secs(10));
    for _ in 0..20 {
        let _ = tokio::time::timeout(Duration::from_millis(3), runner.up(&url, None)).await;
    }
    let report = runner.up(&url, None).await.unwrap();
    assert!(report.applied.len() <= Migrator::migrations().len());
    assert_eq!(
        recorded(database.connection()).await.len(),
        Migrator::migrations().len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_keeps_writing_to_the_sqlite_file_gets_a_clear_error() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let session = database.session().await;
    session.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let ended = run(&database, &["down"]);
    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains("close the programs that write to it"),
        "{ended:?}"
    );
}
