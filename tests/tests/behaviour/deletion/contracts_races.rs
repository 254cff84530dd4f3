//! A deletion and those who attach a row to what it deletes, at the same moment.

use entity::{customer_interactions, customers};
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use service::deletion::{self, Delete, DeletionError, Reason, Row};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

/// The child is written and not committed when the deletion begins: it is waited for, and goes into the report.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_comes_meanwhile_is_in_the_report(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let customer = rows::insert(db, "customers", []).await.id();
    let writing = transaction::begin(db).await.unwrap();
    rows::insert(
        &writing,
        "customer_interactions",
        [("customer_id", customer.into())],
    )
    .await;
    rows::insert(&writing, "orders", [("customer_id", customer.into())]).await;
    let delete = tokio::spawn({
        let db = db.clone();
        async move {
            let row = Row::Customer(customer.into());
            deletion::delete(&db, Delete { row }).await
        }
    });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    writing.commit().await.unwrap();
    let report = delete.await.unwrap().unwrap();
    assert_eq!(report.removed_from("customers"), 1);
    assert_eq!(report.removed_from("customer_interactions"), 1);
    assert_eq!((report.cleared[0].table, report.cleared[0].rows), ("orders", 1));
    assert_eq!(customers::Entity::find().count(db).await.unwrap(), 0);
    assert_eq!(customer_interactions::Entity::find().count(db).await.unwrap(), 0);
}

/// The same with a row that stands in the way.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_blocker_that_comes_meanwhile_blocks(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent = rows::insert(db, "agents", []).await.id();
    let writing = transaction::begin(db).await.unwrap();
    let goal = rows::insert(&writing, "goals", [("owner_agent_id", agent.into())])
        .await
        .id();
    let delete = tokio::spawn({
        let db = db.clone();
        async move {
            let row = Row::Agent(agent.into());
            deletion::delete(&db, Delete { row }).await
        }
    });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    writing.commit().await.unwrap();
    match delete.await.unwrap() {
        Err(DeletionError::Blocked { blockers, .. }) => {
            let column = "owner_agent_id";
            assert_eq!(blockers.len(), 1);
            assert_eq!(
                (blockers[0].table, blockers[0].reason),
                ("goals", Reason::Refers { column })
            );
            assert_eq!(blockers[0].examples, [Row::Goal(goal.into())]);
        }
        other => panic!("{other:?}"),
    }
}

/// Whoever comes second finds nothing to refer to, or nothing to delete.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_eight_deletions_of_one_row_one_happens(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let product = rows::insert(db, "products", []).await.id();
    for _ in 0..3 {
        rows::insert(db, "product_variants", [("product_id", product.into())]).await;
    }
    let outcomes = crate::race::behind(db, "UPDATE products SET title = title", 8, |_| {
        let db = db.clone();
        async move {
            let row = Row::Product(product.into());
            deletion::delete(&db, Delete { row }).await
        }
    })
    .await;
    let mut deleted = 0;
    for outcome in outcomes {
        match outcome {
            Ok(report) => {
                assert_eq!(report.removed_from("product_variants"), 3);
                deleted += 1;
            }
            Err(DeletionError::NotFound { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(deleted, 1);
}
