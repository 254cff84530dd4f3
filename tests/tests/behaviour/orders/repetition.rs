//! The same order, sent again.

use rstest::rstest;
use sea_orm::EntityTrait;
use service::catalogue::{self, UpdateProduct, UpdateVariant};
use service::inventory::{AdjustLine, MAIN};
use service::orders::{self, LineStock, OrderLine, PlaceError, PlaceOrder};
use tests::{Engine, TestDatabase};

use super::{customer, of};
use crate::race::behind;
use crate::shop::{amount, created, level, stock, stocked};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_places_one_order_whatever_became_of_prices_and_stock(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(1, 2)] locations: usize,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = created(db, "noir", &["NOIR"]).await;
    let variant = noir.variants[0].id;
    stock(
        db,
        vec![
            AdjustLine::available(variant, 2),
            AdjustLine::available(variant, 1).at("shop"),
        ],
    )
    .await;
    let command = PlaceOrder {
        locations: [MAIN, "shop"].map(String::from)[..locations].to_vec(),
        expected_total: Some(amount("297")),
        ..PlaceOrder::new(vec![
            OrderLine::new(variant, 2),
            OrderLine::new(variant, 1).at("shop"),
        ])
    };
    let first = orders::place(db, command.clone()).await.unwrap();
    assert_eq!(
        orders::place(db, command.clone()).await.unwrap(),
        first,
        "sold out"
    );
    let dearer = UpdateProduct {
        variants: vec![UpdateVariant {
            price: Some(amount("120")),
            is_available: Some(false),
            ..UpdateVariant::new(variant)
        }],
        ..UpdateProduct::new(noir.product.id)
    };
    catalogue::update(db, dearer).await.unwrap();
    stock(db, vec![AdjustLine::available(variant, 9)]).await;
    assert_eq!(orders::place(db, command).await.unwrap(), first);
    assert_eq!(level(db, variant, MAIN).await, [9, 2, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_another_order_is_a_conflict(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 50).await;
    let blanc = stocked(db, "BLANC", 50).await;
    stock(db, vec![AdjustLine::available(noir, 9).at("shop")]).await;
    let command = PlaceOrder::new(of(&[(noir, 2)]));
    orders::place(db, command.clone()).await.unwrap();
    let line = |line| PlaceOrder {
        lines: vec![line],
        ..command.clone()
    };
    let others = [
        line(OrderLine::new(noir, 3)),
        line(OrderLine::new(blanc, 2)),
        line(OrderLine::new(noir, 2).at("shop")),
        line(OrderLine::new(noir, 2).untracked()),
        PlaceOrder {
            lines: of(&[(noir, 2), (blanc, 1)]),
            ..command.clone()
        },
        PlaceOrder {
            shipping: amount("1"),
            ..command.clone()
        },
        PlaceOrder {
            currency: "EUR".into(),
            ..command.clone()
        },
        PlaceOrder {
            customer: Some(customer(db).await),
            ..command.clone()
        },
        PlaceOrder {
            order_number: Some("A-1".into()),
            ..command.clone()
        },
        PlaceOrder {
            expected_total: Some(amount("99")),
            ..command.clone()
        },
    ];
    for other in others {
        let error = orders::place(db, other.clone()).await.unwrap_err();
        assert!(matches!(error, PlaceError::Conflict(_)), "{error:?} of {other:?}");
    }
    // Written in other words, but the same.
    let split = vec![
        OrderLine::new(noir, 1),
        OrderLine {
            stock: LineStock::At(MAIN.into()),
            ..OrderLine::new(noir, 1)
        },
    ];
    orders::place(
        db,
        PlaceOrder {
            lines: split,
            ..command
        },
    )
    .await
    .unwrap();
    assert_eq!(level(db, noir, MAIN).await, [48, 2, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_one_command_sent_many_times_at_once_one_order_comes(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(1, 2)] locations: usize,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 3).await;
    let command = PlaceOrder {
        locations: [MAIN, "shop"].map(String::from)[..locations].to_vec(),
        ..PlaceOrder::new(of(&[(noir, 2)]))
    };
    let gate = "UPDATE inventory SET location = location";
    let outcomes = behind(db, gate, 12, |_| {
        let (db, command) = (db.clone(), command.clone());
        async move { orders::place(&db, command).await }
    })
    .await;
    let first = outcomes[0].as_ref().unwrap();
    for outcome in &outcomes {
        assert_eq!(outcome.as_ref().unwrap(), first);
    }
    assert_eq!(level(db, noir, MAIN).await, [1, 2, 0]);
    assert_eq!(
        entity::order_items::Entity::find().all(db).await.unwrap().len(),
        1
    );
}
