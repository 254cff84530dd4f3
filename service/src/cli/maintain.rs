//! `service maintain`.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::bar::Bar;
use super::context::Context;
use super::error::CliError;
use super::outcome::Outcome;
use super::output::{self, ForPeople};
use super::secrets;
use crate::maintenance::lock::LockError;
use crate::maintenance::maintain::{self, Maintenance, Retention, State, Step, Why};

/// How to maintain a database.
#[derive(Args)]
pub(super) struct Maintain {
    /// How long it may take: 90s, 10m or 1h. When it is over nothing more is begun, and on PostgreSQL the statement that
    /// runs is ended.
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
    budget: Duration,

    /// Wait for another run to end, within the budget, instead of leaving at once.
    #[arg(long)]
    wait: bool,

    /// How many months after the current one have a partition.
    #[arg(long, value_name = "MONTHS", default_value_t = 12, value_parser = clap::value_parser!(u32).range(0..=120))]
    ahead: u32,

    /// After how many attempts a task whose lease expired has failed for good; without it, it is offered for ever.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    max_attempts: Option<i32>,

    /// Drop the months of history that are older than so many whole months and the current one. Without it all history stays.
    #[arg(long, value_name = "MONTHS", value_parser = clap::value_parser!(u32).range(1..=1200))]
    keep: Option<u32>,

    /// Write the rows of each month that goes into a directory of its own in this one first.
    #[arg(long, value_name = "DIR", requires = "keep")]
    archive: Option<PathBuf>,
}

/// `90s`, `10m`, `1h`.
fn duration(text: &str) -> Result<Duration, String> {
    let refused = || format!("{text} is no time: write 90s, 10m or 1h");
    let at = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(refused)?;
    let (number, unit) = text.split_at(at);
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(refused()),
    };
    let number: u64 = number.parse().map_err(|_| refused())?;
    number
        .checked_mul(seconds)
        .map(Duration::from_secs)
        .ok_or_else(refused)
}

impl Maintain {
    fn command(&self) -> maintain::Maintain {
        let mut command = maintain::Maintain::within(self.budget);
        command.ahead = self.ahead;
        if self.wait {
            command.wait = self.budget;
        }
        if let Some(attempts) = self.max_attempts {
            command.max_attempts = attempts;
        }
        command.retention = self.keep.map(|months| Retention {
            months,
            archive: self.archive.clone(),
        });
        command
    }
}

pub(super) async fn run(options: &Maintain, context: &Context) -> Result<Outcome, CliError> {
    secrets::refuse_url("--archive", options.archive.as_deref())?;
    let database = context.open().await?;
    let bar = Bar::of(None, "maintain");
    let has_begun = AtomicBool::new(false);
    let watch = |step: Step| {
        has_begun.store(true, Ordering::Relaxed);
        bar.show(0, step.name());
        if context.interrupt.is_asked() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let mut work = pin!(maintain::maintain(&database.connection, options.command(), watch));
    let outcome = tokio::select! {
        biased;
        outcome = &mut work => outcome,
        // While it waits for another run it has nothing to leave in order; afterwards it stops by itself.
        () = context.interrupt.asked() => {
            if !has_begun.load(Ordering::Relaxed) {
                let how_far = "before it began: nothing was done";
                return Err(CliError::Interrupted { how_far });
            }
            work.await
        }
    };
    match outcome {
        Ok(maintenance) => {
            bar.clear();
            context.output.show(&maintenance)?;
            Ok(if maintenance.was_stopped() {
                let how_far = "before the end: the next run does what the table says is left";
                context.output.interrupted(how_far);
                Outcome::Interrupted
            } else {
                Outcome::of(maintenance.is_well())
            })
        }
        Err(LockError::Held { holder, .. }) => {
            bar.clear();
            context.output.show(&LeftToAnother { busy: true, holder })?;
            Ok(Outcome::NotAllWell)
        }
        Err(error) => Err(CliError::of("maintain", error)),
    }
}

#[derive(Serialize)]
struct LeftToAnother {
    busy: bool,
    holder: Option<String>,
}

impl ForPeople for LeftToAnother {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let holder = self.holder.as_deref().unwrap_or("it has just ended");
        writeln!(out, "another run is at it ({holder}): nothing was done")
    }
}

impl ForPeople for Maintenance {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = output::table(["step", "", "done", "left", "ms"]);
        for report in &self.steps {
            let [state, done, left] = cells(report.step, &report.state);
            table.add_row([
                report.step.name().to_owned(),
                state,
                done,
                left,
                report.milliseconds.to_string(),
            ]);
        }
        output::align_right(&mut table, [4]);
        writeln!(out, "{table}")
    }
}

fn cells(step: Step, state: &State) -> [String; 3] {
    let none = String::new;
    match state {
        State::NotDue if step == Step::Checks => ["they hold".to_owned(), none(), none()],
        State::NotDue => ["not due".to_owned(), none(), none()],
        State::Done { done } => ["done".to_owned(), done.join("\n"), none()],
        State::Left { done, left, why } => {
            let why = match why {
                Why::OutOfTime => "left: the time is up",
                Why::Stopped => "left: interrupted",
                Why::Busy => "left: somebody else was at it",
                Why::InTheWay => "left: a detached table has the name, or another archive the place",
                Why::Needed => "left: see `service partitions drop --dry-run`",
                Why::LockLost => "left: the lock was lost",
            };
            [why.to_owned(), done.join("\n"), left.join("\n")]
        }
        State::Findings { checks } => [
            "findings: see `service doctor`".to_owned(),
            none(),
            checks.join("\n"),
        ],
        State::Failed {
            done, left, errors, ..
        } => [
            format!("failed: {}", errors.join("\n")),
            done.join("\n"),
            left.join("\n"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_has_a_unit() {
        assert_eq!(duration("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(duration("0s"), Ok(Duration::ZERO));
        for text in ["", "10", "m", "1d", "-1s", "1.5h", "99999999999999999999s"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
