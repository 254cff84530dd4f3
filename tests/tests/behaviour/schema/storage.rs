//! How the busy tables are stored and vacuumed on PostgreSQL.

use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::transaction;
use tests::{Engine, TestDatabase};

use super::live::{get, query};

/// Rows of one page and more of a table, and a change of every tenth of them in columns that no index has.
const IN_PLACE: [(&str, &str, &str); 2] = [
    (
        "inventory",
        "INSERT INTO products (handle, title, base_price) VALUES ('noir', 'Noir', 1);
         INSERT INTO product_variants (product_id, sku, price) SELECT id, 'NOIR', 1 FROM products;
         INSERT INTO inventory (product_variant_id, location, quantity_available)
         SELECT v.id, 'shelf ' || n, 5 FROM product_variants v, generate_series(1, 1000) n",
        "UPDATE inventory SET quantity_available = 4, quantity_reserved = 1 WHERE location LIKE '%7'",
    ),
    (
        "order_items",
        "INSERT INTO orders (order_number, currency, subtotal_amount, total_amount) VALUES ('1', 'USD', 1000, 1000);
         INSERT INTO order_items (order_id, sku, title, quantity, price, total_amount)
         SELECT o.id, 'NOIR-' || n, 'Noir', 1, 1, 1 FROM orders o, generate_series(1, 1000) n",
        "UPDATE order_items SET quantity_fulfilled = 1 WHERE sku LIKE '%07' OR sku LIKE '%57'",
    ),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_stock_or_of_a_line_finds_room_on_its_page_and_spares_the_indexes(
    #[values(0, 1)] which: usize,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let (table, fill, change) = IN_PLACE[which];
    let session = database.session().await;
    session.execute_unprepared(fill).await.unwrap();
    session.execute_unprepared(change).await.unwrap();
    session
        .execute_unprepared("SELECT pg_stat_force_next_flush()")
        .await
        .unwrap();
    let counted = transaction::begin(&session).await.unwrap();
    let sql = format!("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = '{table}'");
    let row = counted
        .query_one_raw(sea_orm::Statement::from_string(Engine::Postgres.backend(), sql))
        .await
        .unwrap()
        .unwrap();
    let (changed, in_place): (i64, i64) = (get(&row, 0), get(&row, 1));
    assert!(changed >= 10);
    assert_eq!(in_place, changed);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_month_is_stored_and_vacuumed_like_the_default_partition(
    #[values("workflow_executions", "transactions", "system_events")] table: &str,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let sql = format!(
        "SELECT c.relname::text, array_to_string(c.reloptions, ','), array_to_string(d.reloptions, ',')
         FROM pg_inherits i
         JOIN pg_class c ON c.oid = i.inhrelid
         JOIN pg_class d ON d.oid = '{table}_default'::regclass
         WHERE i.inhparent = '{table}'::regclass"
    );
    let partitions = query(&database, &sql).await;
    assert!(partitions.len() > 12);
    for partition in &partitions {
        let (name, its, default): (String, Option<String>, Option<String>) =
            (get(partition, 0), get(partition, 1), get(partition, 2));
        assert!(
            default
                .as_ref()
                .is_some_and(|options| options.contains("autovacuum"))
        );
        assert_eq!(its, default, "{name}");
    }
}
