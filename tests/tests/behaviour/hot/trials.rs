//! Trying operations on a small database.

use entity::AgentType;
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::json;
use service::agents::{self, GrantCapability, RegisterAgent};
use service::analytics::kpis::{self, DefineKpi};
use service::customers::{self, RegisterCustomer};
use service::maintenance::plans::{ExplainError, GROWING, Plan, explain, operations};
use service::orders::{self, OrderLine, PlaceOrder};
use service::segments::{self, CreateSegment};
use tests::{Engine, TestDatabase};

use crate::shop::stocked;

/// One of everything that a trial takes.
async fn furnish(db: &DatabaseConnection) {
    let variant = stocked(db, "NOIR", 9).await;
    let customer = RegisterCustomer::new("ada@example.com");
    customers::register(db, customer).await.unwrap();
    let order = PlaceOrder::new(vec![OrderLine::new(variant, 1)]);
    orders::place(db, order).await.unwrap();
    let agent = RegisterAgent::new("ada", AgentType::Orchestrator);
    let agent = agents::register(db, agent).await.unwrap().agent.id;
    agents::grant(db, GrantCapability::new(agent, "tool", "count"))
        .await
        .unwrap();
    kpis::define(db, DefineKpi::new("revenue", "sales"))
        .await
        .unwrap();
    let everybody = json!({ "field": "orders", "gte": 0 });
    let segment = CreateSegment::new("all", entity::CustomerSegmentType::Online, everybody);
    segments::create(db, segment).await.unwrap();
}

async fn counts(db: &DatabaseConnection) -> Vec<(String, i64)> {
    let more = [
        "agents",
        "budgets",
        "campaigns",
        "configurations",
        "workflows",
        "workflow_executions",
    ];
    let mut counts = Vec::new();
    for table in GROWING.into_iter().chain(more) {
        let count =
            Statement::from_string(db.get_database_backend(), format!("SELECT count(*) FROM {table}"));
        let row = db.query_one_raw(count).await.unwrap().unwrap();
        counts.push((table.to_owned(), row.try_get_by_index(0).unwrap()));
    }
    counts
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_operation_can_be_tried_keeps_its_contract_and_leaves_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    furnish(db).await;
    let before = counts(db).await;
    let mut problems = Vec::new();
    for operation in operations() {
        let name = operation.name;
        match explain(db, operation).await {
            Err(error) => problems.push(format!("{name}: {error:?}")),
            Ok(explained) if !explained.breaches.is_empty() => {
                problems.push(format!(
                    "{name}: {:?}\n{:#?}",
                    explained.breaches, explained.plans
                ));
            }
            Ok(explained) => {
                // SQLite has no plan for what searches nothing.
                let planned = |plan: &Plan| engine == Engine::Sqlite || !plan.lines.is_empty();
                assert!(
                    !explained.plans.is_empty() && explained.plans.iter().all(planned),
                    "{name}"
                );
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(counts(db).await, before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_says_what_it_lacks(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let mut lacks = 0;
    for operation in operations() {
        match explain(database.connection(), operation).await {
            Ok(_) => {}
            Err(ExplainError::NoRow { needs, .. }) => {
                assert!(!needs.is_empty());
                lacks += 1;
            }
            Err(error) => panic!("{}: {error:?}", operation.name),
        }
    }
    assert!(lacks > 20, "{lacks}");
}
