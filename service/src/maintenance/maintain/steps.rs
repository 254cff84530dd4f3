//! The steps, each of which finds out what is due and does it.

use std::ops::ControlFlow;

use sea_orm::DatabaseConnection;

use super::error::StepError;
use super::part::Part;
use super::report::{Step, Why};
#[cfg(feature = "archive")]
use super::retention;
use super::time::Time;
use super::{Maintain, statistics};
use crate::maintenance::doctor::{self, Selection};
use crate::maintenance::partitions::{EnsurePartitions, Ensured, Left, ensure};
use crate::maintenance::views::{self, IfBusy, Refresh, RefreshOutcome};
use crate::workflows::tasks::{ReleaseExpired, release_expired};

/// Whether another part of a step may begin; else why not.
pub(super) fn may_go_on<W>(step: Step, time: &Time, watch: &W) -> Result<(), Why>
where
    W: Fn(Step) -> ControlFlow<()>,
{
    if time.is_up() {
        Err(Why::OutOfTime)
    } else if watch(step).is_break() {
        Err(Why::Stopped)
    } else {
        Ok(())
    }
}

pub(super) async fn run<W>(
    db: &DatabaseConnection,
    step: Step,
    command: &Maintain,
    time: &Time,
    watch: &W,
) -> Result<Part, StepError>
where
    W: Fn(Step) -> ControlFlow<()> + Sync,
{
    let bounded = time.bounded(db);
    match step {
        Step::Leases => leases(&bounded, command, time, watch).await,
        Step::Partitions => partitions(&bounded, command, time, watch).await,
        #[cfg(feature = "archive")]
        Step::Retention => retention::run(&bounded, command, time, watch).await,
        #[cfg(not(feature = "archive"))]
        Step::Retention => Ok(Part::default()),
        Step::Views => refresh(&bounded, time, watch).await,
        Step::Statistics => statistics::run(&bounded, time, watch).await,
        Step::Checks => checks(&bounded, time).await,
    }
}

async fn leases<W>(
    db: &DatabaseConnection,
    command: &Maintain,
    time: &Time,
    watch: &W,
) -> Result<Part, StepError>
where
    W: Fn(Step) -> ControlFlow<()>,
{
    let release = ReleaseExpired::new(command.max_attempts);
    let mut part = Part::default();
    let mut tasks = 0;
    loop {
        let released = match release_expired(db, release).await {
            Ok(released) => released,
            Err(error) if tasks == 0 => return Err(error.into()),
            Err(error) => {
                part.end("more expired leases", &error.into(), time);
                break;
            }
        };
        let batch = released.pending.len() + released.failed.len();
        tasks += batch;
        if u32::try_from(batch).is_ok_and(|batch| batch < release.limit) {
            break;
        }
        if let Err(why) = may_go_on(Step::Leases, time, watch) {
            part.leave("more expired leases", why);
            break;
        }
    }
    if tasks > 0 {
        part.done.push(format!("expired leases: {tasks}"));
    }
    Ok(part)
}

async fn partitions<W>(
    db: &DatabaseConnection,
    command: &Maintain,
    time: &Time,
    watch: &W,
) -> Result<Part, StepError>
where
    W: Fn(Step) -> ControlFlow<()>,
{
    let months = EnsurePartitions {
        deadline: time.deadline(),
        ..EnsurePartitions::ahead(command.ahead)
    };
    let Ensured::Partitioned(months) = ensure(db, months, || watch(Step::Partitions).is_continue()).await?
    else {
        return Ok(Part::default());
    };
    let mut part = Part::default();
    part.done.extend(months.made.into_iter().map(|made| made.name));
    for left in months.left {
        let why = match left.why {
            Left::Busy => Why::Busy,
            Left::NameTaken { .. } => Why::InTheWay,
            Left::Stopped if time.is_up() => Why::OutOfTime,
            Left::Stopped => Why::Stopped,
        };
        part.leave(left.month.partition_of(left.table), why);
    }
    Ok(part)
}

async fn refresh<W>(db: &DatabaseConnection, time: &Time, watch: &W) -> Result<Part, StepError>
where
    W: Fn(Step) -> ControlFlow<()>,
{
    let mut part = Part::default();
    let statuses = views::status(db).await?;
    for view in statuses.iter().filter(|status| status.state.is_stale()) {
        let view = view.view;
        if let Err(why) = may_go_on(Step::Views, time, watch) {
            part.leave(view.name(), why);
            continue;
        }
        let one = Refresh {
            views: vec![view],
            if_busy: IfBusy::Leave,
        };
        match views::refresh_within(db, one, time.statement_timeout()).await {
            Ok(refreshed) if refreshed.iter().any(|view| view.outcome == RefreshOutcome::Busy) => {
                part.leave(view.name(), Why::Busy);
            }
            Ok(_) => part.done.push(view.name().to_owned()),
            Err(error) => part.end(view.name(), &error.into(), time),
        }
    }
    Ok(part)
}

/// Checks that read catalogues and little else. Whether a view is fresh is left out: on a shop that goes on selling no view is, a
/// moment after its refresh.
fn is_quick(check: &doctor::Check) -> bool {
    matches!(check.group(), "schema" | "partitions" | "server") || check.name == "views.filled"
}

async fn checks(db: &DatabaseConnection, time: &Time) -> Result<Part, StepError> {
    let names = doctor::checks()
        .filter(|check| is_quick(check))
        .map(|check| check.name);
    // They are names of checks.
    let selection = Selection::only(names).unwrap_or_default();
    let examination = doctor::examine_within(db, &selection, time.statement_timeout())
        .await
        .map_err(crate::error::DatabaseError::from)?;
    let mut part = Part::default();
    part.findings.extend(
        examination
            .findings
            .iter()
            .map(|finding| finding.check.to_owned()),
    );
    part.findings.extend(
        examination
            .unchecked
            .iter()
            .map(|unchecked| unchecked.check.to_owned()),
    );
    part.findings
        .extend(examination.failed.iter().map(|failed| failed.check.to_owned()));
    Ok(part)
}
