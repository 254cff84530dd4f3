//! The operations of goals.

use entity::{GoalId, GoalType};
use sea_orm::DatabaseConnection;
use service::goals::{self, ArchiveGoal, CreateGoal, MoveGoal, Subgoals, UpdateGoal};

use super::case::{Case, case};

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let [top, below, other] = [goal(db, None).await, goal(db, None).await, goal(db, None).await];
    let moving = |id, parent| MoveGoal {
        id,
        parent: Some(parent),
    };
    goals::move_subtree(db, moving(below, top)).await.unwrap();
    let new = |parent| CreateGoal {
        parent,
        ..CreateGoal::new("more", GoalType::Growth)
    };
    let renamed = |id| UpdateGoal {
        name: Some("less".into()),
        ..UpdateGoal::new(id)
    };
    let subgoals = Subgoals::Refuse;
    vec![
        case(goals::create, new(Some(top)), new(Some(GoalId::new()))),
        case(goals::update, renamed(top), renamed(GoalId::new())),
        case(goals::move_subtree, moving(other, below), moving(top, below)),
        case(
            goals::archive,
            ArchiveGoal { id: below, subgoals },
            ArchiveGoal { id: top, subgoals },
        ),
    ]
}

async fn goal(db: &DatabaseConnection, parent: Option<GoalId>) -> GoalId {
    let command = CreateGoal {
        parent,
        ..CreateGoal::new("more", GoalType::Growth)
    };
    goals::create(db, command).await.unwrap().id
}
