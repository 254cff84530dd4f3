//! Attributing in statements of SeaORM, one step after the other: what SQLite does, and PostgreSQL where its one statement
//! ([`postgres`](super::postgres)) did not apply, to find out why.

use std::collections::BTreeMap;

use entity::{AgentId, AgentStatus, CampaignId, TransactionId, agents, campaigns, revenue_attribution};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::attribute::{Attribute, AttributeError, NewRow};
use crate::batch::among;
use crate::error::DatabaseError;
use crate::finance::cents;

/// What the transaction is attributed to. One statement.
pub(super) async fn present<C: ConnectionTrait>(
    db: &C,
    transaction: TransactionId,
) -> Result<Vec<revenue_attribution::Model>, DatabaseError> {
    Ok(revenue_attribution::Entity::find()
        .filter(revenue_attribution::Column::TransactionId.eq(transaction))
        .all(db)
        .await?)
}

/// Forgets what the transaction is attributed to. One statement.
pub(super) async fn forget<C: ConnectionTrait>(
    db: &C,
    transaction: TransactionId,
) -> Result<(), DatabaseError> {
    revenue_attribution::Entity::delete_many()
        .filter(revenue_attribution::Column::TransactionId.eq(transaction))
        .exec(db)
        .await?;
    Ok(())
}

/// Whether all agents and campaigns exist and no agent is archived, nor will be before the transaction ends. One statement, two
/// with campaigns.
pub(super) async fn check_parties<C: ConnectionTrait>(
    db: &C,
    command: &Attribute,
) -> Result<(), AttributeError> {
    let wanted = command.agents();
    let known: BTreeMap<AgentId, AgentStatus> = agents::Entity::find()
        .select_only()
        .columns([agents::Column::Id, agents::Column::Status])
        .filter(among(db, agents::Column::Id, wanted.iter().copied()))
        .order_by_asc(agents::Column::Id)
        .lock(LockType::Share)
        .into_tuple()
        .all(db)
        .await
        .map_err(DatabaseError::from)?
        .into_iter()
        .collect();
    let unknown: Vec<_> = wanted
        .into_iter()
        .filter(|agent| !known.contains_key(agent))
        .collect();
    if !unknown.is_empty() {
        return Err(AttributeError::UnknownAgents { agents: unknown });
    }
    let archived: Vec<_> = known
        .into_iter()
        .filter(|(_, status)| *status == AgentStatus::Archived)
        .map(|(agent, _)| agent)
        .collect();
    if !archived.is_empty() {
        return Err(AttributeError::ArchivedAgents { agents: archived });
    }
    check_campaigns(db, command).await
}

async fn check_campaigns<C: ConnectionTrait>(db: &C, command: &Attribute) -> Result<(), AttributeError> {
    let wanted = command.campaigns();
    if wanted.is_empty() {
        return Ok(());
    }
    let known: Vec<CampaignId> = campaigns::Entity::find()
        .select_only()
        .column(campaigns::Column::Id)
        .filter(among(db, campaigns::Column::Id, wanted.iter().copied()))
        .order_by_asc(campaigns::Column::Id)
        .lock(LockType::KeyShare)
        .into_tuple()
        .all(db)
        .await
        .map_err(DatabaseError::from)?;
    let campaigns: Vec<_> = wanted
        .into_iter()
        .filter(|campaign| !known.contains(campaign))
        .collect();
    if campaigns.is_empty() {
        Ok(())
    } else {
        Err(AttributeError::UnknownCampaigns { campaigns })
    }
}

/// Writes the rows. One statement.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    command: &Attribute,
    rows: &[NewRow],
) -> Result<(), DatabaseError> {
    let rows = rows.iter().map(|row| revenue_attribution::ActiveModel {
        id: Set(row.id),
        transaction_id: Set(command.transaction),
        agent_id: Set(row.credit.agent),
        campaign_id: Set(row.credit.campaign),
        attribution_model: Set(command.model.kind()),
        attribution_percentage: Set(cents::decimal(row.credit.percentage)),
        touchpoint_data: Set(row.data.clone()),
        ..Default::default()
    });
    revenue_attribution::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
