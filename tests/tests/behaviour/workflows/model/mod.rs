//! Random work: two hundred queues, two hundred commands each, sent to the operations and to a plain model of what they promise.
//! After every command both hold the same.

mod check;
mod command;
mod drive;
mod queue;
mod refusal;
mod request;
mod staff;
mod world;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;
use tests::{Engine, TestDatabase};

use command::{Command, command};
use drive::Driver;
use request::Request;
use world::{Outcome, World};

const SEEDS: u32 = 200;
const STEPS: usize = 200;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_queue_behaves_like_its_model(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let mut runner = TestRunner::new(Config {
        cases: SEEDS,
        failure_persistence: None,
        max_shrink_iters: 50,
        ..Config::default()
    });
    let staff = staff::staff(database.connection()).await;
    let runtime = tokio::runtime::Handle::current();
    let played = tokio::task::block_in_place(|| {
        runner.run(&prop::collection::vec(command(), STEPS), |commands| {
            runtime.block_on(async {
                play(Driver::open(database.connection(), &staff).await, commands).await;
            });
            Ok(())
        })
    });
    if let Err(failure) = played {
        panic!("{failure}");
    }
}

/// One queue, from its opening to its last command.
async fn play(mut driver: Driver, commands: Vec<Command>) {
    let mut world = World::default();
    let mut sent = Vec::new();
    for command in commands {
        let Some(request) = Request::of(&command, &world, &sent) else {
            continue;
        };
        let expected = world.expect(&request);
        if expected.outcome == Outcome::Nothing {
            continue;
        }
        let happened = driver.send(&request, &expected.world).await;
        match expected.outcome {
            // What a repetition says beyond that, other tests hold.
            Outcome::Again => assert!(
                matches!(happened, Outcome::Done { .. }),
                "{request:?}: {happened:?}"
            ),
            outcome => assert_eq!(happened, outcome, "{request:?}"),
        }
        check::same(&driver, &expected.world, &request).await;
        expected.world.assert_invariants();
        expected.world.assert_follows(&world);
        world = expected.world;
        if matches!(happened, Outcome::Done { .. }) {
            sent.push(request);
        }
    }
}
