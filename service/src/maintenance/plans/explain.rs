//! Trying an operation for its plans.

use sea_orm::{ConnectionTrait, TransactionSession as _};
use sea_orm::{DatabaseTransaction, DbBackend, TransactionTrait};
use serde::Serialize;

use super::catalogue::Catalogue;
use super::contract::{Breach, Contract};
use super::error::ExplainError;
use super::hot::HotOperation;
use super::plan::Plan;
use super::probe::{Answer, Probe};
use super::{postgres, sqlite};
use crate::error::DatabaseError;
use crate::transaction;

/// The plans of an operation on a database.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// The operation.
    pub operation: &'static str,
    /// What it promises.
    pub contract: Contract,
    /// The plan of each statement, in their order.
    pub plans: Vec<Plan>,
    /// What is broken of the contract here. Indexes of small tables need not be used.
    pub breaches: Vec<Breach>,
}

/// Tries `operation` and rolls everything back; see [the module](super) for how, and for what remains.
///
/// Each statement of the operation runs twice. A few more read a sample, prepare the trial and read the catalogue. On a caller's
/// transaction all of it happens in a savepoint.
///
/// # Errors
///
/// [`ExplainError::NoRow`] when the database is too empty, [`ExplainError::Refused`] when the operation refuses the sample, and what
/// can happen to a connection.
pub async fn explain<C>(db: &C, operation: &HotOperation) -> Result<Explained, ExplainError>
where
    C: TransactionTrait<Transaction = DatabaseTransaction>,
{
    let probe = Probe::new(transaction::begin(db).await?);
    let outcome = attempt(&probe, operation).await;
    // Whatever came of it: nothing of a trial stays.
    let undone = probe.rollback().await;
    let explained = outcome?;
    undone.map_err(DatabaseError::from)?;
    Ok(explained)
}

async fn attempt(probe: &Probe, operation: &HotOperation) -> Result<Explained, ExplainError> {
    operation
        .attempt(probe)
        .await
        .map_err(|error| error.of(operation.name))?;
    let seen = probe.take();
    let contract = operation.contract;
    let (plans, breaches) = if probe.get_database_backend() == DbBackend::Postgres {
        let catalogue = Catalogue::read(probe.quiet())
            .await
            .map_err(DatabaseError::from)?;
        let plans = plans(seen, &catalogue);
        let breaches = contract.breaches_on_postgres(&plans, &catalogue);
        (plans, breaches)
    } else {
        let plans = plans(seen, &Catalogue::default());
        let breaches = contract.breaches_on_sqlite(&plans);
        (plans, breaches)
    };
    Ok(Explained {
        operation: operation.name,
        contract,
        plans,
        breaches,
    })
}

fn plans(seen: Vec<(String, Answer)>, catalogue: &Catalogue) -> Vec<Plan> {
    seen.into_iter()
        .map(|(sql, answer)| match answer {
            Answer::Postgres(answer) => postgres::read(sql, &answer, catalogue),
            Answer::Sqlite(answer) => sqlite::read(sql, &answer),
        })
        .collect()
}
