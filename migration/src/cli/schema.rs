//! The commands that work on a database.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::{
    CliError,
    arguments::{SchemaCommand, Waits},
    confirm::confirm,
    database::Chosen,
};
use crate::{Event, Report, Runner, Status, migrator::Short};

pub(super) async fn run(
    command: SchemaCommand,
    waits: &Waits,
    database: &Chosen,
) -> Result<ExitCode, CliError> {
    let url = &database.url;
    // First, so that nobody has to guess from the result.
    writeln!(io::stdout(), "database: {database}")?;
    let runner = Runner::new()
        .lock_timeout(waits.lock_timeout)
        .wait(waits.wait)
        .observe(tell);
    let report = match command {
        SchemaCommand::Status => {
            show(&runner.status(url).await?)?;
            return Ok(ExitCode::SUCCESS);
        }
        SchemaCommand::Up { number } => runner.up(url, number).await?,
        SchemaCommand::Down { number, consent } => {
            confirm("down", url, consent.yes)?;
            runner.down(url, Some(number)).await?
        }
        SchemaCommand::Fresh(consent) => {
            confirm("fresh", url, consent.yes)?;
            runner.fresh(url).await?
        }
        SchemaCommand::Refresh(consent) => {
            confirm("refresh", url, consent.yes)?;
            runner.refresh(url).await?
        }
        SchemaCommand::Reset(consent) => {
            confirm("reset", url, consent.yes)?;
            runner.reset(url).await?
        }
    };
    summarise(&report)?;
    Ok(ExitCode::SUCCESS)
}

/// One line for each thing as it happens. A closed pipe must not stop a migration half-way.
fn tell(event: &Event<'_>) {
    let mut out = io::stdout();
    let _ = match event {
        Event::Waiting { holder } => writeln!(out, "waiting for another migrator to finish: {holder}"),
        Event::Applied(step) => writeln!(out, "applied   {}  ({})", step.migration, Short(step.took)),
        Event::Reverted(step) => writeln!(out, "reverted  {}  ({})", step.migration, Short(step.took)),
        Event::Dropped { objects } => writeln!(out, "dropped   {objects} tables and views"),
    };
}

fn summarise(report: &Report) -> io::Result<()> {
    let (applied, reverted) = (report.applied.len(), report.reverted.len());
    let took = report
        .applied
        .iter()
        .chain(&report.reverted)
        .map(|step| step.took)
        .sum();
    let mut out = io::stdout();
    match (reverted, applied) {
        (0, 0) => writeln!(out, "nothing to do"),
        (0, applied) => writeln!(out, "{} applied in {}", migrations(applied), Short(took)),
        (reverted, 0) => writeln!(out, "{} reverted in {}", migrations(reverted), Short(took)),
        (reverted, applied) => {
            writeln!(
                out,
                "{} reverted and {applied} applied in {}",
                migrations(reverted),
                Short(took)
            )
        }
    }
}

fn migrations(number: usize) -> String {
    if number == 1 {
        "1 migration".to_owned()
    } else {
        format!("{number} migrations")
    }
}

fn show(status: &[Status]) -> io::Result<()> {
    let mut out = io::stdout();
    for line in status {
        match line.applied_at {
            Some(at) => writeln!(
                out,
                "applied   {}  {}",
                line.migration,
                at.format("%Y-%m-%d %H:%M:%S UTC")
            )?,
            None => writeln!(out, "pending   {}", line.migration)?,
        }
    }
    let applied = status.iter().filter(|line| line.applied_at.is_some()).count();
    writeln!(out, "{applied} applied, {} pending", status.len() - applied)
}
