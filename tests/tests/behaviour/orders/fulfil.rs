//! Sending what was ordered.

use entity::{OrderFulfillmentStatus, OrderId, OrderItemId, OrderStatus, SystemEventId};
use rstest::rstest;
use service::inventory::MAIN;
use service::orders::{self, FulfilError, FulfilLine, FulfilOrder, OrderLine, PlaceOrder};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::{counts, paid, placed};
use crate::shop::{level, stocked};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn parcels_take_reserved_stock_until_nothing_is_owed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let lines = vec![OrderLine::new(noir, 3), OrderLine::new(noir, 1).untracked()];
    let placed = orders::place(db, PlaceOrder::new(lines)).await.unwrap();
    let id = placed.order.id;
    orders::confirm(db, orders::ConfirmOrder { id }).await.unwrap();
    let tracked = placed
        .items
        .iter()
        .find(|item| item.location.is_some())
        .unwrap()
        .id;
    let part = |quantity| FulfilLine {
        line: tracked,
        quantity,
    };
    let command = FulfilOrder::new(id, vec![part(1), part(1)]);
    let together = transaction::begin(db).await.unwrap();
    orders::fulfil(&together, command.clone()).await.unwrap();
    together.rollback().await.unwrap();
    let first = orders::fulfil(db, command.clone()).await.unwrap();
    assert_eq!(first.fulfillment_status, OrderFulfillmentStatus::Partial);
    assert_eq!((first.lines[0].quantity, first.lines[0].open), (2, 1));
    assert_eq!(level(db, noir, MAIN).await, [2, 1, 0]);
    let rest = orders::fulfil(db, FulfilOrder::all(id)).await.unwrap();
    assert_eq!(rest.fulfillment_status, OrderFulfillmentStatus::Fulfilled);
    assert_eq!(level(db, noir, MAIN).await, [2, 0, 0]);
    assert_eq!(
        orders::fulfil(db, command.clone()).await.unwrap(),
        first,
        "sent again"
    );
    let other = FulfilOrder {
        lines: vec![part(2)],
        ..command
    };
    let error = orders::fulfil(db, other).await.unwrap_err();
    assert!(matches!(error, FulfilError::Conflict(_)), "{error:?}");
    let mut counted = counts(db, id).await;
    counted.sort_unstable();
    assert_eq!(counted, [[1, 0, 0], [3, 0, 0]]);
    let order = orders::get(db, id).await.unwrap().order;
    assert_eq!(order.fulfillment_status, OrderFulfillmentStatus::Fulfilled);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_owed_by_a_confirmed_order_is_sent(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let pending = placed(db, &[(noir, 1)]).await.order.id;
    let error = orders::fulfil(db, FulfilOrder::all(pending)).await.unwrap_err();
    assert!(
        matches!(
            error,
            FulfilError::NotConfirmed {
                status: OrderStatus::Pending
            }
        ),
        "{error:?}"
    );
    let order = paid(db, &[(noir, 2)]).await;
    let id = order.order.id;
    let line = order.items[0].id;
    let send = |line, quantity| orders::fulfil(db, FulfilOrder::new(id, vec![FulfilLine { line, quantity }]));
    let FulfilError::TooMany { lines } = send(line, 3).await.unwrap_err() else {
        panic!()
    };
    assert_eq!(
        (lines[0].sku.as_str(), lines[0].present, lines[0].asked),
        ("NOIR", 2, 3)
    );
    let foreign = OrderItemId::new();
    let error = send(foreign, 1).await.unwrap_err();
    assert!(
        matches!(&error, FulfilError::UnknownLines { lines } if *lines == [foreign]),
        "{error:?}"
    );
    assert!(matches!(
        send(line, 0).await.unwrap_err(),
        FulfilError::Invalid(_)
    ));
    let error = orders::fulfil(
        db,
        FulfilOrder {
            id: SystemEventId::from(uuid::Uuid::new_v4()),
            ..FulfilOrder::all(id)
        },
    )
    .await
    .unwrap_err();
    assert!(matches!(error, FulfilError::Invalid(_)), "{error:?}");
    let error = orders::fulfil(db, FulfilOrder::all(OrderId::new()))
        .await
        .unwrap_err();
    assert!(matches!(error, FulfilError::NotFound { .. }), "{error:?}");
    orders::fulfil(db, FulfilOrder::all(id)).await.unwrap();
    let error = orders::fulfil(db, FulfilOrder::all(id)).await.unwrap_err();
    assert!(matches!(error, FulfilError::NothingOpen), "{error:?}");
}
