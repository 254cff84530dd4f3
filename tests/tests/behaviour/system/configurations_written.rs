//! What an operation returns of a configuration is what is read of it later.

use rstest::rstest;
use serde_json::{Value, json};
use service::system::configuration::{self, CompareAndSet, DeleteConfiguration, Expected, SetConfiguration};
use tests::{Engine, TestDatabase};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_returned_as_it_is_read_later(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for value in [json!(1), json!(2), json!(3e16)] {
        let written = configuration::set(db, SetConfiguration::new("limit", value))
            .await
            .unwrap();
        let read = configuration::get::<Value, _>(db, "limit").await.unwrap();
        assert_eq!(written.configuration, read);
    }
    // However the number is spelled.
    let command = CompareAndSet {
        key: "limit".into(),
        expected: Expected::Value(json!(3e16)),
        value: 4e16,
        author: None,
    };
    let written = configuration::compare_and_set(db, command).await.unwrap();
    let read = configuration::get::<Value, _>(db, "limit").await.unwrap();
    assert_eq!(written.configuration, read);
    let command = DeleteConfiguration {
        key: "limit".into(),
        expected: Some(json!(4e16)),
    };
    configuration::delete(db, command).await.unwrap();
}
