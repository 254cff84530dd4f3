//! Rows of `agent_collaborations`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AgentId;

crate::typed_id! {
    /// Identifies a row of `agent_collaborations`.
    AgentCollaborationId
}

/// A row of `agent_collaborations`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "agent_collaborations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgentCollaborationId,
    pub requesting_agent_id: AgentId,
    pub responding_agent_id: AgentId,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub collaboration_type: String,
    pub priority: i32,
    pub sla_minutes: i32,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `agent_collaborations` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `agents` that `requesting_agent_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::RequestingAgentId",
        to = "super::agents::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_agent_collaborations_requesting_agent_id"
    )]
    RequestingAgent,
    /// The row of `agents` that `responding_agent_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::RespondingAgentId",
        to = "super::agents::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_agent_collaborations_responding_agent_id"
    )]
    RespondingAgent,
}

/// From a row of `agents` to the rows of `agents` that this table connects it with.
#[derive(Copy, Clone, Debug)]
pub struct RequestingAgentToRespondingAgents;

impl Linked for RequestingAgentToRespondingAgents {
    type FromEntity = super::agents::Entity;
    type ToEntity = super::agents::Entity;

    fn link(&self) -> Vec<RelationDef> {
        vec![
            Relation::RequestingAgent.def().rev(),
            Relation::RespondingAgent.def(),
        ]
    }
}

/// From a row of `agents` to the rows of `agents` that this table connects it with.
#[derive(Copy, Clone, Debug)]
pub struct RespondingAgentToRequestingAgents;

impl Linked for RespondingAgentToRequestingAgents {
    type FromEntity = super::agents::Entity;
    type ToEntity = super::agents::Entity;

    fn link(&self) -> Vec<RelationDef> {
        vec![
            Relation::RespondingAgent.def().rev(),
            Relation::RequestingAgent.def(),
        ]
    }
}

crate::identified!(ActiveModel, id: AgentCollaborationId);
