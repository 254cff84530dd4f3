//! What the command line takes.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand};

/// The schema of VividWalls: applies its migrations, rolls them back, and shows where a database stands.
#[derive(Parser)]
#[command(name = "migration", version, arg_required_else_help = true)]
pub(super) struct Arguments {
    /// The database: postgresql://user:password@host:5432/database, or sqlite://file.db.
    ///
    /// Without it, the variable DATABASE_URL; without that, DATABASE_URL in a file .env in this directory or above;
    /// without any, the SQLite file vividwalls.db in this directory. Prefer the variable for a password: arguments show in
    /// the list of processes.
    #[arg(long, global = true, value_name = "URL")]
    pub(super) database_url: Option<String>,

    #[command(flatten)]
    pub(super) waits: Waits,

    #[command(subcommand)]
    pub(super) command: Command,
}

/// How long to wait for others.
#[derive(Args)]
pub(super) struct Waits {
    /// Give up on a migration when a statement has waited this many seconds for a lock (PostgreSQL).
    #[arg(long, global = true, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub(super) lock_timeout: Duration,

    /// Give up when another migrator has been at work for this many seconds.
    #[arg(long, global = true, value_name = "SECONDS", default_value = "600", value_parser = seconds)]
    pub(super) wait: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        // PostgreSQL counts milliseconds in 32 bits.
        .filter(|duration| duration.as_millis() <= 2_147_483_647)
        .ok_or_else(|| "a number of seconds, such as 5 or 0.5".to_owned())
}

#[derive(Subcommand)]
pub(super) enum Command {
    #[command(flatten)]
    Schema(SchemaCommand),
    /// Write the file of a new migration and register it.
    Generate(Generate),
    /// Write the entity crate's models from the database; without a URL, from a temporary one.
    Entities(Entities),
    /// Print the database as a Mermaid erDiagram; without a URL, a temporary one.
    Diagram(Diagram),
}

/// The commands of the migrator.
#[derive(Subcommand)]
pub(super) enum SchemaCommand {
    /// Apply pending migrations.
    Up {
        /// Apply at most this many; all without it.
        #[arg(short, long = "num", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        number: Option<u32>,
    },
    /// Roll back the last migration, or the last N.
    Down {
        /// How many to roll back.
        #[arg(short, long = "num", value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..))]
        number: u32,
        #[command(flatten)]
        consent: Consent,
    },
    /// Show which migrations are applied. Changes nothing.
    Status,
    /// Drop the schema and apply all migrations; refused when the database holds anything else.
    Fresh(Consent),
    /// Roll back all migrations and apply them again.
    Refresh(Consent),
    /// Roll back all migrations and forget them.
    Reset(Consent),
}

/// These commands destroy data, so on PostgreSQL they ask.
#[derive(Args)]
pub(super) struct Consent {
    /// Do it without asking. Without a terminal to ask on, PostgreSQL needs this.
    #[arg(long)]
    pub(super) yes: bool,
}

#[derive(Args)]
pub(super) struct Entities {
    /// Write nothing; show the difference and exit with status 1 if there is one.
    #[arg(long)]
    pub(super) check: bool,

    /// The directory of the generated files.
    #[arg(long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct Diagram {
    /// Leave the columns out.
    #[arg(long)]
    pub(super) relationships: bool,
}

#[derive(Args)]
pub(super) struct Generate {
    /// What it does, as verb and object: add_gift_note_to_orders.
    pub(super) name: String,

    /// The `src` directory of the crate that holds the migrations.
    #[arg(long, value_name = "DIR")]
    pub(super) source: Option<PathBuf>,
}
