//! Crediting a transaction to the agents and campaigns that led to it.

use std::collections::BTreeSet;

use entity::{AgentId, CampaignId, RevenueAttributionId, TransactionId, TransactionType, transactions};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, TransactionTrait};
use serde_json::json;
use thiserror::Error;

use super::get::{Attribution, same};
use super::model::{AttributionModel, Credit, Touch, credits};
use super::{portable, postgres, refund};
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;

/// The most touches that one transaction is attributed over.
pub const MAX_TOUCHES: usize = 500;

/// A transaction, and the touches that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Which transaction; one of type revenue.
    pub transaction: TransactionId,
    /// By which rule.
    pub model: AttributionModel,
    /// At least one and at most [`MAX_TOUCHES`], in any order.
    pub touches: Vec<Touch>,
}

impl Attribute {
    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.touches.is_empty() {
            checks.refuse("touches", Rule::Empty);
        }
        checks.at_most("touches", self.touches.len(), MAX_TOUCHES);
        if self.model.half_life() == Some(0) {
            checks.refuse("model.half_life", Rule::NotPositive);
        }
        checks.finish()
    }

    /// The rows, by agent and campaign. Each keeps its own touches, so that together they tell the whole command.
    fn rows(&self) -> Vec<NewRow> {
        let half_life = self.model.half_life();
        credits(self.model, &self.touches)
            .into_iter()
            .map(|credit| {
                let mut data = json!({ "touches": credit.touches });
                if let Some(half_life) = half_life {
                    data["half_life_ms"] = half_life.into();
                }
                NewRow {
                    id: RevenueAttributionId::new(),
                    credit,
                    data,
                }
            })
            .collect()
    }

    pub(super) fn agents(&self) -> BTreeSet<AgentId> {
        self.touches.iter().map(|touch| touch.agent).collect()
    }

    pub(super) fn campaigns(&self) -> BTreeSet<CampaignId> {
        self.touches.iter().filter_map(|touch| touch.campaign).collect()
    }
}

/// A row to be written.
pub(super) struct NewRow {
    pub(super) id: RevenueAttributionId,
    pub(super) credit: Credit,
    /// The touches, and what the model was told.
    pub(super) data: serde_json::Value,
}

/// Why a transaction was not attributed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AttributeError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such transaction.
    #[error("there is no transaction {transaction}")]
    NotFound {
        /// What was asked for.
        transaction: TransactionId,
    },
    /// Only revenue is attributed; a refund follows its payments by itself.
    #[error("transaction {transaction} is of type {kind}, and only revenue is attributed")]
    NotRevenue {
        /// The transaction.
        transaction: TransactionId,
        /// What it is.
        kind: TransactionType,
    },
    /// Agents that do not exist.
    #[error("{} of the agents do not exist", agents.len())]
    UnknownAgents {
        /// All of them, by id; never empty.
        agents: Vec<AgentId>,
    },
    /// Agents that are archived, and credited with nothing new.
    #[error("{} of the agents are archived", agents.len())]
    ArchivedAgents {
        /// All of them, by id; never empty.
        agents: Vec<AgentId>,
    },
    /// Campaigns that do not exist.
    #[error("{} of the campaigns do not exist", campaigns.len())]
    UnknownCampaigns {
        /// All of them, by id; never empty.
        campaigns: Vec<CampaignId>,
    },
    /// The transaction is attributed by another model, or over other touches; see [`reattribute`].
    #[error("the transaction is attributed otherwise already")]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for AttributeError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            Self::Invalid(_)
            | Self::NotFound { .. }
            | Self::NotRevenue { .. }
            | Self::UnknownAgents { .. }
            | Self::ArchivedAgents { .. }
            | Self::UnknownCampaigns { .. }
            | Self::Conflict(_) => Class::Refused,
        }
    }
}

/// Attributes a transaction of type revenue, once. The refunds of its order follow.
///
/// The shares add up to exactly 100.00 percent: each party's quota is rounded down to the hundredth, and what is left goes to the
/// largest remainders. Sent again, the same command returns the first outcome, also after the agents were archived.
///
/// Locks the agents by id, which cannot be archived meanwhile, then the transaction: of two attributions of one transaction the later
/// one finds the earlier. On PostgreSQL two statements, and one more when the transaction names an order; on SQLite four, one
/// more when the touches name campaigns and one more with an order. An order with refunds costs four more.
///
/// # Errors
///
/// See [`AttributeError`]; [`AttributeError::Conflict`] when it is attributed otherwise.
pub async fn attribute<C>(db: &C, command: Attribute) -> Result<Attribution, AttributeError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "finance.attribution.attribute");
    run(db, command, Existing::Stays).await
}

/// Attributes a transaction anew: what it was attributed to before is forgotten. For the rest like [`attribute`].
///
/// On both engines the statements of SQLite, and one more when the transaction was attributed otherwise.
///
/// # Errors
///
/// See [`AttributeError`], of which [`AttributeError::Conflict`] does not happen.
pub async fn reattribute<C>(db: &C, command: Attribute) -> Result<Attribution, AttributeError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "finance.attribution.reattribute");
    run(db, command, Existing::Goes).await
}

/// What becomes of another attribution of the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Existing {
    Stays,
    Goes,
}

async fn run<C>(db: &C, command: Attribute, existing: Existing) -> Result<Attribution, AttributeError>
where
    C: ConnectionTrait + TransactionTrait,
{
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command, existing).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(
    db: &C,
    command: &Attribute,
    existing: Existing,
) -> Result<Attribution, AttributeError> {
    let payment = lock(db, command).await?;
    let rows = command.rows();
    let fast = db.get_database_backend() == DbBackend::Postgres && existing == Existing::Stays;
    if !(fast && postgres::insert(db, command, &rows).await?) {
        let present = portable::present(db, payment.id).await?;
        if !present.is_empty() {
            if same(command, &rows, &present) {
                return Ok(Attribution::of(&payment, present));
            }
            if existing == Existing::Stays {
                return Err(Conflict {
                    id: payment.id.into(),
                }
                .into());
            }
        }
        portable::check_parties(db, command).await?;
        if !present.is_empty() {
            portable::forget(db, payment.id).await?;
        }
        portable::insert(db, command, &rows).await?;
    }
    if let Some(order) = payment.order_id {
        refund::follow(db, order).await?;
    }
    Ok(Attribution::written(&payment, command.model.kind(), rows))
}

/// The transaction, which nobody else attributes until this is done. SQLite has the one lock that the transaction began with.
async fn lock<C: ConnectionTrait>(
    db: &C,
    command: &Attribute,
) -> Result<transactions::Model, AttributeError> {
    let transaction = command.transaction;
    let payment = match db.get_database_backend() {
        DbBackend::Postgres => postgres::lock(db, command).await?,
        _ => transactions::Entity::find_by_id(transaction)
            .one(db)
            .await
            .map_err(DatabaseError::from)?,
    };
    match payment {
        Some(payment) if payment.r#type == TransactionType::Revenue => Ok(payment),
        Some(payment) => Err(AttributeError::NotRevenue {
            transaction,
            kind: payment.r#type,
        }),
        None => Err(AttributeError::NotFound { transaction }),
    }
}
