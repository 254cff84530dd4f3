//! `service slow`.

use std::io::{self, Write};

use clap::Args;

use super::context::Context;
use super::error::CliError;
use super::outcome::Outcome;
use super::output::{self, ForPeople};
use crate::maintenance::slow::{self, KEY, SlowLine, Source};

/// How much of a statement a table shows; JSON has all of it.
const SHOWN: usize = 100;

/// What is shown.
#[derive(Args)]
pub(super) struct Slow {
    /// How many lines at most.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    top: u32,
}

pub(super) async fn run(options: &Slow, context: &Context) -> Result<Outcome, CliError> {
    let database = context.open().await?;
    let slow = slow::slow(&database.connection, options.top)
        .await
        .map_err(|error| CliError::of("slow", error))?;
    let all_is_shown = slow.hidden == 0;
    context.output.show(&slow)?;
    Ok(Outcome::of(all_is_shown))
}

impl ForPeople for slow::Slow {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let header = [
            "operation",
            "calls",
            "total ms",
            "mean ms",
            "max ms",
            "share",
            "rows",
            "hit",
            "read",
            "statement",
        ];
        let mut table = output::table(header);
        for line in &self.lines {
            table.add_row(cells(line));
        }
        output::align_right(&mut table, 1..=8);
        writeln!(out, "{table}")?;
        if let Some(since) = self.since {
            writeln!(out, "since {}", since.format("%Y-%m-%d %H:%M UTC"))?;
        }
        if self.hidden > 0 {
            writeln!(
                out,
                "{} of the slowest statements belong to other roles: GRANT pg_read_all_stats TO this one to see them",
                self.hidden
            )?;
        }
        if self.lines.is_empty() && self.source == Source::Timings {
            writeln!(
                out,
                "nothing was timed: a backend writes its timings to the configuration {KEY}"
            )?;
        }
        Ok(())
    }
}

fn cells(line: &SlowLine) -> [String; 10] {
    let count = |count: Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
    let statement = line.statement.as_deref().unwrap_or_default();
    let mut shown: String = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = shown.char_indices().nth(SHOWN) {
        shown.truncate(end);
        shown.push('…');
    }
    [
        line.operation.clone().unwrap_or_default(),
        line.calls.to_string(),
        format!("{:.1}", line.total_ms),
        format!("{:.3}", line.mean_ms),
        format!("{:.1}", line.max_ms),
        format!("{:.1} %", line.share * 100.0),
        count(line.rows),
        count(line.buffers_hit),
        count(line.buffers_read),
        shown,
    ]
}
