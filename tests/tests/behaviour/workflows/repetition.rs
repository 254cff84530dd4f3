//! Starts and tasks that are sent twice.

use rstest::rstest;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::json;
use service::workflows::executions::{self, StartError, StartExecution};
use service::workflows::tasks::{self as queue, EnqueueError, EnqueueTasks, NewTask};
use tests::{Engine, TestDatabase};

use super::{agent, claimed, started, workflow};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_start_sent_twice_happens_once_whatever_happened_since(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let id = workflow(db).await;
    let command = StartExecution {
        input: json!({"n": 1e16}),
        tasks: vec![NewTask::new(me, "count")],
        ..StartExecution::new(id)
    };
    let first = executions::start(db, command.clone()).await.unwrap();
    assert_eq!(executions::start(db, command.clone()).await.unwrap(), first);
    claimed(db, me, 1).await;
    let row = entity::workflows::Entity::find_by_id(id)
        .one(db)
        .await
        .unwrap()
        .unwrap();
    let mut row = row.into_active_model();
    row.is_active = Set(false);
    row.update(db).await.unwrap();
    let again = executions::start(db, command.clone()).await.unwrap();
    assert_eq!((again.execution.id, again.tasks[0].attempts), (command.id, 1));
    let later = EnqueueTasks {
        execution: command.id,
        tasks: vec![NewTask::new(me, "later")],
    };
    queue::enqueue(db, later.clone()).await.unwrap();
    executions::start(db, command.clone()).await.unwrap();
    for other in [
        StartExecution {
            input: json!({}),
            ..command.clone()
        },
        StartExecution {
            tasks: vec![],
            ..command.clone()
        },
        StartExecution {
            tasks: [command.tasks.clone(), later.tasks].concat(),
            ..command.clone()
        },
        StartExecution {
            tasks: vec![NewTask::new(me, "count")],
            ..command.clone()
        },
        StartExecution {
            tasks: vec![NewTask {
                priority: 1,
                ..command.tasks[0].clone()
            }],
            ..command.clone()
        },
        StartExecution {
            tasks: vec![NewTask {
                agent: agent(db).await,
                ..command.tasks[0].clone()
            }],
            ..command.clone()
        },
    ] {
        let error = executions::start(db, other).await.unwrap_err();
        assert!(matches!(error, StartError::Conflict(_)), "{error:?}");
    }
    assert_eq!(entity::tasks::Entity::find().all(db).await.unwrap().len(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_a_task_stands_for_one_piece_of_work(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let run = started(db, me, &[]).await.execution;
    let task = NewTask::new(me, "count");
    let command = EnqueueTasks {
        execution: run.id,
        tasks: vec![task.clone()],
    };
    let first = queue::enqueue(db, command.clone()).await.unwrap();
    assert_eq!(queue::enqueue(db, command.clone()).await.unwrap(), first);
    let other = started(db, me, &[]).await.execution.id;
    let fresh = NewTask::new(me, "count");
    for command in [
        EnqueueTasks {
            execution: other,
            tasks: vec![fresh.clone(), task.clone()],
        },
        EnqueueTasks {
            execution: run.id,
            tasks: vec![NewTask {
                task_type: "order".into(),
                ..task.clone()
            }],
        },
    ] {
        let error = queue::enqueue(db, command).await.unwrap_err();
        assert!(matches!(error, EnqueueError::Conflict(conflict) if conflict.id == task.id.as_uuid()));
    }
    let stolen = StartExecution {
        tasks: vec![fresh, task.clone()],
        ..StartExecution::new(run.workflow_id)
    };
    let id = stolen.id;
    let error = executions::start(db, stolen).await.unwrap_err();
    assert!(matches!(error, StartError::Conflict(conflict) if conflict.id == task.id.as_uuid()));
    let none = entity::workflow_executions::Entity::find_by_id(id)
        .one(db)
        .await
        .unwrap();
    assert_eq!(none, None);
    assert_eq!(entity::tasks::Entity::find().all(db).await.unwrap().len(), 1);
    // Its agent retires, and somebody else takes its work over: the command has still happened.
    let heir = agent(db).await;
    let row = first.tasks[0].clone();
    let mut row = row.into_active_model();
    row.assigned_agent_id = Set(heir);
    row.update(db).await.unwrap();
    let retired = entity::agents::Entity::find_by_id(me)
        .one(db)
        .await
        .unwrap()
        .unwrap();
    let mut retired = retired.into_active_model();
    retired.status = Set(entity::AgentStatus::Archived);
    retired.update(db).await.unwrap();
    let again = queue::enqueue(db, command).await.unwrap();
    assert_eq!(again.tasks[0].assigned_agent_id, heir);
}
