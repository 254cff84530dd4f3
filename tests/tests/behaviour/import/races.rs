//! Imports side by side.

use std::collections::HashMap;

use rstest::rstest;
use service::catalogue::deletion::{self, DeleteProduct};
use service::import::shopify::ImportMode;
use tests::{Engine, TestDatabase};

use super::{INVENTORY, PRODUCTS, export, import, rows};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_products_that_claim_the_same_skus_at_the_same_time_one_gets_each(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let claim = |handle: &str| {
        let first = format!("{handle},T,Size,0,S-0,1.00,active");
        let more: Vec<_> = (1..20).map(|n| format!("{handle},,,{n},S-{n},1.00,")).collect();
        export(&[vec![first.as_str()], more.iter().map(String::as_str).collect()].concat())
    };
    let imports = ["a", "b", "c", "d"].map(|handle| {
        let (db, text) = (database.connection().clone(), claim(handle));
        tokio::spawn(async move { import(&db, ImportMode::Write, &text, "").await })
    });
    let (mut created, mut refused) = (0, 0);
    for running in imports {
        let report = running.await.unwrap();
        created += report.variants.created;
        refused += report.refusals.len();
    }
    assert_eq!((created, refused), (20, 60));
    let (products, variants, _) = rows(database.connection()).await;
    assert_eq!((products.len(), variants.len()), (4, 20));
    let mut owners = HashMap::new();
    for variant in variants {
        *owners.entry(variant.product_id).or_insert(0) += 1;
    }
    assert_eq!(owners.values().sum::<i32>(), 20);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_export_imported_eight_times_at_once_is_there_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let imports = [(); 8].map(|()| {
        let db = database.connection().clone();
        tokio::spawn(async move { import(&db, ImportMode::Write, PRODUCTS, INVENTORY).await })
    });
    for running in imports {
        let report = running.await.unwrap();
        assert_eq!(report.products.total() - report.products.refused, 5);
        assert_eq!((report.variants.refused, report.stock.refused), (12, 6));
    }
    let (products, variants, stock) = rows(database.connection()).await;
    assert_eq!((products.len(), variants.len(), stock.len()), (5, 6, 4));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_import_and_deletions_of_what_it_imports_do_not_wait_for_each_other_in_a_circle(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection().clone();
    let importing = tokio::spawn(async move {
        for _ in 0..20 {
            import(&db, ImportMode::Write, PRODUCTS, INVENTORY).await;
        }
    });
    let mut deleted = 0;
    while !importing.is_finished() {
        let (products, ..) = rows(database.connection()).await;
        for product in products {
            let command = DeleteProduct { id: product.id };
            if deletion::delete(database.connection(), command).await.is_ok() {
                deleted += 1;
            }
        }
    }
    importing.await.unwrap();
    assert!(deleted > 0);
    import(database.connection(), ImportMode::Write, PRODUCTS, INVENTORY).await;
    let (products, variants, stock) = rows(database.connection()).await;
    assert_eq!((products.len(), variants.len(), stock.len()), (5, 6, 4));
}
