//! The indexes that serve the lists, held against the planner on a hundred thousand rows.

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use tests::{Engine, TestDatabase};

/// The statements' own shape, with their values written into them.
#[tokio::test(flavor = "multi_thread")]
async fn an_index_serves_each_filter_and_a_range_reads_its_months_alone() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let fill = "INSERT INTO system_events (id, event_type, severity, message, created_at)
        SELECT uuid_v7_lowest(at), 'type ' || n % 50, CASE WHEN n % 100 = 0 THEN 'error' ELSE 'info' END, 'x', at
        FROM (SELECT n, date_trunc('month', now()) + n * interval '1 minute' AS at FROM generate_series(0, 99999) n) e";
    db.execute_unprepared(fill).await.unwrap();
    db.execute_unprepared("ANALYZE system_events").await.unwrap();
    for (filter, index) in [
        ("event_type = 'type 7'", "event_type_id"),
        (
            "source_agent_id = '00000000-0000-7000-8000-000000000000'",
            "source_agent_id",
        ),
        (
            "severity IN ('warning', 'error', 'critical') AND severity IN ('error', 'critical')",
            "id_idx",
        ),
        ("true", "pkey"),
    ] {
        let plan = explain(
            db,
            &format!("SELECT * FROM system_events WHERE {filter} ORDER BY id DESC LIMIT 51"),
        )
        .await;
        assert!(!plan.contains("Sort Key: id"), "{plan}");
        assert!(plan.contains(index), "{filter}: {plan}");
    }
}

async fn explain(db: &DatabaseConnection, sql: &str) -> String {
    let sql = format!("EXPLAIN (COSTS OFF) {sql}");
    let plan = db
        .query_all_raw(Statement::from_string(Engine::Postgres.backend(), sql))
        .await
        .unwrap();
    plan.iter()
        .map(|row| row.try_get_by_index::<String>(0).unwrap() + "\n")
        .collect()
}

/// The database's own language would not know where a prefix ends; the order of bytes does, also for a plan without values.
#[tokio::test(flavor = "multi_thread")]
async fn an_index_serves_a_prefix_and_its_pages() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let session = database.session().await;
    let fill = "INSERT INTO configurations (key, value)
        SELECT 'group ' || n % 1000 || '.' || n, '1' FROM generate_series(1, 100000) n";
    session.execute_unprepared(fill).await.unwrap();
    session
        .execute_unprepared("ANALYZE configurations")
        .await
        .unwrap();
    let prepare = "SET plan_cache_mode = force_generic_plan; \
        PREPARE page (text, text, text) AS SELECT * FROM configurations \
        WHERE key COLLATE \"C\" < $1 AND key COLLATE \"C\" >= $2 AND key COLLATE \"C\" > $3 \
        ORDER BY key COLLATE \"C\" LIMIT 51";
    session.execute_unprepared(prepare).await.unwrap();
    let plan = explain(&session, "EXECUTE page ('group 7/', 'group 7.', 'group 7.7')").await;
    assert!(
        plan.contains("Index Scan using idx_configurations_key_bytes"),
        "{plan}"
    );
    assert!(!plan.contains("Sort"), "{plan}");
}
