//! `service partitions list`.

use std::io::{self, Write};

use clap::Args;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::outcome::Outcome;
use crate::cli::output::{self, ForPeople};
use crate::maintenance::partitions::{self, ListPartitions, Listed, Partition, TablePartitions};

/// What the list takes.
#[derive(Args)]
pub(in crate::cli) struct List {
    /// Count the rows of every month instead of giving the server's estimate.
    #[arg(long)]
    count: bool,
}

pub(super) async fn run(options: &List, context: &Context) -> Result<Outcome, CliError> {
    let database = context.open().await?;
    let command = ListPartitions { count: options.count };
    let listed = partitions::list(&database.connection, command)
        .await
        .map_err(|error| CliError::of("partitions list", error))?;
    context.output.show(&listed)?;
    Ok(Outcome::of(every_row_has_its_month(&listed)))
}

fn every_row_has_its_month(listed: &Listed) -> bool {
    match listed {
        Listed::NotPartitioned => true,
        Listed::Partitioned { tables } => tables.iter().all(|table| {
            let default = table.default.as_ref();
            default.is_some_and(|default| default.months.is_empty())
        }),
    }
}

impl ForPeople for Listed {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self::Partitioned { tables } = self else {
            return writeln!(out, "SQLite: there are no partitions");
        };
        let mut table = output::table(["partition", "from", "to", "rows", "kB", ""]);
        for listed in tables {
            for partition in &listed.partitions {
                table.add_row(row(partition));
            }
            if let Some(default) = &listed.default {
                let rows: i64 = default.months.iter().map(|month| month.rows).sum();
                let [rows, size] = [rows, kilobytes(default.bytes)].map(|number| number.to_string());
                table.add_row([&default.name, "", "", &rows, &size, ""]);
            }
        }
        output::align_right(&mut table, [3, 4]);
        writeln!(out, "{table}")?;
        tables.iter().try_for_each(|table| write_default(table, out))
    }
}

fn row(partition: &Partition) -> [String; 6] {
    let day = |instant: Option<chrono::DateTime<chrono::Utc>>| {
        instant
            .map(|instant| instant.date_naive().to_string())
            .unwrap_or_default()
    };
    let about = if partition.rows.exact { "" } else { "~" };
    [
        partition.name.clone(),
        day(partition.from),
        day(partition.to),
        format!("{about}{}", partition.rows.count),
        kilobytes(partition.bytes).to_string(),
        if partition.attached { "" } else { "detached" }.to_owned(),
    ]
}

const fn kilobytes(bytes: i64) -> i64 {
    bytes / 1024
}

/// What should not be there, and what to do about it.
fn write_default(table: &TablePartitions, out: &mut dyn Write) -> io::Result<()> {
    let Some(default) = &table.default else {
        return writeln!(
            out,
            "{} has no default partition: a row that no month covers is refused",
            table.table
        );
    };
    for held in &default.months {
        writeln!(
            out,
            "{} holds {} rows of {}: `service partitions ensure` moves them",
            default.name, held.rows, held.month
        )?;
    }
    Ok(())
}
