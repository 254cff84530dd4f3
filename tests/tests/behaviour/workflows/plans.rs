//! What PostgreSQL makes of the reads of the queue, the history, workflows and goals on a hundred thousand of each.

use chrono::{Duration, Utc};
use entity::{AgentId, GoalStatus, TaskStatus, WorkflowExecutionStatus, WorkflowId};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use service::goals::{self, ListGoals};
use service::workflows::executions::{self, ListExecutions, PurgeExecutions};
use service::workflows::tasks::{self as queue, ListOverdue, ListTasks, ReleaseExpired};
use service::workflows::{self as operations, ListWorkflows};

use super::claimed;
use crate::plan::Watched;

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
FROM (SELECT id FROM workflow_executions LIMIT 1) e, agents a, generate_series(1, 2000) n";

/// A database full of work, and what was sent to it.
struct Work {
    watched: Watched,
    /// The one partition that has executions; the others are empty.
    partition: String,
    workflow: WorkflowId,
    agent: AgentId,
}

impl Work {
    async fn filled() -> Option<Self> {
        let watched = Watched::filled(FILL).await?;
        let execution = "SELECT workflow_id, tableoid::regclass::text FROM workflow_executions";
        let execution = first(watched.quiet(), execution).await;
        let agent = first(watched.quiet(), "SELECT id FROM agents").await;
        Some(Self {
            watched,
            workflow: execution.try_get_by_index(0).unwrap(),
            partition: execution.try_get_by_index(1).unwrap(),
            agent: agent.try_get_by_index(0).unwrap(),
        })
    }

    async fn read_no_whole_table(&self, what: &str) -> String {
        let plan = self.watched.plan().await;
        for table in ["tasks", "goals", "workflows", self.partition.as_str()] {
            assert!(!plan.contains(&format!("Seq Scan on {table}")), "{what}:\n{plan}");
        }
        plan
    }
}

async fn first(db: &DatabaseConnection, sql: &str) -> sea_orm::QueryResult {
    let statement = Statement::from_string(sea_orm::DbBackend::Postgres, sql);
    db.query_one_raw(statement).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_read_of_work_walks_through_a_big_table() {
    let Some(work) = Work::filled().await else {
        return;
    };
    reads_of_history(&work).await;
    reads_of_the_queue(&work).await;
    lists_of_workflows(&work).await;
    lists_of_goals(&work).await;
}

async fn reads_of_history(work: &Work) {
    let all = ListExecutions::default();
    let workflow = Some(work.workflow);
    let status = Some(WorkflowExecutionStatus::Running);
    let from = Utc::now() - Duration::days(1);
    let range = ListExecutions {
        from: Some(from),
        to: Some(Utc::now()),
        ..all
    };
    let (of_workflow, of_status) = (
        ListExecutions { workflow, ..all },
        ListExecutions { status, ..all },
    );
    let of_both = ListExecutions {
        status,
        ..of_workflow
    };
    for query in [all, of_workflow, of_status, of_both, range] {
        executions::list(&work.watched.db, query).await.unwrap();
        work.read_no_whole_table("executions::list").await;
    }
    executions::purge(&work.watched.db, PurgeExecutions::new(from))
        .await
        .unwrap();
    work.read_no_whole_table("purge").await;
}

async fn reads_of_the_queue(work: &Work) {
    let (db, agent) = (&work.watched.db, work.agent);
    for status in [None, Some(TaskStatus::Pending), Some(TaskStatus::Completed)] {
        let query = ListTasks {
            status,
            ..ListTasks::new(agent)
        };
        queue::list(db, query).await.unwrap();
        work.read_no_whole_table("tasks::list").await;
    }
    for agent in [None, Some(agent)] {
        let late = ListOverdue {
            agent,
            ..ListOverdue::default()
        };
        queue::overdue(db, late).await.unwrap();
        work.read_no_whole_table("overdue").await;
        let expired = ReleaseExpired {
            agent,
            ..ReleaseExpired::new(3)
        };
        queue::release_expired(db, expired).await.unwrap();
        work.read_no_whole_table("release_expired").await;
    }
    assert_eq!(claimed(db, agent, 10).await.len(), 10);
    work.read_no_whole_table("claim").await;
}

async fn lists_of_workflows(work: &Work) {
    let all = ListWorkflows::default();
    let of_owner = ListWorkflows {
        owner: Some(work.agent),
        ..all
    };
    let inactive = ListWorkflows {
        is_active: Some(false),
        ..all
    };
    for query in [all, of_owner, inactive] {
        operations::list(&work.watched.db, query).await.unwrap();
        work.read_no_whole_table("workflows::list").await;
    }
}

async fn lists_of_goals(work: &Work) {
    let all = ListGoals::default();
    let of_owner = ListGoals {
        owner: Some(work.agent),
        ..all
    };
    let archived = ListGoals {
        status: Some(GoalStatus::Archived),
        ..all
    };
    for query in [all, of_owner, archived] {
        goals::list(&work.watched.db, query).await.unwrap();
        work.read_no_whole_table("goals::list").await;
    }
}
