//! What agents can do.

use entity::{AgentId, AgentType};
use rstest::rstest;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;
use service::agents::{
    self, CapabilityError, FindAble, GrantCapability, ListCapabilities, RevokeCapability, UpdateAgent,
};
use service::{PageRequest, transaction};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::{archived, director, specialist};

fn revocation(agent: AgentId) -> RevokeCapability {
    RevokeCapability {
        agent,
        capability_type: "tool".into(),
        name: "mail".into(),
    }
}

/// Gives the agent tasks with these statuses.
async fn tasks(db: &impl ConnectionTrait, agent: AgentId, statuses: &[&str]) {
    for status in statuses {
        rows::insert(
            db,
            "tasks",
            [
                ("assigned_agent_id", Uuid::from(agent).into()),
                ("status", (*status).into()),
            ],
        )
        .await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_capability_is_granted_revoked_and_granted_again_as_one_row(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let grant = GrantCapability {
        configuration: json!({"limit": 5}),
        ..GrantCapability::new(sales, "tool", "mail")
    };
    let first = agents::grant(db, grant.clone()).await.unwrap();
    assert_eq!(agents::grant(db, grant).await.unwrap(), first);
    for _ in 0..2 {
        let revoked = agents::revoke(db, revocation(sales)).await.unwrap().capability;
        assert_eq!((revoked.id, revoked.is_active), (first.capability.id, false));
        assert_eq!(revoked.configuration, json!({"limit": 5}));
    }
    let other = GrantCapability::new(sales, "tool", "mail");
    let again = agents::grant(db, other).await.unwrap().capability;
    assert_eq!((again.id, again.is_active), (first.capability.id, true));
    assert_eq!(again.configuration, json!({}));
    agents::grant(db, GrantCapability::new(sales, "tool", "phone"))
        .await
        .unwrap();
    agents::revoke(db, revocation(sales)).await.unwrap();
    let listed = |is_active| ListCapabilities {
        is_active,
        ..ListCapabilities::of(sales)
    };
    for (is_active, count) in [(None, 2), (Some(true), 1), (Some(false), 1)] {
        let page = agents::capabilities(db, listed(is_active)).await.unwrap();
        assert_eq!(page.items.len(), count);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_needs_an_agent_in_office_and_a_revocation_something_granted(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let retired = archived(db, "Retired", AgentType::Director).await;
    let absent = AgentId::new();
    let own = transaction::begin(db).await.unwrap();
    let error = agents::grant(&own, GrantCapability::new(retired, "tool", "mail"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, CapabilityError::ArchivedAgent { agent } if agent == retired),
        "{error:?}"
    );
    let error = agents::grant(&own, GrantCapability::new(absent, "tool", "mail"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, CapabilityError::UnknownAgent { agent } if agent == absent),
        "{error:?}"
    );
    let error = agents::revoke(&own, revocation(retired)).await.unwrap_err();
    assert!(
        matches!(&error, CapabilityError::NeverGranted { agent, name, .. } if *agent == retired && name == "mail"),
        "{error:?}"
    );
    let command = GrantCapability {
        configuration: json!([]),
        ..GrantCapability::new(absent, "", "a\0")
    };
    let Err(CapabilityError::Invalid(input)) = agents::grant(&own, command).await else {
        panic!()
    };
    assert_eq!(input.problems.len(), 3);
    let sales = director(&own, "Sales", None).await;
    agents::grant(&own, GrantCapability::new(sales, "tool", "mail"))
        .await
        .unwrap();
    own.rollback().await.unwrap();
    assert!(
        entity::agent_capabilities::Entity::find()
            .all(db)
            .await
            .unwrap()
            .is_empty()
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_can_do_something_is_found_least_loaded_first_page_by_page(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let mut able = Vec::new();
    for name in ["idle", "busy", "done", "paused", "revoked", "other"] {
        let id = specialist(db, name, sales).await;
        let capability = if name == "other" { "phone" } else { "mail" };
        agents::grant(db, GrantCapability::new(id, "tool", capability))
            .await
            .unwrap();
        able.push(id);
    }
    let [idle, busy, done, paused, revoked, other] = able[..] else {
        panic!()
    };
    tasks(db, busy, &["pending", "in_progress", "completed"]).await;
    tasks(db, done, &["completed", "failed", "cancelled", "pending"]).await;
    let pause = UpdateAgent {
        status: Some(entity::AgentStatus::Inactive),
        ..UpdateAgent::new(paused)
    };
    agents::update(db, pause).await.unwrap();
    agents::revoke(db, revocation(revoked)).await.unwrap();
    let mut found = Vec::new();
    let mut query = FindAble {
        page: PageRequest {
            after: None,
            limit: 1,
        },
        ..FindAble::new("tool", "mail")
    };
    loop {
        let page = agents::able(db, query.clone()).await.unwrap();
        found.extend(
            page.items
                .into_iter()
                .map(|able| (able.agent.id, able.open_tasks)),
        );
        match page.next {
            Some(next) => query.page.after = Some(next),
            None => break,
        }
    }
    assert_eq!(found, [(idle, 0), (done, 1), (busy, 2)]);
    let any = FindAble {
        name: None,
        ..FindAble::new("tool", "")
    };
    let any: Vec<_> = agents::able(db, any).await.unwrap().items;
    let ids: Vec<_> = any.iter().map(|able| able.agent.id).collect();
    assert_eq!(ids, [idle, other, done, busy]);
    let none = agents::able(db, FindAble::new("tool", "fly")).await.unwrap();
    assert!(none.items.is_empty() && none.next.is_none());
}
