//! Random commands against the stock and against a plain model of it, which fits in one match: the same outcomes, the same
//! counters, after every step, on both engines.

use std::collections::{BTreeMap, BTreeSet};

use entity::ProductVariantId;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait};
use service::inventory::{
    self, Adjust, AdjustLine, Count, Counter, Moved, Receive, Release, Reserve, SetCounts, Ship, StockError,
    StockLine, Transfer, TransferLine,
};
use tests::{Engine, TestDatabase};

use crate::shop::created;

const PLACES: [&str; 2] = ["main", "shop"];

#[derive(Clone, Copy, Debug)]
enum Verb {
    Adjust,
    Receive,
    Reserve,
    Release,
    Ship,
    Transfer,
    SetCounts,
}

/// A variant, a place, a quantity, and another one that some verbs need.
type Line = (usize, usize, i32, i32);

fn command() -> impl Strategy<Value = (Verb, Vec<Line>)> {
    let verb = prop_oneof![
        Just(Verb::Adjust),
        Just(Verb::Receive),
        Just(Verb::Reserve),
        Just(Verb::Reserve),
        Just(Verb::Release),
        Just(Verb::Ship),
        Just(Verb::Transfer),
        Just(Verb::SetCounts),
    ];
    (
        verb,
        prop::collection::vec((0..3_usize, 0..2_usize, 1..7_i32, -3..7_i32), 1..5),
    )
}

/// Available, reserved and incoming of each stock row that exists.
type Stock = BTreeMap<(usize, usize), [i64; 3]>;
type Short = BTreeSet<(usize, usize, Counter)>;

/// What a command does to the stock: adds to counters, after making the rows it may make.
fn model(stock: &Stock, verb: Verb, lines: &[Line]) -> Result<Stock, Short> {
    let mut after = stock.clone();
    let mut changes = Stock::new();
    let mut add = |variant, place, change: [i64; 3]| {
        let sum = changes.entry((variant, place)).or_default();
        for (sum, change) in sum.iter_mut().zip(change) {
            *sum += change;
        }
    };
    for &(variant, place, quantity, other) in lines {
        let (n, other) = (i64::from(quantity), i64::from(other));
        let key = (variant, place);
        match verb {
            Verb::Adjust => {
                after.entry(key).or_default();
                add(variant, place, [other, 0, n]);
            }
            Verb::Receive => add(variant, place, [n, 0, -n]),
            Verb::Reserve => add(variant, place, [-n, n, 0]),
            Verb::Release => add(variant, place, [n, -n, 0]),
            Verb::Ship => add(variant, place, [0, -n, 0]),
            Verb::Transfer => {
                after.entry((variant, 1 - place)).or_default();
                add(variant, place, [-n, 0, 0]);
                add(variant, 1 - place, [n, 0, 0]);
            }
            Verb::SetCounts => {
                let row = after.entry(key).or_default();
                let change = n - row[1] - row[0];
                add(variant, place, [change, 0, 0]);
            }
        }
    }
    let mut short = Short::new();
    for ((variant, place), change) in changes {
        let mut row = after.get(&(variant, place)).copied().unwrap_or_default();
        for ((counter, value), change) in [Counter::Available, Counter::Reserved, Counter::Incoming]
            .into_iter()
            .zip(&mut row)
            .zip(change)
        {
            *value += change;
            if *value < 0 {
                short.insert((variant, place, counter));
            }
        }
        after.insert((variant, place), row);
    }
    if short.is_empty() { Ok(after) } else { Err(short) }
}

