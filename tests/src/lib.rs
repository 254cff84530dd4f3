#![doc = include_str!("../README.md")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a harness that cannot set a test up has nobody to return an error to: it fails the test, and says why"
)]

mod cluster;
mod database;
mod engine;
pub mod rows;
mod runtime;
mod scratch;

pub use database::{SharedStatistics, TestDatabase};
pub use engine::Engine;
