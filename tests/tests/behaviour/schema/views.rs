//! The three views: the right figures, the same on both engines, and refreshed without locking readers out.

mod agents;
mod customers;
mod extremes;
mod products;
mod same;

use entity::{agent_performance, customer_lifetime_value, product_performance};
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, EntityTrait};
use tests::{Engine, TestDatabase, rows};

use super::live::{get, query};

const VIEWS: [&str; 3] = [
    "customer_lifetime_value",
    "product_performance",
    "agent_performance",
];

/// Everything that the views show, each sorted by its key.
#[derive(Debug, PartialEq)]
struct Shown {
    customers: Vec<customer_lifetime_value::Model>,
    products: Vec<product_performance::Model>,
    agents: Vec<agent_performance::Model>,
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_shop_has_empty_views(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let shown = show(&database).await;
    assert_eq!(
        shown,
        Shown {
            customers: vec![],
            products: vec![],
            agents: vec![]
        }
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn both_engines_name_the_same_columns_in_the_same_order(
    #[values("customer_lifetime_value", "product_performance", "agent_performance")] view: &str,
) {
    let Some(postgres) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let sqlite = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let in_postgres = format!(
        "SELECT attname FROM pg_attribute WHERE attrelid = '{view}'::regclass AND attnum > 0 ORDER BY attnum"
    );
    let in_sqlite = format!("SELECT name FROM pragma_table_info('{view}') ORDER BY cid");
    let names = async |database: &TestDatabase, sql: &str| -> Vec<String> {
        query(database, sql).await.iter().map(|row| get(row, 0)).collect()
    };
    assert_eq!(
        names(&postgres, &in_postgres).await,
        names(&sqlite, &in_sqlite).await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_does_not_lock_readers_out() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    rows::insert(database.connection(), "customers", []).await;
    for view in VIEWS {
        let reader = database.session().await;
        let read = format!("BEGIN; SELECT count(*) FROM {view}");
        reader.execute_unprepared(&read).await.unwrap();
        let writer = database.session().await;
        writer
            .execute_unprepared("SET lock_timeout = '5s'")
            .await
            .unwrap();
        let refresh = format!("REFRESH MATERIALIZED VIEW CONCURRENTLY {view}");
        writer.execute_unprepared(&refresh).await.unwrap();
        reader.execute_unprepared("COMMIT").await.unwrap();
    }
}

/// What the views show now; on PostgreSQL after a refresh.
async fn show(database: &TestDatabase) -> Shown {
    let db = database.connection();
    if database.engine() == Engine::Postgres {
        for view in VIEWS {
            db.execute_unprepared(&format!("REFRESH MATERIALIZED VIEW CONCURRENTLY {view}"))
                .await
                .unwrap();
        }
    }
    let mut customers = customer_lifetime_value::Entity::find().all(db).await.unwrap();
    let mut products = product_performance::Entity::find().all(db).await.unwrap();
    let mut agents = agent_performance::Entity::find().all(db).await.unwrap();
    customers.sort_by_key(|row| row.customer_id);
    products.sort_by_key(|row| row.product_id);
    agents.sort_by_key(|row| row.agent_id);
    Shown {
        customers,
        products,
        agents,
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn money(text: &str) -> Value {
    decimal(text).into()
}
