//! PostgreSQL's fast path: everything is looked up and written in one statement.
//!
//! The portable twin is [`portable`](super::portable), which also explains why this one wrote nothing.

use entity::transactions;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use serde_json::json;
use uuid::Uuid;

use super::attribute::{Attribute, NewRow};
use crate::error::DatabaseError;
use crate::finance::cents;

/// Locks the agents by id, and then the transaction: who deletes an agent goes from it to the transactions that name it. A row is
/// locked once it has passed the conditions, and one of these has to know the agents.
const LOCK: &str = r"
WITH agent AS (
    SELECT id FROM agents WHERE id = ANY($2::uuid[]) ORDER BY id FOR SHARE
)
SELECT t.* FROM transactions t
WHERE t.id = $1 AND (SELECT count(*) FROM agent) >= 0
FOR NO KEY UPDATE OF t";

/// The transaction, locked after the agents that are to be credited.
pub(super) async fn lock<C: ConnectionTrait>(
    db: &C,
    command: &Attribute,
) -> Result<Option<transactions::Model>, DatabaseError> {
    let agents: Vec<Uuid> = command.agents().into_iter().map(Uuid::from).collect();
    let values = [command.transaction.into(), agents.into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, LOCK, values);
    Ok(transactions::Model::find_by_statement(statement).one(db).await?)
}

/// Writes all rows when the transaction has none yet, all agents exist and none is archived, and all campaigns exist; else none.
///
/// The transaction was locked by a statement of its own: only the next one sees what others wrote before.
const INSERT: &str = r"
WITH agent AS (
    SELECT status FROM agents WHERE id = ANY($4::uuid[]) ORDER BY id FOR SHARE
), campaign AS (
    SELECT id FROM campaigns WHERE id = ANY($5::uuid[]) ORDER BY id FOR KEY SHARE
)
INSERT INTO revenue_attribution
    (id, transaction_id, agent_id, campaign_id, attribution_model, attribution_percentage, touchpoint_data)
SELECT new.id, $1, new.agent, new.campaign, $2, new.percentage, new.data
FROM jsonb_to_recordset($3::jsonb) AS new (id uuid, agent uuid, campaign uuid, percentage numeric, data jsonb)
WHERE NOT EXISTS (SELECT 1 FROM revenue_attribution WHERE transaction_id = $1)
  AND (SELECT count(*) FROM agent WHERE status <> 'archived') = cardinality($4::uuid[])
  AND (SELECT count(*) FROM campaign) = cardinality($5::uuid[])";

/// Whether the rows were written.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    command: &Attribute,
    rows: &[NewRow],
) -> Result<bool, DatabaseError> {
    let new: serde_json::Value = rows
        .iter()
        .map(|row| {
            json!({
                "id": row.id,
                "agent": row.credit.agent,
                "campaign": row.credit.campaign,
                "percentage": cents::decimal(row.credit.percentage).to_string(),
                "data": row.data,
            })
        })
        .collect();
    let agents: Vec<Uuid> = command.agents().into_iter().map(Uuid::from).collect();
    let campaigns: Vec<Uuid> = command.campaigns().into_iter().map(Uuid::from).collect();
    let values: [Value; 5] = [
        command.transaction.into(),
        command.model.kind().to_string().into(),
        new.into(),
        agents.into(),
        campaigns.into(),
    ];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, INSERT, values);
    match db.execute_raw(statement).await?.rows_affected() {
        0 => Ok(false),
        written if written == rows.len() as u64 => Ok(true),
        _ => Err(DatabaseError::Changed {
            table: "revenue_attribution",
        }),
    }
}
