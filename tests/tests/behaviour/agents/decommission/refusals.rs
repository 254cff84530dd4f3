//! Who succeeds whom, and who does not.

use entity::{AgentId, AgentType};
use rstest::rstest;
use service::agents::{self, ChildrenGoTo, DecommissionAgent, DecommissionError, DeleteAgent, Misplaced};
use service::deletion::{DeletionError, Row};
use service::transaction;
use service::{Class, Classified};
use tests::{Engine, TestDatabase};

use super::super::{agent, archived, director, headcount, row_of, specialist};
use super::{HISTORY, OWNED, rows_of, task};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_successor_has_to_be_there_in_office_and_somebody_else(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let retired = archived(db, "Retired", AgentType::Director).await;
    let absent = AgentId::new();
    let refusal = async |agent, successor| {
        let error = agents::decommission(db, DecommissionAgent::new(agent, successor))
            .await
            .unwrap_err();
        assert_eq!(error.class(), Class::Refused);
        error
    };
    let error = refusal(sales, sales).await;
    assert!(
        matches!(&error, DecommissionError::Invalid(input) if input.problems[0].field == "successor"),
        "{error:?}"
    );
    let error = refusal(sales, absent).await;
    assert!(
        matches!(error, DecommissionError::UnknownSuccessor { successor } if successor == absent),
        "{error:?}"
    );
    let error = refusal(sales, retired).await;
    assert!(
        matches!(error, DecommissionError::ArchivedSuccessor { successor } if successor == retired),
        "{error:?}"
    );
    let error = refusal(absent, sales).await;
    assert!(
        matches!(error, DecommissionError::NotFound { agent } if agent == absent),
        "{error:?}"
    );
    let error = refusal(retired, sales).await;
    assert!(
        matches!(error, DecommissionError::Archived { agent } if agent == retired),
        "{error:?}"
    );
    let command = DecommissionAgent {
        id: uuid::Uuid::nil().into(),
        ..DecommissionAgent::new(sales, absent)
    };
    let error = agents::decommission(db, command).await.unwrap_err();
    assert!(matches!(error, DecommissionError::Invalid(_)), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn children_do_not_go_where_their_type_may_not_stand(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let boss = agent(db, "Boss", AgentType::Orchestrator, None).await;
    let sales = director(db, "Sales", boss).await;
    let gifts = specialist(db, "Gifts", sales).await;
    let cards = specialist(db, "Cards", sales).await;
    let tech = director(db, "Tech", boss).await;
    let error = agents::decommission(db, DecommissionAgent::new(sales, gifts))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, DecommissionError::CannotLead { leader, children, .. } if *leader == gifts && *children == [cards]),
        "{error:?}"
    );
    let up = DecommissionAgent {
        children: ChildrenGoTo::Grandparent,
        ..DecommissionAgent::new(sales, tech)
    };
    let error = agents::decommission(db, up).await.unwrap_err();
    assert!(
        matches!(&error, DecommissionError::CannotLead { leader, children, .. } if *leader == boss && *children == [gifts, cards]),
        "{error:?}"
    );
    let only = director(db, "Only", boss).await;
    let last = specialist(db, "Last", only).await;
    let error = agents::decommission(db, DecommissionAgent::new(only, last))
        .await
        .unwrap_err();
    let DecommissionError::Misplaced(misplaced) = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        misplaced,
        Misplaced::Rank {
            agent_type: AgentType::Specialist,
            parent: boss,
            parent_type: AgentType::Orchestrator
        }
    );
    assert_eq!(row_of(db, gifts).await.parent_id, Some(sales));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_deleted_when_nothing_needs_it_and_otherwise_everything_that_does_is_counted(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    specialist(db, "Gifts", sales).await;
    specialist(db, "Cards", sales).await;
    rows_of(db, sales, &OWNED).await;
    rows_of(db, sales, &HISTORY).await;
    task(db, sales, "completed", vec![]).await;
    let own = transaction::begin(db).await.unwrap();
    let error = agents::delete(&own, DeleteAgent { id: sales }).await.unwrap_err();
    let DeletionError::Blocked { blockers, .. } = error else {
        panic!("{error:?}")
    };
    let mut blockers: Vec<_> = blockers
        .iter()
        .map(|blocker| (blocker.table, blocker.rows))
        .collect();
    blockers.sort_unstable();
    assert_eq!(
        blockers,
        [
            ("agents", 2),
            ("budgets", 1),
            ("campaigns", 1),
            ("content", 1),
            ("goals", 1),
            ("kpis", 1),
            ("revenue_attribution", 1),
            ("tasks", 1),
            ("workflows", 1),
        ]
    );
    let idle = director(&own, "Idle", None).await;
    let service = director(&own, "Service", None).await;
    agents::allow(&own, agents::AllowCollaboration::new(idle, service, "review"))
        .await
        .unwrap();
    rows_of(&own, idle, &HISTORY[5..]).await;
    let before = headcount(&own).await;
    let deleted = agents::delete(&own, DeleteAgent { id: idle }).await.unwrap();
    assert_eq!(deleted.removed_from("agent_collaborations"), 1);
    assert_eq!(headcount(&own).await, before - 1);
    let error = agents::delete(&own, DeleteAgent { id: idle }).await.unwrap_err();
    assert!(
        matches!(error, DeletionError::NotFound { row: Row::Agent(id) } if id == idle),
        "{error:?}"
    );
    own.rollback().await.unwrap();
}
