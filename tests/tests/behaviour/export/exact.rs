//! Values that no type of Rust's holds.

use std::ops::ControlFlow;

use rstest::rstest;
use sea_orm::{ConnectionTrait as _, Value};
use service::export::{Export, ExportError, Exported, Format, export};
use tests::{Engine, TestDatabase};

async fn written(database: &TestDatabase, table: &str, format: Format) -> Result<String, ExportError> {
    let mut out = Vec::new();
    let command = Export {
        source: table.parse().unwrap(),
        format,
    };
    let watch = |_| ControlFlow::Continue(());
    let done: Exported = export(database.connection(), command, &mut out, watch).await?;
    assert!(done.rows > 0);
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// A row whose column holds what raw SQL says.
async fn row(database: &TestDatabase, table: &str, column: &str, sql: &str) {
    tests::rows::insert(database.connection(), table, [] as [(&str, Value); 0]).await;
    let update = format!("UPDATE {table} SET {column} = {sql}");
    database.connection().execute_unprepared(&update).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_of_json_keep_every_digit(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let json = r#"'{"b": 18446744073709551616, "aa": [12345678901234567890.123456789, 1.10], "c": 1e400}'"#;
    row(&database, "configurations", "value", json).await;
    let large = match engine {
        Engine::Postgres => format!("1{}", "0".repeat(400)),
        Engine::Sqlite => "1e400".to_owned(),
    };
    let exact =
        format!(r#"{{"aa":[12345678901234567890.123456789,1.10],"b":18446744073709551616,"c":{large}}}"#);
    let lines = written(&database, "configurations", Format::Jsonl).await.unwrap();
    assert!(lines.contains(&format!("\"value\":{exact}")), "{lines}");
    assert_eq!(lines.lines().count(), 1);
    let csv = written(&database, "configurations", Format::Csv).await.unwrap();
    assert!(csv.contains(&exact.replace('"', "\"\"")), "{csv}");
    let parquet = written(&database, "configurations", Format::Parquet)
        .await
        .unwrap();
    assert!(parquet.contains("12345678901234567890.123456789,1.10"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_is_refused_with_its_row_as_json_lines_alone() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    row(&database, "email_lists", "criteria", "'{\"a\"'").await;
    let error = written(&database, "email_lists", Format::Jsonl)
        .await
        .unwrap_err();
    let ExportError::Write { source, .. } = error else {
        panic!("{error:?}")
    };
    let said = source.to_string();
    assert!(
        said.contains("in the row with id ") && said.contains("criteria is no JSON"),
        "{said}"
    );
    let csv = written(&database, "email_lists", Format::Csv).await.unwrap();
    assert!(csv.contains("{\"\"a\"\""), "{csv}");
}

#[rstest]
#[case::for_ever("infinity", "infinity")]
#[case::since_ever("-infinity", "-infinity")]
#[case::beyond_chrono("294000-01-01 00:00:00.5+00", "294000-01-01T00:00:00.500000Z")]
#[case::the_last("294276-12-31 23:59:59.999999+00", "294276-12-31T23:59:59.999999Z")]
#[case::before_christ("0044-03-15 12:00:00+00 BC", "0044-03-15T12:00:00.000000Z BC")]
#[tokio::test(flavor = "multi_thread")]
async fn a_time_beyond_all_calendars_is_written_as_postgres_reads_it(
    #[case] at: &str,
    #[case] expected: &str,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    row(&database, "kpi_measurements", "measured_at", &format!("'{at}'")).await;
    let csv = written(&database, "kpi_measurements", Format::Csv).await.unwrap();
    let cells: Vec<_> = csv.lines().nth(1).unwrap().split(',').collect();
    assert!(cells.contains(&expected), "{csv}");
    let lines = written(&database, "kpi_measurements", Format::Jsonl)
        .await
        .unwrap();
    assert!(
        lines.contains(&format!("\"measured_at\":\"{expected}\"")),
        "{lines}"
    );
    let read = format!("SELECT 1 AS same FROM kpi_measurements WHERE measured_at = '{expected}'");
    let same = database
        .connection()
        .query_one_raw(sea_orm::Statement::from_string(engine_of(&database), read));
    assert!(
        same.await.unwrap().is_some(),
        "PostgreSQL reads it as the same time"
    );
}

fn engine_of(database: &TestDatabase) -> sea_orm::DbBackend {
    database.engine().backend()
}

#[tokio::test(flavor = "multi_thread")]
async fn parquet_refuses_an_infinite_time_with_its_row() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    row(
        &database,
        "kpi_measurements",
        "measured_at",
        "'294000-01-01 00:00:00+00'",
    )
    .await;
    written(&database, "kpi_measurements", Format::Parquet)
        .await
        .unwrap();
    row(&database, "kpi_measurements", "period_end", "'infinity'").await;
    let error = written(&database, "kpi_measurements", Format::Parquet)
        .await
        .unwrap_err();
    let ExportError::Write { source, .. } = error else {
        panic!("{error:?}")
    };
    let said = source.to_string();
    assert!(
        said.contains("in the row with id ") && said.contains("period_end is infinity"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_that_is_no_number_is_written_as_postgres_reads_it() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    row(&database, "goals", "target_value", "'NaN'").await;
    let csv = written(&database, "goals", Format::Csv).await.unwrap();
    assert!(
        csv.lines().nth(1).unwrap().split(',').any(|cell| cell == "NaN"),
        "{csv}"
    );
    let lines = written(&database, "goals", Format::Jsonl).await.unwrap();
    assert!(lines.contains("\"target_value\":\"NaN\""), "{lines}");
    let error = written(&database, "goals", Format::Parquet).await.unwrap_err();
    let ExportError::Write { source, .. } = error else {
        panic!("{error:?}")
    };
    let said = source.to_string();
    assert!(
        said.contains("in the row with id ") && said.contains("target_value is NaN"),
        "{said}"
    );
}
