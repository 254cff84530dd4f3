//! The read-only role reads everything and changes nothing.

use sea_orm::{ConnectionTrait, Statement};
use service::maintenance::Table;
use tests::Engine;

use super::{Granted, Role, refused};

#[tokio::test(flavor = "multi_thread")]
async fn the_read_only_role_reads_tables_views_and_partitions_and_changes_nothing() {
    let Some(granted) = Granted::new().await else {
        return;
    };
    let db = granted.connect(Role::ReadOnly).await;
    let read = async |name: &str| {
        let count =
            Statement::from_string(Engine::Postgres.backend(), format!("SELECT count(*) FROM {name}"));
        db.query_one_raw(count).await.unwrap();
    };
    for table in Table::all() {
        read(table.name()).await;
        let name = table.name();
        for sql in [
            format!("INSERT INTO {name} SELECT * FROM {name}"),
            format!("DELETE FROM {name}"),
            format!("TRUNCATE {name} CASCADE"),
            format!("SELECT 1 FROM {name} FOR UPDATE"),
        ] {
            refused(&db, &sql).await;
        }
    }
    for name in [
        "agent_performance",
        "customer_lifetime_value",
        "product_performance",
        "transactions_default",
    ] {
        read(name).await;
    }
    for sql in [
        "SELECT nextval('order_numbers')",
        "CREATE TABLE mine (id int)",
        "UPDATE configurations SET value = '1'",
        "REFRESH MATERIALIZED VIEW agent_performance",
    ] {
        refused(&db, sql).await;
    }
    granted.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_owner_makes_later_is_read_by_both_and_written_by_none_of_them() {
    let Some(granted) = Granted::new().await else {
        return;
    };
    let owner = granted.connect(Role::Owner).await;
    owner
        .execute_unprepared(
            "CREATE TABLE transactions_y2031m01 PARTITION OF transactions
             FOR VALUES FROM ('01c10a31-9400-7000-8000-000000000000') TO ('01c1a9d5-7800-7000-8000-000000000000')",
        )
        .await
        .unwrap();
    for role in [Role::Application, Role::ReadOnly] {
        let db = granted.connect(role).await;
        db.execute_unprepared("SELECT 1 FROM transactions_y2031m01")
            .await
            .unwrap();
        refused(&db, "DELETE FROM transactions_y2031m01").await;
        refused(&db, "INSERT INTO transactions_y2031m01 (amount) VALUES (1)").await;
    }
    granted.end().await;
}
