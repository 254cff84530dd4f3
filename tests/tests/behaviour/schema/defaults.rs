//! What the database fills in when the writer does not.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use tests::{Engine, TestDatabase, rows};
use uuid::{Uuid, Version};

use super::live::{get, query};

/// The tables whose ids carry the time, because they are partitioned by it on PostgreSQL.
const TIME_KEYED: [&str; 3] = ["workflow_executions", "transactions", "system_events"];

/// Tables without a default for their key.
const KEYED_BY_OTHERS: [&str; 2] = ["customer_segment_members", "email_subscribers"];

/// Every default that is a constant.
const CONSTANTS: &[(&str, &str, &str)] = &[
    ("agents", "status", "active"),
    ("agents", "mcp_tools", "[]"),
    ("agent_capabilities", "configuration", "{}"),
    ("agent_capabilities", "is_active", "true"),
    ("agent_collaborations", "priority", "5"),
    ("agent_collaborations", "sla_minutes", "60"),
    ("goals", "status", "active"),
    ("workflows", "trigger_config", "{}"),
    ("workflows", "is_active", "true"),
    ("workflow_executions", "status", "pending"),
    ("workflow_executions", "input_data", "{}"),
    ("workflow_executions", "output_data", "{}"),
    ("workflow_executions", "metrics", "{}"),
    ("tasks", "priority", "5"),
    ("tasks", "status", "pending"),
    ("tasks", "input_data", "{}"),
    ("tasks", "output_data", "{}"),
    ("tasks", "attempts", "0"),
    ("tasks", "sla_minutes", "60"),
    ("products", "tags", "[]"),
    ("products", "status", "active"),
    ("product_variants", "is_available", "true"),
    ("inventory", "location", "main"),
    ("inventory", "quantity_available", "0"),
    ("inventory", "quantity_reserved", "0"),
    ("inventory", "quantity_incoming", "0"),
    ("product_metrics", "views", "0"),
    ("product_metrics", "add_to_carts", "0"),
    ("product_metrics", "purchases", "0"),
    ("product_metrics", "revenue", "0"),
    ("customers", "tags", "[]"),
    ("customers", "accepts_marketing", "false"),
    ("customers", "vip_status", "false"),
    ("orders", "status", "pending"),
    ("orders", "financial_status", "unpaid"),
    ("orders", "fulfillment_status", "unfulfilled"),
    ("orders", "currency", "USD"),
    ("orders", "discount_amount", "0"),
    ("orders", "tax_amount", "0"),
    ("orders", "shipping_amount", "0"),
    ("order_items", "quantity_fulfilled", "0"),
    ("order_items", "quantity_returned", "0"),
    ("order_items", "discount_amount", "0"),
    ("order_items", "tax_amount", "0"),
    ("customer_segments", "is_active", "true"),
    ("customer_segment_members", "score", "50"),
    ("customer_interactions", "metadata", "{}"),
    ("campaigns", "status", "draft"),
    ("campaigns", "spent", "0"),
    ("campaigns", "metadata", "{}"),
    ("content", "metadata", "{}"),
    ("content", "status", "draft"),
    ("content", "performance_metrics", "{}"),
    ("email_lists", "is_active", "true"),
    ("email_subscribers", "status", "subscribed"),
    ("email_subscribers", "consent", "{}"),
    ("kpis", "frequency", "daily"),
    ("kpis", "is_active", "true"),
    ("kpi_measurements", "metadata", "{}"),
    ("reports", "recipient_agents", "[]"),
    ("transactions", "currency", "USD"),
    ("budgets", "spent_amount", "0"),
    ("revenue_attribution", "attribution_model", "last_touch"),
    ("revenue_attribution", "touchpoint_data", "{}"),
    ("system_events", "severity", "info"),
    ("system_events", "details", "{}"),
];

