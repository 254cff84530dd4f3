//! Whom agents may ask.

use entity::{AgentId, AgentStatus, AgentType};
use rstest::rstest;
use service::agents::{
    self, AllowCollaboration, Answer, AskAgent, CollaborationError, Denial, DisallowCollaboration,
    ListCollaborations, UpdateAgent,
};
use service::{PageRequest, transaction};
use tests::{Engine, TestDatabase};

use super::{archived, director};

fn question(requesting: AgentId, responding: AgentId) -> AskAgent {
    AskAgent {
        requesting,
        responding,
        collaboration_type: "review".into(),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_may_ask_another_for_what_was_allowed_and_not_the_other_way_round(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let art = director(db, "Art", None).await;
    let asks = |requesting, responding| agents::may_ask(db, question(requesting, responding));
    assert_eq!(
        asks(sales, art).await.unwrap(),
        Answer::Denied(Denial::NotAllowed)
    );
    let command = AllowCollaboration {
        priority: 2,
        sla_minutes: 15,
        ..AllowCollaboration::new(sales, art, "review")
    };
    let first = agents::allow(db, command.clone()).await.unwrap();
    assert_eq!(agents::allow(db, command.clone()).await.unwrap(), first);
    let granted = |priority, sla_minutes| Answer::Granted {
        id: first.collaboration.id,
        priority,
        sla_minutes,
    };
    assert_eq!(asks(sales, art).await.unwrap(), granted(2, 15));
    assert_eq!(
        asks(art, sales).await.unwrap(),
        Answer::Denied(Denial::NotAllowed)
    );
    let new_terms = AllowCollaboration::new(sales, art, "review");
    agents::allow(db, new_terms).await.unwrap();
    assert_eq!(asks(sales, art).await.unwrap(), granted(5, 60));
    let pause = |status| UpdateAgent {
        status: Some(status),
        ..UpdateAgent::new(art)
    };
    agents::update(db, pause(AgentStatus::Inactive)).await.unwrap();
    assert_eq!(
        asks(sales, art).await.unwrap(),
        Answer::Denied(Denial::NotActive(art, AgentStatus::Inactive))
    );
    agents::update(db, pause(AgentStatus::Active)).await.unwrap();
    let end = DisallowCollaboration {
        requesting: sales,
        responding: art,
        collaboration_type: "review".into(),
    };
    let ended = agents::disallow(db, end.clone()).await.unwrap();
    assert_eq!(ended.removed.map(|row| row.id), Some(first.collaboration.id));
    assert_eq!(agents::disallow(db, end).await.unwrap().removed, None);
    assert_eq!(
        asks(sales, art).await.unwrap(),
        Answer::Denied(Denial::NotAllowed)
    );
    let absent = AgentId::new();
    assert_eq!(
        asks(sales, absent).await.unwrap(),
        Answer::Denied(Denial::Unknown(absent))
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn collaborations_need_two_agents_in_office_and_sensible_terms(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let retired = archived(db, "Retired", AgentType::Director).await;
    let absent = AgentId::new();
    let own = transaction::begin(db).await.unwrap();
    let error = agents::allow(&own, AllowCollaboration::new(sales, retired, "review"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, CollaborationError::ArchivedAgent { agent } if agent == retired),
        "{error:?}"
    );
    let error = agents::allow(&own, AllowCollaboration::new(absent, sales, "review"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, CollaborationError::UnknownAgent { agent } if agent == absent),
        "{error:?}"
    );
    let command = AllowCollaboration {
        priority: 11,
        sla_minutes: 0,
        ..AllowCollaboration::new(sales, sales, " ")
    };
    let Err(CollaborationError::Invalid(input)) = agents::allow(&own, command).await else {
        panic!()
    };
    let fields: Vec<_> = input
        .problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(
        fields,
        ["responding", "collaboration_type", "priority", "sla_minutes"]
    );
    let art = director(&own, "Art", None).await;
    agents::allow(&own, AllowCollaboration::new(sales, art, "review"))
        .await
        .unwrap();
    own.rollback().await.unwrap();
    let listed = ListCollaborations::RequestedBy(sales, PageRequest::default());
    assert!(agents::collaborations(db, listed).await.unwrap().items.is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn collaborations_are_listed_from_either_side_page_by_page(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let art = director(db, "Art", None).await;
    let mut all = Vec::new();
    for kind in ["review", "draft", "photo"] {
        let allowed = agents::allow(db, AllowCollaboration::new(sales, art, kind));
        all.push(allowed.await.unwrap().collaboration);
    }
    let page = |after| PageRequest { after, limit: 2 };
    let first = agents::collaborations(db, ListCollaborations::RequestedBy(sales, page(None)));
    let first = first.await.unwrap();
    assert_eq!(first.items, all[..2]);
    let rest = agents::collaborations(db, ListCollaborations::RequestedBy(sales, page(first.next)));
    let rest = rest.await.unwrap();
    assert_eq!((rest.items, rest.next), (all[2..].to_vec(), None));
    let asked = ListCollaborations::AskedOf(art, PageRequest::default());
    assert_eq!(agents::collaborations(db, asked).await.unwrap().items, all);
    let nothing = ListCollaborations::AskedOf(sales, PageRequest::default());
    assert!(
        agents::collaborations(db, nothing)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}
