//! A stock-take sets what is available, and what is promised stays promised.

use chrono::{DateTime, Utc};
use rstest::rstest;
use sea_orm::EntityTrait;
use service::inventory::{self, Count, Counter, MAIN, Reserve, SetCounts, StockError, StockLine};
use tests::{Engine, TestDatabase};

use crate::shop::{at_main, created, level, stocked};

fn noon() -> DateTime<Utc> {
    "2026-03-29T12:00:00.250Z".parse().unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_count_includes_the_reserved_pieces(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOIR", 10).await;
    inventory::reserve(db, Reserve::new(vec![StockLine::new(variant, 4)]))
        .await
        .unwrap();
    let command = SetCounts::new(noon(), vec![Count::new(variant, 7)]);
    for _ in 0..2 {
        let counted = inventory::set_counts(db, command.clone()).await.unwrap();
        assert_eq!(counted.levels, [at_main(variant, [3, 4, 0])]);
        assert_eq!(counted.levels[0].on_hand(), 7);
    }
    let row = entity::inventory::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!(row.last_counted_at, Some(noon()));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_first_count_of_a_place_makes_its_row(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = created(db, "noir", &["NOIR"]).await.variants[0].id;
    let counts = vec![Count::new(variant, 0), Count::new(variant, 12).at("shop")];
    inventory::set_counts(db, SetCounts::new(noon(), counts))
        .await
        .unwrap();
    assert_eq!(level(db, variant, MAIN).await, [0, 0, 0]);
    assert_eq!(level(db, variant, "shop").await, [12, 0, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_count_below_what_is_reserved_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOIR", 10).await;
    inventory::reserve(db, Reserve::new(vec![StockLine::new(variant, 4)]))
        .await
        .unwrap();
    let counts = vec![Count::new(variant, 3), Count::new(variant, 5).at("shop")];
    let outcome = inventory::set_counts(db, SetCounts::new(noon(), counts)).await;
    let Err(StockError::Short { shortages }) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(shortages.len(), 1);
    assert_eq!(
        (shortages[0].counter, shortages[0].short_by()),
        (Counter::OnHand, 1)
    );
    assert_eq!(level(db, variant, MAIN).await, [6, 4, 0]);
    assert_eq!(entity::inventory::Entity::find().all(db).await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_counts_of_one_place_contradict_each_other(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOIR", 10).await;
    let counts = vec![Count::new(variant, 3), Count::new(variant, 3)];
    let outcome = inventory::set_counts(db, SetCounts::new(noon(), counts)).await;
    assert!(matches!(outcome, Err(StockError::Invalid(_))), "{outcome:?}");
}
