//! `service import shopify`, as somebody runs it.

mod database;
mod files;
#[cfg(unix)]
mod interrupt;
mod outcome;

use std::path::{Path, PathBuf};
use std::process::Command;

use tests::TestDatabase;

use crate::command;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/shopify")
        .join(name)
}

fn service() -> Command {
    let mut command = command::service();
    command.args(["import", "shopify"]);
    command
}

fn import(database: &TestDatabase, products: &Path) -> Command {
    let mut command = command::service_on(database, &["import", "shopify"]);
    command.arg("--products").arg(products);
    command
}

/// The counts of a row of the table.
fn counts(output: &str, row: &str) -> Vec<u64> {
    let line = output
        .lines()
        .find(|line| line.contains(row))
        .unwrap_or_else(|| panic!("no {row} in {output}"));
    line.split(['│', '┆'])
        .filter_map(|cell| cell.trim().parse().ok())
        .collect()
}
