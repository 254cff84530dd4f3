//! Keeping a database healthy.

mod lock;
mod partitions;
mod roles;
mod vacuum;
mod views;
