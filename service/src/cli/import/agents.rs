//! `service import agents`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::organisation;
use crate::agents::{self, LoadError, LoadOrganisation, LoadedOrganisation, RefusedLine, What};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::outcome::Outcome;
use crate::cli::output::{self, ForPeople};
use crate::error::DatabaseError;
use crate::transaction;

/// What an import of agents takes.
#[derive(Args)]
pub(in crate::cli) struct Agents {
    /// A CSV file with the columns name, type and parent.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,

    /// Only say what an import would do.
    #[arg(long)]
    dry_run: bool,
}

/// What became of the lines.
#[derive(Serialize)]
struct Report {
    dry_run: bool,
    created: usize,
    changed: usize,
    unchanged: usize,
    agents: Vec<Agent>,
    refusals: Vec<Refusal>,
}

#[derive(Serialize)]
struct Agent {
    line: u64,
    /// Of a dry run, one that the agent will not have, where it is new.
    id: String,
    name: String,
    what: &'static str,
}

#[derive(Serialize)]
struct Refusal {
    line: u64,
    name: String,
    message: String,
}

impl Report {
    fn loaded(dry_run: bool, loaded: LoadedOrganisation) -> Self {
        let [created, changed, unchanged] =
            [What::Created, What::Changed, What::Unchanged].map(|what| loaded.count(what));
        let agents = loaded.agents.into_iter().map(|agent| Agent {
            line: agent.line,
            id: agent.id.to_string(),
            name: agent.name,
            what: match agent.what {
                What::Created => "created",
                What::Changed => "changed",
                What::Unchanged => "unchanged",
            },
        });
        Self {
            dry_run,
            created,
            changed,
            unchanged,
            agents: agents.collect(),
            refusals: Vec::new(),
        }
    }

    fn refused(dry_run: bool, lines: Vec<RefusedLine>) -> Self {
        let refusals = lines.into_iter().map(|refused| Refusal {
            line: refused.line,
            name: refused.name,
            message: refused.problem.to_string(),
        });
        Self {
            dry_run,
            created: 0,
            changed: 0,
            unchanged: 0,
            agents: Vec::new(),
            refusals: refusals.collect(),
        }
    }
}

impl ForPeople for Report {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.dry_run {
            writeln!(
                out,
                "dry run: nothing is written; this is what an import would do"
            )?;
        }
        let mut table = output::table(["", "created", "changed", "unchanged", "refused"]);
        let counts = [self.created, self.changed, self.unchanged, self.refusals.len()];
        table.add_row(std::iter::once("agents".to_owned()).chain(counts.map(|count| count.to_string())));
        output::align_right(&mut table, 1..5);
        writeln!(out, "{table}")?;
        if !self.refusals.is_empty() {
            writeln!(out, "\nnothing was written, because lines are refused:")?;
        }
        for refusal in &self.refusals {
            let name: String = refusal.name.chars().filter(|c| !c.is_control()).collect();
            writeln!(out, "  line {}  {name}  {}", refusal.line, refusal.message)?;
        }
        Ok(())
    }
}

pub(super) async fn run(options: &Agents, context: &Context) -> Result<Outcome, CliError> {
    let organisation = organisation::read(&options.file)?;
    let database = context.open().await?;
    let db = &database.connection;
    let loaded = if options.dry_run {
        try_out(db, organisation).await
    } else {
        agents::load(db, organisation).await
    };
    let report = match loaded {
        Ok(loaded) => Report::loaded(options.dry_run, loaded),
        Err(LoadError::Refused { lines }) => Report::refused(options.dry_run, lines),
        Err(LoadError::Database(source)) => {
            return Err(CliError::Database {
                database: database.name,
                source,
            });
        }
        Err(source) => {
            return Err(CliError::Organisation {
                file: options.file.clone(),
                source,
            });
        }
    };
    context.output.show(&report)?;
    Ok(Outcome::of(report.refusals.is_empty()))
}

/// Loads them, says what came of it, and takes it back.
async fn try_out(
    db: &sea_orm::DatabaseConnection,
    organisation: LoadOrganisation,
) -> Result<LoadedOrganisation, LoadError> {
    let trial = transaction::begin(db).await?;
    let outcome = agents::load(&trial, organisation).await;
    trial.rollback().await.map_err(DatabaseError::from)?;
    outcome
}
