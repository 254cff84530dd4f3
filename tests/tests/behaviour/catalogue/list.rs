//! Lists of products come in pages by key.

use entity::ProductStatus;
use rstest::rstest;
use service::PageRequest;
use service::catalogue::{self, CreateProduct, ListProducts};
use service::page::MAX_LIMIT;
use tests::{Engine, TestDatabase};

use crate::shop::{counting, product};

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
