//! Everything that is due, in order, by one at a time, and within a time.

mod cut_short;
mod retention;

use std::ops::ControlFlow;
use std::time::Duration;

use chrono::Utc;
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use service::connect::Settings;
use service::maintenance::lock::{LockError, Work, acquire};
use service::maintenance::maintain::{Maintain, Maintenance, State, Step, maintain};
use service::maintenance::partitions::Month;
use service::maintenance::{vacuum, views};
use tests::{Engine, TestDatabase, rows};

use crate::command::{run_json, service_on};

const MINUTE: Duration = Duration::from_secs(60);

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_done_and_then_nothing_is_due_any_more(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let _shared = database.rely_on_shared_statistics().await;
    make_due(&database).await;

    let first = maintained(&database, Maintain::within(MINUTE)).await;
    assert!(is_well(&first), "{first:#?}");
    let expected: &[Step] = match engine {
        Engine::Postgres => &[Step::Leases, Step::Partitions, Step::Views, Step::Statistics],
        Engine::Sqlite => &[Step::Leases],
    };
    for step in expected {
        assert!(matches!(state(&first, *step), State::Done { .. }), "{first:#?}");
    }
    assert_eq!(
        count(&database, "SELECT count(*) FROM tasks WHERE status = 'pending'").await,
        1
    );
    assert_eq!(events(&database).await, 1);

    // The server reports what the first run itself wrote a moment later.
    let mut last = first;
    for _ in 0..5 {
        if nothing_was_due(&last) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        last = maintained(&database, Maintain::within(MINUTE)).await;
    }
    assert!(nothing_was_due(&last), "{last:#?}");
    let db = database.session().await;
    assert!(vacuum::due(&db).await.unwrap().is_empty());
    let statuses = views::status(&db).await.unwrap();
    assert!(!statuses.iter().any(|view| view.state.is_stale()));
    if last.is_well() {
        // A run that finds nothing to do is no event.
        let before = events(&database).await;
        maintained(&database, Maintain::within(MINUTE)).await;
        assert_eq!(events(&database).await, before);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_the_second_leaves_or_waits(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = open(&database).await;
    let held = acquire(&db, Work::Maintain, Duration::ZERO).await.unwrap();
    let left = maintain(&db, Maintain::within(MINUTE), go_on).await;
    assert!(matches!(left, Err(LockError::Held { .. })), "{left:?}");
    let (status, document) = run_json(&mut service_on(&database, &["maintain"]));
    assert_eq!((status, &document["busy"]), (1, &true.into()), "{document:#}");

    let command = Maintain {
        wait: MINUTE,
        ..Maintain::within(MINUTE)
    };
    let waiting = tokio::spawn(async move { maintain(&db, command, go_on).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    held.release().await;
    let maintenance = waiting.await.unwrap().unwrap();
    assert!(is_well(&maintenance), "{maintenance:#?}");
}

fn go_on(_: Step) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

async fn maintained(database: &TestDatabase, command: Maintain) -> Maintenance {
    maintain(&open(database).await, command, go_on).await.unwrap()
}

/// As a backend opens it: the doctor looks at the timeouts.
async fn open(database: &TestDatabase) -> DatabaseConnection {
    service::connect(database.url(), &Settings::default())
        .await
        .unwrap()
}

/// The cluster of the tests runs without autovacuum, which the doctor sees.
fn is_well(maintenance: &Maintenance) -> bool {
    let others = maintenance
        .steps
        .iter()
        .filter(|step| !is_the_harness(&step.state));
    others
        .into_iter()
        .all(|step| matches!(step.state, State::NotDue | State::Done { .. }))
}

fn nothing_was_due(maintenance: &Maintenance) -> bool {
    maintenance
        .steps
        .iter()
        .all(|step| step.state == State::NotDue || is_the_harness(&step.state))
}

fn is_the_harness(state: &State) -> bool {
    matches!(state, State::Findings { checks } if *checks == ["server.autovacuum"])
}

fn state(maintenance: &Maintenance, step: Step) -> &State {
    &maintenance
        .steps
        .iter()
        .find(|report| report.step == step)
        .unwrap()
        .state
}

/// An expired lease; and on PostgreSQL a row in a default partition, a stale view, and a table that is full of dead rows.
async fn make_due(database: &TestDatabase) {
    let db = database.connection();
    let past = Utc::now() - chrono::Duration::hours(1);
    let task = [
        ("status", "in_progress".into()),
        ("attempts", 1.into()),
        ("lease_expires_at", past.into()),
        ("started_at", past.into()),
    ];
    rows::insert(db, "tasks", task).await;
    if database.engine() == Engine::Sqlite {
        return;
    }
    let time = Month::of(Utc::now()).plus(20).start();
    let id = entity::SystemEventId::at(time).as_uuid();
    rows::insert(
        db,
        "system_events",
        [("id", id.into()), ("created_at", time.into())],
    )
    .await;
    let session = database.session().await;
    session
        .execute_unprepared(
            "INSERT INTO products (handle, title, base_price) SELECT 'p' || n, 'p', 1 FROM generate_series(1, 500) n",
        )
        .await
        .unwrap();
    session
        .execute_unprepared("UPDATE products SET title = title || '!'")
        .await
        .unwrap();
    session
        .execute_unprepared("SELECT pg_stat_force_next_flush()")
        .await
        .unwrap();
    session.close().await.unwrap();
}

async fn events(database: &TestDatabase) -> i64 {
    let sql = "SELECT count(*) FROM system_events WHERE event_type = 'maintenance.maintained'";
    count(database, sql).await
}

async fn count(database: &TestDatabase, sql: &str) -> i64 {
    let statement = Statement::from_string(database.engine().backend(), sql);
    let row = database.connection().query_one_raw(statement).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}
