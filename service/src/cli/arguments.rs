//! What the command line takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// The operations of VividWalls on its database, for those that a person runs.
#[derive(Parser)]
#[command(name = "service", version, arg_required_else_help = true)]
pub(super) struct Arguments {
    /// The database: postgresql://user:password@host:5432/database, or sqlite://file.db.
    ///
    /// Without it, the variable DATABASE_URL; without that, DATABASE_URL in a file .env in this directory or above;
    /// without any, the SQLite file vividwalls.db in this directory. Prefer the variable for a password: arguments
    /// show in the list of processes.
    #[arg(long, global = true, value_name = "URL")]
    pub(super) database_url: Option<String>,

    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Read the catalogue of another system.
    Import {
        #[command(subcommand)]
        source: Source,
    },
}

#[derive(Subcommand)]
pub(super) enum Source {
    /// Read the CSV files that Shopify's admin exports.
    ///
    /// Creates and updates products by handle, variants by SKU, and stock by SKU and location. Importing the same
    /// files again changes nothing; what the files do not mention is left alone.
    ///
    /// A line that cannot be stored is refused, named with its reason, and stops nothing. Ctrl-C stops after the
    /// product that is being written.
    ///
    /// Exit status: 0 when nothing was refused, 1 when lines were, 2 when the import failed, 130 when it was
    /// interrupted.
    Shopify(Shopify),
}

#[derive(Args)]
pub(super) struct Shopify {
    /// The product export (Products > Export).
    #[arg(long, value_name = "FILE")]
    pub(super) products: PathBuf,

    /// The inventory export (Products > Inventory > Export), read after the products.
    #[arg(long, value_name = "FILE")]
    pub(super) inventory: Option<PathBuf>,

    /// Only say what an import would do.
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Write the refused lines to this CSV file as well; one that exists is replaced.
    #[arg(long, value_name = "FILE.csv")]
    pub(super) report: Option<PathBuf>,
}
