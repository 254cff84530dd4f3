//! What the data layer promises, on PostgreSQL and on SQLite.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends with the first surprise; clippy knows only functions with a plain #[test] as tests"
)]

mod agents;
mod analytics;
mod backend;
mod catalogue;
mod circles;
mod command;
mod commandline;
mod composition;
mod customers;
mod deletion;
mod doctor;
mod entities;
mod errors;
mod export;
mod finance;
mod goals;
mod harness;
mod hot;
mod import;
mod inventory;
mod maintenance;
mod marketing;
mod migrations;
mod model;
mod names;
mod orders;
mod plan;
mod race;
mod schema;
mod seed;
mod segments;
mod shop;
mod statements;
mod system;
mod workflows;
