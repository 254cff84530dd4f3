//! `service seed`.

use std::process::Command;

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait as _};
use tests::{Engine, TestDatabase};

use crate::command::{run, run_json, service_on};

const SMALL: [&str; 6] = ["seed", "--months", "2", "--until", "2025-12-15", "--orders"];

pub(super) fn seed(database: &TestDatabase, orders: &str) -> Command {
    let mut command = service_on(database, &SMALL);
    command.arg(orders);
    command
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_it_wrote_and_does_not_write_it_twice(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (status, report) = run_json(&mut seed(&database, "30"));
    assert_eq!((status, &report["rows"]["orders"]), (0, &30.into()), "{report}");
    assert_eq!(
        (&report["rows"]["agents"], &report["upkeep"]),
        (&42.into(), &"done".into())
    );
    // The views are filled.
    let values = entity::customer_lifetime_value::Entity::find().count(database.connection());
    assert_eq!(
        values.await.unwrap(),
        report["rows"]["customers"].as_u64().unwrap()
    );

    let (status, _, errors) = run(&mut seed(&database, "30"));
    assert_eq!(status, 2);
    assert!(errors.contains("the database is not empty"), "{errors}");
}
