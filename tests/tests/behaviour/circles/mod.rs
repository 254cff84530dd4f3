//! No two operations wait for each other in a circle.
//!
//! Who locks several rows takes them in an order. Whether two operations have the same one shows when both need a row that a third
//! session holds: each takes what it takes before that row, and waits. When the row is let go, the first goes on to what it takes
//! after it; if the second has that already, they are in a circle.
//!
//! SQLite has one writer at a time.

mod search;
mod shop;
mod work;

use rstest::rstest;
use tests::{Engine, TestDatabase};

#[derive(Clone, Copy, Debug)]
enum World {
    /// Agents, and what they own and do.
    Work,
    /// Products, orders and customers.
    Shop,
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_two_operations_on_the_same_rows_wait_for_each_other(
    #[values(World::Work, World::Shop)] world: World,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let cases = match world {
        World::Work => work::cases(db).await,
        World::Shop => shop::cases(db).await,
    };
    let circles = search::circles(db, &cases).await;
    assert!(circles.is_empty(), "{circles:#?}");
}
