//! Removing a customer while the shop's records stay.

use entity::{CustomerId, email_subscribers, orders, transactions};
use rstest::rstest;
use sea_orm::EntityTrait;
use service::customers::{self as operations, DeleteCustomer, DeleteError, Reached};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

use super::customer;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn orders_transactions_and_subscriptions_survive_their_customer(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let bob = customer(db, "bob@example.com").await;
    for table in [
        "orders",
        "orders",
        "transactions",
        "email_subscribers",
        "customer_interactions",
        "customer_segment_members",
    ] {
        rows::insert(db, table, [("customer_id", bob.id.into())]).await;
    }
    let outer = transaction::begin(db).await.unwrap();
    let nobody = CustomerId::new();
    let error = operations::delete(&outer, DeleteCustomer { id: nobody })
        .await
        .unwrap_err();
    assert!(
        matches!(error, DeleteError::NotFound { id } if id == nobody),
        "{error:?}"
    );
    operations::delete(&outer, DeleteCustomer { id: bob.id })
        .await
        .unwrap();
    outer.rollback().await.unwrap();
    let deleted = operations::delete(db, DeleteCustomer { id: bob.id })
        .await
        .unwrap();
    assert_eq!(deleted.customer, bob);
    let reached = Reached {
        orders: 2,
        transactions: 1,
        subscriptions: 1,
        interactions: 1,
        memberships: 1,
    };
    assert_eq!(deleted.reached, reached);
    let orders = orders::Entity::find().all(db).await.unwrap();
    assert_eq!(
        orders.iter().map(|row| row.customer_id).collect::<Vec<_>>(),
        [None, None]
    );
    let paid = transactions::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!(paid.customer_id, None);
    let subscribed = email_subscribers::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!(subscribed.customer_id, None);
}
