//! Amounts that are no numbers: PostgreSQL's numeric has NaN, and `CHECK (amount >= 0)` lets it pass. SQLite has none.

use sea_orm::ConnectionTrait as _;
use tests::Engine;

use super::bed::{Bed, names};
use super::trade::trade;

/// Each column of amounts of a table whose rows have an id, `table.column`.
const COLUMNS: &str = "SELECT string_agg(c.table_name || '.' || c.column_name, ' ') FROM information_schema.columns c \
    JOIN pg_class t ON t.oid = format('%I.%I', c.table_schema, c.table_name)::regclass AND NOT t.relispartition \
    WHERE c.table_schema = 'public' AND c.data_type = 'numeric' AND EXISTS (SELECT FROM information_schema.columns i \
        WHERE i.table_schema = 'public' AND i.table_name = c.table_name AND i.column_name = 'id')";

/// Makes amounts no numbers and looks; whether the schema and the rows let that be.
async fn no_number(bed: &Bed, table: &str, column: &str, rows: &str) -> bool {
    let kept = format!("SELECT coalesce(jsonb_object_agg(id, {column})::text, '{{}}') FROM {table}");
    let kept = bed.text(&kept).await;
    let fault = format!("UPDATE {table} SET {column} = 'NaN' WHERE {rows}");
    if kept == "{}" || bed.db.execute_unprepared(&fault).await.is_err() {
        // One with an upper limit refuses it.
        return false;
    }
    let examination = bed.examine().await;
    assert_eq!(names(&examination), ["rows.amounts"], "{fault}: {examination:#?}");
    assert!(examination.failed.is_empty(), "{fault}: {examination:#?}");
    let named = &examination.findings[0].faults[0];
    assert!(named.row.starts_with(&format!("{table} ")), "{named:?}");
    assert_eq!(named.expected, format!("a number in {column}"));
    bed.run(&format!(
        "UPDATE {table} SET {column} = kept.value::numeric FROM jsonb_each_text('{kept}') kept WHERE kept.key = id::text"
    ))
    .await;
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_that_is_no_number_is_named_and_stops_no_other_check() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    trade(&bed.db).await;
    let mut planted = Vec::new();
    let columns = bed.text(COLUMNS).await;
    for column in columns.split(' ') {
        let (table, name) = column.split_once('.').unwrap();
        let one = format!("id = (SELECT min(id::text)::uuid FROM {table})");
        if no_number(&bed, table, name, &one).await && no_number(&bed, table, name, "true").await {
            planted.push(column);
        }
    }
    for column in [
        "budgets.spent_amount",
        "campaigns.budget",
        "order_items.price",
        "orders.subtotal_amount",
        "orders.total_amount",
        "transactions.amount",
    ] {
        assert!(planted.contains(&column), "{column} in {planted:?} of {columns}");
    }
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

/// The lines bear the total out, and one payment of two; the other is unknown.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_payment_that_is_no_number_came_to_is_not_taken_for_known() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    trade(&bed.db).await;
    bed.run(
        "INSERT INTO transactions (type, category, amount, order_id) \
         SELECT 'revenue', 'sale', 'NaN', id FROM orders WHERE status = 'completed'; \
         UPDATE orders SET total_amount = total_amount + 5 WHERE status = 'completed'",
    )
    .await;
    let examination = bed.examine().await;
    assert_eq!(
        names(&examination),
        ["orders.totals", "rows.amounts"],
        "{examination:#?}"
    );
    assert!(super::lost::is_decision(&examination.findings[0]));
}
