//! What is due of everything else here, in order, by one at a time, and within a time.
//!
//! One call a day keeps a shop's database healthy. It takes the lock of [`Work::Maintain`], so that a second one waits or leaves, and
//! makes these steps, in this order:
//!
//! 1. [`Step::Leases`]: tasks whose lease has expired can be claimed again.
//! 2. [`Step::Partitions`]: the months ahead are made, and the default partitions drained; first, because a row that waits there makes
//!    the month's own making longer.
//! 3. [`Step::Retention`]: months that are older than the shop wants to keep go, into an archive first, when the command names such a
//!    [`Retention`]; without one history stays. A month that is needed by something that ends by itself is not due yet; one that
//!    somebody has to end something for is left. Needs the feature `archive`.
//! 4. [`Step::Views`]: views that are stale are refreshed, with what the steps before changed.
//! 5. [`Step::Statistics`]: tables that need it are vacuumed and analysed, among them those that were just filled or drained.
//! 6. [`Step::Checks`]: the quick checks of the doctor: schema, server and partitions. Those that read all data are [`doctor`]'s own.
//!
//! A step that fails does not stop those after it, nor one view or table the others. When the time is up no step and no part of one is begun any more, and on
//! PostgreSQL the statement that runs is ended; on SQLite it is finished. What was left is named, and the next run takes it up: each
//! step looks what is due by itself, so nothing has to be remembered between runs. A run that did something, or could not, is told in
//! the event `maintenance.maintained`.
//!
//! [`doctor`]: crate::maintenance::doctor

mod error;
mod part;
mod report;
#[cfg(feature = "archive")]
mod retention;
mod statistics;
mod steps;
mod time;

use std::ops::ControlFlow;
use std::time::Duration;

use chrono::Utc;
use sea_orm::DatabaseConnection;
use serde_json::json;

pub use report::{Maintenance, State, Step, StepReport, Why};
#[cfg(feature = "archive")]
pub use retention::Retention;

use self::error::StepError;
use self::part::Part;
use self::time::Time;
use crate::maintenance::lock::{self, LockError, Work};
use crate::system::{self, AppendEvent};

/// What the event may take, when the time is up already.
const MOMENT: Duration = Duration::from_secs(1);

/// How to maintain a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maintain {
    /// How long it may take from now on, waiting included. Zero: nothing is done, and everything is left.
    pub budget: Duration,
    /// How long to wait for another run; no longer than the budget. Zero: leave.
    pub wait: Duration,
    /// How many months after the current one have a partition.
    pub ahead: u32,
    /// After how many attempts a task whose lease expired has failed for good; at least 1.
    pub max_attempts: i32,
    /// How much history stays; `None`: all of it.
    #[cfg(feature = "archive")]
    pub retention: Option<Retention>,
}

impl Maintain {
    /// Twelve months ahead; tasks are never given up; another run is not waited for; no history goes.
    #[must_use]
    pub const fn within(budget: Duration) -> Self {
        Self {
            budget,
            wait: Duration::ZERO,
            ahead: 12,
            max_attempts: i32::MAX,
            #[cfg(feature = "archive")]
            retention: None,
        }
    }
}

/// Does what is due. See [the module](self) for what and in which order.
///
/// `watch` is told of each step and each part of one before it is begun; breaking leaves the rest. When nothing is due 8 statements,
/// on SQLite 3, besides the lock and those of the [doctor](crate::maintenance::doctor); and 1 for the event when something was.
///
/// Needs the rights of the tables' owner, and on PostgreSQL three connections besides the pool's, five while months go. Killed at
/// any moment, it leaves the lock free and everything as a part left it.
///
/// # Errors
///
/// [`LockError`]: somebody else maintains the database, or the lock could not be taken. What fails afterwards is in the report.
pub async fn maintain<W>(
    db: &DatabaseConnection,
    command: Maintain,
    watch: W,
) -> Result<Maintenance, LockError>
where
    W: Fn(Step) -> ControlFlow<()> + Sync,
{
    let time = Time::starting(command.budget);
    let started_at = Utc::now();
    let mut held = lock::acquire(db, Work::Maintain, command.wait.min(command.budget)).await?;
    let mut steps = Vec::with_capacity(Step::ALL.len());
    for step in Step::ALL {
        let begun = time.spent();
        let state = if time.is_up() {
            State::left(Why::OutOfTime)
        } else if watch(step).is_break() {
            State::left(Why::Stopped)
        } else if held.ensure_held().await.is_err() {
            State::left(Why::LockLost)
        } else {
            state_of(steps::run(db, step, &command, &time, &watch).await, &time)
        };
        let took = time.spent().saturating_sub(begun);
        steps.push(StepReport {
            step,
            state,
            milliseconds: millis(took),
        });
    }
    let maintenance = Maintenance {
        started_at,
        milliseconds: millis(time.spent()),
        steps,
    };
    if maintenance.steps.iter().any(|step| step.state != State::NotDue) {
        remember(&Time::starting(MOMENT).bounded(db), &maintenance).await;
    }
    held.release().await;
    Ok(maintenance)
}

fn state_of(outcome: Result<Part, StepError>, time: &Time) -> State {
    match outcome {
        Ok(part) => part.into(),
        Err(error) => Part::of_error(&error, time),
    }
}

/// The report says the same: that it could not be kept as well changes nothing.
async fn remember(db: &DatabaseConnection, maintenance: &Maintenance) {
    let mut event = AppendEvent::new("maintenance.maintained", "The database was maintained");
    if !maintenance.is_well() {
        event.severity = entity::SystemEventSeverity::Warning;
        event.message = "The database was maintained in part".to_owned();
    }
    event.details = serde_json::to_value(maintenance).unwrap_or_else(|_| json!({}));
    if let Err(error) = system::append(db, event).await {
        tracing::warn!(%error, "the event of the maintenance was not written");
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
