//! Configurations are read as types, set by somebody, and found by their prefix.

use entity::AgentId;
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::page::PageRequest;
use service::system::configuration::{
    self, CompareAndSet, CompareAndSetError, DeleteConfiguration, DeleteError, Expected, ListConfigurations,
    ReadError, SetConfiguration, SetError,
};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Mail {
    from: String,
    per_hour: u32,
}

fn mail(per_hour: u32) -> Mail {
    Mail {
        from: "shop@example.com".into(),
        per_hour,
    }
}

async fn set(db: &DatabaseConnection, key: &str, value: impl Serialize) {
    configuration::set(db, SetConfiguration::new(key, value))
        .await
        .unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_value_comes_back_as_the_type_it_was_set_from(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let author: AgentId = rows::insert(db, "agents", []).await.id().into();
    let first = SetConfiguration {
        description: Some("how mail is sent".into()),
        author: Some(author),
        ..SetConfiguration::new("mail", mail(100))
    };
    configuration::set(db, first).await.unwrap();
    let read = configuration::get::<Mail, _>(db, "mail").await.unwrap();
    assert_eq!((read.value, read.updated_by), (mail(100), Some(author)));
    let written = configuration::set(db, SetConfiguration::new("mail", mail(50)))
        .await
        .unwrap()
        .configuration;
    assert_eq!(written.value, json!({"from": "shop@example.com", "per_hour": 50}));
    assert_eq!(written.updated_by, None, "the author of this value is unknown");
    assert_eq!(
        written.description.as_deref(),
        Some("how mail is sent"),
        "is kept"
    );
    assert_eq!(written.created_at, read.created_at);
    let found = configuration::find::<Mail, _>(db, "mail").await.unwrap();
    assert_eq!(found.unwrap().value, mail(50));
    set(db, "nothing", Value::Null).await;
    let null = configuration::get::<Option<Mail>, _>(db, "nothing")
        .await
        .unwrap();
    assert_eq!(null.value, None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_and_what_is_of_another_type_is_said_so(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    set(db, "mail", 7).await;
    assert_eq!(configuration::find::<Mail, _>(db, "Mail").await.unwrap(), None);
    assert_eq!(configuration::find::<Mail, _>(db, "ma\0il").await.unwrap(), None);
    let error = configuration::get::<u32, _>(db, "mail.from").await.unwrap_err();
    assert!(matches!(&error, ReadError::NotFound { key } if key == "mail.from"));
    let error = configuration::get::<Mail, _>(db, "mail").await.unwrap_err();
    assert!(matches!(&error, ReadError::Type { key, .. } if key == "mail"));
    assert_eq!(error.to_string(), "the value of mail is not of the expected type");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_key_or_value_and_an_unknown_author_are_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for key in [" ", "a\0b", &"k".repeat(256)] {
        let error = configuration::set(db, SetConfiguration::new(key, 1))
            .await
            .unwrap_err();
        assert!(matches!(error, SetError::Invalid(_)), "{error:?}");
    }
    let error = configuration::set(db, SetConfiguration::new("k", "a\0b"))
        .await
        .unwrap_err();
    assert!(matches!(error, SetError::Invalid(_)), "{error:?}");
    let keys_that_are_lists = std::collections::BTreeMap::from([(vec![1], 1)]);
    let error = configuration::set(db, SetConfiguration::new("k", keys_that_are_lists))
        .await
        .unwrap_err();
    assert!(matches!(error, SetError::Invalid(_)), "{error:?}");

    let nobody = AgentId::new();
    let together = transaction::begin(db).await.unwrap();
    let command = SetConfiguration {
        author: Some(nobody),
        ..SetConfiguration::new("k", 1)
    };
    let error = configuration::set(&together, command).await.unwrap_err();
    assert!(matches!(error, SetError::UnknownAuthor { agent } if agent == nobody));
    for expected in [Expected::Absent, Expected::Value(json!(1))] {
        if expected != Expected::Absent {
            configuration::set(&together, SetConfiguration::new("k", 1))
                .await
                .unwrap();
        }
        let command = CompareAndSet {
            key: "k".into(),
            expected,
            value: 2,
            author: Some(nobody),
        };
        let error = configuration::compare_and_set(&together, command)
            .await
            .unwrap_err();
        assert!(
            matches!(error, CompareAndSetError::UnknownAuthor { agent } if agent == nobody),
            "{error:?}"
        );
    }
    together.rollback().await.unwrap();
    assert_eq!(entity::configurations::Entity::find().all(db).await.unwrap(), []);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_the_expected_value_is_replaced(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let author: AgentId = rows::insert(db, "agents", []).await.id().into();
    let command = |expected, per_hour| CompareAndSet {
        key: "mail".into(),
        expected,
        value: mail(per_hour),
        author: Some(author),
    };
    let present = |error| match error {
        CompareAndSetError::Differs { present, .. } => {
            present.map(|present| (present.value, present.updated_by))
        }
        other => panic!("{other:?}"),
    };
    let absent = configuration::compare_and_set(db, command(Expected::Value(json!(1)), 1)).await;
    assert_eq!(present(absent.unwrap_err()), None);
    configuration::compare_and_set(db, command(Expected::Absent, 1))
        .await
        .unwrap();
    let again = configuration::compare_and_set(db, command(Expected::Absent, 1)).await;
    let first = json!({"per_hour": 1, "from": "shop@example.com"});
    assert_eq!(present(again.unwrap_err()), Some((first.clone(), Some(author))));
    let written = configuration::compare_and_set(db, command(Expected::Value(first.clone()), 2))
        .await
        .unwrap();
    assert_eq!(written.configuration.value["per_hour"], 2);
    let late = configuration::compare_and_set(db, command(Expected::Value(first), 3)).await;
    assert_eq!(
        present(late.unwrap_err()),
        Some((json!({"per_hour": 2, "from": "shop@example.com"}), Some(author)))
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_key_is_gone_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    set(db, "mail", 1).await;
    let command = |expected| DeleteConfiguration {
        key: "mail".into(),
        expected,
    };
    let error = configuration::delete(db, command(Some(json!(2))))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, DeleteError::Differs { present } if present.value == 1),
        "{error:?}"
    );
    let together = transaction::begin(db).await.unwrap();
    configuration::delete(&together, command(Some(json!(1))))
        .await
        .unwrap();
    together.rollback().await.unwrap();
    let deleted = configuration::delete(db, command(None)).await.unwrap();
    assert_eq!((deleted.key.as_str(), deleted.value), ("mail", json!(1)));
    for key in ["mail", "ma\0il"] {
        let error = configuration::delete(db, DeleteConfiguration::new(key))
            .await
            .unwrap_err();
        assert!(
            matches!(&error, DeleteError::NotFound { key: named } if named == key),
            "{error:?}"
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_is_taken_letter_by_letter_and_pages_run_by_bytes(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for key in [
        "mail.from",
        "Mail.from",
        "mail_from",
        "mail",
        "mail.%",
        "mail.Über",
        "mail.a",
        "mail/",
        "%",
        "mail.\u{10ffff}x",
    ] {
        set(db, key, key).await;
    }
    let list = async |prefix: &str| {
        let (mut keys, mut after) = (Vec::new(), None);
        loop {
            let query = ListConfigurations {
                prefix: prefix.into(),
                page: PageRequest { after, limit: 2 },
            };
            let page = configuration::list(db, query).await.unwrap();
            keys.extend(page.items.into_iter().map(|item| item.key));
            after = page.next;
            if after.is_none() {
                return keys;
            }
        }
    };
    assert_eq!(
        list("mail.").await,
        ["mail.%", "mail.a", "mail.from", "mail.Über", "mail.\u{10ffff}x"]
    );
    assert_eq!(list("%").await, ["%"]);
    assert_eq!(list("mail_").await, ["mail_from"]);
    assert_eq!(list("mail.\u{10ffff}").await, ["mail.\u{10ffff}x"]);
    assert_eq!(list("x").await, [""; 0]);
    assert_eq!(list("\0").await, [""; 0]);
    let all = list("").await;
    assert_eq!(all.len(), 10);
    assert!(all.is_sorted(), "{all:?}");
}
