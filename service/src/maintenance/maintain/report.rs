//! What a maintenance did, and what it left.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

/// A part of the maintenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// Releasing the leases that have expired.
    Leases,
    /// Making months and draining the default partitions.
    Partitions,
    /// Dropping the months that are older than the shop wants to keep.
    Retention,
    /// Refreshing the views that are stale.
    Views,
    /// Vacuuming and analysing what needs it.
    Statistics,
    /// The quick checks.
    Checks,
}

impl Step {
    /// All of them, in their order.
    pub const ALL: [Self; 6] = [
        Self::Leases,
        Self::Partitions,
        Self::Retention,
        Self::Views,
        Self::Statistics,
        Self::Checks,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leases => "leases",
            Self::Partitions => "partitions",
            Self::Retention => "retention",
            Self::Views => "views",
            Self::Statistics => "statistics",
            Self::Checks => "checks",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What was done, and what was left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Maintenance {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How long it took, waiting included.
    pub milliseconds: u64,
    /// Every step, in its order.
    pub steps: Vec<StepReport>,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepReport {
    /// Which one.
    pub step: Step,
    /// How it ended.
    #[serde(flatten)]
    pub state: State,
    /// How long it took.
    pub milliseconds: u64,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// Nothing had to be done, or nothing was found.
    NotDue,
    /// All that was due is done.
    Done {
        /// To what: partitions, views, tables, or how many leases.
        done: Vec<String>,
    },
    /// Something was left to the next run.
    Left {
        /// What was done before.
        done: Vec<String>,
        /// What was left; empty when the step was not begun, so that nobody knows.
        left: Vec<String>,
        /// Why.
        why: Why,
    },
    /// It was looked, and something is not as it should be: `service doctor` says more.
    Findings {
        /// The checks that do not hold.
        checks: Vec<String>,
    },
    /// Something of it failed. What could be done is done.
    Failed {
        /// What was done.
        done: Vec<String>,
        /// What was not; empty when the step failed before it knew.
        left: Vec<String>,
        /// What went wrong, at least once.
        errors: Vec<String>,
        /// Whether the next run may succeed without anybody doing anything.
        retryable: bool,
    },
}

/// Why something was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// The budget was spent.
    OutOfTime,
    /// The caller asked to stop.
    Stopped,
    /// Somebody else held what it takes for too long, or was at it.
    Busy,
    /// Somebody has to make room first: a table that was detached has the name of a month, or the archive holds other rows of one.
    InTheWay,
    /// Something still needs the month, and does not end by itself.
    Needed,
    /// The connection that held the lock broke, so another run may have begun.
    LockLost,
}

impl State {
    pub(super) const fn left(why: Why) -> Self {
        Self::Left {
            done: Vec::new(),
            left: Vec::new(),
            why,
        }
    }
}

impl Maintenance {
    /// Whether all is well: nothing failed, nothing was left, nothing was found.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.steps
            .iter()
            .all(|step| matches!(step.state, State::NotDue | State::Done { .. }))
    }

    /// Whether the caller asked to stop before the end.
    #[must_use]
    pub fn was_stopped(&self) -> bool {
        self.steps.iter().any(|step| {
            matches!(
                step.state,
                State::Left {
                    why: Why::Stopped,
                    ..
                }
            )
        })
    }
}
