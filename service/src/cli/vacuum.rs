//! `service vacuum`.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;

use super::bar::Bar;
use super::context::Context;
use super::error::CliError;
use super::outcome::Outcome;
use super::output::{self, ForPeople};
use crate::maintenance::Table;
use crate::maintenance::vacuum::{self, Done, Job, Work};

/// What `vacuum` takes.
#[derive(Args)]
pub(super) struct Vacuum {
    /// The tables, each with all its partitions; without a name, all of them.
    #[arg(value_name = "TABLE")]
    tables: Vec<Table>,

    /// Take statistics for the planner as well.
    #[arg(long)]
    analyze: bool,
}

pub(super) async fn run(options: &Vacuum, context: &Context) -> Result<Outcome, CliError> {
    let database = context.open().await?;
    let job = if options.analyze {
        Job::VacuumAnalyze
    } else {
        Job::Vacuum
    };
    let tables = if options.tables.is_empty() {
        Table::all().collect()
    } else {
        options.tables.clone()
    };
    let work = Work::of(&database.connection, &tables, job);
    let bar = Bar::of(Some(work.len() as u64), "vacuum");
    let (total, mut done, mut failure) = (work.len(), Vec::new(), None);
    for (at, one) in work.into_iter().enumerate() {
        if context.interrupt.is_asked() {
            break;
        }
        bar.show(at as u64, one.target.to_string());
        match vacuum::run(&database.connection, vec![one]).await {
            Ok(one) => done.extend(one),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    drop(bar);
    let finished = done.len();
    let is_well = !done.iter().any(|done| done.outcome == vacuum::Outcome::Locked);
    if failure.is_none() || finished > 0 {
        context.output.show(&Vacuumed { tables: done })?;
    }
    match failure {
        Some(error) => Err(CliError::of("vacuum", error)),
        None if finished == total => Ok(Outcome::of(is_well)),
        None => {
            context.output.interrupted(&format!(
                "after {finished} of {total} parts of the work: the rest was not begun"
            ));
            Ok(Outcome::Interrupted)
        }
    }
}

#[derive(Serialize)]
struct Vacuumed {
    tables: Vec<Done>,
}

impl ForPeople for Vacuumed {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = output::table(["table", "", "ms"]);
        for Done { target, job, outcome } in &self.tables {
            let what = match job {
                Job::Vacuum => "vacuumed",
                Job::Analyze => "analysed",
                Job::VacuumAnalyze => "vacuumed and analysed",
            };
            let (what, took) = match outcome {
                vacuum::Outcome::Done { milliseconds } => (what, milliseconds.to_string()),
                vacuum::Outcome::Gone => ("gone: the partition has been dropped meanwhile", String::new()),
                vacuum::Outcome::Locked => ("left, because somebody else has it locked", String::new()),
            };
            table.add_row([target.to_string(), what.to_owned(), took]);
        }
        output::align_right(&mut table, [2]);
        writeln!(out, "{table}")
    }
}
