//! New agents.

use entity::{AgentId, AgentStatus, AgentType};
use rstest::rstest;
use service::agents::{self, AgentKey, GetError, Misplaced, RegisterAgent, RegisterError};
use service::input::{Problem, Rule};
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase};

use super::{agent, archived, director, headcount, row_of, specialist};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_registered_and_found_by_id_and_name(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let boss = agent(db, "Boss", AgentType::Orchestrator, None).await;
    let command = RegisterAgent {
        parent: Some(boss),
        paused: true,
        system_prompt: Some("You sell.".into()),
        mcp_tools: vec!["shopify".into(), "mail".into()],
        ..RegisterAgent::new("Sales", AgentType::Director)
    };
    let registered = agents::register(db, command.clone()).await.unwrap().agent;
    assert_eq!(registered.id, command.id);
    assert_eq!(registered.status, AgentStatus::Inactive);
    assert_eq!(registered.mcp_tools.0, command.mcp_tools);
    assert_eq!(registered, row_of(db, command.id).await);
    let by_name = agents::get(db, AgentKey::Name("Sales".into())).await.unwrap();
    assert_eq!(by_name, registered);
    assert_eq!(agents::find(db, registered.id).await.unwrap(), Some(registered));
    for key in [
        AgentKey::from(AgentId::new()),
        AgentKey::Name("sales".into()),
        AgentKey::Name("S\0".into()),
    ] {
        assert_eq!(agents::find(db, key.clone()).await.unwrap(), None);
        let error = agents::get(db, key.clone()).await.unwrap_err();
        assert!(
            matches!(&error, GetError::NotFound { key: asked } if *asked == key),
            "{error:?}"
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_again_is_the_same_agent_and_other_content_a_conflict(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let command = RegisterAgent::new("Sales", AgentType::Director);
    let first = agents::register(db, command.clone()).await.unwrap();
    assert_eq!(agents::register(db, command.clone()).await.unwrap(), first);
    let other = RegisterAgent {
        system_prompt: Some("other".into()),
        ..command.clone()
    };
    let error = agents::register(db, other).await.unwrap_err();
    assert!(
        matches!(&error, RegisterError::Conflict(conflict) if conflict.id == command.id.as_uuid()),
        "{error:?}"
    );
    assert_eq!(headcount(db).await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_name_belongs_to_one_agent(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let error = agents::register(db, RegisterAgent::new("Sales", AgentType::Specialist))
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    assert!(
        matches!(&error, RegisterError::NameTaken { name, agent } if name == "Sales" && *agent == sales),
        "{error:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_stands_where_its_rank_allows(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let boss = agent(db, "Boss", AgentType::Orchestrator, None).await;
    let sales = director(db, "Sales", boss).await;
    let retail = director(db, "Retail", sales).await;
    let gifts = specialist(db, "Gifts", retail).await;
    let retired = archived(db, "Retired", AgentType::Director).await;
    let absent = AgentId::new();
    use AgentType::{Director, Orchestrator, Specialist};
    let rank = |agent_type, parent, parent_type| Misplaced::Rank {
        agent_type,
        parent,
        parent_type,
    };
    for (agent_type, parent, expected) in [
        (Orchestrator, boss, rank(Orchestrator, boss, Orchestrator)),
        (Specialist, boss, rank(Specialist, boss, Orchestrator)),
        (Director, gifts, rank(Director, gifts, Specialist)),
        (Specialist, gifts, rank(Specialist, gifts, Specialist)),
        (Director, retired, Misplaced::ArchivedParent { parent: retired }),
        (Director, absent, Misplaced::UnknownParent { parent: absent }),
    ] {
        let command = RegisterAgent {
            parent: Some(parent),
            ..RegisterAgent::new("new", agent_type)
        };
        let error = agents::register(db, command).await.unwrap_err();
        let RegisterError::Misplaced(misplaced) = error else {
            panic!("{error:?}")
        };
        assert_eq!(misplaced, expected);
    }
    assert_eq!(headcount(db).await, 5);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn input_is_refused_before_the_database_sees_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let mut command = RegisterAgent {
        system_prompt: Some("a\0".into()),
        mcp_tools: vec![" ".into()],
        ..RegisterAgent::new("", AgentType::Director)
    };
    command.parent = Some(command.id);
    let Err(RegisterError::Invalid(input)) = agents::register(database.connection(), command).await else {
        panic!()
    };
    let problem = |field: &str, rule| Problem {
        field: field.into(),
        rule,
    };
    assert_eq!(
        input.problems,
        [
            problem("name", Rule::Blank),
            problem("parent", Rule::Conflicts { other: "id" }),
            problem("system_prompt", Rule::Nul),
            problem("mcp_tools[0]", Rule::Blank),
        ]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_goes_with_the_callers_transaction_and_a_refusal_leaves_it_usable(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let own = transaction::begin(db).await.unwrap();
    let sales = director(&own, "Sales", None).await;
    let command = RegisterAgent {
        parent: Some(sales),
        ..RegisterAgent::new("Boss", AgentType::Orchestrator)
    };
    let error = agents::register(&own, command).await.unwrap_err();
    assert!(
        matches!(error, RegisterError::Misplaced(Misplaced::Rank { .. })),
        "{error:?}"
    );
    specialist(&own, "Gifts", sales).await;
    assert_eq!(headcount(&own).await, 2);
    own.rollback().await.unwrap();
    assert_eq!(headcount(db).await, 0);
}
