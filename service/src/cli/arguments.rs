//! What the command line takes; what a command takes stands in its own file.

use clap::{Parser, Subcommand};

use super::{doctor, explain, export, import, maintain, partitions, seed, slow, vacuum, views};

/// The operations of VividWalls on its database, for those that a person or a timer runs.
///
/// Ctrl-C and SIGTERM end a command at a border between two batches, with exit status 130; the second one ends it at once. A command
/// that only reads, that the database undoes by itself, or that has not opened its database yet, is ended by the first.
///
/// A database has to have the migrations of this release, no more and no less; only the doctor examines any.
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

    /// Print one JSON document instead of a table; an error, or how far an interrupted command came, is one JSON object on
    /// standard error.
    #[arg(long, global = true)]
    pub(super) json: bool,

    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Say what is wrong with the database, and how to mend it.
    ///
    /// Schema, stock, orders, money, hierarchy, queue, settings: everything that operations rely on, read in one
    /// snapshot. Nothing is changed.
    ///
    /// Exit status: 0 when nothing was found, 1 when something was, 2 when the database could not be examined.
    Doctor(doctor::Doctor),
    /// Show how the database carries out an operation, live, and whether that keeps to what the operation promises.
    ///
    /// The operation is tried with what the database has, in a transaction that is rolled back: nothing changes but the
    /// next number of a sequence. Without an operation, lists those that can be explained.
    ///
    /// Exit status: 0 when the plans keep the contract, 1 when they break it, 2 when it could not be tried.
    Explain(explain::Explain),
    /// Write a table or view, or all of them, as CSV, JSON lines or Parquet.
    ///
    /// Rows come in the order of their key, and all as they are at one moment. A file appears when it is complete:
    /// Ctrl-C leaves what was there before. A pipe or a device is written to at once.
    ///
    /// Without --out the rows of one table are all that is printed on standard output, also with --json.
    ///
    /// Exit status: 0 when everything was written, 2 when it failed, 130 when it was interrupted.
    Export(export::Export),
    /// Read the data of another system.
    Import {
        #[command(subcommand)]
        source: import::Source,
    },
    /// Do what is due of everything that keeps the database healthy: one cron line.
    ///
    /// In this order: expired leases are released, months made, old ones dropped with --keep, stale views refreshed,
    /// tables vacuumed and analysed that need it, and the quick checks made. One run at a time; a second one leaves, or
    /// waits with --wait. A step that fails does not stop the others. Ctrl-C stops between two parts, and at once while
    /// another run is waited for.
    ///
    /// Exit status: 0 when all is well and nothing was left, 1 when something failed, was found, or was left, 2 when
    /// nothing could be begun, 130 when it was interrupted.
    Maintain(maintain::Maintain),
    /// Look after the months of the tables that grow for ever.
    Partitions {
        #[command(subcommand)]
        command: partitions::Partitions,
    },
    /// Fill an empty database with a made-up shop.
    ///
    /// All 29 tables, as months of trade would have left them. The same arguments make the same rows, on either engine.
    /// It happens in one transaction: Ctrl-C leaves nothing behind.
    ///
    /// Exit status: 0 when the shop is there, 1 when it is there but views and statistics are not up to date, 2 when
    /// nothing was written, 130 when it was interrupted and nothing remains.
    Seed(seed::Seed),
    /// Show what takes the database's time, by operation.
    ///
    /// PostgreSQL: from pg_stat_statements. SQLite: what a backend timed itself.
    ///
    /// Exit status: 0 when all is shown, 1 when other roles' statements are hidden, 2 when nobody counts.
    Slow(slow::Slow),
    /// Free the room of dead rows, and take statistics for the planner.
    ///
    /// Readers and writers go on. A table that somebody else has locked is left. On SQLite the file is written anew, which
    /// wants as much disk again and keeps other writers waiting. Ctrl-C stops between two tables.
    ///
    /// Exit status: 0 when all is done, 1 when a table was left, 2 when it failed, 130 when it was interrupted.
    Vacuum(vacuum::Vacuum),
    /// Look after the materialized views.
    Views {
        #[command(subcommand)]
        command: views::Views,
    },
}
