//! The numbers of statements that the README of `service` states.

use rstest::rstest;
use serde_json::json;
use service::system::configuration::{
    self, CompareAndSet, DeleteConfiguration, Expected, ListConfigurations, SetConfiguration,
};
use service::system::{self, AppendEvent, AppendMany, ListEvents};
use tests::{Engine, TestDatabase};

use crate::shop::counting;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_system_sends_what_its_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let event = AppendEvent::new("tick", "tick");
    system::append(&db, event.clone()).await.unwrap();
    assert_eq!(statements.sent(), 1, "append");
    system::append(&db, event).await.unwrap();
    assert_eq!(statements.sent(), 2, "append, again");
    let events = (0..100).map(|_| AppendEvent::new("tick", "tick")).collect();
    system::append_many(&db, AppendMany { events }).await.unwrap();
    assert_eq!(statements.sent(), 1, "append_many");
    system::list(&db, ListEvents::default()).await.unwrap();
    assert_eq!(statements.sent(), 1, "list");

    configuration::set(&db, SetConfiguration::new("k", 1))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 1, "set");
    configuration::get::<u32, _>(&db, "k").await.unwrap();
    assert_eq!(statements.sent(), 1, "get");
    let command = CompareAndSet {
        key: "k".into(),
        expected: Expected::Value(json!(1)),
        value: 2,
        author: None,
    };
    configuration::compare_and_set(&db, command).await.unwrap();
    assert_eq!(statements.sent(), 2, "compare_and_set");
    configuration::list(&db, ListConfigurations::default())
        .await
        .unwrap();
    assert_eq!(statements.sent(), 1, "configuration::list");
    configuration::delete(&db, DeleteConfiguration::new("k"))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 2, "configuration::delete");
}
