//! Running a calculation.

use std::time::Duration;

use entity::{KpiId, kpis};
use rust_decimal::Decimal;
use sea_orm::sqlx;
use sea_orm::{DatabaseConnection, DatabaseConnectionType, DbErr, EntityTrait, RuntimeErr};
use thiserror::Error;

use super::number::Found;
use super::text::{Flaw, inspect};
use super::{postgres, sqlite};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;

/// The longest time that a calculation may be given.
const MAX_LIMIT: Duration = Duration::from_secs(3_600);

/// The KPI to calculate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calculate {
    /// Which KPI.
    pub kpi: KpiId,
    /// How long its statement may run: a millisecond to an hour.
    pub limit: Duration,
}

impl Calculate {
    /// With ten seconds of time.
    #[must_use]
    pub fn new(kpi: KpiId) -> Self {
        let limit = Duration::from_secs(10);
        Self { kpi, limit }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.limit < Duration::from_millis(1) || self.limit > MAX_LIMIT {
            let expected = "between a millisecond and an hour";
            checks.refuse("limit", Rule::Malformed { expected });
        }
        checks.finish()
    }
}

/// What a calculation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calculated {
    /// The KPI.
    pub kpi: KpiId,
    /// Its value now, to four decimals.
    pub value: Decimal,
}

/// Why there is no value.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CalculateError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such KPI.
    #[error("there is no KPI {kpi}")]
    UnknownKpi {
        /// What was asked for.
        kpi: KpiId,
    },
    /// The KPI is recorded, not calculated.
    #[error("KPI {kpi} has no calculation")]
    NoCalculation {
        /// The KPI.
        kpi: KpiId,
    },
    /// The text is not one SELECT that both engines read alike.
    #[error("the calculation is not exactly one SELECT")]
    NotOneStatement,
    /// The text names a function that reaches beyond the transaction.
    #[error("the calculation may not use {function}")]
    Forbidden {
        /// Its name.
        function: String,
    },
    /// It tried to write, and did not.
    #[error("the calculation tried to write: {message}")]
    Wrote {
        /// What the database says to that.
        message: String,
    },
    /// It ran for too long, and was ended.
    #[error("the calculation took longer than {limit:?}")]
    TimedOut {
        /// How long it might have run.
        limit: Duration,
    },
    /// It gave something else than one number.
    #[error("the calculation gave {found} instead of one number")]
    NotOneNumber {
        /// What it gave.
        found: Found,
    },
    /// The database refused the text: a syntax error, a missing table, a division by zero.
    #[error("the calculation failed: {message}")]
    Failed {
        /// What the database says.
        message: String,
    },
    /// What the database reported, apart from the text.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for CalculateError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Runs a KPI's calculation and writes nothing. See [the module](super) for what holds it back.
///
/// One statement on the pool, which reads the KPI (on SQLite another one, which asks for its file); the rest on a connection of
/// its own. Should the future be dropped, that connection goes with it.
///
/// # Errors
///
/// See [`CalculateError`].
pub async fn calculate(db: &DatabaseConnection, command: Calculate) -> Result<Calculated, CalculateError> {
    calculate_for(db, "analytics.calculation.calculate", command).await
}

/// [`calculate`] for an operation. The text of the KPI carries its name as well.
pub(super) async fn calculate_for(
    db: &DatabaseConnection,
    action: &'static str,
    command: Calculate,
) -> Result<Calculated, CalculateError> {
    command.check()?;
    let kpi = kpis::Entity::find_by_id(command.kpi)
        .one(&operation::named(db, action))
        .await
        .map_err(DatabaseError::from)?
        .ok_or(CalculateError::UnknownKpi { kpi: command.kpi })?;
    let mut sql = kpi
        .calculation_sql
        .ok_or(CalculateError::NoCalculation { kpi: kpi.id })?;
    // Who wrote the row may not have asked this library.
    inspect(&sql).map_err(|flaw| match flaw {
        Flaw::NotOneQuery => CalculateError::NotOneStatement,
        Flaw::Forbidden(function) => CalculateError::Forbidden { function },
    })?;
    operation::stamp(&mut sql, action);
    let value = run(db, &sql, command.limit).await?;
    Ok(Calculated { kpi: kpi.id, value })
}

/// Runs a text that was read.
async fn run(db: &DatabaseConnection, sql: &str, limit: Duration) -> Result<Decimal, CalculateError> {
    let outcome = match &db.inner {
        DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
            postgres::run(&db.get_postgres_connection_pool().connect_options(), sql, limit).await
        }
        DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
            sqlite::run(db.get_sqlite_connection_pool(), sql, limit).await
        }
        _ => {
            let error = DbErr::Custom(String::from("no pool of PostgreSQL or SQLite"));
            return Err(DatabaseError::Unexpected(error).into());
        }
    };
    outcome.map_err(|failure| match failure {
        Failure::Found(found) => CalculateError::NotOneNumber { found },
        Failure::Driver(error) => of_driver(error, limit),
    })
}

/// What went wrong on the connection.
#[derive(Debug)]
pub(super) enum Failure {
    Found(Found),
    Driver(sqlx::Error),
}

impl From<Found> for Failure {
    fn from(found: Found) -> Self {
        Self::Found(found)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Driver(error)
    }
}

fn of_driver(error: sqlx::Error, limit: Duration) -> CalculateError {
    let Some((code, message)) = error
        .as_database_error()
        .map(|e| (e.code().unwrap_or_default().into_owned(), e.message().to_owned()))
    else {
        return DatabaseError::from(DbErr::Query(RuntimeErr::SqlxError(error.into()))).into();
    };
    // read_only_sql_transaction, and SQLITE_READONLY in its forms
    let is_write = code == "25006"
        || code
            .parse::<i32>()
            .is_ok_and(|code| code != 25_006 && code & 0xff == 8 && code < 10_000);
    if is_write {
        return CalculateError::Wrote { message };
    }
    match DatabaseError::from(DbErr::Query(RuntimeErr::SqlxError(error.into()))) {
        DatabaseError::StatementTimeout => CalculateError::TimedOut { limit },
        error if error.class() == Class::Retryable => error.into(),
        _ => CalculateError::Failed { message },
    }
}
