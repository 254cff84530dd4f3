//! Rows of `customer_interactions`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{AgentId, CustomerId};

crate::typed_id! {
    /// Identifies a row of `customer_interactions`.
    CustomerInteractionId
}

/// A row of `customer_interactions`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "customer_interactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerInteractionId,
    pub customer_id: CustomerId,
    pub agent_id: Option<AgentId>,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub interaction_type: String,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub channel: String,
    #[sea_orm(column_type = "Text")]
    pub content: Option<String>,
    #[sea_orm(column_type = "Decimal(Some((3, 2)))")]
    pub sentiment_score: Option<Decimal>,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub outcome: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `customer_interactions` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `customers` that `customer_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::customers::Entity",
        from = "Column::CustomerId",
        to = "super::customers::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_customer_interactions_customer_id"
    )]
    Customer,
    /// At most one row of `agents` that `agent_id` refers to; ON DELETE SET NULL.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::AgentId",
        to = "super::agents::Column::Id",
        on_delete = "SetNull",
        fk_name = "fk_customer_interactions_agent_id"
    )]
    Agent,
}

impl Related<super::customers::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Customer.def()
    }
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Agent.def()
    }
}

crate::identified!(ActiveModel, id: CustomerInteractionId);
