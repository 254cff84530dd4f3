//! Letting go of the history that is older than the shop wants to keep.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection};

use super::Maintain;
use super::error::StepError;
use super::part::Part;
use super::report::{Step, Why};
use super::time::Time;
use crate::maintenance::partitions::drop::{DropBefore, DropReport, Fate, MonthReport, drop_before};

/// How much history stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// How many whole months stay, besides the current one.
    pub months: u32,
    /// Where the rows of those that go are kept, as in [`DropBefore::archive`]; `None`: nowhere.
    pub archive: Option<PathBuf>,
}

impl Retention {
    /// So many months stay, and what goes is kept nowhere.
    #[must_use]
    pub const fn of(months: u32) -> Self {
        Self {
            months,
            archive: None,
        }
    }

    /// The first day that stays.
    #[must_use]
    pub fn before(&self, now: DateTime<Utc>) -> NaiveDate {
        let today = now.date_naive();
        let current = today.with_day(1).unwrap_or(today);
        current
            .checked_sub_months(Months::new(self.months))
            .unwrap_or(NaiveDate::MIN)
    }
}

pub(super) async fn run<W>(
    db: &DatabaseConnection,
    command: &Maintain,
    time: &Time,
    watch: &W,
) -> Result<Part, StepError>
where
    W: Fn(Step) -> ControlFlow<()> + Sync,
{
    let Some(retention) = &command.retention else {
        return Ok(Part::default());
    };
    let old = DropBefore {
        archive: retention.archive.clone(),
        deadline: time.deadline(),
        ..DropBefore::new(retention.before(Utc::now()))
    };
    let mut go_on = |_| watch(Step::Retention);
    match drop_before(db, &old, &mut go_on, |pause| asleep(db, pause)).await {
        Ok(report) => Ok(part_of(report, time)),
        Err(failure) => {
            let DropReport { until, .. } = failure.so_far;
            let mut part = part_of(failure.so_far, time);
            part.end(format!("months before {until}"), &failure.source.into(), time);
            Ok(part)
        }
    }
}

/// The server sleeps, so that no runtime has to; SQLite waits for its lock by itself.
async fn asleep(db: &DatabaseConnection, pause: Duration) {
    let sleep = format!("SELECT pg_sleep({})", pause.as_secs_f64());
    if let Err(error) = db.execute_unprepared(&sleep).await {
        tracing::debug!(%error, "a pause was cut short");
    }
}

fn part_of(report: DropReport, time: &Time) -> Part {
    let mut part = Part::default();
    let stopped = if time.is_up() {
        Why::OutOfTime
    } else {
        Why::Stopped
    };
    for month in &report.months {
        match month.fate {
            Fate::Gone => part.done.push(month.month.to_string()),
            Fate::Begun if month.needed.is_empty() => part.leave(month.month.to_string(), stopped),
            Fate::Begun | Fate::Refused => still_needed(month, &mut part),
            Fate::OtherArchive => {
                part.leave(
                    format!("{}: another archive of it is there", month.month),
                    Why::InTheWay,
                );
            }
        }
    }
    if report.interrupted && part.why.is_none() {
        part.leave(format!("months before {}", report.until), stopped);
    }
    part
}

/// What ends by itself is not due yet. The rest stays until somebody ends it, and so is said.
fn still_needed(month: &MonthReport, part: &mut Part) {
    for need in month.needed.iter().filter(|need| !need.reason.passes()) {
        let rows = format!("{}: {} {}", month.month, need.rows, need.reason.text());
        part.leave(rows, Why::Needed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_months_stay_besides_the_current_one() {
        let now = "2026-11-29T20:00:00Z".parse().unwrap();
        assert_eq!(Retention::of(24).before(now).to_string(), "2024-11-01");
        assert_eq!(Retention::of(0).before(now).to_string(), "2026-11-01");
        assert_eq!(Retention::of(u32::MAX).before(now), NaiveDate::MIN);
    }
}
