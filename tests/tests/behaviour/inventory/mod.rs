//! Stock moves between its counters, never below zero, and refusals say what is missing.

mod counts;
mod model;
mod once;
mod once_races;
mod races;
mod refusals;
mod reorder;

use rstest::rstest;
use service::inventory::{
    self, Adjust, AdjustLine, MAIN, Receive, Release, Reserve, Ship, StockLine, Transfer, TransferLine,
};
use tests::{Engine, TestDatabase};

use crate::shop::{at_main, counting, level, stock, stocked};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_piece_is_reserved_then_released_or_shipped(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOIR", 10).await;
    let lines = |n| vec![StockLine::new(variant, n)];

    let reserved = inventory::reserve(db, Reserve::new(lines(4))).await.unwrap();
    assert_eq!(reserved.levels, [at_main(variant, [6, 4, 0])]);
    let released = inventory::release(db, Release::new(lines(1))).await.unwrap();
    assert_eq!(released.levels, [at_main(variant, [7, 3, 0])]);
    let shipped = inventory::ship(db, Ship::new(lines(3))).await.unwrap();
    assert_eq!(shipped.levels, [at_main(variant, [7, 0, 0])]);
    assert_eq!(level(db, variant, MAIN).await, [7, 0, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_ordered_is_received_onto_the_shelf(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOIR", 1).await;
    let announced = Adjust::new(vec![AdjustLine::incoming(variant, 20).at("dock")]);
    inventory::adjust(db, announced).await.unwrap();
    let arrived = Receive::new(vec![StockLine::new(variant, 15).at("dock")]);
    let received = inventory::receive(db, arrived).await.unwrap();
    assert_eq!(
        (received.levels[0].available, received.levels[0].incoming),
        (15, 5)
    );
    assert_eq!(level(db, variant, "dock").await, [15, 0, 5]);
    assert_eq!(level(db, variant, MAIN).await, [1, 0, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_moves_free_stock_and_makes_the_row_where_it_goes(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOIR", 10).await;
    inventory::reserve(db, Reserve::new(vec![StockLine::new(variant, 2)]))
        .await
        .unwrap();
    let line = |from: &str, to: &str, quantity| TransferLine {
        variant,
        from: from.into(),
        to: to.into(),
        quantity,
    };
    let moved = Transfer::new(vec![line(MAIN, "shop", 8), line("shop", MAIN, 3)]);
    let moved = inventory::transfer(db, moved).await.unwrap();
    assert_eq!(moved.levels.len(), 2);
    assert_eq!(level(db, variant, MAIN).await, [3, 2, 0]);
    assert_eq!(level(db, variant, "shop").await, [5, 0, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_statements_does_not_grow_with_the_lines(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let skus: Vec<String> = (0..300).map(|n| format!("SKU-{n}")).collect();
    let skus: Vec<&str> = skus.iter().map(String::as_str).collect();
    let variants = crate::shop::created(&db, "many", &skus).await.variants;
    assert_eq!(statements.sent(), 4, "create");
    let lines = |n: usize| {
        variants
            .iter()
            .take(n)
            .map(|v| StockLine::new(v.id, 1))
            .collect::<Vec<_>>()
    };
    for n in [1, 300] {
        stock(
            &db,
            variants
                .iter()
                .take(n)
                .map(|v| AdjustLine::available(v.id, 5))
                .collect(),
        )
        .await;
        assert_eq!(
            statements.sent(),
            if engine == Engine::Postgres { 3 } else { 5 },
            "adjust"
        );
        inventory::reserve(&db, Reserve::new(lines(n))).await.unwrap();
        assert_eq!(
            statements.sent(),
            if engine == Engine::Postgres { 1 } else { 3 },
            "reserve"
        );
        inventory::ship(&db, Ship::new(lines(n))).await.unwrap();
        assert_eq!(
            statements.sent(),
            if engine == Engine::Postgres { 1 } else { 3 },
            "ship"
        );
        let counts = variants
            .iter()
            .take(n)
            .map(|v| inventory::Count::new(v.id, 7))
            .collect();
        let counted = inventory::SetCounts::new(chrono::Utc::now(), counts);
        inventory::set_counts(&db, counted).await.unwrap();
        assert_eq!(statements.sent(), 5, "set_counts");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_largest_batch_goes_through(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let skus: Vec<String> = (0..2_000).map(|n| format!("SKU-{n}")).collect();
    let skus: Vec<&str> = skus.iter().map(String::as_str).collect();
    let variants = crate::shop::created(db, "many", &skus).await.variants;
    stock(
        db,
        variants.iter().map(|v| AdjustLine::available(v.id, 5)).collect(),
    )
    .await;
    let lines: Vec<_> = variants.iter().map(|v| StockLine::new(v.id, 1)).collect();
    assert_eq!(
        inventory::reserve(db, Reserve::new(lines))
            .await
            .unwrap()
            .levels
            .len(),
        2_000
    );
}
