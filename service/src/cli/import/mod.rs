//! `service import`.

mod export_file;
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
        Source::Shopify(options) => shopify::run(options, context).await,
    }
}
