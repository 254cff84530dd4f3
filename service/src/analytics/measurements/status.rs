//! KPIs against their targets.

use chrono::{DateTime, Utc};
use entity::{KpiFrequency, KpiId, kpi_measurements, kpis};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement, SubQueryStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryResult};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::series::{exact, read_exact};
use crate::batch::{MAX_ELEMENTS, among};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::operation;

/// Whether more is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// The target is to be reached: revenue, conversion.
    #[default]
    Higher,
    /// The target is not to be exceeded: cost, returns.
    Lower,
}

/// Which KPIs to judge, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShowStatus {
    /// At most 2 000; a KPI twice counts once, as it comes last. A KPI's row does not say in which direction its target lies, so
    /// the caller does.
    pub kpis: Vec<(KpiId, Better)>,
    /// Only what was measured until then counts.
    pub at: DateTime<Utc>,
    /// How far a value may miss its target and be at risk only, as a share of the target: 0.1 is a tenth.
    pub tolerance: Decimal,
}

impl ShowStatus {
    /// KPIs that should be higher, with a tolerance of a tenth.
    #[must_use]
    pub fn new(kpis: impl IntoIterator<Item = KpiId>, at: DateTime<Utc>) -> Self {
        Self {
            kpis: kpis.into_iter().map(|kpi| (kpi, Better::Higher)).collect(),
            at,
            tolerance: Decimal::new(1, 1),
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.at_most("kpis", self.kpis.len(), MAX_ELEMENTS);
        checks.instant("at", self.at);
        checks.decimal_between("tolerance", self.tolerance, 4, (Decimal::ZERO, Decimal::ONE));
        checks.finish()
    }
}

/// How a KPI does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is where it should be, or better.
    OnTarget,
    /// It misses its target by no more than the tolerance.
    AtRisk,
    /// It misses its target by more.
    Off,
    /// It has no target.
    NoTarget,
    /// It has not been measured.
    NotMeasured,
}

/// A KPI and how it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KpiStatus {
    /// The KPI.
    pub kpi: KpiId,
    /// What it is called.
    pub name: String,
    /// What its values are counted in.
    pub unit: Option<String>,
    /// What it should come to.
    pub target: Option<Decimal>,
    /// What it last came to.
    pub value: Option<Decimal>,
    /// When that was measured.
    pub measured_at: Option<DateTime<Utc>>,
    /// How the one compares with the other.
    pub standing: Standing,
    /// Whether it should have been measured again by now, going by its frequency.
    pub overdue: bool,
}

