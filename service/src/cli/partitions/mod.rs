//! `service partitions`.

mod drop;
mod ensure;
mod list;
mod restore;

use clap::Subcommand;

use super::READING;
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

    /// Drop old months, the oldest first: executions with their tasks, transactions with their attribution, events.
    ///
    /// A month that is still needed stays, and its rows are named: executions and tasks that have not ended, money of
    /// orders that are not settled or that have younger money, and what is younger than a week. On PostgreSQL a month
    /// goes in one transaction, on SQLite in batches. Ctrl-C stops between two of them, and the next run goes on.
    ///
    /// Exit status: 0 when every month has gone, 1 when one stays, 2 when it failed, 130 when it was interrupted.
    Drop(drop::Drop),

    /// Bring back the months of an archive.
    ///
    /// Checks every file first. Rows that are there already are skipped, rows that are there with other values are
    /// refused. A reference to what has been deleted since is left out where its key allows it, and refused where not.
    ///
    /// Exit status: 0 when everything is there, 1 when rows of it lie in a default partition, 2 when it failed or was
    /// refused, 130 when it was interrupted.
    Restore(restore::Restore),
}

pub(super) async fn run(command: &Partitions, context: &Context) -> Result<Outcome, CliError> {
    match command {
        Partitions::List(options) => context.unless_asked(READING, list::run(options, context)).await,
        Partitions::Ensure(options) => ensure::run(options, context).await,
        Partitions::Drop(options) => drop::run(options, context).await,
        Partitions::Restore(options) => restore::run(options, context).await,
    }
}
