//! `service partitions`.

mod ensure;
mod list;

use clap::Subcommand;

use super::context::Context;
use super::error::CliError;
use super::outcome::Outcome;

/// What can be done with the months of the large tables.
#[derive(Subcommand)]
pub(super) enum Partitions {
    /// Say which months have a partition, how large each is, and what lies in the default ones.
    ///
    /// Exit status: 0 when every row lies in its month, 1 when a default partition holds rows or is missing.
    List(list::List),

    /// Make the months that are missing, and move into them what the default partitions hold of them.
    ///
    /// Writers go on meanwhile: each month waits briefly for its locks, lets everybody else go first when they are not
    /// free, and is left in the end. Ctrl-C stops between two months.
    ///
    /// Exit status: 0 when no month is missing any more, 1 when one was left, 2 when it failed, 130 when it was
    /// interrupted.
    Ensure(ensure::Ensure),
}

pub(super) async fn run(command: &Partitions, context: &Context) -> Result<Outcome, CliError> {
    match command {
        Partitions::List(options) => list::run(options, context).await,
        Partitions::Ensure(options) => ensure::run(options, context).await,
    }
}
