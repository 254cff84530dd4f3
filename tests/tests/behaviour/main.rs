//! What the data layer promises, on PostgreSQL and on SQLite.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends with the first surprise; clippy knows only functions with a plain #[test] as tests"
)]

mod catalogue;
mod deletion;
mod entities;
mod errors;
mod harness;
mod import;
mod inventory;
mod migrations;
mod schema;
mod shop;
mod statements;
mod workflows;
