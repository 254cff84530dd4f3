//! Recording a batch of measurements.

use std::collections::{BTreeSet, HashSet};

use entity::{KpiId, kpis};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, TransactionTrait};
use thiserror::Error;

use super::batch::{Batch, Conflicting, NewMeasurement, OnConflict};
use super::{portable, postgres};
use crate::batch::{MAX_ELEMENTS, among};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// Measurements to be recorded together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordMeasurements {
    /// At most 2 000, of any KPIs; for more see [`record_stream`](super::record_stream()). The same measurement twice counts once.
    pub measurements: Vec<NewMeasurement>,
    /// What happens where there is another value.
    pub on_conflict: OnConflict,
}

impl RecordMeasurements {
    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.at_most("measurements", self.measurements.len(), MAX_ELEMENTS);
        check_each(&mut checks, &self.measurements);
        checks.finish()
    }
}

pub(super) fn check_each(checks: &mut Checks, measurements: &[NewMeasurement]) {
    for (i, measurement) in measurements.iter().enumerate() {
        measurement.check(checks, &format!("measurements[{i}]"));
    }
}

/// How many measurements there were of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// They are new.
    pub inserted: u64,
    /// They had been recorded just so.
    pub unchanged: u64,
    /// Their moment had other content: kept or overwritten, as [`OnConflict`] said.
    pub conflicting: u64,
}

impl Recorded {
    pub(super) fn add(&mut self, other: Self) {
        self.inserted += other.inserted;
        self.unchanged += other.unchanged;
        self.conflicting += other.conflicting;
    }
}

/// Why a batch was not recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// KPIs that do not exist.
    #[error("{} of the KPIs do not exist", kpis.len())]
    UnknownKpis {
        /// All of them; never empty.
        kpis: Vec<KpiId>,
    },
    /// Moments that have other content already.
    #[error("{} of the measurements differ from what was recorded", conflicts.len())]
    Conflicts {
        /// All of them; never empty.
        conflicts: Vec<Conflicting>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for RecordError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::UnknownKpis { .. } | Self::Conflicts { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Records measurements, all or nothing, whether their KPIs are active or not.
///
/// One statement when all are new, two when some were there, three when some are overwritten; none for an empty list. Rows are
/// written in the order of KPI and moment; those to be overwritten are locked in that order first.
///
/// # Errors
///
/// [`RecordError::Conflicts`] unless `on_conflict` settles them; [`RecordError::UnknownKpis`], for which one more statement is
/// sent; [`RecordError::Invalid`].
pub async fn record<C>(db: &C, command: RecordMeasurements) -> Result<Recorded, RecordError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "analytics.measurements.record");
    command.check()?;
    write(db, Batch::new(command.measurements, command.on_conflict)).await
}

/// Writes a batch that was checked.
pub(super) async fn write<C>(db: &C, batch: Batch) -> Result<Recorded, RecordError>
where
    C: ConnectionTrait + TransactionTrait,
{
    if batch.rows.is_empty() {
        return Ok(Recorded::default());
    }
    let transaction = transaction::begin(db).await?;
    let outcome = apply(&transaction, &batch).await;
    match transaction::finish(transaction, outcome).await {
        Err(RecordError::Database(DatabaseError::MissingReference { .. })) => Err(unknown(db, &batch).await?),
        outcome => outcome,
    }
}

async fn apply<C: ConnectionTrait>(db: &C, batch: &Batch) -> Result<Recorded, RecordError> {
    const GONE: DatabaseError = DatabaseError::Changed {
        table: "kpi_measurements",
    };
    let on_postgres = db.get_database_backend() == DbBackend::Postgres;
    let inserted = match on_postgres {
        true => postgres::insert(db, batch).await?,
        false => portable::insert(db, batch).await?,
    };
    if let Some(outcome) = batch.all_new(inserted) {
        return outcome;
    }
    let present = match on_postgres {
        true => postgres::present(db, batch).await?,
        false => portable::present(db, batch).await?,
    };
    let compared = batch.compare(present).ok_or(GONE)?;
    // A refusal comes before the writing.
    let recorded = batch.settle(compared.inserted, compared.unchanged, compared.conflicts())?;
    if batch.overwrites() && !compared.other.is_empty() {
        let written = match on_postgres {
            true => postgres::overwrite(db, &compared.other).await?,
            false => portable::overwrite(db, &compared.other).await?,
        };
        if written != compared.other.len() as u64 {
            return Err(GONE.into());
        }
    }
    Ok(recorded)
}

async fn unknown<C: ConnectionTrait>(db: &C, batch: &Batch) -> Result<RecordError, DatabaseError> {
    let given: BTreeSet<KpiId> = batch.rows.keys().map(|(kpi, _)| *kpi).collect();
    let known: HashSet<KpiId> = kpis::Entity::find()
        .select_only()
        .column(kpis::Column::Id)
        .filter(among(db, kpis::Column::Id, given.iter().copied()))
        .into_tuple()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let kpis: Vec<_> = given.into_iter().filter(|kpi| !known.contains(kpi)).collect();
    Ok(match kpis.is_empty() {
        // It has been defined in the meantime.
        true => DatabaseError::Changed { table: "kpis" }.into(),
        false => RecordError::UnknownKpis { kpis },
    })
}
