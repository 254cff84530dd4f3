//! `service import`.

mod agents;
mod agents_report;
mod export_file;
pub(super) mod organisation;
mod refusal_file;
mod shopify;
mod summary;

use clap::Subcommand;

use super::context::Context;
use super::error::CliError;
use super::outcome::Outcome;

/// What can be read.
#[derive(Subcommand)]
pub(super) enum Source {
    /// Read an organisation of agents from a CSV file with the columns name, type and parent.
    ///
    /// All of it or nothing, in any order of the lines: agents are found by name, who is not there is registered, who has
    /// another type or stands elsewhere is changed, and each of them is listed. The same file again changes nothing; whom it
    /// does not name stays.
    ///
    /// Exit status: 0 when every line is as the file says, 1 when lines are refused and nothing was written, 2 when the
    /// file cannot be read or the import failed, 130 when it was interrupted.
    Agents(agents::Agents),
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
    Shopify(shopify::Shopify),
}

pub(super) async fn run(source: &Source, context: &Context) -> Result<Outcome, CliError> {
    match source {
        Source::Agents(options) => {
            let whole = "before the end: all of it is written or nothing; the same command again says which";
            context.unless_asked(whole, agents::run(options, context)).await
        }
        Source::Shopify(options) => shopify::run(options, context).await,
    }
}
