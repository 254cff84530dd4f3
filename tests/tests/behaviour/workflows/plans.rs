//! What PostgreSQL makes of the reads of the queue, the history, workflows and goals on a hundred thousand of each.

use std::sync::{Arc, Mutex};

use chrono::{Duration, Utc};
use entity::{AgentId, GoalStatus, TaskStatus, WorkflowExecutionStatus, WorkflowId};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use service::goals::{self, ListGoals};
use service::workflows::executions::{self, ListExecutions, PurgeExecutions};
use service::workflows::tasks::{self as queue, ListOverdue, ListTasks, ReleaseExpired};
use service::workflows::{self as operations, ListWorkflows};
use tests::{Engine, TestDatabase};

use super::claimed;

const FILL: &str = "
INSERT INTO agents (name, type) SELECT 'agent ' || n, 'specialist' FROM generate_series(1, 50) n;
INSERT INTO goals (name, type, owner_agent_id, status)
SELECT 'g', 'growth', a.id, CASE WHEN n % 100 = 0 THEN 'archived' ELSE 'active' END
FROM agents a, generate_series(1, 2000) n;
INSERT INTO workflows (name, owner_agent_id, trigger_type, is_active)
SELECT 'w', a.id, 'manual', n % 100 <> 0 FROM agents a, generate_series(1, 2000) n;
INSERT INTO workflow_executions (workflow_id, status)
SELECT w.id, CASE WHEN n % 100 = 0 THEN 'running' ELSE 'succeeded' END
FROM (SELECT id FROM workflows ORDER BY id LIMIT 100) w, generate_series(1, 1000) n;
INSERT INTO tasks (workflow_execution_id, assigned_agent_id, task_type, status, lease_expires_at)
SELECT e.id, a.id, 'count', CASE n % 100 WHEN 0 THEN 'pending' WHEN 1 THEN 'in_progress' ELSE 'completed' END,
       CASE n % 100 WHEN 1 THEN now() + interval '1 hour' END
FROM (SELECT id FROM workflow_executions LIMIT 1) e, agents a, generate_series(1, 2000) n;
ANALYZE";

/// The plan of the statement that was sent last.
async fn plan(db: &DatabaseConnection, sent: &Mutex<Vec<Statement>>) -> String {
    let statement = sent.lock().unwrap().drain(..).next_back().unwrap();
    let explain = Statement {
        sql: format!("EXPLAIN (COSTS OFF) {}", statement.sql),
        ..statement
    };
    let rows = db.query_all_raw(explain).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index::<String>(0).unwrap() + "\n")
        .collect()
}

async fn first(db: &DatabaseConnection, sql: &str) -> sea_orm::QueryResult {
    let statement = Statement::from_string(sea_orm::DbBackend::Postgres, sql);
    db.query_one_raw(statement).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_read_of_work_walks_through_a_big_table() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared(FILL).await.unwrap();
    let row = first(
        db,
        "SELECT id, workflow_id, tableoid::regclass::text FROM workflow_executions",
    )
    .await;
    let workflow: WorkflowId = row.try_get_by_index(1).unwrap();
    let partition: String = row.try_get_by_index(2).unwrap();
    let agent: AgentId = first(db, "SELECT id FROM agents")
        .await
        .try_get_by_index(0)
        .unwrap();

    let mut watched = db.clone();
    let sent = Arc::new(Mutex::new(Vec::new()));
    let log = sent.clone();
    watched.set_metric_callback(move |info| log.lock().unwrap().push(info.statement.clone()));
    let unread = async |what: &str| {
        let plan = plan(db, &sent).await;
        // The other partitions are empty.
        for table in ["tasks", "goals", "workflows", partition.as_str()] {
            assert!(!plan.contains(&format!("Seq Scan on {table}")), "{what}:\n{plan}");
        }
    };

    let all = ListExecutions::default();
    let (from, status) = (Utc::now() - Duration::days(1), WorkflowExecutionStatus::Running);
    for query in [
        all,
        ListExecutions {
            workflow: Some(workflow),
            ..all
        },
        ListExecutions {
            status: Some(status),
            ..all
        },
        ListExecutions {
            workflow: Some(workflow),
            status: Some(status),
            ..all
        },
        ListExecutions {
            from: Some(from),
            to: Some(Utc::now()),
            ..all
        },
    ] {
        executions::list(&watched, query).await.unwrap();
        unread("executions::list").await;
    }
    executions::purge(&watched, PurgeExecutions::new(from))
        .await
        .unwrap();
    unread("purge").await;
    for status in [None, Some(TaskStatus::Pending), Some(TaskStatus::Completed)] {
        queue::list(
            &watched,
            ListTasks {
                status,
                ..ListTasks::new(agent)
            },
        )
        .await
        .unwrap();
        unread("tasks::list").await;
    }
    for agent in [None, Some(agent)] {
        queue::overdue(
            &watched,
            ListOverdue {
                agent,
                ..ListOverdue::default()
            },
        )
        .await
        .unwrap();
        unread("overdue").await;
        queue::release_expired(
            &watched,
            ReleaseExpired {
                agent,
                ..ReleaseExpired::new(3)
            },
        )
        .await
        .unwrap();
        unread("release_expired").await;
    }
    assert_eq!(claimed(&watched, agent, 10).await.len(), 10);
    unread("claim").await;
    let all = ListWorkflows::default();
    for query in [
        all,
        ListWorkflows {
            owner: Some(agent),
            ..all
        },
        ListWorkflows {
            is_active: Some(false),
            ..all
        },
    ] {
        operations::list(&watched, query).await.unwrap();
        unread("workflows::list").await;
    }
    let all = ListGoals::default();
    for query in [
        all,
        ListGoals {
            owner: Some(agent),
            ..all
        },
        ListGoals {
            status: Some(GoalStatus::Archived),
            ..all
        },
    ] {
        goals::list(&watched, query).await.unwrap();
        unread("goals::list").await;
    }
}
