//! What the README's table says differs between the engines, on both sides: what the database does by itself. What the
//! operations make of it is tested with them.

use chrono::{DateTime, Duration, Utc};
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, TransactionTrait};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::live::{get, query};
use super::refusal::Refusal;

#[rstest]
#[case::length("kpis", "unit", Value::from("x".repeat(51)), "22001")]
#[case::digits_before_the_point("kpis", "target_value", Value::from(Decimal::from(10_i64.pow(10))), "22003")]
#[case::range("inventory", "quantity_incoming", Value::from(i64::from(i32::MAX) + 1), "22003")]
#[tokio::test(flavor = "multi_thread")]
async fn postgres_holds_a_column_to_its_width_and_sqlite_does_not(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] table: &str,
    #[case] column: &'static str,
    #[case] value: Value,
    #[case] code: &str,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let written = rows::try_insert(database.connection(), table, [(column, value)]).await;
    match engine {
        Engine::Postgres => assert_eq!(Refusal::of(&written.expect_err("too wide")).code, code),
        Engine::Sqlite => drop(written.unwrap()),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn postgres_rounds_a_decimal_when_it_is_written(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let price: Decimal = "19.995".parse().unwrap();
    rows::insert(database.connection(), "products", [("base_price", price.into())]).await;
    let read: Decimal = get(&query(&database, "SELECT base_price FROM products").await[0], 0);
    match engine {
        Engine::Postgres => assert_eq!(read, "20.00".parse().unwrap()),
        Engine::Sqlite => assert_eq!(read, price),
    }
}

#[rstest]
#[case(Engine::Postgres, "'NaN'")]
#[case(Engine::Sqlite, "9e999 - 9e999")]
#[tokio::test(flavor = "multi_thread")]
async fn postgres_takes_for_a_large_amount_what_is_no_number_and_sqlite_for_none(
    #[case] engine: Engine,
    #[case] amount: &str,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    rows::insert(database.connection(), "products", []).await;
    let update = format!("UPDATE products SET base_price = {amount}");
    let written = database.connection().execute_unprepared(&update).await;
    match engine {
        Engine::Postgres => assert_eq!(written.unwrap().rows_affected(), 1),
        Engine::Sqlite => assert!(
            written.unwrap_err().to_string().contains("NOT NULL"),
            "it is NULL"
        ),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn postgres_normalises_json_and_sqlite_keeps_its_text(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let insert = "INSERT INTO configurations (key, value) VALUES ('tax', '{\"b\":1,  \"a\":2, \"a\":3}')";
    database.connection().execute_unprepared(insert).await.unwrap();
    let text: String = get(
        &query(&database, "SELECT CAST(value AS text) FROM configurations").await[0],
        0,
    );
    match engine {
        Engine::Postgres => assert_eq!(text, r#"{"a": 3, "b": 1}"#),
        Engine::Sqlite => assert_eq!(text, r#"{"b":1,  "a":2, "a":3}"#),
    }
    let broken = "INSERT INTO configurations (key, value) VALUES ('broken', '{')";
    let broken = database.connection().execute_unprepared(broken).await;
    assert_eq!(broken.is_ok(), engine == Engine::Sqlite);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_microseconds_and_sqlite_what_was_written(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let written: DateTime<Utc> = "2026-11-22T15:53:00.123456789Z".parse().unwrap();
    rows::insert(database.connection(), "agents", [("created_at", written.into())]).await;
    let read: DateTime<Utc> = get(&query(&database, "SELECT created_at FROM agents").await[0], 0);
    match engine {
        Engine::Postgres => assert_eq!(
            read,
            "2026-11-22T15:53:00.123456Z".parse::<DateTime<Utc>>().unwrap()
        ),
        Engine::Sqlite => assert_eq!(read, written),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn now_is_the_transactions_start_or_the_statements(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let transaction = database.connection().begin().await.unwrap();
    rows::insert(&transaction, "agents", []).await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    rows::insert(&transaction, "agents", []).await;
    transaction.commit().await.unwrap();
    let times = query(&database, "SELECT created_at FROM agents ORDER BY created_at").await;
    let apart: Duration = get::<DateTime<Utc>>(&times[1], 0) - get::<DateTime<Utc>>(&times[0], 0);
    match engine {
        Engine::Postgres => assert_eq!(apart, Duration::zero()),
        Engine::Sqlite => assert!(apart > Duration::zero()),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn returning_shows_the_moved_updated_at_on_postgres_only(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    rows::insert(database.connection(), "agents", []).await;
    let returned = query(
        &database,
        "UPDATE agents SET status = 'inactive' RETURNING updated_at",
    )
    .await;
    let returned: DateTime<Utc> = get(&returned[0], 0);
    let stored: DateTime<Utc> = get(&query(&database, "SELECT updated_at FROM agents").await[0], 0);
    match engine {
        Engine::Postgres => assert_eq!(returned, stored),
        Engine::Sqlite => assert!(returned < stored),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn postgres_refuses_a_nul_in_a_text(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let written = rows::try_insert(database.connection(), "agents", [("name", "a\0b".into())]).await;
    match engine {
        Engine::Postgres => assert_eq!(Refusal::of(&written.expect_err("a NUL")).code, "22021"),
        Engine::Sqlite => drop(written.unwrap()),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn lower_case_is_more_than_ascii_where_the_servers_locale_says_so(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let lowers: bool = get(&query(&database, "SELECT lower('É') = 'é'").await[0], 0);
    let written = rows::try_insert(
        database.connection(),
        "customers",
        [("email", "É@example.com".into())],
    )
    .await;
    match written {
        Ok(_) => assert!(!lowers),
        Err(error) => assert!(lowers && Refusal::of(&error).is_check("chk_customers_email")),
    }
    assert!(engine == Engine::Postgres || !lowers, "SQLite knows ASCII");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_does_not_compare_a_time_keyed_id_with_its_date(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let last_year = Utc::now() - Duration::days(365);
    let written = rows::try_insert(
        database.connection(),
        "system_events",
        [("created_at", last_year.into())],
    )
    .await;
    assert_eq!(written.is_ok(), engine == Engine::Sqlite);
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_a_uuid_as_sixteen_bytes() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let id: Uuid = rows::insert(database.connection(), "agents", []).await.id();
    let sql = "INSERT INTO agents (name, type) VALUES ('by default', 'director')";
    database.connection().execute_unprepared(sql).await.unwrap();
    let stored = query(
        &database,
        "SELECT typeof(id), length(id), lower(hex(id)) FROM agents ORDER BY rowid",
    )
    .await;
    for row in &stored {
        assert_eq!((get::<String>(row, 0).as_str(), get::<i32>(row, 1)), ("blob", 16));
    }
    assert_eq!(get::<String>(&stored[0], 2), id.simple().to_string());
}
