//! What keeps an order from being placed; nothing of it is there afterwards.

use entity::{CustomerId, OrderId, ProductStatus, ProductVariantId, orders as rows_of};
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait};
use service::catalogue::{self, UpdateProduct, UpdateVariant};
use service::inventory::{AdjustLine, MAIN};
use service::orders::{self, OrderLine, PlaceError, PlaceOrder, ShortLine};
use service::{Class, Classified};
use tests::{Engine, TestDatabase};

use super::of;
use crate::shop::{amount, created, level, stock, stocked};

/// On PostgreSQL an order of one preferred location takes the fast path, one of two the portable one.
async fn refused(db: &DatabaseConnection, command: PlaceOrder) -> PlaceError {
    let spread = PlaceOrder {
        id: OrderId::new(),
        locations: [command.locations.clone(), vec!["nowhere".into()]].concat(),
        ..command.clone()
    };
    let error = orders::place(db, command).await.unwrap_err();
    let same = orders::place(db, spread).await.unwrap_err();
    if !matches!(error, PlaceError::Short { .. }) {
        assert_eq!(error.to_string(), same.to_string());
    }
    assert_eq!(error.class(), Class::Refused);
    assert!(rows_of::Entity::find().all(db).await.unwrap().is_empty());
    error
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_everything_that_is_short(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let blanc = stocked(db, "BLANC", 1).await;
    stock(db, vec![AdjustLine::available(noir, 1).at("shop")]).await;
    let mut lines = of(&[(noir, 3), (blanc, 2), (noir, 3)]);
    lines.push(OrderLine::new(blanc, 1).at("shop"));
    let PlaceError::Short { short } = refused(db, PlaceOrder::new(lines.clone())).await else {
        panic!()
    };
    let line = |variant, sku: &str, location: &str, present, needed| ShortLine {
        variant,
        sku: sku.into(),
        locations: vec![location.into()],
        present,
        needed,
    };
    assert_eq!(
        short,
        [
            line(noir, "NOIR", MAIN, 5, 6),
            line(blanc, "BLANC", MAIN, 1, 2),
            line(blanc, "BLANC", "shop", 0, 1)
        ]
    );
    let spread = PlaceOrder {
        locations: vec![MAIN.into(), "shop".into()],
        ..PlaceOrder::new(of(&[(noir, 7)]))
    };
    let PlaceError::Short { short } = orders::place(db, spread).await.unwrap_err() else {
        panic!()
    };
    assert_eq!(short[0].locations, [MAIN, "shop"]);
    assert_eq!((short[0].present, short[0].short_by()), (6, 1));
    assert_eq!(level(db, noir, MAIN).await, [5, 0, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_for_sale_is_sold(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = created(db, "noir", &["NOIR-1", "NOIR-2"]).await;
    let [on, off] = [noir.variants[0].id, noir.variants[1].id];
    let switch_off = UpdateProduct {
        variants: vec![UpdateVariant {
            is_available: Some(false),
            ..UpdateVariant::new(off)
        }],
        ..UpdateProduct::new(noir.product.id)
    };
    catalogue::update(db, switch_off).await.unwrap();
    let untracked = |variant| PlaceOrder::new(vec![OrderLine::new(variant, 1).untracked()]);
    let PlaceError::Unavailable { unavailable } = refused(db, untracked(off)).await else {
        panic!()
    };
    assert_eq!(
        (unavailable[0].sku.as_str(), unavailable[0].variant),
        ("NOIR-2", off)
    );
    for status in [ProductStatus::Inactive, ProductStatus::Archived] {
        let pause = UpdateProduct {
            status: Some(status),
            ..UpdateProduct::new(noir.product.id)
        };
        catalogue::update(db, pause).await.unwrap();
        let PlaceError::Unavailable { unavailable } = refused(db, untracked(on)).await else {
            panic!()
        };
        assert_eq!(unavailable[0].product_status, status);
    }
    entity::products::Entity::delete_by_id(noir.product.id)
        .exec(db)
        .await
        .unwrap();
    let unknown = ProductVariantId::new();
    let lines = of(&[(unknown, 1), (on, 1)]);
    let PlaceError::UnknownVariants { variants } = refused(db, PlaceOrder::new(lines)).await else {
        panic!()
    };
    assert_eq!(variants, [on, unknown]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_names_a_customer_who_exists(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let nobody = CustomerId::new();
    let command = PlaceOrder {
        customer: Some(nobody),
        ..PlaceOrder::new(of(&[(noir, 1)]))
    };
    let error = refused(db, command).await;
    assert!(
        matches!(error, PlaceError::UnknownCustomer { id } if id == nobody),
        "{error:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_does_not_add_up_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let order = || PlaceOrder::new(of(&[(noir, 2)]));
    let cheap = PlaceOrder {
        expected_total: Some(amount("197.99")),
        ..order()
    };
    let PlaceError::Total { expected, total } = refused(db, cheap).await else {
        panic!()
    };
    assert_eq!([expected, total], [amount("197.99"), amount("198")]);
    let generous = PlaceOrder {
        discount: amount("198.01"),
        ..order()
    };
    let PlaceError::Discount { discount, subtotal } = refused(db, generous).await else {
        panic!()
    };
    assert_eq!([discount, subtotal], [amount("198.01"), amount("198")]);
    let line = OrderLine {
        discount: amount("99.01"),
        ..OrderLine::new(noir, 1)
    };
    let PlaceError::LineDiscount { sku, price, .. } = refused(db, PlaceOrder::new(vec![line])).await else {
        panic!()
    };
    assert_eq!((sku.as_str(), price), ("NOIR", amount("99")));
    let dear = PlaceOrder::new(vec![OrderLine::new(noir, 200_000_000).untracked()]);
    let PlaceError::TooLarge { what, value } = refused(db, dear).await else {
        panic!()
    };
    assert_eq!((what, value), ("order_items.total_amount", amount("19800000000")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_number_belongs_to_one_order(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let command = |quantity| PlaceOrder {
        order_number: Some("A-1".into()),
        ..PlaceOrder::new(of(&[(noir, quantity)]))
    };
    orders::place(db, command(1)).await.unwrap();
    for locations in [vec![MAIN.to_owned()], vec![MAIN.into(), "shop".into()]] {
        let second = PlaceOrder {
            locations,
            ..command(2)
        };
        let error = orders::place(db, second).await.unwrap_err();
        assert!(
            matches!(&error, PlaceError::NumberTaken { order_number } if order_number == "A-1"),
            "{error:?}"
        );
    }
    assert_eq!(level(db, noir, MAIN).await, [4, 1, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn input_is_refused_before_the_database_sees_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let command = PlaceOrder {
        order_number: Some(" ".into()),
        currency: "usd".into(),
        locations: vec![MAIN.into(), "x\0y".into(), MAIN.into()],
        discount: amount("-1"),
        tax: amount("0.005"),
        ..PlaceOrder::new(vec![
            OrderLine {
                discount: amount("100000000"),
                ..OrderLine::new(ProductVariantId::new(), 0)
            },
            OrderLine::new(ProductVariantId::new(), u32::MAX).at(""),
        ])
    };
    let PlaceError::Invalid(input) = orders::place(database.connection(), command).await.unwrap_err() else {
        panic!()
    };
    let fields: Vec<_> = input
        .problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "order_number",
            "currency",
            "lines[0].quantity",
            "lines[0].discount",
            "lines[1].quantity",
            "lines[1].stock",
            "locations[1]",
            "locations[2]",
            "discount",
            "tax"
        ]
    );
}
