//! The indexes that serve the lists, held against the planner on a hundred thousand rows.

use entity::SystemEventSeverity;
use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use service::PageRequest;
use service::system::configuration::{self, ListConfigurations};
use service::system::{self, ListEvents};
use tests::Engine;

use crate::plan::{Watched, id};

const EVENTS: &str = "INSERT INTO system_events (id, event_type, severity, message, created_at)
    SELECT uuid_v7_lowest(at), 'type ' || n % 50, CASE WHEN n % 100 = 0 THEN 'error' ELSE 'info' END, 'x', at
    FROM (SELECT n, date_trunc('month', now()) + n * interval '1 minute' AS at FROM generate_series(0, 99999) n) e";

const CONFIGURATIONS: &str = "INSERT INTO configurations (key, value)
    SELECT 'group ' || n % 1000 || '.' || n, '1' FROM generate_series(1, 100000) n";

#[tokio::test(flavor = "multi_thread")]
async fn an_index_serves_each_filter_of_events() {
    let Some(watched) = Watched::filled(EVENTS).await else {
        return;
    };
    let all = ListEvents::default;
    for (query, index) in [
        (
            ListEvents {
                event_type: Some("type 7".into()),
                ..all()
            },
            "event_type_id",
        ),
        (
            ListEvents {
                source_agent: Some(id(7).into()),
                ..all()
            },
            "source_agent_id",
        ),
        (
            ListEvents {
                severity: Some(SystemEventSeverity::Error),
                ..all()
            },
            "id_idx",
        ),
        (all(), "pkey"),
    ] {
        system::list(&watched.db, query.clone()).await.unwrap();
        let plan = watched.plan().await;
        assert!(!plan.contains("Sort Key: id"), "{query:?}: {plan}");
        assert!(plan.contains(index), "{query:?}: {plan}");
    }
}

/// The database's own language would not know where a prefix ends; the order of bytes does, also for a plan without values.
#[tokio::test(flavor = "multi_thread")]
async fn an_index_serves_a_prefix_and_its_pages() {
    let Some(watched) = Watched::filled(CONFIGURATIONS).await else {
        return;
    };
    let page = PageRequest {
        after: Some("group 7.7".into()),
        limit: 50,
    };
    let prefix = "group 7.".into();
    configuration::list(&watched.db, ListConfigurations { prefix, page })
        .await
        .unwrap();
    let session = watched.quiet().begin().await.unwrap();
    let prepare = format!(
        "SET LOCAL plan_cache_mode = force_generic_plan; PREPARE page AS {}",
        watched.sql()
    );
    session.execute_unprepared(&prepare).await.unwrap();
    let explain = "EXPLAIN (COSTS OFF) EXECUTE page ('group 7/', 'group 7.', 'group 7.7', 51)";
    let explain = Statement::from_string(Engine::Postgres.backend(), explain);
    let rows = session.query_all_raw(explain).await.unwrap();
    let plan: String = rows
        .iter()
        .map(|row| row.try_get_by_index::<String>(0).unwrap() + "\n")
        .collect();
    session.rollback().await.unwrap();
    assert!(
        plan.contains("Index Scan using idx_configurations_key_bytes"),
        "{plan}"
    );
    assert!(!plan.contains("Sort"), "{plan}");
}
