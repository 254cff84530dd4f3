//! A database opens with the right settings, or says why it does not, and never says the password.

use rstest::rstest;
use sea_orm::ConnectionTrait;
use sea_orm::Statement;
use service::connect::{ConnectError, Settings, connect};
use tests::{Engine, TestDatabase};
use url::Url;

const CANARY: &str = "c4n4ry";

async fn refusal(url: &str) -> ConnectError {
    let error = connect(url, &Settings::default()).await.unwrap_err();
    let mut told = format!("{error:?} {error}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        told += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    assert!(!told.contains(CANARY), "{told}");
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_is_none_is_refused_without_repeating_it() {
    for url in [
        "",
        "vividwalls.db",
        "mysql://u:c4n4ry@h/d",
        "u:c4n4ry@h/d",
        "POSTGRES://u:c4n4ry@h/d",
    ] {
        assert!(matches!(refusal(url).await, ConnectError::UnknownScheme), "{url}");
    }
    for url in [
        "postgres://u:c4n4ry@h:port/d",
        "postgres://u:c4n4ry@h:99999/d",
        "postgres://u:c4n4ry/@h/d",
        "postgres://u:1/c4n4ry@h/d",
        "postgres://127.0.0.1:1#c4n4ry@h/d",
        "postgres://127.0.0.1:1?c4n4ry@h/d",
        "postgres://u:p@h/d?sslmode=c4n4ry",
        "sqlite://file?mode=c4n4ry",
    ] {
        let error = refusal(url).await;
        assert!(matches!(error, ConnectError::Malformed), "{url}: {error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_named() {
    let error = refusal("postgres://u:c4n4ry@127.0.0.1:1/d").await;
    assert!(
        matches!(&error, ConnectError::Unreachable { host, port: 1, .. } if host == "127.0.0.1"),
        "{error:?}"
    );
    assert_eq!(error.to_string(), "no server at 127.0.0.1:1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_or_a_user_that_is_not_there_is_named() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let mut url: Url = database.url().parse().unwrap();
    url.set_path("/absent");
    let error = refusal(url.as_str()).await;
    assert!(
        matches!(&error, ConnectError::MissingDatabase { database, .. } if database == "absent"),
        "{error:?}"
    );
    url.set_username("nobody_here").unwrap();
    url.set_password(Some(CANARY)).unwrap();
    let error = refusal(url.as_str()).await;
    assert!(
        matches!(&error, ConnectError::NotAdmitted { user, .. } if user == "nobody_here"),
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_there_is_not_made() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("absent.db");
    let error = refusal(&format!("sqlite://{}", file.display())).await;
    assert!(
        matches!(&error, ConnectError::MissingFile { file: named } if *named == file),
        "{error:?}"
    );
    assert!(!file.exists());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_the_settings_that_the_operations_rely_on(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = connect(database.url(), &Settings::default()).await.unwrap();
    let expected: &[(&str, &str)] = match engine {
        Engine::Postgres => &[
            ("SHOW timezone", "UTC"),
            ("SHOW statement_timeout", "30s"),
            ("SHOW lock_timeout", "5s"),
            ("SHOW idle_in_transaction_session_timeout", "1min"),
            ("SHOW application_name", "vividwalls"),
        ],
        Engine::Sqlite => &[
            ("SELECT CAST(foreign_keys AS text) FROM pragma_foreign_keys", "1"),
            ("SELECT journal_mode FROM pragma_journal_mode", "wal"),
            ("SELECT CAST(synchronous AS text) FROM pragma_synchronous", "1"),
            ("SELECT CAST(timeout AS text) FROM pragma_busy_timeout", "5000"),
        ],
    };
    for (question, answer) in expected {
        let row = db
            .query_one_raw(Statement::from_string(engine.backend(), *question))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.try_get_by_index::<String>(0).unwrap(), *answer, "{question}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_in_memory_is_one_database() {
    let db = connect("sqlite::memory:", &Settings::default()).await.unwrap();
    db.execute_unprepared("CREATE TABLE t (a)").await.unwrap();
    let at_once = (0..8).map(|_| {
        let db = db.clone();
        tokio::spawn(async move { db.execute_unprepared("INSERT INTO t VALUES (1)").await })
    });
    for insert in at_once.collect::<Vec<_>>() {
        insert.await.unwrap().unwrap();
    }
}
