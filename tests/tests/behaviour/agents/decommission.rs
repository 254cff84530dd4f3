//! Taking agents out of office.

mod parties;
mod races;
mod refusals;

use entity::{
    AgentId, AgentStatus, AgentType, SystemEventId, TaskId, TaskStatus, content, goals, system_events, tasks,
};
use rstest::rstest;
use sea_orm::sea_query::Value;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use service::agents::{self, ChildrenGoTo, DecommissionAgent, GrantCapability, HandedOver, ListSubtree};
use service::transaction;
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::{agent, director, row_of, specialist};

/// What refers to an agent as its owner, author or worker, in the tables of the schema.
const OWNED: [(&str, &str); 5] = [
    ("goals", "owner_agent_id"),
    ("workflows", "owner_agent_id"),
    ("campaigns", "owner_agent_id"),
    ("kpis", "owner_agent_id"),
    ("budgets", "owner_agent_id"),
];

const HISTORY: [(&str, &str); 7] = [
    ("content", "created_by_agent_id"),
    ("reports", "created_by_agent_id"),
    ("customer_interactions", "agent_id"),
    ("transactions", "agent_id"),
    ("revenue_attribution", "agent_id"),
    ("system_events", "source_agent_id"),
    ("configurations", "updated_by_agent_id"),
];

async fn rows_of(db: &impl ConnectionTrait, agent: AgentId, tables: &[(&'static str, &'static str)]) {
    for (table, column) in tables {
        rows::insert(db, table, [(*column, Uuid::from(agent).into())]).await;
    }
}

