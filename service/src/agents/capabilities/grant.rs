//! Granting and revoking.

use entity::{AgentCapabilityId, AgentId, agent_capabilities};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};
use serde_json::{Value, json};

use super::CapabilityError;
use crate::agents::row;
use crate::error::DatabaseError;
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// A capability that an agent is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantCapability {
    /// Who gets it.
    pub agent: AgentId,
    /// The kind of capability. At most 100 characters.
    pub capability_type: String,
    /// Its name within the kind. At most 255 characters.
    pub name: String,
    /// A JSON object.
    pub configuration: Value,
}

impl GrantCapability {
    /// A capability with nothing configured.
    pub fn new(agent: AgentId, capability_type: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            agent,
            capability_type: capability_type.into(),
            name: name.into(),
            configuration: json!({}),
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        check_key(&mut checks, &self.capability_type, &self.name);
        checks.json_object("configuration", &self.configuration);
        checks.finish()
    }
}

/// A capability that an agent is to lose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokeCapability {
    /// Who has it.
    pub agent: AgentId,
    /// The kind of capability.
    pub capability_type: String,
    /// Its name within the kind.
    pub name: String,
}

/// What [`grant`] left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantedCapability {
    /// The capability, in force.
    pub capability: agent_capabilities::Model,
}

/// What [`revoke`] left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedCapability {
    /// The capability, no longer in force.
    pub capability: agent_capabilities::Model,
}

fn check_key(checks: &mut Checks, capability_type: &str, name: &str) {
    checks.name("capability_type", capability_type, 100);
    checks.name("name", name, 255);
}

/// Grants a capability, or brings it back into force; the configuration is the given one afterwards.
///
/// Two statements: the agent is locked against being archived or deleted, and the capability written, whether it was there or not.
/// The same command again changes nothing.
///
/// # Errors
///
/// [`CapabilityError::UnknownAgent`] and [`CapabilityError::ArchivedAgent`]; [`CapabilityError::Invalid`] before anything is sent.
pub async fn grant<C>(db: &C, command: GrantCapability) -> Result<GrantedCapability, CapabilityError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "agents.grant");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = upsert(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn upsert<C: ConnectionTrait>(
    db: &C,
    command: GrantCapability,
) -> Result<GrantedCapability, CapabilityError> {
    use agent_capabilities::Column;
    row::in_office(db, &[command.agent]).await??;
    let row = agent_capabilities::ActiveModel {
        id: Set(AgentCapabilityId::new()),
        agent_id: Set(command.agent),
        capability_type: Set(command.capability_type),
        capability_name: Set(command.name),
        configuration: Set(command.configuration),
        is_active: Set(true),
        ..Default::default()
    };
    let key = [Column::AgentId, Column::CapabilityType, Column::CapabilityName];
    let capability = agent_capabilities::Entity::insert(row)
        .on_conflict(
            OnConflict::columns(key)
                .update_columns([Column::Configuration, Column::IsActive])
                .to_owned(),
        )
        .exec_with_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    Ok(GrantedCapability { capability })
}

/// Revokes a capability: it stays on record with its configuration, no longer in force, and [`grant`] brings it back.
///
/// One statement. The same command again changes nothing.
///
/// # Errors
///
/// [`CapabilityError::NeverGranted`], also for an agent that does not exist.
pub async fn revoke<C>(db: &C, command: RevokeCapability) -> Result<RevokedCapability, CapabilityError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "agents.revoke");
    let mut checks = Checks::default();
    check_key(&mut checks, &command.capability_type, &command.name);
    checks.finish()?;
    let transaction = transaction::begin(db).await?;
    let outcome = end(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn end<C: ConnectionTrait>(
    db: &C,
    command: RevokeCapability,
) -> Result<RevokedCapability, CapabilityError> {
    use agent_capabilities::Column;
    let ended = agent_capabilities::Entity::update_many()
        .col_expr(Column::IsActive, sea_orm::sea_query::Expr::value(false))
        .filter(Column::AgentId.eq(command.agent))
        .filter(Column::CapabilityType.eq(command.capability_type.as_str()))
        .filter(Column::CapabilityName.eq(command.name.as_str()))
        .exec_with_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    match ended.into_iter().next() {
        Some(capability) => Ok(RevokedCapability { capability }),
        None => Err(CapabilityError::NeverGranted {
            agent: command.agent,
            capability_type: command.capability_type,
            name: command.name,
        }),
    }
}
