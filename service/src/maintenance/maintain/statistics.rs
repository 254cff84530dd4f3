//! Vacuuming and analysing what needs it.

use std::ops::ControlFlow;

use sea_orm::DatabaseConnection;

use super::error::StepError;
use super::part::Part;
use super::report::{Step, Why};
use super::steps::may_go_on;
use super::time::Time;
use crate::maintenance::vacuum::{self, Outcome};

pub(super) async fn run<W>(db: &DatabaseConnection, time: &Time, watch: &W) -> Result<Part, StepError>
where
    W: Fn(Step) -> ControlFlow<()>,
{
    let mut part = Part::default();
    for due in vacuum::due(db).await? {
        let target = due.target.to_string();
        if let Err(why) = may_go_on(Step::Statistics, time, watch) {
            part.leave(target, why);
            continue;
        }
        match vacuum::run_within(db, vec![due.work()], time.statement_timeout()).await {
            Ok(done) if done.iter().any(|done| done.outcome == Outcome::Locked) => {
                part.leave(target, Why::Busy)
            }
            // It needs nothing any more.
            Ok(done) if done.iter().any(|done| done.outcome == Outcome::Gone) => {}
            Ok(_) => part.done.push(target),
            Err(error) => part.end(target, &error.into(), time),
        }
    }
    Ok(part)
}
