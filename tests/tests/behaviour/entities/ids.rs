//! Ids are types of their own, made by the application, and carry their time.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use entity::{
    AgentId, AgentType, SystemEventId, TransactionId, TransactionType, WorkflowExecutionId, agents,
    system_events, transactions, workflow_executions,
};
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use tests::{Engine, TestDatabase, rows};

fn agent(name: &str) -> agents::ActiveModel {
    agents::ActiveModel {
        name: Set(name.to_owned()),
        r#type: Set(AgentType::Specialist),
        ..Default::default()
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_insert_without_an_id_gets_one_that_sorts_after_the_last(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let before = Utc::now().trunc_subsecs(3);
    let first = agent("first").insert(db).await.unwrap().id;
    let second = agent("second").insert(db).await.unwrap().id;
    assert!(first < second);
    assert!(first.instant().unwrap() >= before);

    let mine = AgentId::new();
    let given = agents::ActiveModel {
        id: Set(mine),
        ..agent("third")
    };
    assert_eq!(given.insert(db).await.unwrap().id, mine);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ids_go_through_lists_text_and_serde(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(AgentId::from(rows::insert(db, "agents", []).await.id()));
    }
    let wanted = ids[..2].to_vec();
    let select = agents::Entity::find().select_only().column(agents::Column::Id);
    let listed = select.clone().filter(agents::Column::Id.is_in(wanted.clone()));
    let mut found: Vec<AgentId> = listed.into_tuple().all(db).await.unwrap();
    found.sort();
    let mut sorted = wanted.clone();
    sorted.sort();
    assert_eq!(found, sorted);
    if engine == Engine::Postgres {
        let any = Expr::cust_with_values("id = ANY($1)", [sea_orm::Value::from(wanted)]);
        let mut found: Vec<AgentId> = select.filter(any).into_tuple().all(db).await.unwrap();
        found.sort();
        assert_eq!(found, sorted);
    }
    let id = ids[0];
    assert_eq!(id.to_string().parse::<AgentId>().unwrap(), id);
    assert_eq!(serde_json::to_value(id).unwrap(), id.as_uuid().to_string());
    assert_eq!(
        serde_json::from_value::<AgentId>(serde_json::to_value(id).unwrap()).unwrap(),
        id
    );
}

#[test]
fn the_lowest_id_of_an_instant_bounds_the_others() {
    let instant = "2026-03-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
    let lowest = SystemEventId::lowest(instant);
    assert_eq!(lowest.to_string(), "019ca6b1-dc00-7000-8000-000000000000");
    assert_eq!(lowest.instant(), Some(instant));
    for _ in 0..100 {
        let id = SystemEventId::at(instant);
        assert!(id >= lowest && id < SystemEventId::lowest(instant + chrono::Duration::milliseconds(1)));
        assert_eq!(id.instant(), Some(instant));
    }
    assert_eq!(SystemEventId::from(uuid::Uuid::new_v4()).instant(), None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_kept_by_time_have_an_id_of_their_time(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let event = |event_type: &str| system_events::ActiveModel {
        event_type: Set(event_type.to_owned()),
        message: Set("something happened".to_owned()),
        ..Default::default()
    };
    let mut last = None;
    for _ in 0..20 {
        let neither = event("now").insert(db).await.unwrap();
        assert_eq!(neither.id.instant(), Some(neither.created_at));
        assert!(last < Some(neither.id));
        last = Some(neither.id);
    }

    let past = "2020-02-03T04:05:06.789Z".parse::<DateTime<Utc>>().unwrap();
    let dated = system_events::ActiveModel {
        created_at: Set(past),
        ..event("past")
    };
    assert_eq!(dated.insert(db).await.unwrap().id.instant(), Some(past));

    let id = SystemEventId::at(past);
    let identified = system_events::ActiveModel {
        id: Set(id),
        ..event("identified")
    };
    assert_eq!(identified.insert(db).await.unwrap().created_at, past);

    let workflow = rows::insert(db, "workflows", []).await.id();
    let execution = workflow_executions::ActiveModel {
        workflow_id: Set(workflow.into()),
        ..Default::default()
    };
    let execution = execution.insert(db).await.unwrap();
    assert!(execution.id > WorkflowExecutionId::lowest(execution.created_at));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_has_an_id_of_its_date(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let transaction = || transactions::ActiveModel {
        r#type: Set(TransactionType::Expense),
        category: Set("paper".to_owned()),
        amount: Set(Decimal::new(1999, 2)),
        ..Default::default()
    };
    let day = |id: TransactionId| id.instant().unwrap().date_naive();
    let today = transaction().insert(db).await.unwrap();
    assert_eq!(today.transaction_date, day(today.id));

    let date = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let dated = transactions::ActiveModel {
        transaction_date: Set(date),
        ..transaction()
    };
    let dated = dated.insert(db).await.unwrap();
    assert_eq!((dated.transaction_date, day(dated.id)), (date, date));
    assert_eq!(dated.amount, Decimal::new(1999, 2));
}
