//! A batch of measurements: checked, merged, and compared with what is there.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, SubsecRound, Utc};
use entity::{KpiId, KpiMeasurementId, kpi_measurements};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::record::{RecordError, Recorded};
use crate::analytics::kpis::VALUE;
use crate::input::{Checks, same_json};

/// One value of a KPI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMeasurement {
    /// Which KPI.
    pub kpi: KpiId,
    /// When; to the microsecond.
    pub measured_at: DateTime<Utc>,
    /// At most ten digits before the point and four after it, of either sign.
    pub value: Decimal,
    /// The beginning of what was measured.
    pub period_start: Option<DateTime<Utc>>,
    /// The end of what was measured, not before its beginning.
    pub period_end: Option<DateTime<Utc>>,
    /// A JSON object.
    pub metadata: Value,
}

impl NewMeasurement {
    /// A value without a period and with empty metadata.
    #[must_use]
    pub fn new(kpi: KpiId, measured_at: DateTime<Utc>, value: Decimal) -> Self {
        Self {
            kpi,
            measured_at,
            value,
            period_start: None,
            period_end: None,
            metadata: json!({}),
        }
    }

    pub(super) fn check(&self, checks: &mut Checks, path: &str) {
        checks.decimal(format!("{path}.value"), self.value, VALUE);
        checks.in_order(format!("{path}.period_end"), self.period_start, self.period_end);
        checks.json_object(format!("{path}.metadata"), &self.metadata);
        checks.instant(format!("{path}.measured_at"), self.measured_at);
        for (end, at) in [
            ("period_start", self.period_start),
            ("period_end", self.period_end),
        ] {
            if let Some(at) = at {
                checks.instant(format!("{path}.{end}"), at);
            }
        }
    }

    fn truncated(mut self) -> Self {
        self.measured_at = self.measured_at.trunc_subsecs(6);
        self.period_start = self.period_start.map(|at| at.trunc_subsecs(6));
        self.period_end = self.period_end.map(|at| at.trunc_subsecs(6));
        self
    }

    fn made(&self, row: &kpi_measurements::Model) -> bool {
        row.value == self.value
            && row.period_start == self.period_start
            && row.period_end == self.period_end
            && same_json(&row.metadata, &self.metadata)
    }
}

/// What happens to a measurement whose moment has other content already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnConflict {
    /// The batch is refused, and the conflicts are named.
    #[default]
    Refuse,
    /// What is there stays.
    Keep,
    /// What is there is replaced.
    Overwrite,
}

/// A measurement whose moment has other content already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflicting {
    /// The KPI.
    pub kpi: KpiId,
    /// The moment.
    pub measured_at: DateTime<Utc>,
    /// The value that is there, or that the same batch gave before.
    pub recorded: Decimal,
    /// The value that was given: the same, when period or metadata differ.
    pub given: Decimal,
}

/// What a measurement is about: batches are written in this order.
pub(super) type Moment = (KpiId, DateTime<Utc>);

/// Measurements of different moments, each with the id that its row gets.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) rows: BTreeMap<Moment, (KpiMeasurementId, NewMeasurement)>,
    on_conflict: OnConflict,
    repeated: u64,
    conflicts: Vec<Conflicting>,
}

impl Batch {
    /// Merges what is about the same moment: the first counts, or the last where it overwrites.
    pub(super) fn new(
        measurements: impl IntoIterator<Item = NewMeasurement>,
        on_conflict: OnConflict,
    ) -> Self {
        let mut batch = Self {
            rows: BTreeMap::new(),
            on_conflict,
            repeated: 0,
            conflicts: Vec::new(),
        };
        for measurement in measurements {
            let given = measurement.truncated();
            match batch.rows.entry((given.kpi, given.measured_at)) {
                Entry::Vacant(vacant) => {
                    vacant.insert((KpiMeasurementId::new(), given));
                }
                Entry::Occupied(first) if first.get().1 == given => batch.repeated += 1,
                Entry::Occupied(mut first) => {
                    batch.conflicts.push(Conflicting {
                        kpi: given.kpi,
                        measured_at: given.measured_at,
                        recorded: first.get().1.value,
                        given: given.value,
                    });
                    if on_conflict == OnConflict::Overwrite {
                        first.get_mut().1 = given;
                    }
                }
            }
        }
        batch
    }

    /// What there is to do when `inserted` rows are new: nothing when all are.
    pub(super) fn all_new(&self, inserted: u64) -> Option<Result<Recorded, RecordError>> {
        (inserted == self.rows.len() as u64).then(|| self.settle(inserted, 0, Vec::new()))
    }

    /// Compares with the rows that the database now has, and returns those to overwrite. `None` for a row that is gone again.
    pub(super) fn compare(&self, present: Vec<kpi_measurements::Model>) -> Option<Compared> {
        let present: BTreeMap<Moment, _> = present
            .into_iter()
            .map(|row| ((row.kpi_id, row.measured_at), row))
            .collect();
        let mut compared = Compared::default();
        for (moment, (id, given)) in &self.rows {
            let row = present.get(moment)?;
            if row.id == *id {
                compared.inserted += 1;
            } else if given.made(row) {
                compared.unchanged += 1;
            } else {
                compared.other.push((row.id, given.clone(), row.value));
            }
        }
        Some(compared)
    }

    /// The outcome, or the refusal.
    pub(super) fn settle(
        &self,
        inserted: u64,
        unchanged: u64,
        other: Vec<Conflicting>,
    ) -> Result<Recorded, RecordError> {
        let conflicts: Vec<_> = self.conflicts.iter().copied().chain(other).collect();
        if self.on_conflict == OnConflict::Refuse && !conflicts.is_empty() {
            return Err(RecordError::Conflicts { conflicts });
        }
        Ok(Recorded {
            inserted,
            unchanged: unchanged + self.repeated,
            conflicting: conflicts.len() as u64,
        })
    }

    pub(super) fn overwrites(&self) -> bool {
        self.on_conflict == OnConflict::Overwrite
    }
}

/// A batch beside what the database has.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) inserted: u64,
    pub(super) unchanged: u64,
    /// The rows with other content: their ids, what was given, and the value that is there.
    pub(super) other: Vec<(KpiMeasurementId, NewMeasurement, Decimal)>,
}

impl Compared {
    pub(super) fn conflicts(&self) -> Vec<Conflicting> {
        let conflicts = self.other.iter().map(|(_, given, recorded)| Conflicting {
            kpi: given.kpi,
            measured_at: given.measured_at,
            recorded: *recorded,
            given: given.value,
        });
        conflicts.collect()
    }
}