async fn send(
    db: &DatabaseConnection,
    variants: &[ProductVariantId],
    verb: Verb,
    lines: &[Line],
) -> Result<Moved, StockError> {
    let stock_lines = || {
        lines
            .iter()
            .map(|&(v, p, n, _)| StockLine::new(variants[v], n.unsigned_abs()).at(PLACES[p]))
            .collect::<Vec<_>>()
    };
    match verb {
        Verb::Adjust => {
            let line = |&(v, p, incoming, available): &Line| AdjustLine {
                variant: variants[v],
                location: PLACES[p].into(),
                available,
                incoming,
            };
            inventory::adjust(db, Adjust::new(lines.iter().map(line).collect())).await
        }
        Verb::Receive => inventory::receive(db, Receive::new(stock_lines())).await,
        Verb::Reserve => inventory::reserve(db, Reserve::new(stock_lines())).await,
        Verb::Release => inventory::release(db, Release::new(stock_lines())).await,
        Verb::Ship => inventory::ship(db, Ship::new(stock_lines())).await,
        Verb::Transfer => {
            let line = |&(v, p, n, _): &Line| TransferLine {
                variant: variants[v],
                from: PLACES[p].into(),
                to: PLACES[1 - p].into(),
                quantity: n.unsigned_abs(),
            };
            inventory::transfer(db, Transfer::new(lines.iter().map(line).collect())).await
        }
        Verb::SetCounts => {
            let count = |&(v, p, n, _): &Line| Count::new(variants[v], n.unsigned_abs()).at(PLACES[p]);
            let counts = lines.iter().map(count).collect();
            inventory::set_counts(db, SetCounts::new(chrono::Utc::now(), counts)).await
        }
    }
}

/// What the database holds.
async fn held(db: &DatabaseConnection, name: impl Fn(ProductVariantId, &str) -> (usize, usize)) -> Stock {
    let rows = entity::inventory::Entity::find().all(db).await.unwrap();
    rows.into_iter()
        .map(|row| {
            let counts = [
                row.quantity_available,
                row.quantity_reserved,
                row.quantity_incoming,
            ]
            .map(i64::from);
            (name(row.product_variant_id, &row.location), counts)
        })
        .collect()
}

async fn play(db: &DatabaseConnection, variants: &[ProductVariantId], commands: Vec<(Verb, Vec<Line>)>) {
    entity::inventory::Entity::delete_many().exec(db).await.unwrap();
    let name = |variant, location: &str| {
        let variant = variants.iter().position(|id| *id == variant).unwrap();
        (
            variant,
            PLACES.iter().position(|place| *place == location).unwrap(),
        )
    };
    let mut stock = Stock::new();
    for (verb, mut lines) in commands {
        if matches!(verb, Verb::SetCounts) {
            let mut seen = BTreeSet::new();
            lines.retain(|line| seen.insert((line.0, line.1)));
        }
        let expected = model(&stock, verb, &lines);
        match (send(db, variants, verb, &lines).await, expected) {
            (Ok(moved), Ok(after)) => {
                for level in moved.levels {
                    let counts = [level.available, level.reserved, level.incoming].map(i64::from);
                    assert_eq!(
                        counts,
                        after[&name(level.variant, &level.location)],
                        "{verb:?} {lines:?}"
                    );
                }
                stock = after;
            }
            (Err(StockError::Short { shortages }), Err(expected)) => {
                let short: Short = shortages
                    .iter()
                    .map(|short| {
                        assert!(short.short_by() > 0);
                        let (variant, place) = name(short.variant, &short.location);
                        let counter = if short.counter == Counter::OnHand {
                            Counter::Available
                        } else {
                            short.counter
                        };
                        (variant, place, counter)
                    })
                    .collect();
                assert_eq!(short, expected, "{verb:?} {lines:?}");
            }
            (outcome, expected) => {
                panic!("{verb:?} {lines:?} on {stock:?}: {outcome:?}, expected {expected:?}")
            }
        }
        let held = held(db, name).await;
        assert_eq!(held, stock, "after {verb:?} {lines:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_stock_behaves_like_its_model(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let product = created(db, "model", &["A", "B", "C"]).await;
    let variants: Vec<_> = product.variants.iter().map(|variant| variant.id).collect();
    let mut runner = TestRunner::new(Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    });
    let runtime = tokio::runtime::Handle::current();
    let played = tokio::task::block_in_place(|| {
        runner.run(&prop::collection::vec(command(), 1..40), |commands| {
            runtime.block_on(play(db, &variants, commands));
            Ok(())
        })
    });
    if let Err(failure) = played {
        panic!("{failure}");
    }
}
