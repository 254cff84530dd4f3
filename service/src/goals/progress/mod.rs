//! How far a goal has come, rolled up from KPIs, workflows and subgoals.
//!
//! No column says which KPI measures a goal, so the caller does. Then, for each goal of the tree that is not archived:
//!
//! - **measured** is the sum of the latest values of the KPIs that are given for it. A goal for which none is given measures what
//!   its subgoals of the same type measure together.
//! - **share** is measured / `target_value`, when there is a target above zero and something measured; it may exceed 1 and be
//!   negative. Otherwise it is the mean of what there is of two parts: the share of runs of its own workflows that succeeded,
//!   among those that succeeded or failed; and the mean of its subgoals' shares, each taken between 0 and 1. With neither,
//!   nothing is known.
//!
//! Shares are rounded to four decimals, half away from zero.

mod read;
mod roll_up;

use chrono::{DateTime, Utc};
use entity::{GoalId, GoalStatus, KpiId, goals};
use rust_decimal::Decimal;
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;

use super::error::GoalError;
use super::tree::{ListSubgoals, subtree};
use crate::batch::MAX_ELEMENTS;
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;

/// A KPI that measures a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoalKpi {
    /// The goal.
    pub goal: GoalId,
    /// What measures it.
    pub kpi: KpiId,
}

/// The goal whose progress is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressOf {
    /// The goal at the top.
    pub goal: GoalId,
    /// What measures it and the goals below it; at most 2 000, none twice.
    pub kpis: Vec<GoalKpi>,
    /// Only runs that were created at this time or later count; `None` counts all.
    pub since: Option<DateTime<Utc>>,
    /// The time of the report: later runs and measurements do not count.
    pub at: DateTime<Utc>,
}

impl ProgressOf {
    /// Progress by workflows alone, since the beginning.
    #[must_use]
    pub const fn new(goal: GoalId, at: DateTime<Utc>) -> Self {
        Self {
            goal,
            kpis: Vec::new(),
            since: None,
            at,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.at_most("kpis", self.kpis.len(), MAX_ELEMENTS);
        let mut seen = BTreeSet::new();
        for (i, kpi) in self.kpis.iter().enumerate() {
            if !seen.insert(kpi) {
                checks.refuse(format!("kpis[{i}]"), Rule::Repeated);
            }
        }
        checks.in_order("at", self.since, Some(self.at));
        checks.finish()
    }
}

/// The latest value of a KPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeasuredKpi {
    /// Which one.
    pub kpi: KpiId,
    /// When it was measured.
    pub measured_at: DateTime<Utc>,
    /// What it was then.
    pub value: Decimal,
}

/// The runs of the workflows that work towards a goal itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// Pending or running.
    pub open: u64,
    /// Succeeded.
    pub succeeded: u64,
    /// Failed.
    pub failed: u64,
    /// Cancelled, which counts neither way.
    pub cancelled: u64,
}

/// How far one goal has come, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoalProgress {
    /// The goal.
    pub goal: goals::Model,
    /// 0 for the goal that was asked about, 1 for its children, and so on.
    pub depth: u32,
    /// The KPIs that are given for it and have been measured, by id.
    pub kpis: Vec<MeasuredKpi>,
    /// The runs of its own workflows.
    pub runs: Runs,
    /// What was measured, by its KPIs or those of its subgoals.
    pub measured: Option<Decimal>,
    /// How much of it is reached; 1 is all.
    pub share: Option<Decimal>,
}

/// The progress of a tree of goals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The goal that was asked about first, then those below it that are not archived, level by level and by id.
    pub goals: Vec<GoalProgress>,
}

/// Rolls the progress of a goal up, see the [module](self).
///
/// Two statements, four with KPIs, however many goals.
///
/// # Errors
///
/// [`GoalError::NotFound`], [`GoalError::OutsideTree`], [`GoalError::UnknownKpis`].
pub async fn progress<C: ConnectionTrait>(db: &C, query: ProgressOf) -> Result<Progress, GoalError> {
    let db = &operation::named(db, "goals.progress");
    query.check()?;
    let mut tree = subtree(db, ListSubgoals::of(query.goal)).await?;
    tree.retain(|placed| placed.depth == 0 || placed.goal.status != GoalStatus::Archived);
    let known: BTreeSet<GoalId> = tree.iter().map(|placed| placed.goal.id).collect();
    let outside: BTreeSet<GoalId> = query.kpis.iter().map(|kpi| kpi.goal).collect();
    let outside: Vec<GoalId> = outside.difference(&known).copied().collect();
    if !outside.is_empty() {
        return Err(GoalError::OutsideTree { goals: outside });
    }
    let runs = read::runs(db, &known, query.since, query.at).await?;
    let latest = read::latest(db, &query.kpis, query.at).await?;
    let goals = roll_up::roll_up(tree, &query.kpis, &latest, &runs);
    Ok(Progress { goals })
}
