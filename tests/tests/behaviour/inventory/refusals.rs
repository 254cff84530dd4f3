//! Nothing goes below zero, nothing moves in part, and the refusal names every line that is short.

use entity::ProductVariantId;
use rstest::rstest;
use service::input::{Problem, Rule};
use service::inventory::{
    self, Adjust, AdjustLine, Counter, MAIN, Moved, Receive, Release, Reserve, Ship, Shortage, StockError,
    StockLine, Transfer, TransferLine,
};
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase};

use crate::shop::{level, stocked};

fn shortages(outcome: Result<Moved, StockError>) -> Vec<Shortage> {
    match outcome {
        Err(StockError::Short { shortages }) => shortages,
        other => panic!("expected a shortage, got {other:?}"),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_lists_every_short_line_and_moves_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let enough = stocked(db, "ENOUGH", 10).await;
    let few = stocked(db, "FEW", 2).await;
    let none = stocked(db, "NONE", 0).await;
    let lines = vec![
        StockLine::new(few, 2),
        StockLine::new(enough, 10),
        StockLine::new(none, 1).at("elsewhere"),
        StockLine::new(few, 1),
    ];
    let error = inventory::reserve(db, Reserve::new(lines)).await.unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    let message = error.to_string();
    assert!(
        message.contains("FEW at main: 3 needed, 2 available"),
        "{message}"
    );
    let mut shortages = shortages(Err(error));
    shortages.sort_by(|a, b| a.sku.cmp(&b.sku));
    let short = |variant, sku: &str, location: &str, present, needed| Shortage {
        variant,
        sku: sku.into(),
        location: location.into(),
        counter: Counter::Available,
        present,
        needed,
    };
    assert_eq!(
        shortages,
        [
            short(few, "FEW", MAIN, 2, 3),
            short(none, "NONE", "elsewhere", 0, 1)
        ]
    );
    assert_eq!(shortages[0].short_by(), 1);
    assert_eq!(level(db, enough, MAIN).await, [10, 0, 0]);
    assert_eq!(level(db, few, MAIN).await, [2, 0, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_counter_goes_below_zero(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOIR", 3).await;
    inventory::reserve(db, Reserve::new(vec![StockLine::new(variant, 1)]))
        .await
        .unwrap();
    let lines = || vec![StockLine::new(variant, 2)];
    let away = |available, incoming| {
        Adjust::new(vec![AdjustLine {
            variant,
            location: MAIN.into(),
            available,
            incoming,
        }])
    };
    let transfer = Transfer::new(vec![TransferLine {
        variant,
        from: MAIN.into(),
        to: "shop".into(),
        quantity: 3,
    }]);
    for (outcome, counter, present, needed) in [
        (
            inventory::release(db, Release::new(lines())).await,
            Counter::Reserved,
            1,
            2,
        ),
        (
            inventory::ship(db, Ship::new(lines())).await,
            Counter::Reserved,
            1,
            2,
        ),
        (
            inventory::receive(db, Receive::new(lines())).await,
            Counter::Incoming,
            0,
            2,
        ),
        (inventory::adjust(db, away(-3, 0)).await, Counter::Available, 2, 3),
        (inventory::adjust(db, away(0, -1)).await, Counter::Incoming, 0, 1),
        (inventory::transfer(db, transfer).await, Counter::Available, 2, 3),
    ] {
        let shortages = shortages(outcome);
        assert_eq!(shortages.len(), 1);
        assert_eq!(
            (shortages[0].counter, shortages[0].present, shortages[0].needed),
            (counter, present, needed)
        );
    }
    assert_eq!(level(db, variant, MAIN).await, [2, 1, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_variant_that_does_not_exist_is_named(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let known = stocked(db, "NOIR", 3).await;
    let unknown = ProductVariantId::new();
    let lines = vec![StockLine::new(known, 1), StockLine::new(unknown, 1)];
    let reserved = inventory::reserve(db, Reserve::new(lines)).await;
    let lines = vec![AdjustLine::available(known, 1), AdjustLine::available(unknown, 1)];
    let adjusted = inventory::adjust(db, Adjust::new(lines)).await;
    for outcome in [reserved, adjusted] {
        let Err(StockError::UnknownVariants { variants }) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(variants, [unknown]);
    }
    assert_eq!(level(db, known, MAIN).await, [3, 0, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_is_full_stays_as_it_is(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOIR", i32::MAX).await;
    let lines = vec![AdjustLine::available(variant, 1)];
    let error = inventory::adjust(db, Adjust::new(lines)).await.unwrap_err();
    assert!(
        matches!(
            error,
            StockError::TooMany {
                counter: Counter::Available,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(level(db, variant, MAIN).await, [i32::MAX, 0, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_senseless_command_is_refused_with_all_its_problems(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = ProductVariantId::new();
    let lines = vec![StockLine::new(variant, 0), StockLine::new(variant, 1).at("a\0b")];
    let Err(StockError::Invalid(input)) = inventory::reserve(db, Reserve::new(lines)).await else {
        panic!()
    };
    let problem = |field: &str, rule| Problem {
        field: field.into(),
        rule,
    };
    assert_eq!(
        input.problems,
        [
            problem("lines[0].quantity", Rule::NotPositive),
            problem("lines[1].location", Rule::Nul)
        ]
    );
    let empty = inventory::ship(db, Ship::new(vec![])).await;
    assert!(matches!(empty, Err(StockError::Invalid(_))), "{empty:?}");
    let line = TransferLine {
        variant,
        from: MAIN.into(),
        to: MAIN.into(),
        quantity: 1,
    };
    let nowhere = inventory::transfer(db, Transfer::new(vec![line])).await;
    let Err(StockError::Invalid(input)) = nowhere else {
        panic!()
    };
    assert_eq!(input.problems, [problem("lines[0].to", Rule::SamePlace)]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_leaves_the_callers_transaction_usable(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOIR", 3).await;
    let own = transaction::begin(db).await.unwrap();
    let lines = vec![
        AdjustLine::available(variant, 1),
        AdjustLine::available(ProductVariantId::new(), 1),
    ];
    inventory::adjust(&own, Adjust::new(lines)).await.unwrap_err();
    inventory::reserve(&own, Reserve::new(vec![StockLine::new(variant, 9)]))
        .await
        .unwrap_err();
    inventory::reserve(&own, Reserve::new(vec![StockLine::new(variant, 2)]))
        .await
        .unwrap();
    own.commit().await.unwrap();
    assert_eq!(level(db, variant, MAIN).await, [1, 2, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_caller_rolls_back_never_moved(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = stocked(db, "NOIR", 3).await;
    let own = transaction::begin(db).await.unwrap();
    inventory::reserve(&own, Reserve::new(vec![StockLine::new(variant, 2)]))
        .await
        .unwrap();
    inventory::adjust(&own, Adjust::new(vec![AdjustLine::available(variant, 5)]))
        .await
        .unwrap();
    own.rollback().await.unwrap();
    assert_eq!(level(db, variant, MAIN).await, [3, 0, 0]);
}
