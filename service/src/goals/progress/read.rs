//! What the roll-up counts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use entity::{
    GoalId, KpiId, WorkflowExecutionId, WorkflowExecutionStatus, kpi_measurements, kpis, workflow_executions,
    workflows,
};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query, SubQueryStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait};

use super::{GoalKpi, MeasuredKpi, Runs};
use crate::batch::among;
use crate::error::DatabaseError;
use crate::goals::error::GoalError;
use crate::workflows::clock;

/// `kpi_measurements.value` has four decimals, and SQLite gives them back exactly once rounded.
const SCALE: u32 = 4;

/// The runs of each goal's workflows. One statement.
pub(super) async fn runs<C: ConnectionTrait>(
    db: &C,
    goals: &BTreeSet<GoalId>,
    since: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
) -> Result<BTreeMap<GoalId, Runs>, DatabaseError> {
    use workflow_executions::Column;
    let next = at.checked_add_signed(Duration::milliseconds(1)).unwrap_or(at);
    let mut select = workflow_executions::Entity::find()
        .select_only()
        .column(workflows::Column::GoalId)
        .column(Column::Status)
        .column_as(Column::Id.count(), "runs")
        .join(JoinType::InnerJoin, workflow_executions::Relation::Workflow.def())
        .filter(among(db, workflows::Column::GoalId, goals.iter().copied()))
        .filter(Column::Id.lt(WorkflowExecutionId::lowest(next)))
        .group_by(workflows::Column::GoalId)
        .group_by(Column::Status);
    if let Some(since) = since {
        select = select
            .filter(Column::Id.gte(WorkflowExecutionId::lowest(since)))
            .filter(Column::CreatedAt.gte(since));
    }
    let rows: Vec<(GoalId, WorkflowExecutionStatus, i64)> = select.into_tuple().all(db).await?;
    let mut runs: BTreeMap<GoalId, Runs> = BTreeMap::new();
    for (goal, status, count) in rows {
        let runs = runs.entry(goal).or_default();
        let counter = match status {
            WorkflowExecutionStatus::Pending | WorkflowExecutionStatus::Running => &mut runs.open,
            WorkflowExecutionStatus::Succeeded => &mut runs.succeeded,
            WorkflowExecutionStatus::Failed => &mut runs.failed,
            WorkflowExecutionStatus::Cancelled => &mut runs.cancelled,
        };
        *counter += count.unsigned_abs();
    }
    Ok(runs)
}

/// The latest values of the KPIs that have any. Two statements, none without KPIs.
pub(super) async fn latest<C: ConnectionTrait>(
    db: &C,
    wanted: &[GoalKpi],
    at: DateTime<Utc>,
) -> Result<BTreeMap<KpiId, MeasuredKpi>, GoalError> {
    use kpi_measurements::Column;
    let wanted: BTreeSet<KpiId> = wanted.iter().map(|kpi| kpi.kpi).collect();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let known: BTreeSet<KpiId> = kpis::Entity::find()
        .select_only()
        .column(kpis::Column::Id)
        .filter(among(db, kpis::Column::Id, wanted.iter().copied()))
        .into_tuple::<KpiId>()
        .all(db)
        .await
        .map_err(DatabaseError::from)?
        .into_iter()
        .collect();
    let kpis: Vec<KpiId> = wanted.difference(&known).copied().collect();
    if !kpis.is_empty() {
        return Err(GoalError::UnknownKpis { kpis });
    }
    let other = Alias::new("other");
    let of_other = |column: Column| Expr::col((other.clone(), column));
    let last = Query::select()
        .expr(Func::max(of_other(Column::MeasuredAt)))
        .from_as(kpi_measurements::Entity, other.clone())
        .and_where(of_other(Column::KpiId).equals((kpi_measurements::Entity, Column::KpiId)))
        .and_where(of_other(Column::MeasuredAt).lte(Expr::value(clock::bound(db, at))))
        .to_owned();
    let last = Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(last)));
    let rows = kpi_measurements::Entity::find()
        .filter(among(db, Column::KpiId, wanted))
        .filter(Expr::col((kpi_measurements::Entity, Column::MeasuredAt)).eq(last))
        .all(db)
        .await
        .map_err(DatabaseError::from)?;
    let measured = rows.into_iter().map(|row| {
        let measured = MeasuredKpi {
            kpi: row.kpi_id,
            measured_at: row.measured_at,
            value: row.value.round_dp(SCALE),
        };
        (row.kpi_id, measured)
    });
    Ok(measured.collect())
}
