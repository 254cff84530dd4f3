//! Rows of `budgets`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AgentId;

crate::typed_id! {
    /// Identifies a row of `budgets`.
    BudgetId
}

/// A row of `budgets`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "budgets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BudgetId,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub name: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub category: String,
    pub fiscal_year: i32,
    pub fiscal_month: i32,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub allocated_amount: Decimal,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub spent_amount: Decimal,
    pub owner_agent_id: Option<AgentId>,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `budgets` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `agents` that `owner_agent_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::OwnerAgentId",
        to = "super::agents::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_budgets_owner_agent_id"
    )]
    OwnerAgent,
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::OwnerAgent.def()
    }
}

crate::identified!(ActiveModel, id: BudgetId);
