//! `updated_at` moves on every UPDATE, whoever writes it.

use chrono::{DateTime, Duration, Utc};
use rstest::rstest;
use sea_orm::{ConnectionTrait, TransactionTrait};
use tests::{Engine, TestDatabase, rows};

use super::live::{self, get, query};

/// Each table with the column, and an assignment that changes nothing else.
const TABLES: [(&str, &str); 11] = [
    ("agents", "status = 'active'"),
    ("goals", "status = 'active'"),
    ("workflows", "is_active = true"),
    ("products", "status = 'active'"),
    ("product_variants", "is_available = true"),
    ("inventory", "quantity_available = quantity_available + 1"),
    ("customers", "vip_status = true"),
    ("orders", "status = 'confirmed'"),
    ("campaigns", "spent = 1"),
    ("email_lists", "is_active = false"),
    ("configurations", "description = 'changed'"),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_table_with_the_column_is_forgotten(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let columns = live::columns(&database).await;
    let mut with_it: Vec<_> = columns
        .keys()
        .filter(|(_, column)| column == "updated_at")
        .map(|(table, _)| table.as_str())
        .collect();
    let mut tested = TABLES.map(|(table, _)| table);
    with_it.sort_unstable();
    tested.sort_unstable();
    assert_eq!(with_it, tested);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_raw_update_moves_it(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for (table, change) in TABLES {
        rows::insert(database.connection(), table, []).await;
        let mut last = newest(&database, table).await;
        // Faster than SQLite's clock ticks.
        for _ in 0..5 {
            run(&database, &format!("UPDATE {table} SET {change}")).await;
            let next = newest(&database, table).await;
            assert!(next > last, "{table}: {next} after {last}");
            last = next;
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_update_of_many_rows_moves_each(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for _ in 0..10 {
        rows::insert(database.connection(), "customers", []).await;
    }
    let sql = "SELECT updated_at FROM customers ORDER BY id";
    let before = query(&database, sql).await;
    run(&database, "UPDATE customers SET accepts_marketing = true").await;
    for (before, after) in before.iter().zip(query(&database, sql).await) {
        let (before, after): (DateTime<Utc>, DateTime<Utc>) = (get(before, 0), get(&after, 0));
        assert!(after > before, "{after} after {before}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_upsert_moves_it(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    rows::insert(database.connection(), "configurations", [("key", "tax".into())]).await;
    let before = newest(&database, "configurations").await;
    let upsert = "INSERT INTO configurations (key, value) VALUES ('tax', '{\"rate\": 7}') \
                  ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    run(&database, upsert).await;
    assert!(newest(&database, "configurations").await > before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_update_of_a_transaction_moves_it(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    rows::insert(database.connection(), "products", []).await;
    let before = newest(&database, "products").await;
    let transaction = database.connection().begin().await.unwrap();
    let mut last = before;
    for _ in 0..3 {
        transaction
            .execute_unprepared("UPDATE products SET category = 'art'")
            .await
            .unwrap();
        let sql = sea_orm::Statement::from_string(engine.backend(), "SELECT updated_at FROM products");
        let next = get(&transaction.query_one_raw(sql).await.unwrap().unwrap(), 0);
        assert!(next > last, "{next} after {last}");
        last = next;
    }
    transaction.commit().await.unwrap();
    assert_eq!(newest(&database, "products").await, last);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_turn_it_back(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    rows::insert(database.connection(), "orders", []).await;
    let before = newest(&database, "orders").await;
    for past in [
        "updated_at = '2020-01-01T00:00:00+00:00'",
        "updated_at = updated_at",
    ] {
        run(&database, &format!("UPDATE orders SET {past}")).await;
        assert!(newest(&database, "orders").await > before, "{past}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_ahead_does_not_stop_it(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let ahead = Utc::now() + Duration::days(1);
    rows::insert(database.connection(), "goals", [("updated_at", ahead.into())]).await;
    let before = newest(&database, "goals").await;
    run(&database, "UPDATE goals SET description = 'later'").await;
    assert!(newest(&database, "goals").await > before);
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_moves_it_also_with_recursive_triggers() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    rows::insert(database.connection(), "agents", []).await;
    let before = newest(&database, "agents").await;
    let session = database.session().await;
    session
        .execute_unprepared("PRAGMA recursive_triggers = on")
        .await
        .unwrap();
    session
        .execute_unprepared("UPDATE agents SET system_prompt = 'be brief'")
        .await
        .unwrap();
    assert!(newest(&database, "agents").await > before);
}

async fn run(database: &TestDatabase, sql: &str) {
    database
        .connection()
        .execute_unprepared(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn newest(database: &TestDatabase, table: &str) -> DateTime<Utc> {
    let rows = query(
        database,
        &format!("SELECT updated_at FROM {table} ORDER BY updated_at DESC LIMIT 1"),
    )
    .await;
    get(&rows[0], 0)
}
