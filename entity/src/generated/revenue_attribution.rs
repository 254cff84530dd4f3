//! Rows of `revenue_attribution`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{AgentId, CampaignId, TransactionId};

crate::typed_id! {
    /// Identifies a row of `revenue_attribution`.
    RevenueAttributionId
}

/// What `revenue_attribution.attribution_model` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RevenueAttributionModel {
    #[sea_orm(string_value = "first_touch")]
    FirstTouch,
    #[default]
    #[sea_orm(string_value = "last_touch")]
    LastTouch,
    #[sea_orm(string_value = "linear")]
    Linear,
    #[sea_orm(string_value = "time_decay")]
    TimeDecay,
    #[sea_orm(string_value = "position_based")]
    PositionBased,
}

crate::closed_set!(RevenueAttributionModel);

/// A row of `revenue_attribution`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "revenue_attribution")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RevenueAttributionId,
    pub transaction_id: TransactionId,
    pub agent_id: AgentId,
    pub campaign_id: Option<CampaignId>,
    pub attribution_model: RevenueAttributionModel,
    #[sea_orm(column_type = "Decimal(Some((5, 2)))")]
    pub attribution_percentage: Decimal,
    #[sea_orm(column_type = "JsonBinary")]
    pub touchpoint_data: Json,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `revenue_attribution` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `transactions` that `transaction_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::transactions::Entity",
        from = "Column::TransactionId",
        to = "super::transactions::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_revenue_attribution_transaction_id"
    )]
    Transaction,
    /// The row of `agents` that `agent_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::AgentId",
        to = "super::agents::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_revenue_attribution_agent_id"
    )]
    Agent,
    /// At most one row of `campaigns` that `campaign_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::campaigns::Entity",
        from = "Column::CampaignId",
        to = "super::campaigns::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_revenue_attribution_campaign_id"
    )]
    Campaign,
}

impl Related<super::transactions::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Transaction.def()
    }
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Agent.def()
    }
}

impl Related<super::campaigns::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Campaign.def()
    }
}

crate::identified!(ActiveModel, id: RevenueAttributionId);
