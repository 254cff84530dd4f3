//! Many who set the same key at the same moment.

use rstest::rstest;
use sea_orm::DatabaseConnection;
use serde_json::json;
use service::system::configuration::{
    self, CompareAndSet, CompareAndSetError, Expected, SetConfiguration, Written,
};
use tests::{Engine, TestDatabase};

use crate::race::behind;

fn take(
    db: &DatabaseConnection,
    expected: Expected,
    value: usize,
) -> impl Future<Output = Result<Written, CompareAndSetError>> + Send + 'static {
    let db = db.clone();
    async move {
        let command = CompareAndSet {
            key: "leader".into(),
            expected,
            value,
            author: None,
        };
        configuration::compare_and_set(&db, command).await
    }
}

/// One wins, and everybody else is told who.
async fn one_wins(db: &DatabaseConnection, outcomes: Vec<Result<Written, CompareAndSetError>>) {
    let stays = configuration::get::<usize, _>(db, "leader").await.unwrap().value;
    let mut winners = 0;
    for outcome in outcomes {
        match outcome {
            Ok(written) => {
                assert_eq!(written.configuration.value, stays);
                winners += 1;
            }
            Err(CompareAndSetError::Differs { present, .. }) => {
                assert_eq!(present.unwrap().value, stays);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(winners, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_expect_the_same_value_one_replaces_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    configuration::set(db, SetConfiguration::new("leader", 1_000))
        .await
        .unwrap();
    let outcomes = behind(db, "UPDATE configurations SET key = key", 16, |n| {
        take(db, Expected::Value(json!(1_000)), n)
    })
    .await;
    one_wins(db, outcomes).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_expect_nothing_one_sets_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let outcomes = behind(db, "UPDATE configurations SET key = key", 16, |n| {
        take(db, Expected::Absent, n)
    })
    .await;
    one_wins(db, outcomes).await;
}
