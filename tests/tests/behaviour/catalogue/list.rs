//! Lists come in pages by key, and in the same order everywhere.

use entity::ProductStatus;
use rstest::rstest;
use service::PageRequest;
use service::catalogue::{self, CreateProduct, ListProducts};
use service::inventory::AdjustLine;
use service::page::MAX_LIMIT;
use tests::{Engine, TestDatabase};

use crate::shop::{counting, created, product, stock};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_without_gap_or_repetition(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    for n in 0..7 {
        let command = CreateProduct {
            collection: Some(if n % 2 == 0 { "even" } else { "odd" }.into()),
            status: if n == 2 {
                ProductStatus::Inactive
            } else {
                ProductStatus::Active
            },
            ..product(&format!("p{n}"), &[])
        };
        catalogue::create(&db, command).await.unwrap();
    }
    statements.sent();
    let even = |after, limit| ListProducts {
        collection: Some("even".into()),
        status: Some(ProductStatus::Active),
        page: PageRequest { after, limit },
    };
    let first = catalogue::list(&db, even(None, 2)).await.unwrap();
    // A row that appears before the next page begins does not shift it.
    let second = catalogue::list(&db, even(first.next, 2)).await.unwrap();
    assert_eq!(statements.sent(), 2);
    let handles = |page: &service::Page<entity::products::Model, _>| {
        page.items.iter().map(|p| p.handle.clone()).collect::<Vec<_>>()
    };
    assert_eq!(handles(&first), ["p0", "p4"]);
    assert_eq!(handles(&second), ["p6"]);
    assert_eq!(second.next, None);
    let all = catalogue::list(&db, ListProducts::default()).await.unwrap();
    assert_eq!(handles(&all), ["p0", "p1", "p2", "p3", "p4", "p5", "p6"]);
    assert_eq!(all.next, None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_at_least_one_row_and_not_too_many(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for n in 0..3 {
        catalogue::create(db, product(&format!("p{n}"), &[]))
            .await
            .unwrap();
    }
    for (limit, expected) in [(0, 1), (3, 3), (u64::MAX, 3), (MAX_LIMIT, 3)] {
        let page = PageRequest { after: None, limit };
        let listed = catalogue::list(
            db,
            ListProducts {
                page,
                ..Default::default()
            },
        )
        .await
        .unwrap();
        assert_eq!(listed.items.len(), expected);
        assert_eq!(listed.next.is_some(), expected < 3);
    }
}

/// A collation would put `a` next to `A`, and skip the hyphen.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn variants_and_places_come_in_the_order_of_their_bytes(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let product = created(db, "noir", &["a1", "a-2", "Z", "b", "Ä"]).await;
    let skus: Vec<_> = product.variants.iter().map(|v| v.sku.as_str()).collect();
    assert_eq!(skus, ["Z", "a-2", "a1", "b", "Ä"]);
    let variant = product.variants[0].id;
    let places = ["b", "a1", "Z", "a-2"];
    stock(
        db,
        places
            .map(|place| AdjustLine::available(variant, 1).at(place))
            .into(),
    )
    .await;
    let read = catalogue::get(db, product.product.id).await.unwrap();
    let places: Vec<_> = read.variants[0]
        .stock
        .iter()
        .map(|row| row.location.as_str())
        .collect();
    assert_eq!(places, ["Z", "a-2", "a1", "b"]);
    let plan = catalogue::deletion::plan(db, product.product.id).await.unwrap();
    let places: Vec<_> = plan.stock.iter().map(|row| row.location.as_str()).collect();
    assert_eq!(places, ["Z", "a-2", "a1", "b"]);
}
