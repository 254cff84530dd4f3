//! What to order from the suppliers.

use rstest::rstest;
use service::inventory::{
    AdjustLine, MAIN, ReorderRule, SetReorderRules, SuggestReorders, set_reorder_rules, suggest_reorders,
};
use tests::{Engine, TestDatabase};

use crate::shop::{stock, stocked};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_is_not_ordered_twice(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut rules = Vec::new();
    for (sku, available, incoming, quantity) in [
        ("EXACT", 5, 0, None),
        ("LOTS", 1, 0, Some(4)),
        ("COMING", 1, 5, Some(4)),
        ("PARTLY", 1, 2, Some(4)),
        ("PLENTY", 6, 0, None),
    ] {
        let variant = stocked(db, sku, available).await;
        stock(db, vec![AdjustLine::incoming(variant, incoming)]).await;
        rules.push(ReorderRule {
            variant,
            location: MAIN.into(),
            reorder_point: Some(5),
            reorder_quantity: quantity,
        });
    }
    stocked(db, "NO-RULE", 0).await;
    set_reorder_rules(db, SetReorderRules { rules }).await.unwrap();
    let page = suggest_reorders(db, SuggestReorders::default()).await.unwrap();
    let mut suggested: Vec<_> = page
        .items
        .iter()
        .map(|row| (row.sku.as_str(), row.suggested))
        .collect();
    suggested.sort_unstable();
    assert_eq!(suggested, [("EXACT", 1), ("LOTS", 8), ("PARTLY", 4)]);
    let elsewhere = SuggestReorders {
        location: Some("shop".into()),
        ..SuggestReorders::default()
    };
    assert!(suggest_reorders(db, elsewhere).await.unwrap().items.is_empty());
}
