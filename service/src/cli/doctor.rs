//! `service doctor`.

use std::io::{self, Write};

use clap::Args;

use super::bar::Bar;
use super::context::Context;
use super::error::CliError;
use super::outcome::Outcome;
use super::output::{self, ForPeople};
use crate::maintenance::doctor::{self, Examination, Finding, Repair, Selection};

/// What an examination takes.
#[derive(Args)]
pub(super) struct Doctor {
    /// Only these checks, or groups of checks: `stock.reserved`, `schema`.
    #[arg(long, value_name = "CHECK", num_args = 1.., value_delimiter = ',')]
    only: Vec<String>,

    /// How many rows of each finding to name; the others are counted.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    rows: u16,
}

pub(super) async fn run(options: &Doctor, context: &Context) -> Result<Outcome, CliError> {
    let failed = |error| CliError::of("doctor", error);
    let mut selection =
        Selection::only(options.only.iter()).map_err(|error| CliError::of("doctor", error))?;
    selection.rows = options.rows.into();
    // One without a schema is what a doctor is for.
    let database = context.open_for_reading().await?;
    let bar = Bar::of(None, "doctor");
    let examination = doctor::examine(&database.connection, &selection)
        .await
        .map_err(failed)?;
    drop(bar);
    context.output.show(&examination)?;
    Ok(Outcome::of(examination.is_healthy()))
}

impl ForPeople for Examination {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for finding in &self.findings {
            write_finding(finding, out)?;
        }
        for unchecked in &self.unchecked {
            writeln!(
                out,
                "{} was not checked: there is no {}",
                unchecked.check, unchecked.missing
            )?;
        }
        for failed in &self.failed {
            writeln!(out, "{} could not be checked: {}", failed.check, failed.error)?;
        }
        match self.findings.len() {
            0 if self.is_healthy() => writeln!(out, "{} checks, nothing found", self.checked),
            findings => writeln!(out, "{} checks, {findings} findings", self.checked),
        }
    }
}

fn write_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} {}: {}", finding.severity, finding.check, finding.holds)?;
    let mut table = output::table(["row", "expected", "found"]);
    for fault in &finding.faults {
        table.add_row([&fault.row, &fault.expected, &fault.found]);
    }
    writeln!(out, "{table}")?;
    let listed = finding.faults.len() as u64;
    if finding.total > listed {
        writeln!(out, "and {} more", finding.total - listed)?;
    }
    for repair in &finding.repairs {
        let by = match repair {
            Repair::Command(_) => "run",
            Repair::Sql(_) => "run this SQL",
            Repair::Operation(_) => "repair by",
            Repair::Decision(_) => "decide",
        };
        writeln!(out, "{by}: {}", repair.text())?;
    }
    writeln!(out)
}
