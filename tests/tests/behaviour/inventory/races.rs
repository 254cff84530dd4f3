//! Many connections, one shelf.

use entity::ProductVariantId;
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait};
use service::inventory::{
    self, Count, MAIN, Moved, Reserve, SetCounts, StockError, StockLine, Transfer, TransferLine,
};
use tests::{Engine, TestDatabase};

use crate::race::behind;
use crate::shop::{level, stocked};

/// All racers behind a transaction that holds every stock row.
async fn at_once<F, Fut, T>(db: &DatabaseConnection, racers: usize, race: F) -> Vec<T>
where
    F: Fn(usize) -> Fut,
    Fut: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    behind(db, "UPDATE inventory SET location = location", racers, race).await
}

/// Counts who won and who was told that it was short; nothing else may happen.
fn winners(outcomes: &[Result<Moved, StockError>]) -> usize {
    for outcome in outcomes {
        assert!(
            matches!(outcome, Ok(_) | Err(StockError::Short { .. })),
            "{outcome:?}"
        );
    }
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

fn reservation(
    db: &DatabaseConnection,
    lines: Vec<StockLine>,
) -> impl Future<Output = Result<Moved, StockError>> + Send + 'static {
    let db = db.clone();
    async move { inventory::reserve(&db, Reserve::new(lines)).await }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_64_who_want_the_last_piece_exactly_one_gets_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "LAST", 1).await;
    let outcomes = at_once(db, 64, |_| reservation(db, vec![StockLine::new(variant, 1)])).await;
    assert_eq!(winners(&outcomes), 1);
    assert_eq!(level(db, variant, MAIN).await, [0, 1, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn everything_is_sold_and_nobody_is_turned_away_too_early(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "TWENTY", 20).await;
    let outcomes = at_once(db, 48, |_| reservation(db, vec![StockLine::new(variant, 1)])).await;
    assert_eq!(winners(&outcomes), 20);
    assert_eq!(level(db, variant, MAIN).await, [0, 20, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn batches_in_opposite_order_do_not_wait_for_each_other_in_a_circle(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut variants: Vec<ProductVariantId> = Vec::new();
    for sku in ["A", "B", "C", "D", "E", "F"] {
        variants.push(stocked(db, sku, 40).await);
    }
    let outcomes = at_once(db, 60, |n| {
        let mut order = variants.clone();
        order.rotate_left(n % 6);
        if n % 2 == 0 {
            order.reverse();
        }
        reservation(
            db,
            order
                .into_iter()
                .map(|variant| StockLine::new(variant, 1))
                .collect(),
        )
    })
    .await;
    assert_eq!(winners(&outcomes), 40);
    for variant in variants {
        assert_eq!(level(db, variant, MAIN).await, [0, 40, 0]);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn transfers_to_and_fro_lose_and_invent_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOMAD", 10).await;
    let places = ["main", "shop", "fair"];
    let outcomes = at_once(db, 45, |n| {
        let db = db.clone();
        let line = TransferLine {
            variant,
            from: places[n % 3].into(),
            to: places[(n + 1 + n / 3 % 2) % 3].into(),
            quantity: 1 + (n as u32) % 3,
        };
        async move { inventory::transfer(&db, Transfer::new(vec![line])).await }
    })
    .await;
    assert!(winners(&outcomes) > 0);
    let rows = entity::inventory::Entity::find().all(db).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.quantity_available).sum::<i32>(),
        10,
        "{rows:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_count_amid_reservations_still_adds_up(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "COUNTED", 10).await;
    let outcomes = at_once(db, 13, |n| {
        let db = db.clone();
        async move {
            if n % 4 == 1 {
                let counts = vec![Count::new(variant, 30)];
                inventory::set_counts(&db, SetCounts::new(chrono::Utc::now(), counts)).await
            } else {
                inventory::reserve(&db, Reserve::new(vec![StockLine::new(variant, 1)])).await
            }
        }
    })
    .await;
    assert_eq!(winners(&outcomes), 13);
    assert_eq!(level(db, variant, MAIN).await, [20, 10, 0]);
}
