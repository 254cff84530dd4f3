//! All of it, or nothing.

use std::ops::ControlFlow;

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait as _};
use service::agents::OrganisationLine;
use service::seed::{Seed, SeedError, seed};
use tests::{Engine, TestDatabase};

use super::{fill, small};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_rows_is_left_alone(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    tests::rows::insert(db, "customers", []).await;
    // Notes of upkeep are in nobody's way.
    tests::rows::insert(db, "system_events", []).await;
    let refused = seed(db, small(10), |_| ControlFlow::Continue(())).await;
    assert!(
        matches!(&refused, Err(SeedError::NotEmpty { tables }) if tables == &["customers"]),
        "{refused:?}"
    );
    assert_eq!(entity::orders::Entity::find().count(db).await.unwrap(), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_remains_of_a_seed_that_was_stopped_and_the_next_one_succeeds(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let stopped = seed(db, small(60), |_| ControlFlow::Break(())).await;
    let Err(SeedError::Stopped { orders, of: 60 }) = stopped else {
        panic!("{stopped:?}");
    };
    assert!(orders > 0);
    macro_rules! none {
        ($($table:ident)*) => {
            $(assert_eq!(entity::$table::Entity::find().count(db).await.unwrap(), 0, stringify!($table));)*
        };
    }
    entity::for_each_table!(none);
    fill(db, small(20)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_up_is_refused_before_anything_is_sent() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let db = database.connection();
    let attempt = |command| seed(db, command, |_| ControlFlow::Continue(()));
    let nothing = attempt(Seed {
        months: 0,
        ..small(0)
    })
    .await;
    assert!(matches!(nothing, Err(SeedError::Invalid(input)) if input.problems.len() == 2));
    let until = "1971-03-01".parse().unwrap();
    let early = attempt(Seed { until, ..small(5) }).await;
    assert!(matches!(early, Err(SeedError::TooEarly { .. })), "{early:?}");
    let agents = Some(vec![OrganisationLine {
        line: 7,
        name: "Ann".into(),
        agent_type: "king".into(),
        parent: String::new(),
    }]);
    let refused = attempt(Seed { agents, ..small(5) }).await;
    assert!(matches!(refused, Err(SeedError::Organisation { lines }) if lines[0].line == 7));
}
