//! A workflow goes only when it has no history.

use entity::{WorkflowId, workflow_executions, workflows};
use rstest::rstest;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Value;
use service::workflows::{DeleteError, DeleteWorkflow, delete};
use service::{Class, Classified, DatabaseError, transaction};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

async fn workflow(db: &impl sea_orm::ConnectionTrait) -> WorkflowId {
    rows::insert(db, "workflows", []).await.id().into()
}

fn of(id: WorkflowId) -> [(&'static str, Value); 1] {
    [("workflow_id", Uuid::from(id).into())]
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_that_never_ran_is_deleted(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = workflow(db).await;
    let other = workflow(db).await;
    rows::insert(db, "workflow_executions", of(other)).await;
    let deleted = delete(db, DeleteWorkflow { id }).await.unwrap();
    assert_eq!(deleted.workflow.id, id);
    let left = workflows::Entity::find().all(db).await.unwrap();
    assert_eq!(left.iter().map(|w| w.id).collect::<Vec<_>>(), [other]);
    let again = delete(db, DeleteWorkflow { id }).await.unwrap_err();
    assert!(
        matches!(again, DeleteError::NotFound { id: asked } if asked == id),
        "{again:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_with_history_stays_and_the_refusal_counts_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = workflow(db).await;
    for _ in 0..3 {
        rows::insert(db, "workflow_executions", of(id)).await;
    }
    let own = transaction::begin(db).await.unwrap();
    let error = delete(&own, DeleteWorkflow { id }).await.unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    assert!(
        matches!(error, DeleteError::HasExecutions { id: asked, executions: 3 } if asked == id),
        "{error:?}"
    );
    rows::insert(&own, "workflow_executions", of(id)).await;
    own.commit().await.unwrap();
    assert_eq!(
        workflow_executions::Entity::find().all(db).await.unwrap().len(),
        4
    );
}

/// The key itself, below the operation.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_database_restricts_it_too(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = workflow(db).await;
    rows::insert(db, "workflow_executions", of(id)).await;
    let error = workflows::Entity::delete_by_id(id).exec(db).await.unwrap_err();
    let error = DatabaseError::of_deletion_of(db, workflows::Entity, id, error).await;
    let DatabaseError::Restricted { table, constraint } = error else {
        panic!("{error:?}")
    };
    assert_eq!(table.as_deref(), Some("workflow_executions"));
    assert_eq!(constraint.as_deref(), Some("fk_workflow_executions_workflow_id"));
}

/// Either the execution is first, and counted, or it has no workflow any more.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_execution_that_begins_meanwhile_is_counted_or_fails(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for _ in 0..24 {
        let id = workflow(db).await;
        let start = {
            let db = db.clone();
            tokio::spawn(async move { rows::try_insert(&db, "workflow_executions", of(id)).await })
        };
        let deletion = {
            let db = db.clone();
            tokio::spawn(async move { delete(&db, DeleteWorkflow { id }).await })
        };
        match (start.await.unwrap(), deletion.await.unwrap()) {
            (Ok(_), Err(DeleteError::HasExecutions { executions: 1, .. })) => {}
            (Err(error), Ok(_)) => {
                let error = DatabaseError::from(error);
                assert!(
                    matches!(error, DatabaseError::MissingReference { .. }),
                    "{error:?}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

/// An open transaction with an uncommitted execution holds the deletion up until it is decided.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_uncommitted_execution_is_waited_for(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = workflow(db).await;
    let starting = transaction::begin(db).await.unwrap();
    rows::insert(&starting, "workflow_executions", of(id)).await;
    let deletion = {
        let db = db.clone();
        tokio::spawn(async move { delete(&db, DeleteWorkflow { id }).await })
    };
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(!deletion.is_finished());
    starting.commit().await.unwrap();
    let outcome = deletion.await.unwrap();
    assert!(
        matches!(outcome, Err(DeleteError::HasExecutions { executions: 1, .. })),
        "{outcome:?}"
    );
}
