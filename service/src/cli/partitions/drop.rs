//! `service partitions drop`.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use uuid::Uuid;

use crate::cli::bar::Bar;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::outcome::Outcome;
use crate::cli::output::{self, ForPeople};
use crate::cli::secrets;
use crate::maintenance::partitions::drop::{
    DropBefore, DropReport, Fate, MonthReport, Progress, drop_before,
};

/// What is to go.
#[derive(Args)]
pub(in crate::cli) struct Drop {
    /// Months that lie wholly before this day go; the current one never does.
    #[arg(long, value_name = "DATE")]
    before: NaiveDate,

    /// Write each month's rows into a directory of its own in this one first, as compressed CSV with a manifest.
    #[arg(long, value_name = "DIR")]
    archive: Option<PathBuf>,

    /// Only say what would go, and what would not.
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(options: &Drop, context: &Context) -> Result<Outcome, CliError> {
    secrets::refuse_url("--archive", options.archive.as_deref())?;
    let database = context.open().await?;
    if options.dry_run {
        context
            .output
            .note("dry run: nothing is dropped; this is what a run would do")?;
    }
    let command = DropBefore {
        before: options.before,
        archive: options.archive.clone(),
        dry_run: options.dry_run,
        deadline: None,
    };
    let bar = Bar::of(None, "months");
    let mut watch = |progress: Progress| {
        let Progress {
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
    let dropped = drop_before(&database.connection, &command, &mut watch, tokio::time::sleep).await;
    std::mem::drop(bar);
    match dropped {
        Ok(report) => {
            context.output.show(&report)?;
            Ok(if report.interrupted {
                let gone = |month: &&MonthReport| month.fate == Fate::Gone;
                context.output.interrupted(&format!(
                    "after {} months: {}",
                    report.months.iter().filter(gone).count(),
                    if report.dry_run {
                        "nothing was dropped"
                    } else {
                        "the same command goes on"
                    }
                ));
                Outcome::Interrupted
            } else {
                Outcome::of(report.is_complete())
            })
        }
        Err(failure) => {
            if !failure.so_far.months.is_empty() {
                context.output.show(&failure.so_far)?;
            }
            Err(CliError::of("partitions drop", failure.source))
        }
    }
}

impl ForPeople for DropReport {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.months.is_empty() {
            return writeln!(out, "there is nothing before {}", self.until);
        }
        let tables: Vec<_> = self
            .months
            .iter()
            .flat_map(|month| &month.rows)
            .map(|rows| rows.table)
            .collect();
        let mut table = output::table([
            "month",
            "",
            tables.first().copied().unwrap_or_default(),
            tables.get(1).copied().unwrap_or_default(),
            tables.get(2).copied().unwrap_or_default(),
            tables.get(3).copied().unwrap_or_default(),
            tables.get(4).copied().unwrap_or_default(),
        ]);
        for month in &self.months {
            let fate = match (month.fate, self.dry_run) {
                (Fate::Gone, false) => "dropped",
                (Fate::Gone, true) => "would go",
                (Fate::Begun, _) => "begun",
                (Fate::Refused | Fate::OtherArchive, _) => "stays",
            };
            let rows = month.rows.iter().map(|rows| rows.rows.to_string());
            table.add_row([month.month.to_string(), fate.to_owned()].into_iter().chain(rows));
        }
        output::align_right(&mut table, 2..7);
        writeln!(out, "{table}")?;
        self.months.iter().try_for_each(|month| write_month(month, out))
    }
}

fn write_month(month: &MonthReport, out: &mut dyn Write) -> io::Result<()> {
    for need in &month.needed {
        let first: Vec<_> = need.first.iter().map(Uuid::to_string).collect();
        let more = if need.rows > first.len() as u64 {
            ", …"
        } else {
            ""
        };
        writeln!(
            out,
            "{} is needed: {} rows of {}: {} ({}{more})",
            month.month,
            need.rows,
            need.table,
            need.reason.text(),
            first.join(", ")
        )?;
    }
    match &month.archive {
        Some(archive) if month.fate == Fate::OtherArchive => writeln!(
            out,
            "{} holds another archive of {}, perhaps with rows that are nowhere else: keep it, and name another directory",
            archive.display(),
            month.month
        ),
        Some(archive) => writeln!(out, "{} is kept in {}", month.month, archive.display()),
        None => Ok(()),
    }
}
