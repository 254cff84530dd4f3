//! A second import, of the same export and of a later one.

use std::ops::ControlFlow;

use entity::ProductStatus;
use rstest::rstest;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, TransactionTrait};
use service::import::shopify::{ImportMode, ImportProducts, import_products};
use tests::{Engine, TestDatabase};

use super::{INVENTORY, PRODUCTS, export, import, money, rows, tally};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_changes_nothing_and_refuses_the_same(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let first = import(db, ImportMode::Write, PRODUCTS, INVENTORY).await;
    let before = rows(db).await;
    let second = import(db, ImportMode::Write, PRODUCTS, INVENTORY).await;
    assert_eq!(rows(db).await, before, "updated_at included");
    assert_eq!(
        second.products,
        tally(0, 0, first.products.created, first.products.refused)
    );
    assert_eq!(
        second.variants,
        tally(0, 0, first.variants.created, first.variants.refused)
    );
    assert_eq!(
        second.stock,
        tally(0, 0, first.stock.created, first.stock.refused)
    );
    assert_eq!(second.not_stocked, first.not_stocked);
    assert_eq!(second.refusals.len(), first.refusals.len());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_later_export_updates_what_changed_and_leaves_alone_what_it_does_not_mention(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let first = export(&[
        "a,A,Size,S,A-1,10.00,active",
        "a,,,M,A-2,20.00,",
        "b,B,Size,S,B-1,30.00,active",
        "c,C,Size,S,C-1,40.00,active",
    ]);
    import(db, ImportMode::Write, &first, "").await;
    let (before, variants_before, _) = rows(db).await;

    let later = export(&[
        "a,A,Size,S,A-1,12.50,archived",
        "a,,,L,A-3,25.00,",
        "b,B,Size,S,B-1,30.00,active",
    ]);
    let report = import(db, ImportMode::Write, &later, "").await;
    assert_eq!(
        (report.products, report.variants),
        (tally(0, 1, 1, 0), tally(1, 1, 1, 0))
    );
    let (after, variants, _) = rows(db).await;
    assert_eq!(
        (after[0].status, after[0].base_price),
        (ProductStatus::Archived, money("12.50"))
    );
    assert_eq!(after[0].id, before[0].id);
    assert!(after[0].updated_at > before[0].updated_at);
    assert_eq!(after[1..], before[1..]);
    let prices: Vec<_> = variants.iter().map(|v| (v.sku.as_str(), v.price)).collect();
    let expected = [
        ("A-1", "12.50"),
        ("A-2", "20.00"),
        ("A-3", "25.00"),
        ("B-1", "30.00"),
        ("C-1", "40.00"),
    ];
    assert_eq!(prices, expected.map(|(sku, price)| (sku, money(price))));
    assert_eq!(variants[0].id, variants_before[0].id);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_export_has_no_column_for_stays(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    use entity::products::{Column, Entity};
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    import(db, ImportMode::Write, PRODUCTS, "").await;
    let edited = Entity::update_many()
        .col_expr(Column::Collection, Expr::value("Kimono"))
        .col_expr(Column::ShopifyId, Expr::value("gid://1"))
        .col_expr(Column::Cost, Expr::value(rust_decimal::Decimal::new(700, 2)))
        .filter(Column::Handle.eq("noir-weave"));
    edited.exec(db).await.unwrap();
    import(db, ImportMode::Write, &PRODUCTS.replace("Noir Weave", "Noir"), "").await;
    let noir = Entity::find()
        .filter(Column::Handle.eq("noir-weave"))
        .one(db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(noir.title, "Noir");
    assert_eq!(
        (noir.collection.as_deref(), noir.shopify_id.as_deref()),
        (Some("Kimono"), Some("gid://1"))
    );
    assert_eq!(noir.cost, Some(money("7.00")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_import_joins_its_callers_transaction(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let transaction = database.connection().begin().await.unwrap();
    let report = import(&transaction, ImportMode::Write, PRODUCTS, INVENTORY).await;
    assert_eq!(report.products.created, 5);
    transaction.rollback().await.unwrap();
    let (products, ..) = rows(database.connection()).await;
    assert_eq!(products.len(), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_stopped_leaves_whole_products(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let command = ImportProducts {
        export: PRODUCTS.as_bytes(),
        mode: ImportMode::Write,
    };
    let stop = |_| ControlFlow::Break(());
    let report = import_products(db, command, stop).await.unwrap().report;
    assert_eq!(
        report.stopped.unwrap().after_line,
        6,
        "the line of the product's last image"
    );
    assert!(!report.is_complete());
    let (products, variants, _) = rows(db).await;
    assert_eq!((products.len(), variants.len()), (1, 3));
}
