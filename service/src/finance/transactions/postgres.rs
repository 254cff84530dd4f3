//! PostgreSQL's way of recording: one statement with one parameter, whose text does not depend on how many transactions there
//! are, so that it is prepared once.
//!
//! The portable twin is [`portable`](super::portable). The rows travel as JSON, because most of their columns may be NULL and
//! the driver's arrays have no holes.

use entity::transactions;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Statement};
use serde_json::{Value, json};

use super::record::NewTransaction;
use crate::error::DatabaseError;

const INSERT: &str = r"
INSERT INTO transactions
    (id, type, category, amount, currency, description, order_id, customer_id, agent_id, payment_method, transaction_date)
SELECT *
FROM jsonb_to_recordset($1::jsonb) AS new
    (id uuid, type text, category text, amount numeric, currency text, description text,
     order_id uuid, customer_id uuid, agent_id uuid, payment_method text, transaction_date date)
ON CONFLICT (id) DO NOTHING
RETURNING *";

/// Inserts what is not there yet, and returns it.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    new: &[&NewTransaction],
) -> Result<Vec<transactions::Model>, DatabaseError> {
    let rows: Value = new.iter().copied().map(row).collect();
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, INSERT, [rows.into()]);
    Ok(transactions::Entity::find()
        .from_raw_sql(statement)
        .all(db)
        .await?)
}

fn row(new: &NewTransaction) -> Value {
    json!({
        "id": new.id,
        "type": new.kind,
        "category": new.category,
        "amount": new.amount.to_string(),
        "currency": new.currency,
        "description": new.description,
        "order_id": new.order,
        "customer_id": new.customer,
        "agent_id": new.agent,
        "payment_method": new.payment_method,
        "transaction_date": new.id.instant().map(|instant| instant.date_naive()),
    })
}
