//! `service seed`.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

use super::bar::Bar;
use super::context::Context;
use super::error::CliError;
use super::import::organisation;
use super::outcome::Outcome;
use super::output::{self, ForPeople};
use crate::seed::{self, Progress, SeedError, Seeded, Upkeep};

/// What a seed takes.
#[derive(Args)]
pub(super) struct Seed {
    /// How many orders; the number of everything else follows.
    #[arg(long, value_name = "N")]
    orders: u64,

    /// Over how many months they are spread.
    #[arg(long, value_name = "N", default_value_t = 24)]
    months: u32,

    /// The seed of all chance.
    #[arg(long, value_name = "N", default_value_t = 1)]
    rng: u64,

    /// The first day on which nothing has happened yet; today (UTC) if not given, which is the latest.
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<NaiveDate>,

    /// Who works there: a CSV file with the columns name, type and parent. A made-up organisation if not given.
    #[arg(long, value_name = "FILE.csv")]
    agents: Option<PathBuf>,
}

/// What was written.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    seeded: Seeded,
    total: u64,
    seconds: f64,
}

impl ForPeople for Report {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = output::table(["table", "rows"]);
        for (name, rows) in &self.seeded.rows {
            table.add_row([(*name).to_owned(), rows.to_string()]);
        }
        table.add_row(["all".to_owned(), self.total.to_string()]);
        output::align_right(&mut table, [1]);
        writeln!(out, "{table}")?;
        writeln!(out, "from {} until {}", self.seeded.from, self.seeded.until)?;
        if let Upkeep::Left { reason } = &self.seeded.upkeep {
            writeln!(out, "views and statistics are not up to date: {reason}")?;
            writeln!(out, "`service maintain` sees to it, as the owner of the schema")?;
        }
        writeln!(out, "took {:.1} s", self.seconds)
    }
}

fn what_is_done(progress: &Progress) -> String {
    match progress.months {
        Some((made, of)) => format!("months {made} of {of}"),
        None => format!("{} rows", progress.rows),
    }
}

pub(super) async fn run(options: &Seed, context: &Context) -> Result<Outcome, CliError> {
    let mut command = seed::Seed {
        months: options.months,
        rng: options.rng,
        ..seed::Seed::new(options.orders)
    };
    if let Some(until) = options.until {
        command.until = until;
    }
    if let Some(file) = options.agents.clone() {
        let read = context.read(move || organisation::read(&file)).await?;
        command.agents = Some(read.lines);
    }
    let database = context.open().await?;
    let started = Instant::now();
    let bar = Bar::of(Some(options.orders), "orders");
    let watch = |progress: Progress| {
        bar.show(progress.orders, what_is_done(&progress));
        if context.interrupt.is_asked() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let seeded = seed::seed(&database.connection, command, watch).await;
    drop(bar);
    match seeded {
        Ok(seeded) => {
            let all_is_well = seeded.upkeep == Upkeep::Done;
            context.output.show(&Report {
                total: seeded.total(),
                seeded,
                seconds: started.elapsed().as_secs_f64(),
            })?;
            Ok(Outcome::of(all_is_well))
        }
        Err(SeedError::Stopped { orders, of }) => {
            context.output.interrupted(&format!(
                "after {orders} of {of} orders: no row of it remains; the same command begins anew"
            ));
            Ok(Outcome::Interrupted)
        }
        Err(source) => Err(CliError::Command {
            command: "seed",
            source: Box::new(source),
        }),
    }
}
