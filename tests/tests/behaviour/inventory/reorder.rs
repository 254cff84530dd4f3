//! What is at or below its reorder point is listed.

use rstest::rstest;
use service::catalogue::{self, ArchiveProduct};
use service::inventory::{
    self, AdjustLine, ListLowStock, LowStock, MAIN, ReorderRule, SetReorderRules, StockError,
};
use service::{Page, PageRequest};
use tests::{Engine, TestDatabase};

use crate::shop::{created, stock, stocked};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn stock_at_its_reorder_point_is_low_and_above_it_is_not(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let product = created(db, "noir", &["ABOVE", "AT", "BELOW", "UNRULED"]).await;
    let retired = created(db, "retired", &["RETIRED"]).await;
    catalogue::archive(
        db,
        ArchiveProduct {
            id: retired.product.id,
        },
    )
    .await
    .unwrap();
    let [above, at, below, unruled] = [0, 1, 2, 3].map(|n| product.variants[n].id);
    let line = AdjustLine::available;
    stock(
        db,
        vec![
            line(above, 6),
            line(at, 5),
            line(unruled, 0),
            AdjustLine::incoming(at, 30),
        ],
    )
    .await;
    let rule = |variant| ReorderRule {
        variant,
        location: MAIN.into(),
        reorder_point: Some(5),
        reorder_quantity: Some(20),
    };
    let rules = [above, at, below, retired.variants[0].id].map(rule).into();
    inventory::set_reorder_rules(db, SetReorderRules { rules })
        .await
        .unwrap();

    let listed = list(db, None, 50).await;
    let mut skus: Vec<_> = listed.items.iter().map(|low| low.sku.as_str()).collect();
    skus.sort_unstable();
    assert_eq!(skus, ["AT", "BELOW"]);
    let at = listed.items.iter().find(|low| low.sku == "AT").unwrap();
    assert_eq!(
        (at.available, at.incoming, at.reorder_point, at.reorder_quantity),
        (5, 30, 5, Some(20))
    );
    assert_eq!((at.title.as_str(), at.location.as_str()), ("NOIR", MAIN));

    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page = list(db, after, 1).await;
        paged.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, listed.items);
}

async fn list(
    db: &sea_orm::DatabaseConnection,
    after: Option<entity::InventoryId>,
    limit: u64,
) -> Page<LowStock, entity::InventoryId> {
    let query = ListLowStock {
        location: Some(MAIN.into()),
        page: PageRequest { after, limit },
    };
    inventory::low_stock(db, query).await.unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_can_be_taken_back_and_senseless_ones_are_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOIR", 1).await;
    let rule = |reorder_point, reorder_quantity| SetReorderRules {
        rules: vec![ReorderRule {
            variant,
            location: MAIN.into(),
            reorder_point,
            reorder_quantity,
        }],
    };
    inventory::set_reorder_rules(db, rule(Some(1), None))
        .await
        .unwrap();
    assert_eq!(list(db, None, 50).await.items.len(), 1);
    inventory::set_reorder_rules(db, rule(None, None)).await.unwrap();
    assert_eq!(list(db, None, 50).await.items, []);
    let senseless = inventory::set_reorder_rules(db, rule(Some(-1), Some(0))).await;
    let Err(StockError::Invalid(input)) = senseless else {
        panic!("{senseless:?}")
    };
    assert_eq!(input.problems.len(), 2);
}
