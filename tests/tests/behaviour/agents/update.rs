//! Changes to agents.

use entity::{AgentId, AgentStatus, AgentType};
use rstest::rstest;
use service::agents::{self, Misplaced, UpdateAgent, UpdateError};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::{agent, archived, director, row_of, specialist};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_changes_and_the_rest_stays(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = director(db, "Sales", None).await;
    let before = row_of(db, id).await;
    let command = UpdateAgent {
        name: Some("Sales & Service".into()),
        status: Some(AgentStatus::Inactive),
        system_prompt: Some(Some("You sell.".into())),
        ..UpdateAgent::new(id)
    };
    let updated = agents::update(db, command.clone()).await.unwrap();
    assert!(updated.changed);
    let after = row_of(db, id).await;
    assert_eq!(updated.agent, after);
    assert!(after.updated_at > before.updated_at);
    assert_eq!(
        (after.name.as_str(), after.status),
        ("Sales & Service", AgentStatus::Inactive)
    );
    assert_eq!((after.r#type, after.mcp_tools), (before.r#type, before.mcp_tools));
    let again = agents::update(db, command).await.unwrap();
    assert!(!again.changed);
    assert_eq!(again.agent, updated.agent, "not even the time moves");
    let cleared = UpdateAgent {
        system_prompt: Some(None),
        mcp_tools: Some(vec!["mail".into()]),
        status: Some(AgentStatus::Active),
        ..UpdateAgent::new(id)
    };
    let cleared = agents::update(db, cleared).await.unwrap().agent;
    assert_eq!(cleared.system_prompt, None);
    assert_eq!(cleared.mcp_tools.0, ["mail"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_enters_or_leaves_the_archive_by_an_update(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let retired = archived(db, "Retired", AgentType::Director).await;
    use AgentStatus::{Active, Archived};
    for (id, from, to) in [(sales, Active, Archived), (retired, Archived, Active)] {
        let command = UpdateAgent {
            status: Some(to),
            ..UpdateAgent::new(id)
        };
        let error = agents::update(db, command).await.unwrap_err();
        assert!(
            matches!(error, UpdateError::Status { from: f, to: t } if (f, t) == (from, to)),
            "{error:?}"
        );
    }
    let command = UpdateAgent {
        name: Some("Back".into()),
        ..UpdateAgent::new(retired)
    };
    let error = agents::update(db, command).await.unwrap_err();
    assert!(
        matches!(error, UpdateError::Archived { id } if id == retired),
        "{error:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_type_has_to_fit_parent_and_children(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let boss = agent(db, "Boss", AgentType::Orchestrator, None).await;
    let sales = director(db, "Sales", boss).await;
    let gifts = specialist(db, "Gifts", sales).await;
    let become_ = |id, agent_type| {
        let command = UpdateAgent {
            agent_type: Some(agent_type),
            ..UpdateAgent::new(id)
        };
        agents::update(db, command)
    };
    let error = become_(sales, AgentType::Specialist).await.unwrap_err();
    let UpdateError::Misplaced(misplaced) = error else {
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
    let error = become_(boss, AgentType::Specialist).await.unwrap_err();
    assert!(
        matches!(&error, UpdateError::LeadsOthers { children, .. } if *children == [sales]),
        "{error:?}"
    );
    become_(gifts, AgentType::Director).await.unwrap();
    become_(boss, AgentType::Director).await.unwrap();
    assert_eq!(row_of(db, gifts).await.r#type, AgentType::Director);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_taken_name_and_an_absent_agent_are_refused_and_the_callers_transaction_goes_on(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let service = director(db, "Service", None).await;
    let rename = |id, name: &str| UpdateAgent {
        name: Some(name.into()),
        ..UpdateAgent::new(id)
    };
    let own = transaction::begin(db).await.unwrap();
    let error = agents::update(&own, rename(service, "Sales")).await.unwrap_err();
    assert!(
        matches!(&error, UpdateError::NameTaken { agent, .. } if *agent == sales),
        "{error:?}"
    );
    let absent = AgentId::new();
    let error = agents::update(&own, UpdateAgent::new(absent)).await.unwrap_err();
    assert!(
        matches!(error, UpdateError::NotFound { id } if id == absent),
        "{error:?}"
    );
    agents::update(&own, rename(service, "Support")).await.unwrap();
    own.rollback().await.unwrap();
    assert_eq!(row_of(db, service).await.name, "Service");
}
