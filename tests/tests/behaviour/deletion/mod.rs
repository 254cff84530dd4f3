//! A product's deletion is planned, refused while pieces are promised, and done exactly as planned.

mod contracts;
mod contracts_races;
mod graph_model;
mod graphs;
mod keys;
mod races;
mod rules;

use entity::{ProductId, products};
use rstest::rstest;
use sea_orm::sea_query::Value;
use sea_orm::{DatabaseConnection, EntityTrait};
use service::catalogue::deletion::{
    self, DeleteProduct, DeletionError, OrderItemsReport, Report, Reservation, StockReport,
};
use service::inventory::{self, AdjustLine, Release, Reserve, StockLine};
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use crate::shop::{counting, created, stock};

/// A product with two variants, stock at two places, two metrics, and three lines of orders; and another that stays.
async fn shop(db: &DatabaseConnection) -> (ProductId, StockLine) {
    let noir = created(db, "noir", &["NOIR-1", "NOIR-2"]).await;
    let [first, second] = [0, 1].map(|n| noir.variants[n].id);
    let other = created(db, "other", &["OTHER"]).await;
    let lines = vec![
        AdjustLine::available(first, 5),
        AdjustLine::available(first, 2).at("attic"),
        AdjustLine::incoming(second, 9),
        AdjustLine::available(other.variants[0].id, 1),
    ];
    stock(db, lines).await;
    for (product, start) in [
        (noir.product.id, "2026-01-01"),
        (noir.product.id, "2026-02-01"),
        (other.product.id, "2026-01-01"),
    ] {
        let date: chrono::NaiveDate = start.parse().unwrap();
        let given = [
            ("product_id", Value::from(product)),
            ("period_start", date.into()),
            ("period_end", date.into()),
        ];
        rows::insert(db, "product_metrics", given).await;
    }
    for (variant, sku, title, [quantity, fulfilled, cancelled]) in [
        (first, "NOIR-1", "Noir", [2, 2, 0]),
        (first, "NOIR-1", "Noir", [3, 1, 0]),
        (second, "OLD-SKU", "Noir, old", [3, 1, 2]),
        (other.variants[0].id, "OTHER", "Other", [1, 0, 0]),
    ] {
        let given = [
            ("product_variant_id", Value::from(Some(Uuid::from(variant)))),
            ("sku", sku.into()),
            ("title", title.into()),
            ("quantity", quantity.into()),
            ("quantity_fulfilled", fulfilled.into()),
            ("quantity_cancelled", cancelled.into()),
        ];
        rows::insert(db, "order_items", given).await;
    }
    (noir.product.id, StockLine::new(first, 2).at("attic"))
}

fn assert_describes_the_shop(report: &Report) {
    let skus: Vec<_> = report.variants.iter().map(|v| v.sku.as_str()).collect();
    assert_eq!(skus, ["NOIR-1", "NOIR-2"]);
    let stocked = |sku: &str, location: &str, available, incoming| StockReport {
        sku: sku.into(),
        location: location.into(),
        available,
        reserved: 0,
        incoming,
    };
    let stock = [
        stocked("NOIR-1", "attic", 2, 0),
        stocked("NOIR-1", "main", 5, 0),
        stocked("NOIR-2", "main", 0, 9),
    ];
    assert_eq!(report.stock, stock);
    assert_eq!(report.metrics, 2);
    let kept = |sku: &str, title: &str, lines, unfulfilled| OrderItemsReport {
        sku: sku.into(),
        title: title.into(),
        lines,
        unfulfilled,
    };
    assert_eq!(
        report.order_items,
        [kept("NOIR-1", "Noir", 2, 1), kept("OLD-SKU", "Noir, old", 1, 0)]
    );
    assert!(!report.is_blocked());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_does_exactly_what_its_plan_says(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let (id, _) = shop(&db).await;
    statements.sent();
    let plan = deletion::plan(&db, id).await.unwrap();
    assert_eq!(statements.sent(), 5);
    assert_describes_the_shop(&plan);
    let report = deletion::delete(&db, DeleteProduct { id }).await.unwrap();
    assert_eq!(statements.sent(), 12);
    assert_eq!(report, plan);

    let products = products::Entity::find().all(&db).await.unwrap();
    assert_eq!(
        products.iter().map(|p| p.handle.as_str()).collect::<Vec<_>>(),
        ["other"]
    );
    let variants = entity::product_variants::Entity::find().all(&db).await.unwrap();
    assert_eq!(
        variants.iter().map(|v| v.sku.as_str()).collect::<Vec<_>>(),
        ["OTHER"]
    );
    assert_eq!(entity::inventory::Entity::find().all(&db).await.unwrap().len(), 1);
    assert_eq!(
        entity::product_metrics::Entity::find()
            .all(&db)
            .await
            .unwrap()
            .len(),
        1
    );
    let mut lines = entity::order_items::Entity::find().all(&db).await.unwrap();
    lines.sort_by(|a, b| (&a.sku, a.quantity).cmp(&(&b.sku, b.quantity)));
    let kept: Vec<_> = lines
        .iter()
        .map(|l| (l.sku.as_str(), l.title.as_str(), l.product_variant_id.is_some()))
        .collect();
    let expected = [
        ("NOIR-1", "Noir", false),
        ("NOIR-1", "Noir", false),
        ("OLD-SKU", "Noir, old", false),
        ("OTHER", "Other", true),
    ];
    assert_eq!(kept, expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn open_reservations_block_it_and_are_listed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (id, line) = shop(db).await;
    inventory::reserve(db, Reserve::new(vec![line.clone()]))
        .await
        .unwrap();
    let expected = [Reservation {
        sku: "NOIR-1".into(),
        location: "attic".into(),
        quantity: 2,
    }];
    let plan = deletion::plan(db, id).await.unwrap();
    assert!(plan.is_blocked());
    assert_eq!(plan.reservations, expected);

    let error = deletion::delete(db, DeleteProduct { id }).await.unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    assert_eq!(
        error.to_string(),
        "product noir has open reservations (2 × NOIR-1 at attic): release or ship them, or archive the product instead"
    );
    let DeletionError::Reserved { reservations, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(reservations, expected);
    assert_eq!(deletion::plan(db, id).await.unwrap(), plan, "nothing happened");

    inventory::release(db, Release::new(vec![line])).await.unwrap();
    assert_describes_the_shop(&deletion::delete(db, DeleteProduct { id }).await.unwrap());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_its_caller_rolls_back_never_happened(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (id, _) = shop(db).await;
    let own = transaction::begin(db).await.unwrap();
    deletion::delete(&own, DeleteProduct { id }).await.unwrap();
    let gone = deletion::plan(&own, id).await.unwrap_err();
    assert!(matches!(gone, DeletionError::NotFound { .. }), "{gone:?}");
    own.rollback().await.unwrap();
    assert_describes_the_shop(&deletion::plan(db, id).await.unwrap());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_is_not_there_is_not_deleted(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = ProductId::new();
    for outcome in [
        deletion::plan(db, id).await,
        deletion::delete(db, DeleteProduct { id }).await,
    ] {
        assert!(
            matches!(outcome, Err(DeletionError::NotFound { id: asked }) if asked == id),
            "{outcome:?}"
        );
    }
}
