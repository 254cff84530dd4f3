//! Building a report over KPIs from what was measured.

use chrono::{DateTime, Utc};
use entity::{AgentId, KpiId, ReportId, reports};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};
use serde_json::{Value, json};

use super::ReportError;
use super::store::{StoreReport, StoredReport, write};
use crate::analytics::measurements::{
    Aggregate, Better, Every, Frame, SeriesError, ShowStatus, StatusError, Tz, many, status,
};
use crate::error::DatabaseError;
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// The most KPIs of one report.
const MAX_KPIS: usize = 100;

/// A report to be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildReport {
    /// The caller's id: sent again under it, the report is built once.
    pub id: ReportId,
    /// At most 255 characters.
    pub name: String,
    /// What kind of report it is. At most 50 characters.
    pub kind: String,
    /// Which agent has it built.
    pub author: Option<AgentId>,
    /// Which agents get it; at most 2 000, one twice counts once.
    pub recipients: Vec<AgentId>,
    /// Which KPIs it shows, and in which direction their targets lie; one to 100.
    pub kpis: Vec<(KpiId, Better)>,
    /// How far a value may miss its target and be at risk only; see [`ShowStatus`].
    pub tolerance: Decimal,
    /// What it shows of each KPI besides its latest value.
    pub series: Option<ReportSeries>,
    /// When: what was measured later is left out of the latest values.
    pub at: DateTime<Utc>,
}

/// The series of a report, the same for each of its KPIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of ShowSeries")]
pub struct ReportSeries {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub every: Every,
    pub zone: Tz,
    pub aggregate: Aggregate,
}

impl ReportSeries {
    fn frame(&self) -> Frame {
        Frame {
            from: self.from,
            until: self.until,
            every: self.every,
            zone: self.zone,
            aggregate: self.aggregate,
        }
    }
}

impl BuildReport {
    /// A report of the latest values under a new id, without author and recipients, with a tolerance of a tenth.
    pub fn new(
        name: impl Into<String>,
        kind: impl Into<String>,
        kpis: impl IntoIterator<Item = KpiId>,
        at: DateTime<Utc>,
    ) -> Self {
        let ShowStatus { kpis, tolerance, .. } = ShowStatus::new(kpis, at);
        Self {
            id: ReportId::new(),
            name: name.into(),
            kind: kind.into(),
            author: None,
            recipients: Vec::new(),
            kpis,
            tolerance,
            series: None,
            at,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.kpis.is_empty() {
            checks.refuse("kpis", crate::input::Rule::Empty);
        }
        checks.at_most("kpis", self.kpis.len(), MAX_KPIS);
        if let Some(series) = &self.series {
            checks.instant("series.from", series.from);
            checks.instant("series.until", series.until);
            checks.in_order("series.until", Some(series.from), Some(series.until));
        }
        checks.finish()
    }

    /// What was asked for, by which a repetition is known. It is part of the report.
    fn definition(&self) -> Value {
        let kpis: std::collections::BTreeMap<_, _> = self.kpis.iter().copied().collect();
        let kpis: Vec<_> = kpis
            .into_iter()
            .map(|(kpi, better)| json!({ "kpi": kpi, "better": better }))
            .collect();
        json!({
            "kpis": kpis,
            "tolerance": self.tolerance.normalize().to_string(),
            "series": self.series.map(|series| series.frame()),
        })
    }

    /// The report with this content.
    fn with(&self, content: Value) -> StoreReport {
        let stored = StoreReport {
            id: self.id,
            name: self.name.clone(),
            kind: self.kind.clone(),
            author: self.author,
            recipients: self.recipients.clone(),
            content,
            generated_at: self.at,
        };
        stored.into_stored()
    }
}

/// Builds a report and stores it. Its content is an object with the `definition` that was asked for, the `status` of each KPI
/// ([`KpiStatus`](crate::analytics::measurements::KpiStatus)) and, when there are any, their `series`
/// ([`Series`](crate::analytics::measurements::Series) as lists of `from`, `until`, `count` and `value`).
///
/// Five statements at most, however many KPIs: is it there, the status, the series, the agents, the row. The same command again
/// returns the report as it was built.
///
/// # Errors
///
/// [`ReportError::UnknownKpis`], [`ReportError::UnknownAgents`], [`ReportError::TooManyBuckets`], [`ReportError::Conflict`],
/// [`ReportError::Invalid`], which also says when the content grows too large.
pub async fn build<C>(db: &C, command: BuildReport) -> Result<StoredReport, ReportError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "analytics.reports.build");
    command.check()?;
    command.with(Value::Null).check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = run(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        // A twin was faster.
        Err(ReportError::Database(DatabaseError::Duplicate { .. })) => match built(db, &command).await? {
            Some(report) => Ok(report),
            None => Err(DatabaseError::Changed { table: "reports" }.into()),
        },
        outcome => outcome,
    }
}

async fn run<C: ConnectionTrait>(db: &C, command: &BuildReport) -> Result<StoredReport, ReportError> {
    if let Some(report) = built(db, command).await? {
        return Ok(report);
    }
    let latest = ShowStatus {
        kpis: command.kpis.clone(),
        at: command.at,
        tolerance: command.tolerance,
    };
    let latest = status(db, latest).await.map_err(|error| match error {
        StatusError::Invalid(input) => ReportError::Invalid(input),
        StatusError::UnknownKpis { kpis } => ReportError::UnknownKpis { kpis },
        StatusError::Database(error) => error.into(),
    })?;
    let mut content = json!({ "definition": command.definition(), "status": latest });
    if let Some(series) = &command.series {
        let frame = series.frame();
        let bounds = frame.bounds().map_err(|error| match error {
            SeriesError::TooManyBuckets { max } => ReportError::TooManyBuckets { max },
            SeriesError::Invalid(input) => input.into(),
            SeriesError::Database(error) => error.into(),
            SeriesError::UnknownKpi { kpi } => ReportError::UnknownKpis { kpis: vec![kpi] },
        })?;
        let kpis: Vec<_> = latest.iter().map(|status| status.kpi).collect();
        let shown = match bounds.len() {
            0 | 1 => Vec::new(),
            _ => many(db, &kpis, &frame, &bounds).await?,
        };
        content["series"] = shown
            .into_iter()
            .map(|series| json!({ "kpi": series.kpi, "buckets": series.buckets }))
            .collect();
    }
    let report = command.with(content);
    report.check()?;
    write(db, &report).await
}

/// The report when it is there already.
async fn built<C: ConnectionTrait>(
    db: &C,
    command: &BuildReport,
) -> Result<Option<StoredReport>, ReportError> {
    let id = command.id;
    let found = reports::Entity::find_by_id(id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    match found {
        None => Ok(None),
        Some(report) => {
            let same = command.with(Value::Null).made(&report)
                && report.content.get("definition") == Some(&command.definition());
            match same {
                true => Ok(Some(StoredReport { report })),
                false => Err(Conflict { id: id.into() }.into()),
            }
        }
    }
}