async fn task(
    db: &impl ConnectionTrait,
    agent: AgentId,
    status: &str,
    more: Vec<(&'static str, Value)>,
) -> TaskId {
    let mut given = vec![
        ("assigned_agent_id", Uuid::from(agent).into()),
        ("status", status.into()),
    ];
    given.extend(more);
    rows::insert(db, "tasks", given).await.id().into()
}

async fn task_of(db: &impl ConnectionTrait, id: TaskId) -> tasks::Model {
    tasks::Entity::find_by_id(id).one(db).await.unwrap().unwrap()
}

/// How many rows of a table belong to an agent.
async fn count(db: &impl ConnectionTrait, table: &str, column: &str, agent: AgentId) -> i64 {
    use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
    let query = Query::select()
        .expr_as(Expr::col(Alias::new(column)).count(), "n")
        .from(Alias::new(table))
        .and_where(Expr::col(Alias::new(column)).eq(Uuid::from(agent)))
        .to_owned();
    db.query_one(&query)
        .await
        .unwrap()
        .unwrap()
        .try_get("", "n")
        .unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_done_changes_hands_and_what_was_done_does_not(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let boss = agent(db, "Boss", AgentType::Orchestrator, None).await;
    let sales = director(db, "Sales", boss).await;
    let tech = director(db, "Tech", boss).await;
    let gifts = specialist(db, "Gifts", sales).await;
    rows_of(db, sales, &OWNED).await;
    rows_of(db, sales, &OWNED[..1]).await;
    rows_of(db, sales, &HISTORY).await;
    agents::grant(db, GrantCapability::new(sales, "tool", "mail"))
        .await
        .unwrap();
    let waiting = task(db, sales, "pending", vec![]).await;
    let lease = chrono::Utc::now() + chrono::TimeDelta::minutes(5);
    let worked_on = vec![("lease_expires_at", lease.into()), ("attempts", 2.into())];
    let worked_on = task(db, sales, "in_progress", worked_on).await;
    let resting = task(db, sales, "pending", vec![("lease_expires_at", lease.into())]).await;
    let done = task(db, sales, "completed", vec![]).await;
    let failed = task(db, sales, "failed", vec![]).await;
    let (before_done, before_failed) = (task_of(db, done).await, task_of(db, failed).await);

    let command = DecommissionAgent::new(sales, tech);
    let outcome = agents::decommission(db, command.clone()).await.unwrap();
    assert_eq!(
        outcome.handed_over,
        HandedOver {
            children: 1,
            goals: 2,
            workflows: 1,
            tasks: 3,
            leases_ended: 1,
            campaigns: 1,
            kpis: 1,
            budgets: 1
        }
    );
    assert_eq!(outcome.agent, row_of(db, sales).await);
    assert_eq!(outcome.agent.status, AgentStatus::Archived);
    assert_eq!(outcome.agent.parent_id, Some(boss), "it keeps its place");
    assert_eq!(row_of(db, gifts).await.parent_id, Some(tech));
    for (table, column) in OWNED {
        assert_eq!(count(db, table, column, sales).await, 0, "{table}");
        assert!(count(db, table, column, tech).await > 0, "{table}");
    }
    for (table, column) in HISTORY {
        let events = i64::from(table == "system_events");
        assert_eq!(count(db, table, column, sales).await, 1 + events, "{table}");
    }
    for id in [waiting, worked_on, resting] {
        let task = task_of(db, id).await;
        assert_eq!((task.assigned_agent_id, task.status), (tech, TaskStatus::Pending));
    }
    let fenced = task_of(db, worked_on).await;
    assert_eq!((fenced.lease_expires_at, fenced.attempts), (None, 2));
    assert!(task_of(db, resting).await.lease_expires_at.is_some());
    assert_eq!(task_of(db, done).await, before_done);
    assert_eq!(task_of(db, failed).await, before_failed);
    assert_eq!(content::Entity::find().count(db).await.unwrap(), 1);

    let event = system_events::Entity::find_by_id(command.id)
        .one(db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(event.event_type, "agent.decommissioned");
    assert_eq!(event.source_agent_id, Some(sales));
    assert_eq!(event.message, "Sales was decommissioned, Tech took over");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_again_is_the_first_outcome_and_moves_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let tech = director(db, "Tech", None).await;
    rows_of(db, sales, &OWNED).await;
    let command = DecommissionAgent::new(sales, tech);
    let first = agents::decommission(db, command.clone()).await.unwrap();
    // Where the work went since does not matter.
    let third = director(db, "Third", None).await;
    agents::decommission(db, DecommissionAgent::new(tech, third))
        .await
        .unwrap();
    assert_eq!(agents::decommission(db, command.clone()).await.unwrap(), first);
    let error = agents::decommission(
        db,
        DecommissionAgent {
            successor: third,
            ..command
        },
    )
    .await
    .unwrap_err();
    assert!(
        matches!(error, agents::DecommissionError::Conflict(_)),
        "{error:?}"
    );
    assert_eq!(system_events::Entity::find().count(db).await.unwrap(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_goes_back_with_the_callers_transaction(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let tech = director(db, "Tech", None).await;
    rows_of(db, sales, &OWNED).await;
    let own = transaction::begin(db).await.unwrap();
    let refused = agents::decommission(&own, DecommissionAgent::new(sales, AgentId::new())).await;
    assert!(refused.is_err());
    agents::decommission(&own, DecommissionAgent::new(sales, tech))
        .await
        .unwrap();
    own.rollback().await.unwrap();
    assert_eq!(row_of(db, sales).await.status, AgentStatus::Active);
    let owned = goals::Entity::find().filter(goals::Column::OwnerAgentId.eq(sales));
    assert_eq!(owned.count(db).await.unwrap(), 1);
    assert_eq!(system_events::Entity::find().count(db).await.unwrap(), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_successor_from_below_takes_the_place_and_leads_the_others(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    // A child of the agent, or a child of a child.
    #[values(1, 2)] below: usize,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let boss = agent(db, "Boss", AgentType::Orchestrator, None).await;
    let sales = director(db, "Sales", boss).await;
    let retail = director(db, "Retail", sales).await;
    let heir = if below == 1 {
        retail
    } else {
        director(db, "Heir", retail).await
    };
    let gifts = specialist(db, "Gifts", sales).await;
    let outcome = agents::decommission(db, DecommissionAgent::new(sales, heir))
        .await
        .unwrap();
    assert_eq!(outcome.handed_over.children, 2);
    let tree = agents::subtree(db, ListSubtree::of(boss)).await.unwrap();
    let places: Vec<_> = tree
        .iter()
        .map(|placed| (placed.agent.id, placed.depth))
        .collect();
    let mut expected = vec![(boss, 0), (sales, 1), (heir, 1)];
    if below == 2 {
        expected.push((retail, 2));
    }
    expected.push((gifts, 2));
    assert_eq!(places, expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn children_can_go_to_the_grandparent_instead(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let retail = director(db, "Retail", sales).await;
    let gifts = specialist(db, "Gifts", retail).await;
    let cards = specialist(db, "Cards", retail).await;
    let command = |agent, successor| DecommissionAgent {
        id: SystemEventId::new(),
        agent,
        successor,
        children: ChildrenGoTo::Grandparent,
    };
    // A specialist leads nobody, and need not.
    agents::decommission(db, command(retail, gifts)).await.unwrap();
    for child in [gifts, cards] {
        assert_eq!(row_of(db, child).await.parent_id, Some(sales));
    }
    // Whoever stood under a root becomes one; the archived one moves along.
    let outcome = agents::decommission(db, command(sales, gifts)).await.unwrap();
    assert_eq!(outcome.handed_over.children, 3);
    for child in [gifts, cards, retail] {
        assert_eq!(row_of(db, child).await.parent_id, None);
    }
}
