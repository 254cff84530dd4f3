//! What the schema holds about agents, whoever writes.

use entity::{AgentId, AgentType};
use rstest::rstest;
use sea_orm::{ConnectionTrait, DbErr};
use service::DatabaseError;
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::{agent, archived, director, specialist};

fn constraint(error: DbErr) -> String {
    match DatabaseError::from(error) {
        DatabaseError::InvalidValue { constraint } => constraint,
        other => panic!("{other:?}"),
    }
}

async fn set(
    db: &impl ConnectionTrait,
    table: &str,
    column: &str,
    value: &str,
    row: Uuid,
) -> Result<(), DbErr> {
    use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, Value};
    let value: Value = match value.parse::<Uuid>() {
        Ok(id) => id.into(),
        Err(_) => value.into(),
    };
    let mut update = Query::update();
    update
        .table(Alias::new(table))
        .value(Alias::new(column), Expr::value(value))
        .and_where(Expr::col(Alias::new("id")).eq(row));
    db.execute(&update).await.map(drop)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_goes_where_its_type_may_stand_and_nowhere_else(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let boss = agent(db, "Boss", AgentType::Orchestrator, None).await;
    let sales = director(db, "Sales", boss).await;
    let gifts = specialist(db, "Gifts", sales).await;
    let retired = archived(db, "Retired", AgentType::Director).await;
    for (agent_type, parent) in [
        ("orchestrator", boss),
        ("specialist", boss),
        ("director", gifts),
        ("director", retired),
    ] {
        let given = [
            ("type", agent_type.into()),
            ("parent_id", Uuid::from(parent).into()),
        ];
        let refused = rows::try_insert(db, "agents", given).await.unwrap_err();
        assert_eq!(constraint(refused), "chk_agents_place");
    }
    for (row, column, value) in [
        (gifts, "parent_id", boss.to_string()),
        (gifts, "parent_id", retired.to_string()),
        (gifts, "type", "orchestrator".to_owned()),
        (sales, "type", "specialist".to_owned()),
        (boss, "type", "specialist".to_owned()),
    ] {
        let refused = set(db, "agents", column, &value, row.into()).await.unwrap_err();
        assert_eq!(constraint(refused), "chk_agents_place", "{column} {value}");
    }
    // What is archived keeps its place, and a place may be left.
    set(db, "agents", "status", "archived", gifts.into())
        .await
        .unwrap();
    db.execute_unprepared("UPDATE agents SET parent_id = NULL")
        .await
        .unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_work_goes_to_an_archived_agent(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(
        ("goals", "owner_agent_id"), ("workflows", "owner_agent_id"), ("tasks", "assigned_agent_id"),
        ("campaigns", "owner_agent_id"), ("kpis", "owner_agent_id"), ("budgets", "owner_agent_id")
    )]
    (table, column): (&'static str, &'static str),
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let retired = archived(db, "Retired", AgentType::Director).await;
    let sales = director(db, "Sales", None).await;
    let of = |agent: AgentId| [(column, Uuid::from(agent).into())];
    let expected = format!("chk_{table}_in_office");
    let refused = rows::try_insert(db, table, of(retired)).await.unwrap_err();
    assert_eq!(constraint(refused), expected);
    let row = rows::insert(db, table, of(sales)).await;
    let refused = set(db, table, column, &retired.to_string(), row.id()).await;
    assert_eq!(constraint(refused.unwrap_err()), expected);
    // What it had when it was archived, it keeps and may still be written.
    set(db, "agents", "status", "archived", sales.into())
        .await
        .unwrap();
    set(db, table, column, &sales.to_string(), row.id())
        .await
        .unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_child_waits_for_its_parents_new_type(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let given = [
        ("type", "specialist".into()),
        ("parent_id", Uuid::from(sales).into()),
    ];
    let child = rows::prepare(db, "agents", given).await;
    let promoting = service::transaction::begin(db).await.unwrap();
    set(&promoting, "agents", "type", "orchestrator", sales.into())
        .await
        .unwrap();
    let insertion = {
        let db = db.clone();
        tokio::spawn(async move { child.insert(&db, "agents").await })
    };
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    assert!(!insertion.is_finished());
    promoting.commit().await.unwrap();
    assert_eq!(
        constraint(insertion.await.unwrap().unwrap_err()),
        "chk_agents_place"
    );
}
