//! Random shops: two hundred of them, two hundred commands each, sent to the operations and to a plain model of what they promise.
//! After every command both hold the same, and the books balance.

mod check;
mod command;
mod drive;
mod order;
mod world;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;
use tests::{Engine, TestDatabase};

use command::{Command, command};
use drive::Shop;
use world::World;

const SEEDS: u32 = 200;
const STEPS: usize = 200;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_shop_behaves_like_its_model(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let mut runner = TestRunner::new(Config {
        cases: SEEDS,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    });
    let runtime = tokio::runtime::Handle::current();
    let played = tokio::task::block_in_place(|| {
        runner.run(&prop::collection::vec(command(), STEPS), |commands| {
            runtime.block_on(play(&database, commands));
            Ok(())
        })
    });
    if let Err(failure) = played {
        panic!("{failure}");
    }
}

/// One shop, from its opening to its last command.
async fn play(database: &TestDatabase, commands: Vec<Command>) {
    let mut shop = Shop::open(database.connection()).await;
    let mut world = World::default();
    for command in commands {
        let expected = world.expect(&command);
        let happened = shop.send(&command, &world).await;
        assert_eq!(happened, expected.outcome, "{command:?} on {world:#?}");
        world = expected.world;
        check::same(&shop, &world, &command).await;
        world.assert_invariants();
    }
}
