//! What PostgreSQL's planner makes of the lists, as they are sent, on 100 000 transactions.

use chrono::{Days, Utc};
use entity::TransactionType;
use sea_orm::ConnectionTrait;
use service::PageRequest;
use service::finance::attribution::{Earnings, report};
use service::finance::transactions::{self as journal, ListTransactions, TotalBy, Totals};
use tests::{Engine, TestDatabase};

use super::books::agents;
use crate::plan::Watched;

/// A transaction every six minutes for fourteen months, one in a hundred an expense, in fifty categories, of ten agents.
const FILL: &str = "
    INSERT INTO transactions (id, type, category, amount, agent_id, transaction_date)
    SELECT uuid_v7_lowest(at), CASE WHEN n % 100 = 0 THEN 'expense' ELSE 'revenue' END, 'category ' || n % 50, 1,
           (array(SELECT id FROM agents ORDER BY id))[n % 10 + 1], (at AT TIME ZONE 'UTC')::date
    FROM (SELECT n, date_trunc('month', now()) - interval '1 month' + n * interval '6 minutes' AS at
          FROM generate_series(0, 99999) n) e";

/// How many months the plan reads.
fn months(plan: &str) -> usize {
    plan.matches(" on transactions_y").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_serves_each_filter_and_a_period_reads_its_months_alone() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let agents = agents(db, 10).await;
    db.execute_unprepared(FILL).await.unwrap();
    let watched = Watched::of(database).await;
    let all = ListTransactions::default;
    let page = PageRequest {
        after: Some(entity::TransactionId::new()),
        limit: 50,
    };
    for (query, index) in [
        (all(), "pkey"),
        (ListTransactions { page, ..all() }, "pkey"),
        (
            ListTransactions {
                kind: Some(TransactionType::Expense),
                ..all()
            },
            "type_id",
        ),
        (
            ListTransactions {
                category: Some("category 7".into()),
                ..all()
            },
            "category_id",
        ),
        (
            ListTransactions {
                agent: Some(agents[3]),
                ..all()
            },
            "agent_id_id",
        ),
    ] {
        journal::list(&watched.db, query.clone()).await.unwrap();
        let plan = watched.plan().await;
        // The default partition is empty, and may be read as a whole.
        assert!(!plan.contains("Seq Scan on transactions_y"), "{query:?}: {plan}");
        assert!(plan.contains(index), "{query:?}: {plan}");
    }
    let to = Utc::now().date_naive();
    let from = to.checked_sub_days(Days::new(3)).unwrap();
    let period = Totals::new(from, to, TotalBy::Day);
    journal::totals(&watched.db, period).await.unwrap();
    let plan = watched.plan().await;
    assert!((1..=2).contains(&months(&plan)), "{plan}");
    report(&watched.db, Earnings::new(from, to)).await.unwrap();
    let plan = watched.plan().await;
    assert!((1..=2).contains(&months(&plan)), "{plan}");
}
