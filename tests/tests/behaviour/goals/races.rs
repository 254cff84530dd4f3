//! Several hands at one tree.

use entity::GoalStatus;
use rstest::rstest;
use service::goals::{self, ArchiveGoal, CreateGoal, GoalError, ListSubgoals, MoveGoal, Subgoals};
use tests::{Engine, TestDatabase};

use super::goal;
use crate::race::behind;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_moves_that_make_a_circle_only_together_are_not_both_done(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for _ in 0..4 {
        let (a, b) = (goal(db, None).await, goal(db, None).await);
        let (below_a, below_b) = (goal(db, Some(a)).await, goal(db, Some(b)).await);
        let moves = [
            MoveGoal {
                id: a,
                parent: Some(below_b),
            },
            MoveGoal {
                id: b,
                parent: Some(below_a),
            },
        ];
        let outcomes = behind(db, "UPDATE goals SET name = name", 2, |n| {
            let db = db.clone();
            async move { goals::move_subtree(&db, moves[n]).await }
        })
        .await;
        let refused: Vec<_> = outcomes
            .iter()
            .filter_map(|outcome| outcome.as_ref().err())
            .collect();
        assert!(matches!(refused[..], [GoalError::Circle { .. }]), "{outcomes:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_open_goal_ends_up_below_an_archived_one(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for round in 0..4 {
        let root = goal(db, None).await;
        let child = goal(db, Some(root)).await;
        let stray = goal(db, None).await;
        let outcomes = behind(db, "UPDATE goals SET name = name", 6, |n| {
            let db = db.clone();
            async move {
                match (n + round) % 3 {
                    0 => {
                        let archive = ArchiveGoal {
                            id: root,
                            subgoals: Subgoals::Archive,
                        };
                        goals::archive(&db, archive).await.map(drop)
                    }
                    1 => {
                        let parent = Some(child);
                        let new = CreateGoal {
                            parent,
                            ..CreateGoal::new("x", entity::GoalType::Growth)
                        };
                        goals::create(&db, new).await.map(drop)
                    }
                    _ => {
                        let parent = Some(root);
                        goals::move_subtree(&db, MoveGoal { id: stray, parent })
                            .await
                            .map(drop)
                    }
                }
            }
        })
        .await;
        for outcome in outcomes {
            assert!(
                matches!(
                    outcome,
                    Ok(()) | Err(GoalError::ArchivedParent { .. } | GoalError::Archived { .. })
                ),
                "{outcome:?}"
            );
        }
        let tree = goals::subtree(db, ListSubgoals::of(root)).await.unwrap();
        assert!(
            tree.iter()
                .all(|placed| placed.goal.status == GoalStatus::Archived),
            "{tree:?}"
        );
    }
}
