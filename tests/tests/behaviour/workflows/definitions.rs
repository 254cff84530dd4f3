//! Workflows themselves: defined, changed, handed over and linked.

use entity::{AgentId, GoalId, WorkflowId, WorkflowTriggerType};
use rstest::rstest;
use serde_json::json;
use service::page::PageRequest;
use service::workflows::{
    self as operations, DefineWorkflow, GetWorkflow, HandOverWorkflow, LinkWorkflow, ListWorkflows,
    SwitchWorkflow, UpdateWorkflow, WorkflowError,
};
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase, rows};

use super::agent;
use crate::shop::counting;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_is_defined_once_changed_switched_handed_over_and_linked(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let (me, you) = (agent(&db).await, agent(&db).await);
    let goal: GoalId = rows::insert(&db, "goals", []).await.id().into();
    let command = DefineWorkflow {
        goal: Some(goal),
        n8n_workflow_id: Some("n8n-1".into()),
        trigger_type: WorkflowTriggerType::Schedule,
        trigger_config: json!({"cron": "0 6 * * *"}),
        ..DefineWorkflow::new(me, "restock")
    };
    let id = command.id;
    let own = transaction::begin(&db).await.unwrap();
    operations::define(&own, command.clone()).await.unwrap();
    own.rollback().await.unwrap();
    statements.sent();
    let first = operations::define(&db, command.clone()).await.unwrap();
    assert_eq!(statements.sent(), 4, "define with a goal");
    assert_eq!(operations::define(&db, command.clone()).await.unwrap(), first);
    assert_eq!(statements.sent(), 1, "define again");
    let other = DefineWorkflow {
        name: "sell".into(),
        ..command
    };
    let error = operations::define(&db, other).await.unwrap_err();
    assert!(matches!(error, WorkflowError::Conflict(_)), "{error:?}");
    statements.sent();
    let update = UpdateWorkflow {
        name: Some("sell".into()),
        description: Some(Some("everything".into())),
        ..UpdateWorkflow::new(id)
    };
    let changed = operations::update(&db, update).await.unwrap();
    assert_eq!(statements.sent(), 2, "update");
    assert_eq!(
        (changed.name.as_str(), changed.trigger_type),
        ("sell", WorkflowTriggerType::Schedule)
    );
    assert!(changed.updated_at > first.updated_at);
    for _ in 0..2 {
        assert!(
            !operations::deactivate(&db, SwitchWorkflow { id })
                .await
                .unwrap()
                .is_active
        );
        assert_eq!(statements.sent(), 2, "deactivate");
    }
    assert!(
        operations::activate(&db, SwitchWorkflow { id })
            .await
            .unwrap()
            .is_active
    );
    statements.sent();
    for (from, expected) in [(me, 4), (you, 2)] {
        let handed = operations::hand_over(&db, HandOverWorkflow { id, to: you })
            .await
            .unwrap();
        assert_eq!((handed.from, handed.workflow.owner_agent_id), (from, you));
        assert_eq!(statements.sent(), expected, "hand_over");
    }
    let unlinked = operations::link(&db, LinkWorkflow { id, goal: None })
        .await
        .unwrap();
    assert_eq!((unlinked.goal_id, statements.sent()), (None, 2), "link to none");
    let linked = operations::link(&db, LinkWorkflow { id, goal: Some(goal) })
        .await
        .unwrap();
    assert_eq!((linked.goal_id, statements.sent()), (Some(goal), 3), "link");
    assert_eq!(operations::get(&db, GetWorkflow { id }).await.unwrap(), linked);
    assert_eq!(statements.sent(), 1, "get");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_is_refused_for_what_is_taken_missing_or_archived(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let own = transaction::begin(database.connection()).await.unwrap();
    let me = agent(&own).await;
    let retired: AgentId = rows::insert(&own, "agents", [("status", "archived".into())])
        .await
        .id()
        .into();
    let done: GoalId = rows::insert(&own, "goals", [("status", "archived".into())])
        .await
        .id()
        .into();
    let n8n = |id: &str| Some(id.to_owned());
    let first = DefineWorkflow {
        n8n_workflow_id: n8n("1"),
        ..DefineWorkflow::new(me, "a")
    };
    let first = operations::define(&own, first).await.unwrap().id;
    let second = operations::define(&own, DefineWorkflow::new(me, "b"))
        .await
        .unwrap()
        .id;
    let new = || DefineWorkflow::new(me, "c");
    let update = |id| UpdateWorkflow {
        n8n_workflow_id: Some(n8n("1")),
        ..UpdateWorkflow::new(id)
    };
    let id = second;
    for error in [
        operations::define(
            &own,
            DefineWorkflow {
                n8n_workflow_id: n8n("1"),
                ..new()
            },
        )
        .await
        .unwrap_err(),
        operations::update(&own, update(second)).await.unwrap_err(),
    ] {
        assert!(
            matches!(error, WorkflowError::Taken { owner, .. } if owner == first),
            "{error:?}"
        );
        assert_eq!(error.class(), Class::Refused);
    }
    let errors = [
        operations::define(&own, DefineWorkflow::new(AgentId::new(), "c"))
            .await
            .unwrap_err(),
        operations::define(&own, DefineWorkflow::new(retired, "c"))
            .await
            .unwrap_err(),
        operations::define(
            &own,
            DefineWorkflow {
                goal: Some(GoalId::new()),
                ..new()
            },
        )
        .await
        .unwrap_err(),
        operations::link(&own, LinkWorkflow { id, goal: Some(done) })
            .await
            .unwrap_err(),
        operations::hand_over(&own, HandOverWorkflow { id, to: retired })
            .await
            .unwrap_err(),
        operations::activate(
            &own,
            SwitchWorkflow {
                id: WorkflowId::new(),
            },
        )
        .await
        .unwrap_err(),
        operations::get(
            &own,
            GetWorkflow {
                id: WorkflowId::new(),
            },
        )
        .await
        .unwrap_err(),
        operations::update(
            &own,
            UpdateWorkflow {
                name: Some(" ".into()),
                ..UpdateWorkflow::new(id)
            },
        )
        .await
        .unwrap_err(),
    ];
    assert!(matches!(
        errors,
        [
            WorkflowError::UnknownAgent { .. },
            WorkflowError::ArchivedAgent { .. },
            WorkflowError::UnknownGoal { .. },
            WorkflowError::ArchivedGoal { .. },
            WorkflowError::ArchivedAgent { .. },
            WorkflowError::NotFound { .. },
            WorkflowError::NotFound { .. },
            WorkflowError::Invalid(_),
        ]
    ));
    own.commit().await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn workflows_are_listed_by_owner_goal_and_switch(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (me, you) = (agent(db).await, agent(db).await);
    let goal: GoalId = rows::insert(db, "goals", []).await.id().into();
    let mut ids = Vec::new();
    for n in 0..4 {
        let command = DefineWorkflow {
            goal: (n == 1).then_some(goal),
            is_active: n != 2,
            ..DefineWorkflow::new(if n == 3 { you } else { me }, "x")
        };
        ids.push(operations::define(db, command).await.unwrap().id);
    }
    let found = |query| async move {
        let page = operations::list(db, query).await.unwrap();
        (page.items.iter().map(|row| row.id).collect::<Vec<_>>(), page.next)
    };
    let all = ListWorkflows::default();
    let page = PageRequest {
        after: None,
        limit: 2,
    };
    let mine = ListWorkflows {
        owner: Some(me),
        page,
        ..all
    };
    assert_eq!(found(mine).await, (ids[..2].to_vec(), Some(ids[1])));
    assert_eq!(
        found(ListWorkflows {
            goal: Some(goal),
            ..all
        })
        .await
        .0,
        [ids[1]]
    );
    assert_eq!(
        found(ListWorkflows {
            is_active: Some(false),
            ..all
        })
        .await
        .0,
        [ids[2]]
    );
}
