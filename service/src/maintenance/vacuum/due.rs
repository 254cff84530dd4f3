//! What is due.

use sea_orm::{DatabaseConnection, DbBackend};
use serde::Serialize;

use super::need::Reason;
use super::run::{Job, Work};
use super::target::Target;
use super::{postgres, sqlite};
use crate::error::DatabaseError;

/// Something that is due, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// What.
    pub target: Target,
    /// Why, at least one reason.
    pub reasons: Vec<Reason>,
}

impl Due {
    /// What to give to [`run`](super::run()).
    #[must_use]
    pub fn work(&self) -> Work {
        let vacuum = self.reasons.iter().any(|reason| reason.wants_vacuum());
        let analyze = self.reasons.iter().any(|reason| !reason.wants_vacuum());
        let job = match (vacuum, analyze) {
            (true, true) => Job::VacuumAnalyze,
            (true, false) => Job::Vacuum,
            (false, _) => Job::Analyze,
        };
        Work {
            target: self.target.clone(),
            job,
        }
    }
}

/// What is due: partitions one by one, partitioned tables after them. One statement on PostgreSQL, 2 on SQLite; any role may ask.
///
/// # Errors
///
/// What the database reports.
pub async fn due(db: &DatabaseConnection) -> Result<Vec<Due>, DatabaseError> {
    match db.get_database_backend() {
        DbBackend::Postgres => postgres::due(db).await,
        _ => sqlite::due(db).await,
    }
}
