//! Imports side by side.

use std::collections::HashMap;
use std::time::Duration;

use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::catalogue::deletion::{self, DeleteProduct};
use service::import::shopify::ImportMode;
use service::inventory::{self, Adjust, AdjustLine, Reserve, StockLine};
use tests::{Engine, TestDatabase};

use super::{INVENTORY, PRODUCTS, export, import, rows};
use crate::shop::{level, stock, stocked};

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

/// An inventory export of one SKU at some locations.
fn counts(sku: &str, at: &[(&str, u32)]) -> String {
    let rows = at
        .iter()
        .map(|(location, available)| format!("h,{sku},{location},{available}\n"));
    format!("Handle,SKU,Location,Available\n{}", rows.collect::<String>())
}

/// Makes PostgreSQL dwell for 300 ms at each row that a statement on the stock writes.
const DWELL: &str = "
CREATE FUNCTION dwell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NEW; END $$;
CREATE TRIGGER dwell_update BEFORE UPDATE ON inventory FOR EACH ROW EXECUTE FUNCTION dwell();
CREATE TRIGGER dwell_insert AFTER INSERT ON inventory FOR EACH ROW EXECUTE FUNCTION dwell();";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_import_takes_stock_rows_in_the_order_of_a_reservation_also_where_capitals_sort_among_small_letters(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "S-1", 5).await;
    stock(db, vec![AdjustLine::available(variant, 5).at("Printful")]).await;
    if engine == Engine::Postgres {
        // The tests' server collates by bytes, most others do not: `main` comes before `Printful` there.
        let collation = r#"ALTER TABLE inventory ALTER location TYPE varchar(255) COLLATE "en-x-icu""#;
        db.execute_unprepared(collation).await.unwrap();
        db.execute_unprepared(DWELL).await.unwrap();
    }
    let importing = {
        let (db, text) = (db.clone(), counts("S-1", &[("Printful", 9), ("main", 9)]));
        tokio::spawn(async move { import(&db, ImportMode::Write, &export(&[]), &text).await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    let lines = vec![
        StockLine::new(variant, 1),
        StockLine::new(variant, 1).at("Printful"),
    ];
    inventory::reserve(db, Reserve::new(lines)).await.unwrap();
    assert_eq!(importing.await.unwrap().stock.updated, 2);
    assert_eq!(level(db, variant, "main").await[1], 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_import_makes_stock_rows_before_it_locks_those_that_exist_as_every_operation_does(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "S-1", 5).await;
    if engine == Engine::Postgres {
        db.execute_unprepared(DWELL).await.unwrap();
    }
    let adjusting = {
        let db = db.clone();
        let lines = vec![
            AdjustLine::available(variant, 1),
            AdjustLine::available(variant, 1).at("new"),
        ];
        tokio::spawn(async move { inventory::adjust(&db, Adjust::new(lines)).await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    let text = counts("S-1", &[("main", 9), ("new", 9)]);
    import(db, ImportMode::Write, &export(&[]), &text).await;
    adjusting.await.unwrap().unwrap();
    assert_eq!(level(db, variant, "new").await[1..], [0, 0]);
}
