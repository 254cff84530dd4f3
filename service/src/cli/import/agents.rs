//! `service import agents`.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use clap::Args;
use entity::{AgentId, agents as rows};
use sea_orm::{EntityTrait as _, QueryFilter as _};

use super::agents_report::Report;
use super::organisation;
use crate::agents::{self, LoadError, LoadOrganisation, LoadedOrganisation};
use crate::batch::among;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::outcome::Outcome;
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

pub(super) async fn run(options: &Agents, context: &Context) -> Result<Outcome, CliError> {
    let file = options.file.clone();
    let organisation = context.read(move || organisation::read(&file)).await?;
    let database = context.open().await?;
    let db = &database.connection;
    let loaded = if options.dry_run {
        try_out(db, organisation).await
    } else {
        agents::load(db, organisation).await
    };
    let report = match loaded {
        Ok(loaded) => {
            let names = others(db, &loaded).await.map_err(|source| CliError::Database {
                database: database.name.clone(),
                source,
            })?;
            Report::loaded(options.dry_run, loaded, names)
        }
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

/// The names of those whom agents stand or stood under, and whom no line names. One statement, or none.
async fn others(
    db: &sea_orm::DatabaseConnection,
    loaded: &LoadedOrganisation,
) -> Result<HashMap<AgentId, String>, DatabaseError> {
    let named: HashSet<_> = loaded.agents.iter().map(|agent| agent.id).collect();
    let parents = loaded.agents.iter().flat_map(|agent| {
        let before = agent.before.and_then(|before| before.parent);
        [agent.parent, before].into_iter().flatten()
    });
    let unknown: HashSet<_> = parents.filter(|id| !named.contains(id)).collect();
    if unknown.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = rows::Entity::find()
        .filter(among(db, rows::Column::Id, unknown))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
