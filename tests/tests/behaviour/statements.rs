//! The numbers of statements that the README of `service` states.

use rstest::rstest;
use service::catalogue::{self, ArchiveProduct, ListProducts, UpdateProduct};
use service::inventory::{
    self, AdjustLine, ListLowStock, MAIN, Receive, Release, ReorderRule, Reserve, SetReorderRules, StockLine,
    Transfer, TransferLine,
};
use service::workflows::{self, DeleteWorkflow};
use tests::{Engine, TestDatabase, rows};

use crate::shop::{counting, created, stock};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_sends_what_its_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    created(&db, "bare", &[]).await;
    assert_eq!(statements.sent(), 3, "create without variants");
    let product = created(&db, "noir", &["NOIR-1", "NOIR-2"]).await.product;
    assert_eq!(statements.sent(), 4, "create");
    catalogue::update(
        &db,
        UpdateProduct {
            title: Some("x".into()),
            ..UpdateProduct::new(product.id)
        },
    )
    .await
    .unwrap();
    assert_eq!(statements.sent(), 4, "update");
    catalogue::list(&db, ListProducts::default()).await.unwrap();
    assert_eq!(statements.sent(), 1, "list");
    for expected in [3, 1] {
        catalogue::archive(&db, ArchiveProduct { id: product.id })
            .await
            .unwrap();
        assert_eq!(statements.sent(), expected, "archive");
    }
    let workflow = rows::insert(&db, "workflows", []).await.id().into();
    statements.sent();
    workflows::delete(&db, DeleteWorkflow { id: workflow })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 1, "workflows::delete");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_stock_sends_what_its_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let on = |postgres, sqlite| {
        if engine == Engine::Postgres {
            postgres
        } else {
            sqlite
        }
    };
    let variant = created(&db, "noir", &["NOIR"]).await.variants[0].id;
    let line = AdjustLine {
        variant,
        location: MAIN.into(),
        available: 9,
        incoming: 9,
    };
    stock(&db, vec![line]).await;
    statements.sent();
    let lines = || vec![StockLine::new(variant, 1)];
    inventory::reserve(&db, Reserve::new(lines())).await.unwrap();
    assert_eq!(statements.sent(), on(1, 3), "reserve");
    inventory::release(&db, Release::new(lines())).await.unwrap();
    assert_eq!(statements.sent(), on(1, 3), "release");
    inventory::receive(&db, Receive::new(lines())).await.unwrap();
    assert_eq!(statements.sent(), on(1, 3), "receive");
    inventory::reserve(&db, Reserve::new(vec![StockLine::new(variant, 99)]))
        .await
        .unwrap_err();
    assert_eq!(statements.sent(), 3, "reserve, refused");
    let line = TransferLine {
        variant,
        from: MAIN.into(),
        to: "shop".into(),
        quantity: 1,
    };
    inventory::transfer(&db, Transfer::new(vec![line])).await.unwrap();
    assert_eq!(statements.sent(), on(3, 5), "transfer");
    let rule = ReorderRule {
        variant,
        location: MAIN.into(),
        reorder_point: Some(20),
        reorder_quantity: None,
    };
    inventory::set_reorder_rules(&db, SetReorderRules { rules: vec![rule] })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 4, "set_reorder_rules");
    let low = inventory::low_stock(&db, ListLowStock::default()).await.unwrap();
    assert_eq!((low.items.len(), statements.sent()), (1, 1), "low_stock");
}
