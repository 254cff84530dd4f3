//! Rows of the view `agent_performance`, which are read and never written.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AgentId;

/// A row of `agent_performance`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "agent_performance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub agent_id: AgentId,
    pub tasks_pending: i64,
    pub tasks_in_progress: i64,
    pub tasks_completed: i64,
    pub tasks_failed: i64,
    pub tasks_cancelled: i64,
    #[sea_orm(column_type = "Decimal(Some((5, 4)))")]
    pub success_rate: Option<Decimal>,
    #[sea_orm(column_type = "Decimal(Some((15, 3)))")]
    pub average_duration_seconds: Option<Decimal>,
    #[sea_orm(column_type = "Decimal(Some((15, 3)))")]
    pub p95_duration_seconds: Option<Decimal>,
    #[sea_orm(column_type = "Decimal(Some((5, 4)))")]
    pub within_sla: Option<Decimal>,
    pub executions: i64,
    pub interactions: i64,
    #[sea_orm(column_type = "Decimal(Some((4, 3)))")]
    pub mean_sentiment: Option<Decimal>,
    #[sea_orm(column_type = "Decimal(Some((14, 2)))")]
    pub revenue_credited: Decimal,
}

/// What the rows are about.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `agents` that the view sums up.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::AgentId",
        to = "super::agents::Column::Id",
        skip_fk
    )]
    Agent,
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Agent.def()
    }
}

crate::read_only!(ActiveModel, "agent_performance");
