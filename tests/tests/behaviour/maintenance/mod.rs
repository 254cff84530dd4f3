//! Keeping a database healthy.

mod lock;
mod maintain;
mod partitions;
mod retention;
mod roles;
mod vacuum;
mod views;
