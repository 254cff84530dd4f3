//! Keeping a database healthy.

mod lock;
mod maintain;
mod partitions;
mod roles;
mod vacuum;
mod views;
