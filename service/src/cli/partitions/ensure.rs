//! `service partitions ensure`.

use std::cell::Cell;
use std::io::{self, Write};

use clap::Args;

use crate::cli::bar::Bar;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::outcome::Outcome;
use crate::cli::output::{self, ForPeople};
use crate::maintenance::partitions::{self, EnsurePartitions, Ensured, Left};

/// Which months are wanted.
#[derive(Args)]
pub(in crate::cli) struct Ensure {
    /// How many months after the current one.
    #[arg(long, value_name = "MONTHS", default_value_t = 12, value_parser = clap::value_parser!(u32).range(0..=120))]
    ahead: u32,
}

pub(super) async fn run(options: &Ensure, context: &Context) -> Result<Outcome, CliError> {
    let database = context.open().await?;
    let bar = Bar::of(None, "months");
    let begun = Cell::new(0_u64);
    let go_on = || {
        begun.set(begun.get() + 1);
        bar.show(begun.get(), begun.get().to_string());
        !context.interrupt.is_asked()
    };
    let ensured = partitions::ensure(
        &database.connection,
        EnsurePartitions::ahead(options.ahead),
        go_on,
    )
    .await
    .map_err(|error| CliError::of("partitions ensure", error))?;
    drop(bar);
    context.output.show(&ensured)?;
    Ok(match &ensured {
        Ensured::Partitioned(months) if months.left.iter().any(|left| left.why == Left::Stopped) => {
            context.output.interrupted(&format!(
                "after {} months were made: the same command makes those that are left",
                months.made.len()
            ));
            Outcome::Interrupted
        }
        ensured => Outcome::of(ensured.is_complete()),
    })
}

impl ForPeople for Ensured {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self::Partitioned(months) = self else {
            return writeln!(out, "SQLite: there are no partitions");
        };
        if months.made.is_empty() && months.left.is_empty() {
            return writeln!(out, "every month has its partition");
        }
        let mut table = output::table(["table", "month", "", "rows moved", "locked ms"]);
        for made in &months.made {
            let (moved, locked) = (made.drained.to_string(), made.locked_ms.to_string());
            let month = made.month.to_string();
            table.add_row([made.table.table(), &month, "made", &moved, &locked]);
        }
        for left in &months.left {
            let why = match &left.why {
                Left::Busy => "left: its tables were not free; try again".to_owned(),
                Left::NameTaken { name } => {
                    format!("left: {name} is there and is no partition; attach, rename or drop it")
                }
                Left::Stopped => "left".to_owned(),
            };
            table.add_row([left.table.table(), &left.month.to_string(), &why, "", ""]);
        }
        output::align_right(&mut table, [3, 4]);
        writeln!(out, "{table}")
    }
}
