//! `service explain`.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;

use super::context::Context;
use super::error::CliError;
use super::outcome::Outcome;
use super::output::{self, ForPeople};
use crate::maintenance::plans::{self, Contract, Explained, HotOperation, Plan};

/// What is explained.
#[derive(Args)]
pub(super) struct Explain {
    /// The operation, such as orders.place; without one, all of them are listed.
    #[arg(value_name = "OPERATION")]
    operation: Option<String>,

    /// List the operations that can be explained, and what they promise.
    #[arg(long, conflicts_with = "operation")]
    list: bool,
}

pub(super) async fn run(options: &Explain, context: &Context) -> Result<Outcome, CliError> {
    let Some(name) = &options.operation else {
        let operations = plans::operations().map(Line::from).collect();
        context.output.show(&Listed { operations })?;
        return Ok(Outcome::Complete);
    };
    let operation = plans::find(name).map_err(|error| CliError::of("explain", error))?;
    let database = context.open().await?;
    let explained = plans::explain(&database.connection, operation)
        .await
        .map_err(|error| CliError::of("explain", error))?;
    let holds = explained.breaches.is_empty();
    context.output.show(&explained)?;
    Ok(Outcome::of(holds))
}

#[derive(Serialize)]
struct Listed {
    operations: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    operation: &'static str,
    #[serde(flatten)]
    contract: Contract,
}

impl From<&HotOperation> for Line {
    fn from(operation: &HotOperation) -> Self {
        Self {
            operation: operation.name,
            contract: operation.contract,
        }
    }
}

impl ForPeople for Listed {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let header = ["operation", "PostgreSQL", "SQLite", "buffers", "indexes"];
        let mut table = output::table(header);
        for Line { operation, contract } in &self.operations {
            table.add_row([
                (*operation).to_owned(),
                contract.statements_on_postgres.to_string(),
                contract.statements_on_sqlite.to_string(),
                contract.buffers.to_string(),
                contract.indexes.join("\n"),
            ]);
        }
        output::align_right(&mut table, [1, 2, 3]);
        writeln!(out, "{table}")
    }
}

impl ForPeople for Explained {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for (at, plan) in self.plans.iter().enumerate() {
            write_plan(out, at + 1, plan)?;
        }
        for breach in &self.breaches {
            writeln!(out, "broken: {breach}")?;
        }
        if self.breaches.is_empty() {
            writeln!(out, "{} keeps its contract here", self.operation)?;
        }
        writeln!(out, "nothing was changed: what was tried was rolled back")
    }
}

fn write_plan(out: &mut dyn Write, number: usize, plan: &Plan) -> io::Result<()> {
    writeln!(out, "{number}. {}", plan.sql)?;
    for line in &plan.lines {
        writeln!(out, "   {line}")?;
    }
    if let (Some(buffers), Some(milliseconds)) = (plan.buffers, plan.milliseconds) {
        writeln!(out, "   {buffers} buffers, {milliseconds:.2} ms")?;
    }
    writeln!(out)
}