/// Why there is no status.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StatusError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// KPIs that do not exist.
    #[error("{} of the KPIs do not exist", kpis.len())]
    UnknownKpis {
        /// All of them; never empty.
        kpis: Vec<KpiId>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for StatusError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::UnknownKpis { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Holds the latest values of KPIs against their targets, in one statement, however many they are. In the order of their ids.
///
/// # Errors
///
/// [`StatusError::UnknownKpis`], [`StatusError::Invalid`].
pub async fn status<C: ConnectionTrait>(db: &C, query: ShowStatus) -> Result<Vec<KpiStatus>, StatusError> {
    let db = &operation::named(db, "analytics.measurements.status");
    query.check()?;
    let wanted: std::collections::BTreeMap<_, _> = query.kpis.iter().copied().collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let found = db
        .query_all(&statement(db, wanted.keys().copied(), query.at))
        .await
        .map_err(DatabaseError::from)?;
    let mut shown = std::collections::BTreeMap::new();
    for row in found {
        let id: KpiId = row.try_get("", "id").map_err(DatabaseError::from)?;
        let better = wanted.get(&id).copied().unwrap_or_default();
        let status = read(db, &row, id, better, &query).map_err(DatabaseError::from)?;
        shown.insert(id, status);
    }
    let kpis: Vec<_> = wanted
        .into_keys()
        .filter(|kpi| !shown.contains_key(kpi))
        .collect();
    if kpis.is_empty() {
        Ok(shown.into_values().collect())
    } else {
        Err(StatusError::UnknownKpis { kpis })
    }
}

/// The latest measurement is found by the index's end, not by sorting.
fn statement<C: ConnectionTrait>(
    db: &C,
    wanted: impl Iterator<Item = KpiId>,
    at: DateTime<Utc>,
) -> SelectStatement {
    use kpi_measurements::Column as Measured;
    use kpis::Column as Kpi;
    const EARLIER: &str = "earlier";
    let earlier = |column: Measured| Expr::col((Alias::new(EARLIER), column));
    let latest = Query::select()
        .expr(Func::max(earlier(Measured::MeasuredAt)))
        .from_as(kpi_measurements::Entity, EARLIER)
        .and_where(earlier(Measured::KpiId).eq(Kpi::Id.into_expr()))
        .and_where(earlier(Measured::MeasuredAt).lte(at))
        .take();
    let latest = Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(latest)));
    let value = exact(db.get_database_backend(), Measured::Value.into_expr());
    Query::select()
        .columns(
            [Kpi::Id, Kpi::Name, Kpi::Unit, Kpi::TargetValue, Kpi::Frequency]
                .map(|column| (kpis::Entity, column)),
        )
        .column((kpi_measurements::Entity, Measured::MeasuredAt))
        .expr_as(value, "value")
        .from(kpis::Entity)
        .left_join(
            kpi_measurements::Entity,
            Measured::KpiId
                .into_expr()
                .eq(Kpi::Id.into_expr())
                .and(Measured::MeasuredAt.into_expr().eq(latest)),
        )
        .and_where(among(db, Kpi::Id, wanted))
        .order_by((kpis::Entity, Kpi::Id), Order::Asc)
        .take()
}

fn read<C: ConnectionTrait>(
    db: &C,
    row: &QueryResult,
    kpi: KpiId,
    better: Better,
    query: &ShowStatus,
) -> Result<KpiStatus, sea_orm::DbErr> {
    let target: Option<Decimal> = row.try_get("", "target_value")?;
    let target = target.map(|target| target.round_dp(4).normalize());
    let value = read_exact(db.get_database_backend(), row, "value")?;
    let measured_at = row.try_get("", "measured_at")?;
    let frequency = row.try_get("", "frequency")?;
    Ok(KpiStatus {
        kpi,
        name: row.try_get("", "name")?,
        unit: row.try_get("", "unit")?,
        target,
        value,
        measured_at,
        standing: standing(value, target, better, query.tolerance),
        overdue: is_overdue(frequency, measured_at, query.at),
    })
}

/// How a value does against its target.
fn standing(value: Option<Decimal>, target: Option<Decimal>, better: Better, tolerance: Decimal) -> Standing {
    let Some(value) = value else {
        return Standing::NotMeasured;
    };
    let Some(target) = target else {
        return Standing::NoTarget;
    };
    let missing = match better {
        Better::Higher => target - value,
        Better::Lower => value - target,
    };
    if missing <= Decimal::ZERO {
        Standing::OnTarget
    } else if missing <= target.abs() * tolerance {
        Standing::AtRisk
    } else {
        Standing::Off
    }
}

/// A KPI is due one calendar step after its last measurement; days are counted in UTC.
fn is_overdue(frequency: KpiFrequency, last: Option<DateTime<Utc>>, at: DateTime<Utc>) -> bool {
    use chrono::{Months, TimeDelta};
    let Some(last) = last else { return true };
    let due = match frequency {
        KpiFrequency::Hourly => last.checked_add_signed(TimeDelta::hours(1)),
        KpiFrequency::Daily => last.checked_add_signed(TimeDelta::days(1)),
        KpiFrequency::Weekly => last.checked_add_signed(TimeDelta::weeks(1)),
        KpiFrequency::Monthly => last.checked_add_months(Months::new(1)),
        KpiFrequency::Quarterly => last.checked_add_months(Months::new(3)),
        KpiFrequency::Yearly => last.checked_add_months(Months::new(12)),
    };
    due.is_some_and(|due| due < at)
}

#[cfg(test)]
mod tests;
