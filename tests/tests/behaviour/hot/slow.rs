//! What takes the database's time.

use entity::CustomerId;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use service::customers::{self, CustomerKey, RegisterCustomer};
use service::maintenance::slow::{KEY, Slow, SlowError, SlowLine, Source, Timings, slow};
use service::system::configuration::{self, SetConfiguration};
use tests::{Engine, TestDatabase};

/// Registers a customer, and reads it by its address: by its id the registration reads it as well, in the same words.
async fn registered(db: &DatabaseConnection, n: u32) -> CustomerId {
    let email = format!("c{n}@example.com");
    let customer = RegisterCustomer::new(&email);
    let id = customers::register(db, customer).await.unwrap().customer.id;
    customers::get(db, CustomerKey::Email(email)).await.unwrap();
    id
}

fn of<'s>(slow: &'s Slow, operation: &str) -> Vec<&'s SlowLine> {
    let lines = slow.lines.iter();
    lines
        .filter(|line| line.operation.as_deref() == Some(operation))
        .collect()
}

fn is_sorted(slow: &Slow) -> bool {
    slow.lines.is_sorted_by(|a, b| a.total_ms >= b.total_ms)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_counts_by_operation_and_says_what_is_missing_or_hidden() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.session().await;
    match slow(&db, 10).await {
        Err(error @ SlowError::NotCreated) => assert!(error.to_string().contains("CREATE EXTENSION")),
        // A server of somebody else's, or without the contrib package: there is nothing to count with.
        Err(error @ (SlowError::NotInstalled | SlowError::NotPreloaded)) => {
            assert!(error.to_string().contains("pg_stat_statements"));
            return;
        }
        other => panic!("{other:?}"),
    }
    db.execute_unprepared("CREATE EXTENSION pg_stat_statements")
        .await
        .unwrap();
    for n in 0..5 {
        let id = registered(&db, n).await;
        customers::get(&db, CustomerKey::Id(id)).await.unwrap();
    }
    let counted = slow(&db, 10_000).await.unwrap();
    assert_eq!((counted.source, counted.hidden), (Source::PgStatStatements, 0));
    assert!(is_sorted(&counted));
    let read = of(&counted, "customers.get");
    assert_eq!(read.len(), 1, "{counted:?}");
    assert_eq!((read[0].calls, read[0].rows), (5, Some(5)));
    assert!(
        read[0].statement.as_ref().unwrap().ends_with("LIMIT $2"),
        "{read:?}"
    );
    assert!(read[0].buffers_hit.unwrap() > 0 && read[0].share > 0.0 && read[0].share < 1.0);
    // What both send in the same words is counted under the name of the first.
    let registering = of(&counted, "customers.register");
    let both = registering.iter().filter(|line| line.calls == 10);
    assert_eq!(both.count(), 1, "{counted:?}");
    assert!(registering.len() >= 2, "{counted:?}");
    assert_eq!(slow(&db, 1).await.unwrap().lines.len(), 1);

    // As an upgrade of the server leaves it.
    for old in ["1.7", "1.8"] {
        db.execute_unprepared(&format!(
            "DROP EXTENSION pg_stat_statements; CREATE EXTENSION pg_stat_statements VERSION '{old}'"
        ))
        .await
        .unwrap();
        let outdated = slow(&db, 10).await.unwrap_err();
        assert!(matches!(outdated, SlowError::Outdated), "{outdated:?}");
        let (_, line) = outdated
            .to_string()
            .split_once("run ")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        db.execute_unprepared(&line).await.unwrap();
        assert!(!of(&slow(&db, 10_000).await.unwrap(), "customers.get").is_empty());
    }

    // A role that may read nobody else's statements.
    db.execute_unprepared("SET ROLE pg_signal_backend").await.unwrap();
    let hidden = slow(&db, 10_000).await.unwrap();
    assert!(
        hidden.hidden > 10 && of(&hidden, "customers.get").is_empty(),
        "{hidden:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_shows_what_a_backend_timed_and_flushed() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let mut db = database.connection().clone();
    let none = slow(&db, 10).await.unwrap();
    assert_eq!(
        (none.source, none.lines.len(), none.since),
        (Source::Timings, 0, None)
    );

    let timings = Timings::default();
    timings.watch(&mut db);
    registered(&db, 1).await;
    timings.flush(&db).await.unwrap();
    registered(&db, 2).await;
    // Another process counts for itself, and adds to the same.
    let other = Timings::default();
    let mut another = database.connection().clone();
    other.watch(&mut another);
    registered(&another, 3).await;
    other.flush(&another).await.unwrap();
    timings.flush(&db).await.unwrap();

    let counted = slow(&db, 10).await.unwrap();
    assert!(is_sorted(&counted) && counted.since.is_some());
    assert_eq!(of(&counted, "customers.get")[0].calls, 3, "{counted:?}");
    assert!(of(&counted, "customers.register")[0].calls >= 9, "{counted:?}");
    let shares: f64 = counted.lines.iter().map(|line| line.share).sum();
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    for line in &counted.lines {
        assert!(
            line.max_ms >= line.mean_ms && line.total_ms >= line.max_ms,
            "{line:?}"
        );
    }
    assert_eq!(slow(&db, 1).await.unwrap().lines.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn timings_that_cannot_be_flushed_are_kept() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let quiet = database.connection();
    let mut db = quiet.clone();
    let timings = Timings::default();
    timings.watch(&mut db);
    registered(&db, 1).await;
    configuration::set(quiet, SetConfiguration::new(KEY, 7))
        .await
        .unwrap();
    timings.flush(quiet).await.unwrap_err();
    configuration::delete(quiet, configuration::DeleteConfiguration::new(KEY))
        .await
        .unwrap();
    timings.flush(quiet).await.unwrap();
    assert_eq!(of(&slow(quiet, 10).await.unwrap(), "customers.get")[0].calls, 1);
}
