//! What keeps a database healthy. Each part has a module, a command of its name and a line in the README's table of rights.
//!
//! All of it runs under ordinary roles, beside the writers and readers of the shop.

mod deadline;
pub mod doctor;
pub mod lock;
pub mod maintain;
pub mod partitions;
pub mod plans;
pub mod slow;
mod table;
pub mod vacuum;
pub mod views;

pub use table::{Table, UnknownTable};
