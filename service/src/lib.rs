#![doc = include_str!("../README.md")]

pub mod agents;
pub mod analytics;
mod batch;
pub mod catalogue;
#[cfg(feature = "cli")]
pub mod cli;
pub mod connect;
pub mod customers;
pub mod deletion;
pub mod error;
#[cfg(feature = "export")]
pub mod export;
pub mod finance;
pub mod goals;
pub mod idempotency;
pub mod import;
pub mod input;
pub mod inventory;
pub mod maintenance;
pub mod marketing;
pub mod operation;
pub mod orders;
pub mod page;
pub mod retry;
#[cfg(feature = "seed")]
pub mod seed;
pub mod segments;
pub mod system;
pub mod transaction;
pub mod workflows;

pub use connect::connect;
pub use error::{Class, Classified, DatabaseError};
pub use input::InvalidInput;
pub use page::{Page, PageRequest};
pub use retry::retry;

/// The project's README, whose example has to compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct ProjectReadme;
