//! Deleting an agent that nothing is left of.

use entity::{
    AgentId, agents, budgets, campaigns, content, goals, kpis, revenue_attribution, tasks, workflows,
};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityName, EntityTrait, TransactionTrait};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::transaction;

/// The agent to delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeleteAgent {
    /// Its id.
    pub id: AgentId,
}

/// What [`delete`] removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedAgent {
    /// The agent as it was.
    pub agent: agents::Model,
}

/// Rows that keep an agent from being deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// The table that they are in.
    pub table: String,
    /// How many there are; never zero.
    pub rows: u64,
}

/// Why an agent was not deleted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeleteError {
    /// There is no such agent.
    #[error("there is no agent {id}")]
    NotFound {
        /// What was asked for.
        id: AgentId,
    },
    /// Rows refer to it that cannot be without it.
    #[error("rows of {} tables refer to agent {id}; decommission it instead", blockers.len())]
    InUse {
        /// The agent.
        id: AgentId,
        /// All of them, by table; never empty.
        blockers: Vec<Blocker>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for DeleteError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } | Self::InUse { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Deletes an agent that has no children, owns nothing, wrote no content, was given no task and was credited with nothing. Its
/// capabilities and collaborations go with it; reports, interactions, transactions, events and configurations stay and forget it.
///
/// One statement. The foreign keys decide, also between this and work that another connection is assigning. A refusal costs one
/// more, which counts.
///
/// # Errors
///
/// [`DeleteError::NotFound`]; [`DeleteError::InUse`] with everything that stands in the way.
pub async fn delete<C>(db: &C, command: DeleteAgent) -> Result<DeletedAgent, DeleteError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let id = command.id;
    let transaction = transaction::begin(db).await?;
    let outcome = agents::Entity::delete_by_id(id)
        .exec_with_returning(&transaction)
        .await
        .map_err(DatabaseError::of_deletion);
    match transaction::finish(transaction, outcome).await {
        Ok(Some(agent)) => Ok(DeletedAgent { agent }),
        Ok(None) => Err(DeleteError::NotFound { id }),
        Err(DatabaseError::Restricted { .. }) => {
            let blockers = blockers(db, id).await?;
            if blockers.is_empty() {
                // They are gone again.
                return Err(DatabaseError::Changed { table: "agents" }.into());
            }
            Err(DeleteError::InUse { id, blockers })
        }
        Err(error) => Err(error.into()),
    }
}

/// Counts the rows behind every key that forbids the deletion. One statement.
async fn blockers<C: ConnectionTrait>(db: &C, id: AgentId) -> Result<Vec<Blocker>, DatabaseError> {
    let mut question = Query::select();
    let mut tables = Vec::new();
    macro_rules! count {
        ($($table:ident . $column:ident),* $(,)?) => {$(
            let rows = Query::select()
                .expr($table::Column::Id.count())
                .from($table::Entity)
                .and_where($table::Column::$column.eq(id))
                .to_owned();
            let table = $table::Entity.table_name();
            question.expr_as(Expr::from(rows), table);
            tables.push(table);
        )*};
    }
    count!(
        agents.ParentId,
        budgets.OwnerAgentId,
        campaigns.OwnerAgentId,
        content.CreatedByAgentId,
        goals.OwnerAgentId,
        kpis.OwnerAgentId,
        revenue_attribution.AgentId,
        tasks.AssignedAgentId,
        workflows.OwnerAgentId,
    );
    let Some(answer) = db.query_one(&question).await? else {
        return Ok(Vec::new());
    };
    let mut blockers = Vec::new();
    for table in tables {
        let rows = u64::try_from(answer.try_get::<i64>("", table)?).unwrap_or_default();
        if rows > 0 {
            blockers.push(Blocker {
                table: table.to_owned(),
                rows,
            });
        }
    }
    Ok(blockers)
}
