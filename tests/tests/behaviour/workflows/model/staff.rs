//! Who works in every queue, and on what.

use entity::{AgentId, AgentStatus, WorkflowId, agents, workflows};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};

use super::command::{AGENTS, WORKFLOWS};

/// Those who do the work, and what work there is.
#[derive(Clone)]
pub(super) struct Staff {
    pub(super) agents: Vec<AgentId>,
    pub(super) workflows: Vec<WorkflowId>,
}

pub(super) async fn staff(db: &DatabaseConnection) -> Staff {
    let (mut agents, mut workflows) = (Vec::new(), Vec::new());
    for _ in 0..AGENTS {
        agents.push(crate::workflows::agent(db).await);
    }
    for _ in 0..WORKFLOWS {
        workflows.push(crate::workflows::workflow(db).await);
    }
    agents::Entity::update_many()
        .col_expr(agents::Column::Status, Expr::value(AgentStatus::Archived))
        .filter(agents::Column::Id.eq(agents[AGENTS - 1]))
        .exec(db)
        .await
        .unwrap();
    workflows::Entity::update_many()
        .col_expr(workflows::Column::IsActive, Expr::value(false))
        .filter(workflows::Column::Id.eq(workflows[WORKFLOWS - 1]))
        .exec(db)
        .await
        .unwrap();
    Staff { agents, workflows }
}
