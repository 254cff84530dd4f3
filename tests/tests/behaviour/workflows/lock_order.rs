//! Those who write many rows at once take them in one order, so that none of them waits for another in a circle.
//!
//! The rows lie the other way round than their ids go, and a third session holds the last one. Who sorts waits for it with all
//! others in its hands; who does not meets it first, and then finds that the second has the others and waits for this one.

use std::time::Duration;

use entity::GoalType;
use rstest::rstest;
use service::agents::{self, DecommissionAgent};
use service::goals::{self, ArchiveGoal, CreateGoal, Subgoals};
use service::workflows::executions::{self, ExecutionResult, FinishExecution};
use service::workflows::tasks::{self as queue, Heartbeats, Lease, ReleaseExpired};
use tests::{Engine, TestDatabase};

use super::{LEASE, agent, claimed, claimed_for, started};
use crate::race::{in_turn, turn_round};

/// Holds the row with the greatest id.
fn last_of(engine: Engine, table: &str) -> String {
    match engine {
        Engine::Postgres => format!("SELECT id FROM {table} ORDER BY id DESC LIMIT 1 FOR UPDATE"),
        Engine::Sqlite => format!("UPDATE {table} SET id = id"),
    }
}

#[derive(Clone, Copy, Debug)]
enum Other {
    Finish,
    Release,
    Heartbeat,
}

/// What writes tasks of many executions or agents, at the same moment as their agent goes.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_handed_over_while_others_write_many_of_them(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(Other::Finish, Other::Release, Other::Heartbeat)] other: Other,
    #[values(0, 1)] first: usize,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (me, heir) = (agent(db).await, agent(db).await);
    let id = started(db, me, &[5; 20]).await.execution.id;
    let lease = match other {
        Other::Release => Duration::from_millis(1),
        _ => LEASE,
    };
    let tasks = claimed_for(db, me, 20, lease).await;
    turn_round(db, "tasks").await;
    let mut leases: Vec<Lease> = tasks.iter().map(Lease::from).collect();
    leases.reverse();
    in_turn(db, &last_of(engine, "tasks"), 2, |n| {
        let (db, leases) = (db.clone(), leases.clone());
        async move {
            if n == first {
                let command = DecommissionAgent::new(me, heir);
                agents::decommission(&db, command).await.unwrap();
                return;
            }
            match other {
                Other::Finish => {
                    let cancelled = ExecutionResult::Cancelled { reason: None };
                    let command = FinishExecution::new(id, cancelled);
                    executions::finish(&db, command).await.unwrap();
                }
                Other::Release => {
                    queue::release_expired(&db, ReleaseExpired::new(9)).await.unwrap();
                }
                Other::Heartbeat => {
                    let extend = LEASE;
                    queue::heartbeat_many(&db, Heartbeats { leases, extend })
                        .await
                        .unwrap();
                }
            }
        }
    })
    .await;
    assert!(claimed(db, me, 1).await.is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn goals_are_handed_over_while_their_tree_is_archived(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(0, 1)] first: usize,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (me, heir) = (agent(db).await, agent(db).await);
    let mut root = None;
    for _ in 0..12 {
        let command = CreateGoal {
            parent: root,
            owner: Some(me),
            ..CreateGoal::new("more", GoalType::Growth)
        };
        let goal = goals::create(db, command).await.unwrap();
        root = root.or(Some(goal.id));
    }
    let root = root.unwrap();
    turn_round(db, "goals").await;
    in_turn(db, &last_of(engine, "goals"), 2, |n| {
        let db = db.clone();
        async move {
            if n == first {
                agents::decommission(&db, DecommissionAgent::new(me, heir))
                    .await
                    .unwrap();
            } else {
                let command = ArchiveGoal {
                    id: root,
                    subgoals: Subgoals::Archive,
                };
                goals::archive(&db, command).await.unwrap();
            }
        }
    })
    .await;
}
