//! What goals refuse, the same on both engines.

use entity::{AgentId, GoalId, GoalStatus, GoalType};
use rstest::rstest;
use service::goals::{
    self, ArchiveGoal, CreateGoal, GoalError, ListSubgoals, MoveGoal, Subgoals, UpdateGoal,
};
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase, rows};

use super::goal;
use crate::shop::amount;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_archived_is_named_and_the_callers_transaction_goes_on(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let own = transaction::begin(database.connection()).await.unwrap();
    let retired: AgentId = rows::insert(&own, "agents", [("status", "archived".into())])
        .await
        .id()
        .into();
    let archived = goal(&own, None).await;
    let archive = ArchiveGoal {
        id: archived,
        subgoals: Subgoals::Refuse,
    };
    goals::archive(&own, archive).await.unwrap();
    let new = || CreateGoal::new("x", GoalType::Growth);
    let (nobody, nothing) = (AgentId::new(), GoalId::new());
    let alive = goal(&own, None).await;
    let errors = [
        goals::create(
            &own,
            CreateGoal {
                owner: Some(nobody),
                ..new()
            },
        )
        .await
        .unwrap_err(),
        goals::create(
            &own,
            CreateGoal {
                owner: Some(retired),
                ..new()
            },
        )
        .await
        .unwrap_err(),
        goals::create(
            &own,
            CreateGoal {
                parent: Some(nothing),
                ..new()
            },
        )
        .await
        .unwrap_err(),
        goals::create(
            &own,
            CreateGoal {
                parent: Some(archived),
                ..new()
            },
        )
        .await
        .unwrap_err(),
        goals::update(&own, UpdateGoal::new(archived)).await.unwrap_err(),
        goals::move_subtree(
            &own,
            MoveGoal {
                id: archived,
                parent: Some(alive),
            },
        )
        .await
        .unwrap_err(),
        goals::move_subtree(
            &own,
            MoveGoal {
                id: alive,
                parent: Some(archived),
            },
        )
        .await
        .unwrap_err(),
        goals::subtree(&own, ListSubgoals::of(nothing)).await.unwrap_err(),
        goals::ancestors(&own, nothing).await.unwrap_err(),
        goals::update(&own, UpdateGoal::new(nothing)).await.unwrap_err(),
    ];
    for error in &errors {
        assert_eq!(error.class(), Class::Refused);
    }
    assert!(matches!(
        errors,
        [
            GoalError::UnknownAgent { .. },
            GoalError::ArchivedAgent { .. },
            GoalError::UnknownParent { .. },
            GoalError::ArchivedParent { .. },
            GoalError::Archived { .. },
            GoalError::Archived { .. },
            GoalError::ArchivedParent { .. },
            GoalError::NotFound { .. },
            GoalError::NotFound { .. },
            GoalError::NotFound { .. },
        ]
    ));
    goal(&own, Some(alive)).await;
    own.commit().await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_no_column_holds_is_refused_with_its_field(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let create = CreateGoal {
        description: Some("\0".into()),
        target_value: Some(amount("1.005")),
        ..CreateGoal::new(" ", GoalType::Growth)
    };
    let update = UpdateGoal {
        target_value: Some(Some(amount("-1"))),
        status: Some(GoalStatus::Archived),
        ..UpdateGoal::new(GoalId::new())
    };
    let mut fields = Vec::new();
    for outcome in [goals::create(db, create).await, goals::update(db, update).await] {
        let Err(GoalError::Invalid(input)) = outcome else {
            panic!()
        };
        fields.extend(input.problems.into_iter().map(|problem| problem.field));
    }
    assert_eq!(
        fields,
        ["name", "description", "target_value", "target_value", "status"]
    );
}
