//! `service partitions restore`.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::Args;

use crate::cli::bar::Bar;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::outcome::Outcome;
use crate::cli::output::{self, ForPeople};
use crate::cli::secrets;
use crate::maintenance::partitions::restore::{self, RestoreProgress, RestoreReport, restore};

/// What is to come back.
#[derive(Args)]
pub(in crate::cli) struct Restore {
    /// The directory of an archive, or of one month of it.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

pub(super) async fn run(options: &Restore, context: &Context) -> Result<Outcome, CliError> {
    secrets::refuse_url("DIR", Some(&options.directory))?;
    let database = context.open().await?;
    let command = restore::Restore {
        directory: options.directory.clone(),
    };
    let bar = Bar::of(None, "months");
    let mut watch = |progress: RestoreProgress| {
        let RestoreProgress {
            month,
            done,
            months,
            rows,
        } = progress;
        bar.show(done as u64, format!("{done} of {months}, {month}, {rows} rows"));
        if context.interrupt.is_asked() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let restored = restore(&database.connection, &command, &mut watch).await;
    drop(bar);
    match restored {
        Ok(report) => {
            context.output.show(&report)?;
            Ok(if report.interrupted {
                let how_far = "before the end: the same command brings back what the table does not show";
                context.output.interrupted(how_far);
                Outcome::Interrupted
            } else {
                Outcome::of(report.is_complete())
            })
        }
        Err(failure) => {
            if !failure.so_far.months.is_empty() {
                context.output.show(&failure.so_far)?;
            }
            Err(CliError::of("partitions restore", failure.source))
        }
    }
}

impl ForPeople for RestoreReport {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = output::table([
            "month",
            "table",
            "restored",
            "already there",
            "references cleared",
        ]);
        for month in &self.months {
            for restored in &month.tables {
                let numbers = [restored.restored, restored.present, restored.cleared];
                let cells = [month.month.to_string(), restored.table.to_owned()];
                table.add_row(cells.into_iter().chain(numbers.map(|number| number.to_string())));
            }
        }
        output::align_right(&mut table, 2..5);
        writeln!(out, "{table}")?;
        for month in &self.months {
            for table in &month.in_default {
                writeln!(
                    out,
                    "{} of {table} lies in the default partition: run `service partitions ensure`",
                    month.month
                )?;
            }
        }
        Ok(())
    }
}
