//! What goes, in which order, and what a dry run says.

use std::ops::ControlFlow;

use chrono::{Months, Utc};
use rstest::rstest;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use service::maintenance::partitions::Month;
use service::maintenance::partitions::drop::{DropBefore, DropError, Fate, TableRows, drop_before};
use service::maintenance::partitions::{MakeMonth, Partitioned, Patience, make};
use tests::{Engine, TestDatabase};

use super::history::{Everything, fill, world};
use super::{archived, day, dropped, fates, month};
use crate::shop::counting;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whole_months_before_the_day_go_with_their_children_and_no_other_row_does(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    // Partitions of their own, or the default one.
    #[values(true, false)] with_partitions: bool,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    for of in ["2024-01", "2024-02", "2024-03"] {
        if with_partitions {
            partitions(db, of).await;
        }
    }
    fill(db, &world, "2024-03", 5).await;
    let kept = Everything::of(db).await;
    fill(db, &world, "2024-01", 9).await;
    fill(db, &world, "2024-02", 3).await;

    let report = dropped(db, &DropBefore::new(day("2024-03-31"))).await.unwrap();
    assert!(report.is_complete());
    assert_eq!(
        fates(&report),
        [
            ("2024-01".to_owned(), Fate::Gone),
            ("2024-02".to_owned(), Fate::Gone)
        ]
    );
    let rows: Vec<_> = report.months[0]
        .rows
        .iter()
        .map(|TableRows { table, rows }| (*table, *rows))
        .collect();
    assert_eq!(
        rows,
        [
            ("tasks", 18),
            ("workflow_executions", 9),
            ("revenue_attribution", 18),
            ("transactions", 9),
            ("system_events", 9)
        ]
    );
    assert_eq!(Everything::of(db).await, kept);
    if engine == Engine::Postgres {
        let left = Statement::from_string(
            DbBackend::Postgres,
            "SELECT relname FROM pg_class WHERE relname ~ '_y2024m0[12]$'",
        );
        assert!(db.query_all_raw(left).await.unwrap().is_empty());
    }
    // There is nothing left to do, and that is no error.
    let again = dropped(db, &DropBefore::new(day("2024-03-31"))).await.unwrap();
    assert!(again.months.is_empty() && again.is_complete());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_exactly_what_a_run_then_does_and_changes_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    for of in ["2024-01", "2024-02"] {
        fill(db, &world, of, 4).await;
    }
    // The second month is needed.
    let execution = Everything::of(db).await.executions[6].id;
    db.execute_unprepared(&format!(
        "UPDATE workflow_executions SET status = 'running', completed_at = NULL WHERE id = {}",
        literal(engine, execution.as_uuid())
    ))
    .await
    .unwrap();
    let before = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    let command = DropBefore {
        dry_run: true,
        archive: Some(directory.path().join("months")),
        ..DropBefore::new(day("2024-03-01"))
    };
    let said = dropped(db, &command).await.unwrap();
    assert_eq!(Everything::of(db).await, before);
    assert!(!directory.path().join("months").exists());

    let command = DropBefore {
        dry_run: false,
        ..command
    };
    let done = dropped(db, &command).await.unwrap();
    assert_eq!(said.months, done.months);
    assert!(said.dry_run && !done.dry_run && !said.is_complete());
    assert_eq!(
        fates(&done),
        [
            ("2024-01".to_owned(), Fate::Gone),
            ("2024-02".to_owned(), Fate::Refused)
        ]
    );
    assert_eq!(Everything::of(db).await.counts(), [4, 8, 4, 8, 4]);
}

/// As the map says, limits, locks and what the archive's own connection sends aside.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_statements_grow_with_the_months_and_not_with_their_rows(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let world = world(&db).await;
    let directory = tempfile::tempdir().unwrap();
    let mut sent = Vec::new();
    for (months, rows, archive) in [(1, 1, false), (1, 9, false), (2, 1, false), (1, 1, true)] {
        for month in 1..=months {
            let of = format!("2024-0{month}");
            partitions(&db, &of).await;
            fill(&db, &world, &of, rows).await;
        }
        let command = DropBefore {
            archive: archive.then(|| directory.path().to_owned()),
            ..DropBefore::new(day("2024-03-01"))
        };
        statements.sent();
        assert!(dropped(&db, &command).await.unwrap().is_complete());
        sent.push(statements.sent());
    }
    let [one, of_nine_rows, two, archived] = sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!(one, of_nine_rows);
    let expected = match engine {
        Engine::Postgres => (27, 22, 7),
        Engine::Sqlite => (72, 68, 11),
    };
    assert_eq!((one, two - one, archived - one), expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_current_month_never_goes(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let current = Month::of(Utc::now());
    let world = world(db).await;
    fill(db, &world, &current.to_string(), 1).await;
    let before = Everything::of(db).await;
    let far = Utc::now().date_naive() + Months::new(30);
    let report = dropped(db, &DropBefore::new(far)).await.unwrap();
    assert_eq!(report.until, current);
    assert_eq!(Everything::of(db).await, before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_run_stops_between_months_or_batches_and_the_next_goes_on(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 2).await;
    fill(db, &world, "2024-02", 2).await;
    let command = DropBefore::new(day("2024-03-01"));
    let mut told = Vec::new();
    let mut watch = |progress| {
        told.push(progress);
        ControlFlow::Break(())
    };
    let report = drop_before(db, &command, &mut watch, tokio::time::sleep)
        .await
        .unwrap();
    assert!(report.interrupted && !report.is_complete());
    assert_eq!(told.len(), 1);
    assert_eq!(fates(&report), [("2024-01".to_owned(), Fate::Gone)]);
    assert_eq!(Everything::of(db).await.counts(), [2, 4, 2, 4, 2]);
    assert!(dropped(db, &command).await.unwrap().is_complete());
    assert_eq!(Everything::of(db).await.counts(), [0; 5]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_nobody_knows_keeps_everything(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 1).await;
    db.execute_unprepared(
        "CREATE TABLE receipts (id integer PRIMARY KEY, paid uuid REFERENCES transactions (id))",
    )
    .await
    .unwrap();
    let refused = dropped(db, &DropBefore::new(day("2024-02-01")))
        .await
        .unwrap_err();
    let DropError::UnknownKeys { keys } = &refused.source else {
        panic!("{refused:?}")
    };
    assert_eq!(
        (keys[0].table.as_str(), keys[0].column.as_str()),
        ("receipts", "paid")
    );
    assert_eq!(Everything::of(db).await.counts(), [1, 2, 1, 2, 1]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_no_archive_would_hold_stops_a_run_with_an_archive(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 1).await;
    db.execute_unprepared("ALTER TABLE transactions ADD COLUMN invoice_no text")
        .await
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let refused = archived(db, "2024-02-01", directory.path()).await.unwrap_err();
    let DropError::UnknownColumns { columns } = &refused.source else {
        panic!("{refused:?}")
    };
    assert_eq!(columns, &["transactions.invoice_no"]);
    assert_eq!(Everything::of(db).await.counts(), [1, 2, 1, 2, 1]);
}

pub(in crate::maintenance) async fn partitions(db: &sea_orm::DatabaseConnection, of: &str) {
    for table in Partitioned::ALL {
        let command = MakeMonth {
            table,
            month: month(of),
            patience: Patience::default(),
            deadline: None,
        };
        make(db, command).await.unwrap();
    }
}

pub(super) fn literal(engine: Engine, id: uuid::Uuid) -> String {
    match engine {
        Engine::Postgres => format!("'{id}'"),
        Engine::Sqlite => format!("x'{}'", id.simple()),
    }
}
