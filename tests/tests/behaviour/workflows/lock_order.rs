//! Those who write many rows at once take them in one order, so that none of them waits for another in a circle.

use std::time::Duration;

use entity::{AgentId, GoalId, GoalType, TaskId};
use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::agents::{self, DecommissionAgent};
use service::goals::{self, ArchiveGoal, CreateGoal, Subgoals};
use service::workflows::executions::{self, ExecutionResult, FinishExecution, StartExecution};
use service::workflows::tasks::{self as queue, Heartbeats, Lease, NewTask, ReleaseExpired};
use tests::{Engine, TestDatabase};

use super::{LEASE, agent, claimed, claimed_for, workflow};
use crate::race::behind;

/// An execution whose tasks lie in the table the other way round than their ids go.
async fn back_to_front(db: &DatabaseConnection, me: AgentId) -> StartExecution {
    let mut ids: Vec<TaskId> = (0..20).map(|_| TaskId::new()).collect();
    ids.sort_unstable();
    let tasks = ids.into_iter().rev().map(|id| NewTask {
        id,
        ..NewTask::new(me, "count")
    });
    let command = StartExecution {
        tasks: tasks.collect(),
        ..StartExecution::new(workflow(db).await)
    };
    executions::start(db, command.clone()).await.unwrap();
    command
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
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (me, heir) = (agent(db).await, agent(db).await);
    let id = back_to_front(db, me).await.id;
    let lease = match other {
        Other::Release => Duration::from_millis(1),
        _ => LEASE,
    };
    let tasks = claimed_for(db, me, 20, lease).await;
    let mut leases: Vec<Lease> = tasks.iter().map(Lease::from).collect();
    leases.reverse();
    behind(db, "UPDATE tasks SET priority = priority", 2, |n| {
        let (db, leases) = (db.clone(), leases.clone());
        async move {
            if n == 0 {
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
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (me, heir) = (agent(db).await, agent(db).await);
    let mut ids: Vec<GoalId> = (0..12).map(|_| GoalId::new()).collect();
    ids.sort_unstable();
    let root = ids.pop().unwrap();
    for (id, parent) in std::iter::once((root, None)).chain(ids.into_iter().rev().map(|id| (id, Some(root))))
    {
        let command = CreateGoal {
            id,
            parent,
            owner: Some(me),
            ..CreateGoal::new("more", GoalType::Growth)
        };
        goals::create(db, command).await.unwrap();
    }
    behind(db, "UPDATE goals SET name = name", 2, |n| {
        let db = db.clone();
        async move {
            if n == 0 {
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
