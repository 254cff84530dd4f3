//! Any row's deletion is planned, refused with what stands in the way, and done exactly as planned.

use entity::{CustomerId, EmailListId, WorkflowId, agents};
use rstest::rstest;
use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use service::deletion::{self, Cleared, Delete, DeletionError, Reason, Removed, Row};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

use crate::shop::counting;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_takes_contacts_along_and_leaves_orders_and_subscriptions(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let customer = rows::insert(&db, "customers", []).await.id();
    for table in [
        "customer_interactions",
        "customer_interactions",
        "customer_segment_members",
        "orders",
        "transactions",
        "email_subscribers",
    ] {
        rows::insert(&db, table, [("customer_id", customer.into())]).await;
    }
    rows::insert(&db, "customer_interactions", []).await;
    let row = || Row::Customer(customer.into());
    statements.sent();
    let plan = deletion::plan(&db, row()).await.unwrap();
    assert_eq!(statements.sent(), 1, "plan");
    let removed = |table, rows| Removed { table, rows };
    let cleared = |table| Cleared {
        table,
        column: "customer_id",
        rows: 1,
    };
    assert_eq!(
        plan.removed,
        [
            removed("customers", 1),
            removed("customer_interactions", 2),
            removed("customer_segment_members", 1)
        ]
    );
    assert_eq!(
        plan.cleared,
        [
            cleared("email_subscribers"),
            cleared("orders"),
            cleared("transactions")
        ]
    );
    assert!(!plan.is_blocked());
    statements.sent();
    let report = deletion::delete(&db, Delete { row: row() }).await.unwrap();
    let locks = if engine == Engine::Postgres { 3 } else { 0 };
    assert_eq!(statements.sent(), locks + 1 + 3 + 3, "delete");
    assert_eq!(report, plan);
    for outcome in [
        deletion::plan(&db, row()).await,
        deletion::delete(&db, Delete { row: row() }).await,
    ] {
        assert!(
            matches!(&outcome, Err(DeletionError::NotFound { row: named }) if *named == row()),
            "{outcome:?}"
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_is_counted_and_the_first_ten_are_named(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let workflow = rows::insert(db, "workflows", []).await.id();
    let mut ids = Vec::new();
    for _ in 0..12 {
        let execution = rows::insert(db, "workflow_executions", [("workflow_id", workflow.into())]).await;
        ids.push(execution.id());
    }
    ids.sort();
    let row = Row::from(WorkflowId::from(workflow));
    let error = deletion::delete(db, Delete { row: row.clone() })
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "workflows {workflow} cannot be deleted: 12 rows of workflow_executions refer to it by workflow_id"
        )
    );
    let DeletionError::Blocked { blockers, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(blockers, deletion::plan(db, row).await.unwrap().blockers);
    let named: Vec<_> = ids
        .into_iter()
        .take(10)
        .map(|id| Row::Execution(id.into()))
        .collect();
    assert_eq!(blockers[0].examples, named);
    let column = "workflow_id";
    assert_eq!(
        (blockers[0].rows, blockers[0].reason),
        (12, Reason::Refers { column })
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_goes_with_the_callers_transaction_and_a_refusal_leaves_it_usable(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let parent = rows::insert(db, "agents", []).await.id();
    let child = rows::insert(db, "agents", [("parent_id", parent.into())])
        .await
        .id();
    let together = transaction::begin(db).await.unwrap();
    let delete = |id: uuid::Uuid| Delete {
        row: Row::Agent(id.into()),
    };
    let error = deletion::delete(&together, delete(parent)).await.unwrap_err();
    assert!(matches!(error, DeletionError::Blocked { .. }), "{error:?}");
    deletion::delete(&together, delete(child)).await.unwrap();
    deletion::delete(&together, delete(parent)).await.unwrap();
    assert_eq!(agents::Entity::find().count(&together).await.unwrap(), 0);
    together.rollback().await.unwrap();
    assert_eq!(agents::Entity::find().count(db).await.unwrap(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_whose_key_has_two_columns_goes_alone(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = rows::insert(db, "email_lists", []).await.id();
    for email in ["ann@example.com", "bob@example.com"] {
        let given = [("list_id", Value::from(list)), ("email", email.into())];
        rows::insert(db, "email_subscribers", given).await;
    }
    let row = |email: &str| Row::Subscriber {
        email: email.into(),
        list: EmailListId::from(list),
    };
    let report = deletion::delete(
        db,
        Delete {
            row: row(" Ann@Example.com"),
        },
    )
    .await
    .unwrap();
    assert_eq!(report.removed_from("email_subscribers"), 1);
    let missing = deletion::plan(db, row("a\0b")).await;
    assert!(
        matches!(missing, Err(DeletionError::NotFound { .. })),
        "{missing:?}"
    );
    let list = deletion::delete(
        db,
        Delete {
            row: Row::EmailList(list.into()),
        },
    )
    .await
    .unwrap();
    assert_eq!(list.removed_from("email_subscribers"), 1);
}

/// The statements do not depend on the rows, and neither do the parameters.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn many_rows_go_in_as_many_statements_as_few(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let mut sent = Vec::new();
    for rows_of_each in [1, 20_000] {
        let customer = rows::insert(&db, "customers", []).await.id();
        rows::insert(&db, "customer_interactions", [("customer_id", customer.into())]).await;
        let others = format!(
            "INSERT INTO customer_interactions (customer_id, interaction_type, channel) \
             WITH RECURSIVE n (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < {rows_of_each}) \
             SELECT i.customer_id, 'question', 'chat' FROM customer_interactions i, n"
        );
        if rows_of_each > 1 {
            db.execute_unprepared(&others).await.unwrap();
        }
        statements.sent();
        let row = Row::from(CustomerId::from(customer));
        let report = deletion::delete(&db, Delete { row }).await.unwrap();
        assert_eq!(report.removed_from("customer_interactions"), rows_of_each);
        sent.push(statements.sent());
    }
    assert_eq!(sent[0], sent[1]);
}
