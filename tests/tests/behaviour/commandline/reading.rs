//! A command that only reads, or that the database undoes, is ended by the first signal.

use rstest::rstest;
use tests::{Engine, TestDatabase};

use super::{interrupted, locked, signal, started_on};
use crate::race::wait_for;

const ORGANISATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/agents/organisation.csv");

#[rstest]
#[case::doctor(&["doctor", "--only", "stock"], "inventory", "nothing was changed")]
#[case::views(&["views", "status"], "configurations", "nothing was changed")]
#[case::months(&["partitions", "list", "--count"], "transactions", "nothing was changed")]
#[case::explain(&["explain", "orders.place"], "products, product_variants, inventory", "is rolled back")]
#[case::agents(&["import", "agents", ORGANISATION], "agents", "all of it is written or nothing")]
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_while_it_waits_for_rows_and_says_what_that_leaves(
    #[case] arguments: &[&str],
    #[case] tables: &str,
    #[case] left: &str,
    #[values("INT", "TERM")] name: &str,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let held = locked(&database, tables).await;
    let running = started_on(&database, arguments);
    wait_for(database.connection(), 1).await;
    signal(name, &running);
    let (output, said) = interrupted(running);
    assert_eq!(output, "");
    assert!(
        said.starts_with("before the end: ") && said.contains(left),
        "{said}"
    );
    held.commit().await.unwrap();
}
