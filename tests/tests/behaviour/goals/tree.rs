//! The forest: growing, moving, reading and retiring it.

use entity::{GoalId, GoalStatus, GoalType};
use rstest::rstest;
use service::goals::{
    self, ArchiveGoal, CreateGoal, GetGoal, GoalError, ListGoals, ListSubgoals, MoveGoal, PlacedGoal,
    Subgoals, UpdateGoal,
};
use service::page::PageRequest;
use service::transaction;
use tests::{Engine, TestDatabase};

use super::goal;
use crate::shop::{amount, counting};
use crate::workflows::agent;

fn places(tree: &[PlacedGoal]) -> Vec<(GoalId, u32)> {
    tree.iter().map(|placed| (placed.goal.id, placed.depth)).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_goal_is_set_once_and_changed(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let owner = agent(db).await;
    let command = CreateGoal {
        description: Some("by Christmas".into()),
        target_value: Some(amount("1000.5")),
        target_date: "2026-12-24".parse().ok(),
        owner: Some(owner),
        parent: Some(goal(db, None).await),
        ..CreateGoal::new("more sales", GoalType::Revenue)
    };
    let own = transaction::begin(db).await.unwrap();
    goals::create(&own, command.clone()).await.unwrap();
    own.rollback().await.unwrap();
    let first = goals::create(db, command.clone()).await.unwrap();
    assert_eq!(goals::create(db, command.clone()).await.unwrap(), first);
    let error = goals::create(
        db,
        CreateGoal {
            target_value: None,
            ..command.clone()
        },
    )
    .await
    .unwrap_err();
    assert!(matches!(error, GoalError::Conflict(_)), "{error:?}");
    let changed = goals::update(
        db,
        UpdateGoal {
            name: Some("most sales".into()),
            target_date: Some(None),
            owner: Some(None),
            status: Some(GoalStatus::Inactive),
            ..UpdateGoal::new(first.id)
        },
    )
    .await
    .unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.status),
        ("most sales", GoalStatus::Inactive)
    );
    assert_eq!((changed.target_date, changed.owner_agent_id), (None, None));
    assert_eq!(changed.target_value, first.target_value);
    assert!(changed.updated_at > first.updated_at);
    assert_eq!(goals::get(db, GetGoal { id: first.id }).await.unwrap(), changed);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_branch_moves_with_all_that_is_below_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (a, b) = (goal(db, None).await, goal(db, None).await);
    let a1 = goal(db, Some(a)).await;
    let a11 = goal(db, Some(a1)).await;
    let moved = goals::move_subtree(
        db,
        MoveGoal {
            id: a1,
            parent: Some(b),
        },
    )
    .await
    .unwrap();
    assert_eq!((moved.goal.parent_goal_id, moved.from), (Some(b), Some(a)));
    let again = goals::move_subtree(
        db,
        MoveGoal {
            id: a1,
            parent: Some(b),
        },
    )
    .await
    .unwrap();
    assert_eq!((again.goal, again.from), (moved.goal, Some(b)));
    let tree = goals::subtree(db, ListSubgoals::of(b)).await.unwrap();
    assert_eq!(places(&tree), [(b, 0), (a1, 1), (a11, 2)]);
    let shallow = ListSubgoals {
        root: b,
        max_depth: Some(1),
    };
    let tree = goals::subtree(db, shallow).await.unwrap();
    assert_eq!(places(&tree), [(b, 0), (a1, 1)]);
    assert_eq!(
        places(&goals::ancestors(db, a11).await.unwrap()),
        [(a1, 1), (b, 2)]
    );
    for parent in [a11, a1] {
        let error = goals::move_subtree(
            db,
            MoveGoal {
                id: a1,
                parent: Some(parent),
            },
        )
        .await
        .unwrap_err();
        assert!(matches!(error, GoalError::Circle { .. }), "{error:?}");
    }
    let error = goals::move_subtree(
        db,
        MoveGoal {
            id: b,
            parent: Some(a11),
        },
    )
    .await
    .unwrap_err();
    assert!(
        matches!(error, GoalError::Circle { id, parent } if (id, parent) == (b, a11)),
        "{error:?}"
    );
    let moved = goals::move_subtree(db, MoveGoal { id: a1, parent: None })
        .await
        .unwrap();
    assert_eq!(moved.goal.parent_goal_id, None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_goal_is_archived_after_or_with_what_is_below_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let root = goal(db, None).await;
    let child = goal(db, Some(root)).await;
    let leaf = goal(db, Some(child)).await;
    let archive = |id, subgoals| ArchiveGoal { id, subgoals };
    let own = transaction::begin(db).await.unwrap();
    let error = goals::archive(&own, archive(root, Subgoals::Refuse))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, GoalError::OpenSubgoals { subgoals } if *subgoals == [child, leaf]),
        "{error:?}"
    );
    goals::archive(&own, archive(root, Subgoals::Archive))
        .await
        .unwrap();
    own.rollback().await.unwrap();
    goals::archive(db, archive(leaf, Subgoals::Refuse)).await.unwrap();
    let archived = goals::archive(db, archive(root, Subgoals::Archive))
        .await
        .unwrap();
    assert_eq!(
        (archived.goal.status, archived.archived),
        (GoalStatus::Archived, vec![root, child])
    );
    let again = goals::archive(db, archive(root, Subgoals::Refuse)).await.unwrap();
    assert_eq!((again.goal, again.archived), (archived.goal, vec![]));
    let page = ListGoals {
        status: Some(GoalStatus::Archived),
        ..ListGoals::default()
    };
    assert_eq!(goals::list(db, page).await.unwrap().items.len(), 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn goals_are_listed_by_owner_parent_and_status(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let owner = agent(db).await;
    let root = goal(db, None).await;
    let mut children = Vec::new();
    for _ in 0..5 {
        children.push(goal(db, Some(root)).await);
    }
    let give = UpdateGoal {
        owner: Some(Some(owner)),
        ..UpdateGoal::new(children[3])
    };
    goals::update(db, give).await.unwrap();
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let query = ListGoals {
            parent: Some(root),
            page: PageRequest { after, limit: 2 },
            ..ListGoals::default()
        };
        let page = goals::list(db, query).await.unwrap();
        found.extend(page.items.into_iter().map(|goal| goal.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, children);
    let page = goals::list(
        db,
        ListGoals {
            owner: Some(owner),
            ..ListGoals::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(
        page.items.iter().map(|goal| goal.id).collect::<Vec<_>>(),
        [children[3]]
    );
}

/// The numbers that the README of `service` states.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn goals_send_what_their_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let owner = agent(&db).await;
    statements.sent();
    let root = goal(&db, None).await;
    assert_eq!(statements.sent(), 2, "create");
    let command = CreateGoal {
        owner: Some(owner),
        parent: Some(root),
        ..CreateGoal::new("x", GoalType::Growth)
    };
    let child = goals::create(&db, command).await.unwrap().id;
    assert_eq!(statements.sent(), 4, "create with owner and parent");
    goals::update(
        &db,
        UpdateGoal {
            name: Some("y".into()),
            ..UpdateGoal::new(child)
        },
    )
    .await
    .unwrap();
    assert_eq!(statements.sent(), 3, "update");
    for expected in [3, 1] {
        goals::move_subtree(
            &db,
            MoveGoal {
                id: child,
                parent: None,
            },
        )
        .await
        .unwrap();
        assert_eq!(statements.sent(), expected, "move_subtree");
    }
    goals::subtree(&db, ListSubgoals::of(root)).await.unwrap();
    goals::ancestors(&db, child).await.unwrap();
    goals::get(&db, GetGoal { id: root }).await.unwrap();
    goals::list(&db, ListGoals::default()).await.unwrap();
    assert_eq!(statements.sent(), 4, "subtree, ancestors, get, list");
    for expected in [5, 4] {
        goals::archive(
            &db,
            ArchiveGoal {
                id: root,
                subgoals: Subgoals::Refuse,
            },
        )
        .await
        .unwrap();
        assert_eq!(statements.sent(), expected, "archive");
    }
}
