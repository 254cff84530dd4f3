//! What a run leaves that has no time, is stopped, is killed, or fails in part.

use std::ops::ControlFlow;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::maintenance::lock::{LockError, Work, acquire};
use service::maintenance::maintain::{Maintain, State, Step, Why, maintain};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::{MINUTE, count, go_on, is_well, maintained, make_due, open, state};
use crate::command::{run_json, service_on};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn without_time_everything_is_left_and_said_to_be(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    make_due(&database).await;
    let maintenance = maintained(&database, Maintain::within(Duration::ZERO)).await;
    assert!(!maintenance.is_well());
    assert_eq!(maintenance.steps.len(), Step::ALL.len());
    for step in &maintenance.steps {
        assert!(
            matches!(
                step.state,
                State::Left {
                    why: Why::OutOfTime,
                    ..
                }
            ),
            "{step:?}"
        );
    }
    assert_eq!(
        count(&database, "SELECT count(*) FROM tasks WHERE status = 'pending'").await,
        0
    );
    let (status, document) = run_json(&mut service_on(&database, &["maintain", "--budget", "0s"]));
    assert_eq!(status, 1, "{document:#}");
    assert_eq!(document["steps"][0]["why"], "out_of_time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_waits_is_ended_with_the_time() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    make_due(&database).await;
    let blocker = transaction::begin(database.connection()).await.unwrap();
    blocker
        .execute_unprepared("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let begun = Instant::now();
    let maintenance = maintained(&database, Maintain::within(Duration::from_millis(700))).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(
        state(&maintenance, Step::Leases),
        &State::Left {
            done: Vec::new(),
            left: Vec::new(),
            why: Why::OutOfTime
        }
    );
    assert!(matches!(state(&maintenance, Step::Checks), State::Left { .. }));
    blocker.rollback().await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_to_stop_leaves_the_rest(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let stop_at_views = |step| {
        if step >= Step::Views {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let maintenance = maintain(database.connection(), Maintain::within(MINUTE), stop_at_views)
        .await
        .unwrap();
    assert!(maintenance.was_stopped());
    assert_eq!(state(&maintenance, Step::Leases), &State::NotDue);
    assert!(matches!(
        state(&maintenance, Step::Checks),
        State::Left {
            why: Why::Stopped,
            ..
        }
    ));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_leaves_the_lock_free(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    make_due(&database).await;
    // What keeps it in the middle of its work.
    let blocker = transaction::begin(database.connection()).await.unwrap();
    if engine == Engine::Postgres {
        blocker
            .execute_unprepared("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
            .await
            .unwrap();
    }
    let mut program = service_on(&database, &["maintain", "--wait"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let session = database.session().await;
    let begun = Instant::now();
    loop {
        match acquire(&session, Work::Maintain, Duration::ZERO).await {
            Err(LockError::Held { .. }) => break,
            Ok(lock) => lock.release().await,
            Err(error) => panic!("{error}"),
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "it never began");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    program.kill().unwrap();
    program.wait().unwrap();
    blocker.rollback().await.unwrap();
    let lock = acquire(&session, Work::Maintain, Duration::from_secs(10)).await;
    lock.expect("free again").release().await;
    let maintenance = maintained(&database, Maintain::within(MINUTE)).await;
    assert!(is_well(&maintenance), "{maintenance:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_holds_the_file_is_waited_for_no_longer_than_there_is_time() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    make_due(&database).await;
    let writer = transaction::begin(database.connection()).await.unwrap();
    writer.execute_unprepared("DELETE FROM goals").await.unwrap();
    let session = open(&database).await;
    let command = Maintain::within(Duration::from_millis(1_500));
    let begun = Instant::now();
    let maintenance = maintain(&session, command, go_on).await.unwrap();
    // One second more for the event, and less than the file is waited for by others.
    assert!(begun.elapsed() < Duration::from_millis(4_900), "{maintenance:#?}");
    assert!(
        matches!(
            state(&maintenance, Step::Leases),
            State::Left {
                why: Why::OutOfTime | Why::Busy,
                ..
            }
        ),
        "{maintenance:#?}"
    );
    writer.rollback().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_cannot_be_refreshed_keeps_no_other_one_from_it() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.session().await;
    maintained(&database, Maintain::within(MINUTE)).await;
    // Without it there is no refresh beside the readers; and what changed since nobody knows.
    db.execute_unprepared("DROP INDEX idx_agent_performance_agent_id; SELECT pg_stat_reset()")
        .await
        .unwrap();
    let maintenance = maintained(&database, Maintain::within(MINUTE)).await;
    let State::Failed {
        done,
        left,
        errors,
        retryable: false,
    } = state(&maintenance, Step::Views)
    else {
        panic!("{maintenance:#?}")
    };
    assert_eq!(left, &["agent_performance"]);
    assert_eq!(done, &["customer_lifetime_value", "product_performance"]);
    assert!(
        errors.len() == 1 && errors[0].contains("agent_performance"),
        "{errors:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_does_not_stop_the_others(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared("ALTER TABLE tasks RENAME COLUMN lease_expires_at TO lease")
        .await
        .unwrap();
    let (status, document) = run_json(&mut service_on(&database, &["maintain", "--ahead", "13"]));
    assert_eq!(status, 1, "{document:#}");
    let steps = &document["steps"];
    assert_eq!(steps[0]["state"], "failed", "{document:#}");
    assert_eq!(steps[0]["retryable"], false);
    let error = steps[0]["errors"][0].as_str().unwrap();
    assert!(error.contains("lease_expires_at"), "{error}");
    if engine == Engine::Postgres {
        assert_eq!(steps[1]["done"].as_array().unwrap().len(), 3, "{document:#}");
    }
    // The doctor sees the column as well.
    assert_eq!(steps[5]["state"], "findings", "{document:#}");
}
