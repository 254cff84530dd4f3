//! Workers that are still at several tasks.

use std::time::Duration;

use entity::TaskId;
use rstest::rstest;
use service::input::Rule;
use service::transaction;
use service::workflows::tasks::{
    self as queue, CompleteTask, Heartbeats, Lease, Pulse, QueueError, ReleaseExpired,
};
use tests::{Engine, TestDatabase};

use super::{LEASE, agent, claimed, claimed_for, expired, started};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_call_extends_what_is_held_and_names_what_is_lost(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    started(db, me, &[1, 2, 3, 4]).await;
    let late = Lease::from(&expired(db, me).await);
    let taken = Lease::from(&expired(db, me).await);
    let short = Duration::from_secs(30);
    let tasks = claimed_for(db, me, 2, short).await;
    let (held, done) = (Lease::from(&tasks[0]), Lease::from(&tasks[1]));
    queue::complete(db, CompleteTask::new(done)).await.unwrap();
    let release = ReleaseExpired {
        limit: 1,
        ..ReleaseExpired::new(9)
    };
    let released = queue::release_expired(db, release).await.unwrap().pending;
    assert_eq!(released.len(), 1);
    let again = Lease::from(&claimed(db, me, 1).await[0]);
    let (late, taken) = if again.task == late.task {
        (taken, late)
    } else {
        (late, taken)
    };
    let nothing = Lease {
        task: TaskId::new(),
        attempt: 1,
    };
    let command = Heartbeats {
        leases: vec![nothing, done, held, taken, late],
        extend: LEASE,
    };
    let own = transaction::begin(db).await.unwrap();
    queue::heartbeat_many(&own, command.clone()).await.unwrap();
    own.rollback().await.unwrap();
    for _ in 0..2 {
        let pulse = queue::heartbeat_many(db, command.clone()).await.unwrap();
        assert_eq!(pulse.lost, [nothing, done, taken, late]);
        assert_eq!(pulse.extended.len(), 1);
        assert_eq!(Lease::from(&pulse.extended[0]), held);
        let gained = pulse.extended[0].lease_expires_at.unwrap() - tasks[0].lease_expires_at.unwrap();
        assert!(gained > chrono::TimeDelta::seconds(500), "{gained}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_named_twice_and_a_lease_without_end_are_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let none = Heartbeats {
        leases: Vec::new(),
        extend: LEASE,
    };
    assert_eq!(queue::heartbeat_many(db, none).await.unwrap(), Pulse::default());
    let task = TaskId::new();
    let command = Heartbeats {
        leases: [1, 2].map(|attempt| Lease { task, attempt }).into(),
        extend: queue::MAX_LEASE * 2,
    };
    let QueueError::Invalid(input) = queue::heartbeat_many(db, command).await.unwrap_err() else {
        panic!()
    };
    assert_eq!(input.problems[0].field, "leases[1].task");
    assert_eq!(input.problems[0].rule, Rule::Repeated);
    assert_eq!(input.problems[1].field, "extend");
}
