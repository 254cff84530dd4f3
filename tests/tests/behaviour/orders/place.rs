//! Placing orders.

use entity::{OrderFinancialStatus, OrderFulfillmentStatus, OrderStatus, product_variants};
use rstest::rstest;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use service::inventory::{AdjustLine, MAIN};
use service::orders::{self, OrderLine, PlaceOrder};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::{customer, of, placed};
use crate::shop::{amount, created, level, stock, stocked};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_keeps_todays_prices_reserves_its_stock_and_adds_up(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = created(db, "noir", &["NOIR"]).await.variants.remove(0);
    product_variants::ActiveModel {
        size: Set(Some("24x36".into())),
        frame_type: Set(Some("black".into())),
        ..noir.clone().into_active_model()
    }
    .update(db)
    .await
    .unwrap();
    stock(db, vec![AdjustLine::available(noir.id, 9)]).await;
    let blanc = stocked(db, "BLANC", 9).await;
    let buyer = customer(db).await;
    let command = PlaceOrder {
        customer: Some(buyer),
        discount: amount("10"),
        tax: amount("7.35"),
        shipping: amount("12.50"),
        // 3 × 99 − 1 + 2.50 and 1 × 99, less 10, plus 7.35 and 12.50
        expected_total: Some(amount("407.35")),
        ..PlaceOrder::new(vec![
            OrderLine::new(blanc, 1),
            OrderLine {
                discount: amount("1"),
                tax: amount("2.5"),
                ..OrderLine::new(noir.id, 3)
            },
        ])
    };
    let id = command.id;
    let placed = orders::place(db, command).await.unwrap();
    let order = &placed.order;
    assert_eq!((order.id, order.customer_id), (id, Some(buyer)));
    assert_eq!(order.order_number, "VW-1001");
    assert_eq!(order.status, OrderStatus::Pending);
    assert_eq!(order.financial_status, OrderFinancialStatus::Unpaid);
    assert_eq!(order.fulfillment_status, OrderFulfillmentStatus::Unfulfilled);
    let amounts = [
        order.subtotal_amount,
        order.discount_amount,
        order.tax_amount,
        order.shipping_amount,
        order.total_amount,
    ];
    assert_eq!(amounts, ["396", "11", "9.85", "12.5", "407.35"].map(amount));
    let line = placed.items.iter().find(|item| item.sku == "NOIR").unwrap();
    assert_eq!(line.title, "NOIR (24x36, black)");
    assert_eq!(line.location.as_deref(), Some(MAIN));
    assert_eq!(
        (line.quantity, line.price, line.total_amount),
        (3, amount("99"), amount("298.5"))
    );
    assert_eq!(level(db, noir.id, MAIN).await, [6, 3, 0]);
    assert_eq!(level(db, blanc, MAIN).await, [8, 1, 0]);
    let read = orders::get(db, id).await.unwrap();
    assert_eq!((&read.order, &read.items), (&placed.order, &placed.items));
    assert_eq!(read.customer.map(|customer| customer.id), Some(buyer));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn lines_for_the_same_stock_become_one_before_anything_is_checked(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    stock(db, vec![AdjustLine::available(noir, 5).at("shop")]).await;
    let lines = vec![
        OrderLine {
            discount: amount("1"),
            ..OrderLine::new(noir, 2)
        },
        OrderLine::new(noir, 1).at("shop"),
        OrderLine {
            discount: amount("0.01"),
            ..OrderLine::new(noir, 3).at(MAIN)
        },
        OrderLine::new(noir, 7).untracked(),
    ];
    let placed = orders::place(db, PlaceOrder::new(lines)).await.unwrap();
    let lines: Vec<_> = placed
        .items
        .iter()
        .map(|item| (item.location.as_deref(), item.quantity, item.discount_amount))
        .collect();
    let none = amount("0");
    assert_eq!(
        lines,
        [
            (None, 7, none),
            (Some(MAIN), 5, amount("1.01")),
            (Some("shop"), 1, none)
        ]
    );
    assert_eq!(level(db, noir, MAIN).await, [0, 5, 0]);
    assert_eq!(level(db, noir, "shop").await, [4, 1, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_line_goes_to_the_first_location_that_has_all_of_it_else_to_several(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 4).await;
    stock(
        db,
        vec![
            AdjustLine::available(noir, 9).at("shop"),
            AdjustLine::available(noir, 2).at("fair"),
        ],
    )
    .await;
    let locations = || ["fair", "attic", MAIN, "shop"].map(String::from).to_vec();
    let whole = PlaceOrder {
        locations: locations(),
        ..PlaceOrder::new(of(&[(noir, 4)]))
    };
    let placed = orders::place(db, whole).await.unwrap();
    assert_eq!(placed.items[0].location.as_deref(), Some(MAIN));
    assert_eq!(placed.order.order_number, "VW-1001");
    let spread = PlaceOrder {
        locations: locations(),
        ..PlaceOrder::new(vec![
            OrderLine {
                discount: amount("1"),
                tax: amount("0.10"),
                ..OrderLine::new(noir, 10)
            },
            OrderLine::new(noir, 1).at("shop"),
        ])
    };
    let placed = orders::place(db, spread).await.unwrap();
    let lines: Vec<_> = placed
        .items
        .iter()
        .map(|item| {
            (
                item.location.as_deref().unwrap(),
                item.quantity,
                item.discount_amount,
                item.tax_amount,
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("fair", 2, amount("0.2"), amount("0.02")),
            ("shop", 9, amount("0.8"), amount("0.08")),
        ]
    );
    assert_eq!(placed.order.total_amount, amount("1088.1"));
    assert_eq!(level(db, noir, "shop").await, [0, 9, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_costs_nothing_is_paid(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let gift = stocked(db, "GIFT", 1).await;
    let command = PlaceOrder {
        discount: amount("99"),
        ..PlaceOrder::new(of(&[(gift, 1)]))
    };
    let order = orders::place(db, command).await.unwrap().order;
    assert_eq!(order.financial_status, OrderFinancialStatus::Paid);
    assert_eq!(orders::get(db, order.id).await.unwrap().order, order);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_shop_counts_its_own_numbers_past_those_that_orders_brought(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    for number in ["A-1", "VW-1001", "VW-1002"] {
        let command = PlaceOrder {
            order_number: Some(number.into()),
            ..PlaceOrder::new(of(&[(noir, 1)]))
        };
        assert_eq!(
            orders::place(db, command).await.unwrap().order.order_number,
            number
        );
    }
    assert_eq!(placed(db, &[(noir, 1)]).await.order.order_number, "VW-1003");
    assert_eq!(placed(db, &[(noir, 1)]).await.order.order_number, "VW-1004");
    let found = orders::find(db, orders::OrderKey::Number("A-1".into()))
        .await
        .unwrap();
    assert_eq!(found.unwrap().order.order_number, "A-1");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_with_its_callers_transaction(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    for locations in [vec![MAIN.to_owned()], vec![MAIN.into(), "shop".into()]] {
        let command = PlaceOrder {
            locations,
            ..PlaceOrder::new(of(&[(noir, 1)]))
        };
        let together = transaction::begin(db).await.unwrap();
        let placed = orders::place(&together, command.clone()).await.unwrap();
        assert_eq!(
            orders::get(&together, placed.order.id).await.unwrap().items,
            placed.items
        );
        let refused = PlaceOrder {
            id: entity::OrderId::new(),
            lines: of(&[(noir, 99)]),
            ..command
        };
        orders::place(&together, refused).await.unwrap_err();
        orders::get(&together, placed.order.id).await.unwrap();
        together.rollback().await.unwrap();
        assert!(orders::find(db, placed.order.id).await.unwrap().is_none());
    }
    assert_eq!(level(db, noir, MAIN).await, [9, 0, 0]);
    assert!(
        entity::order_items::Entity::find()
            .all(db)
            .await
            .unwrap()
            .is_empty()
    );
}