/// Every column that gets the current time.
const TIMES: &[(&str, &[&str])] = &[
    ("agents", &["created_at", "updated_at"]),
    ("agent_capabilities", &["created_at"]),
    ("agent_collaborations", &["created_at"]),
    ("goals", &["created_at", "updated_at"]),
    ("workflows", &["created_at", "updated_at"]),
    ("workflow_executions", &["created_at"]),
    ("tasks", &["created_at"]),
    ("products", &["created_at", "updated_at"]),
    ("product_variants", &["created_at", "updated_at"]),
    ("inventory", &["updated_at"]),
    ("product_metrics", &["created_at"]),
    ("customers", &["created_at", "updated_at"]),
    ("orders", &["created_at", "updated_at"]),
    ("customer_segments", &["created_at"]),
    ("customer_segment_members", &["assigned_at"]),
    ("customer_interactions", &["created_at"]),
    ("campaigns", &["created_at", "updated_at"]),
    ("content", &["created_at"]),
    ("email_lists", &["created_at", "updated_at"]),
    ("email_subscribers", &["subscribed_at"]),
    ("kpis", &["created_at"]),
    ("kpi_measurements", &["measured_at"]),
    ("reports", &["generated_at"]),
    ("transactions", &["created_at"]),
    ("budgets", &["created_at"]),
    ("revenue_attribution", &["created_at"]),
    ("system_events", &["created_at"]),
    ("configurations", &["created_at", "updated_at"]),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_is_left_out_gets_its_constant(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for (table, column, expected) in CONSTANTS {
        rows::insert(database.connection(), table, []).await;
        let text = format!("SELECT CAST({column} AS text) FROM {table}");
        for row in query(&database, &text).await {
            let value: String = get(&row, 0);
            assert!(
                is_written(&value, expected),
                "{table}.{column}: {value}, not {expected}"
            );
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_left_out_is_a_new_uuid_of_the_right_version(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for table in rows::tables().filter(|table| !KEYED_BY_OTHERS.contains(table)) {
        let version = if TIME_KEYED.contains(&table) {
            Version::SortRand
        } else {
            Version::Random
        };
        for _ in 0..20 {
            insert_without_id(&database, table).await;
        }
        for row in query(&database, &format!("SELECT id FROM {table}")).await {
            let id: Uuid = get(&row, 0);
            assert_eq!(id.get_variant(), uuid::Variant::RFC4122, "{table}: {id}");
            // Parents were inserted with ids of our own; of the same versions, as it happens.
            assert_eq!(id.get_version(), Some(version), "{table}: {id}");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_time_keyed_id_holds_the_instant_of_its_row(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for table in TIME_KEYED {
        for _ in 0..20 {
            insert_without_id(&database, table).await;
        }
        for row in query(&database, &format!("SELECT id, created_at FROM {table}")).await {
            let (id, created_at): (Uuid, DateTime<Utc>) = (get(&row, 0), get(&row, 1));
            let (seconds, nanoseconds) = id.get_timestamp().unwrap().to_unix();
            let in_id = DateTime::from_timestamp(seconds.cast_signed(), nanoseconds).unwrap();
            assert_eq!(
                in_id.timestamp_millis(),
                created_at.timestamp_millis(),
                "{table}: {id} of {created_at}"
            );
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_left_out_is_now(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for (table, columns) in TIMES {
        rows::insert(database.connection(), table, []).await;
        for column in *columns {
            let times = query(&database, &format!("SELECT {column} FROM {table}")).await;
            let time: DateTime<Utc> = get(&times[0], 0);
            let age = Utc::now() - time;
            assert!(
                age < Duration::minutes(1) && age > Duration::seconds(-1),
                "{table}.{column}: {time}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_writes_times_as_the_driver_does() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let in_milliseconds = "____-__-__T__:__:__.___+00:00";
    for (table, columns) in TIMES {
        rows::insert(database.connection(), table, []).await;
        for column in *columns {
            let other = format!("SELECT {column} FROM {table} WHERE {column} NOT LIKE '{in_milliseconds}'");
            assert!(query(&database, &other).await.is_empty(), "{table}.{column}");
        }
    }
    // The driver's own: the same, with as many digits as the time has.
    let moment = "2026-01-02T03:04:05.678Z".parse::<DateTime<Utc>>().unwrap();
    rows::insert(
        database.connection(),
        "agents",
        [("name", "driver".into()), ("created_at", moment.into())],
    )
    .await;
    let written = query(
        &database,
        "SELECT CAST(created_at AS text) FROM agents WHERE name = 'driver'",
    )
    .await;
    assert_eq!(get::<String>(&written[0], 0), "2026-01-02T03:04:05.678+00:00");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn today_is_todays_date_in_utc_wherever_the_session_is(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    // Somewhere between them it is always another day than in UTC.
    #[values("Pacific/Kiritimati", "Pacific/Pago_Pago")] zone: &str,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let session = database.session().await;
    if engine == Engine::Postgres {
        session
            .execute_unprepared(&format!("SET TIME ZONE '{zone}'"))
            .await
            .unwrap();
    }
    let before = Utc::now().date_naive();
    rows::insert(&session, "transactions", []).await;
    let after = Utc::now().date_naive();
    let rows = query(&database, "SELECT transaction_date FROM transactions").await;
    let date: NaiveDate = get(&rows[0], 0);
    assert!(before <= date && date <= after, "{date}");
}

/// Whether `value`, as the engine writes it, is the default: `true` is 1 on SQLite, 0 is 0.00 in a decimal column.
fn is_written(value: &str, expected: &str) -> bool {
    let number = match value {
        "true" => Some(1.0),
        "false" => Some(0.0),
        _ => value.parse::<f64>().ok(),
    };
    let wanted = match expected {
        "true" => Some(1.0),
        "false" => Some(0.0),
        _ => expected.parse::<f64>().ok(),
    };
    value == expected || (number.is_some() && number == wanted)
}

async fn insert_without_id(database: &TestDatabase, table: &str) {
    let mut row = rows::prepare(database.connection(), table, []).await;
    row.leave_out("id");
    row.insert(database.connection(), table).await.unwrap();
}
