//! `service import shopify`, as somebody runs it.

mod database;
mod files;
#[cfg(unix)]
mod interrupt;
mod outcome;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tests::TestDatabase;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/shopify")
        .join(name)
}

fn service() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_service-under-test"));
    command.args(["import", "shopify"]).env_remove("DATABASE_URL");
    command
}

fn import(database: &TestDatabase, products: &Path) -> Command {
    let mut command = service();
    command
        .arg("--products")
        .arg(products)
        .env("DATABASE_URL", database.url());
    command
}

/// Exit status, standard output, standard error.
fn run(command: &mut Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    (
        status.code().unwrap(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
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
