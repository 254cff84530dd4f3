//! One movement, sent sixteen times at once.

use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::inventory::{self, Adjust, AdjustLine, MAIN, Moved, Reserve, StockError, StockLine};
use tests::{Engine, TestDatabase};

use crate::race::behind;
use crate::shop::{level, stocked};

const GATE: &str = "UPDATE inventory SET location = location";

/// Everybody gets the outcome of the one that happened.
fn all_alike(outcomes: &[Result<Moved, StockError>]) {
    let first = outcomes[0].as_ref().unwrap();
    for outcome in outcomes {
        assert_eq!(outcome.as_ref().unwrap(), first);
    }
}

async fn reserve(
    db: &DatabaseConnection,
    available: i32,
    sku: &str,
) -> (Vec<Result<Moved, StockError>>, [i32; 3]) {
    let variant = stocked(db, sku, available).await;
    let command = Reserve::new(vec![StockLine::new(variant, 3)]);
    let outcomes = behind(db, GATE, 16, |_| {
        let (db, command) = (db.clone(), command.clone());
        async move { inventory::reserve(&db, command).await }
    })
    .await;
    (outcomes, level(db, variant, MAIN).await)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_that_is_sent_sixteen_times_at_once_takes_its_pieces_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (outcomes, held) = reserve(db, 50, "PLENTY").await;
    all_alike(&outcomes);
    assert_eq!(held, [47, 3, 0]);
    // The first takes so many that the others would be short: they are told that it happened, not that there are too few.
    let (outcomes, held) = reserve(db, 4, "SCARCE").await;
    all_alike(&outcomes);
    assert_eq!(held, [1, 3, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_that_is_sent_sixteen_times_at_once_counts_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "CORRECTED", 5).await;
    let command = Adjust::new(vec![
        AdjustLine::available(variant, 3),
        AdjustLine::incoming(variant, 2).at("attic"),
    ]);
    let outcomes = behind(db, GATE, 16, |_| {
        let (db, command) = (db.clone(), command.clone());
        async move { inventory::adjust(&db, command).await }
    })
    .await;
    all_alike(&outcomes);
    assert_eq!(level(db, variant, MAIN).await, [8, 0, 0]);
    assert_eq!(level(db, variant, "attic").await, [0, 0, 2]);
}
