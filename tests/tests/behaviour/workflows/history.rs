//! Finding runs of the past.

use chrono::{Duration, Utc};
use entity::{WorkflowExecutionId, WorkflowExecutionStatus};
use rstest::rstest;
use service::page::PageRequest;
use service::workflows::executions::{self, BeginExecution, ListExecutions, StartExecution};
use tests::{Engine, TestDatabase};

use super::workflow;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn history_is_paged_from_the_newest_by_workflow_status_and_time(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (this, other) = (workflow(db).await, workflow(db).await);
    let now = Utc::now();
    let mut ids = Vec::new();
    for days in (0..6).rev() {
        let id = WorkflowExecutionId::at(now - Duration::days(days * 20));
        let command = StartExecution {
            id,
            ..StartExecution::new(this)
        };
        ids.push(executions::start(db, command).await.unwrap().execution.id);
    }
    executions::start(db, StartExecution::new(other)).await.unwrap();
    executions::begin(db, BeginExecution { id: ids[2] })
        .await
        .unwrap();
    ids.reverse();
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let query = ListExecutions {
            workflow: Some(this),
            page: PageRequest { after, limit: 4 },
            ..ListExecutions::default()
        };
        let page = executions::list(db, query).await.unwrap();
        found.extend(page.items.into_iter().map(|row| row.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, ids);
    let query = ListExecutions {
        workflow: Some(this),
        from: ids[4].instant(),
        to: ids[1].instant(),
        ..ListExecutions::default()
    };
    let page = executions::list(db, query).await.unwrap();
    assert_eq!(page.items.iter().map(|row| row.id).collect::<Vec<_>>(), ids[2..5]);
    let query = ListExecutions {
        status: Some(WorkflowExecutionStatus::Running),
        ..ListExecutions::default()
    };
    assert_eq!(executions::list(db, query).await.unwrap().items[0].id, ids[3]);
}
