//! A movement that is sent twice happens once.

use chrono::{TimeDelta, Utc};
use entity::{ProductVariantId, SystemEventId, system_events};
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait, PaginatorTrait};
use serde_json::json;
use service::deletion::{self, Delete};
use service::inventory::{
    self, Adjust, AdjustLine, Count, MAIN, Moved, Receive, Release, Reserve, SetCounts, Ship, StockError,
    StockLine, Transfer, TransferLine,
};
use service::system::{self, AppendEvent};
use service::transaction;
use service::{Class, Classified};
use tests::{Engine, TestDatabase};
use uuid::Uuid;

use crate::shop::{counting, level, stock, stocked};

async fn events(db: &DatabaseConnection) -> u64 {
    system_events::Entity::find().count(db).await.unwrap()
}

/// Every movement of the stock, under this id.
async fn movement(
    db: &DatabaseConnection,
    verb: &str,
    id: SystemEventId,
    variant: ProductVariantId,
    quantity: u32,
) -> Result<Moved, StockError> {
    let lines = vec![StockLine::new(variant, quantity)];
    match verb {
        "receive" => inventory::receive(db, Receive { id, lines }).await,
        "reserve" => inventory::reserve(db, Reserve { id, lines }).await,
        "release" => inventory::release(db, Release { id, lines }).await,
        "ship" => inventory::ship(db, Ship { id, lines }).await,
        "adjust" => {
            let by = i32::try_from(quantity).unwrap();
            let lines = vec![AdjustLine::available(variant, by)];
            inventory::adjust(db, Adjust { id, lines }).await
        }
        "transfer" => {
            let line = TransferLine {
                variant,
                from: MAIN.into(),
                to: "shop".into(),
                quantity,
            };
            inventory::transfer(
                db,
                Transfer {
                    id,
                    lines: vec![line],
                },
            )
            .await
        }
        "set_counts" => {
            let counted_at = id.instant().unwrap_or_default();
            let counts = vec![Count::new(variant, quantity + 10)];
            inventory::set_counts(
                db,
                SetCounts {
                    id,
                    counted_at,
                    counts,
                },
            )
            .await
        }
        other => panic!("{other}"),
    }
}

const VERBS: [&str; 7] = [
    "receive",
    "reserve",
    "release",
    "ship",
    "adjust",
    "transfer",
    "set_counts",
];

/// Five on the shelf, five reserved, five on their way.
async fn shelf(db: &DatabaseConnection, sku: &str) -> ProductVariantId {
    let variant = stocked(db, sku, 10).await;
    stock(db, vec![AdjustLine::incoming(variant, 5)]).await;
    inventory::reserve(db, Reserve::new(vec![StockLine::new(variant, 5)]))
        .await
        .unwrap();
    variant
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_movement_again_returns_the_first_outcome_whatever_moved_since(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for verb in VERBS {
        let variant = shelf(db, verb).await;
        let id = SystemEventId::new();
        let before = events(db).await;
        let first = movement(db, verb, id, variant, 4).await.unwrap();
        // So few are left that most movements would be refused now.
        stock(db, vec![AdjustLine::available(variant, -1)]).await;
        let held = level(db, variant, MAIN).await;
        assert_eq!(movement(db, verb, id, variant, 4).await.unwrap(), first, "{verb}");
        assert_eq!(level(db, variant, MAIN).await, held, "{verb}");
        assert_eq!(events(db).await, before + 2, "{verb}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_movement_under_the_id_is_a_conflict(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let event = system::append(db, AppendEvent::new("tick", "tick"))
        .await
        .unwrap();
    for verb in VERBS {
        let variant = shelf(db, verb).await;
        let id = SystemEventId::new();
        movement(db, verb, id, variant, 1).await.unwrap();
        let held = level(db, variant, MAIN).await;
        let other = if verb == "ship" { "reserve" } else { "ship" };
        for (verb, id, quantity) in [
            (verb, id, 2),
            (verb, id, 2_000),
            (other, id, 1),
            (verb, event.id, 1),
        ] {
            let error = movement(db, verb, id, variant, quantity).await.unwrap_err();
            assert_eq!(error.class(), Class::Refused);
            assert!(
                matches!(&error, StockError::Conflict(conflict) if conflict.id == Uuid::from(id)),
                "{verb}: {error:?}"
            );
        }
        assert_eq!(level(db, variant, MAIN).await, held, "{verb}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_movement_is_remembered_as_an_event_of_its_id(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = shelf(db, "NOTED").await;
    let at = Utc::now() - TimeDelta::hours(1);
    let id = SystemEventId::at(at);
    movement(db, "reserve", id, variant, 2).await.unwrap();
    let event = system_events::Entity::find_by_id(id)
        .one(db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (event.event_type.as_str(), event.message.as_str()),
        ("stock.reserved", "stock.reserved")
    );
    assert_eq!(Some(event.created_at), id.instant());
    assert_eq!(
        event.details,
        json!({
            "command": [{"variant": variant, "location": "main", "quantity": 2}],
            "outcome": {"levels": [
                {"variant": variant, "location": "main", "available": 3, "reserved": 7, "incoming": 5}
            ]},
        })
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_movement_leaves_its_id_free_and_a_random_id_is_none(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = shelf(db, "FREE").await;
    let (id, before) = (SystemEventId::new(), events(db).await);
    let error = movement(db, "reserve", id, variant, 6).await.unwrap_err();
    assert!(matches!(error, StockError::Short { .. }), "{error:?}");
    assert_eq!(events(db).await, before);
    movement(db, "reserve", id, variant, 5).await.unwrap();
    for verb in VERBS {
        let error = movement(db, verb, Uuid::new_v4().into(), variant, 1)
            .await
            .unwrap_err();
        assert!(matches!(error, StockError::Invalid(_)), "{verb}: {error:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_id_goes_with_the_transaction_and_the_outcome_outlives_the_variant(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let variant = stocked(&db, "SHORT-LIVED", 5).await;
    let command = Adjust::new(vec![AdjustLine::available(variant, -5)]);
    let together = transaction::begin(&db).await.unwrap();
    inventory::adjust(&together, command.clone()).await.unwrap();
    inventory::adjust(&together, command.clone()).await.unwrap();
    together.rollback().await.unwrap();
    assert_eq!(level(&db, variant, MAIN).await, [5, 0, 0]);
    let first = inventory::adjust(&db, command.clone()).await.unwrap();
    let again = Reserve::new(vec![StockLine::new(variant, 1)]);
    assert!(inventory::reserve(&db, again).await.is_err());
    deletion::delete(&db, Delete { row: variant.into() })
        .await
        .unwrap();
    statements.sent();
    assert_eq!(inventory::adjust(&db, command).await.unwrap(), first);
    assert!(statements.sent() <= 6);
}
