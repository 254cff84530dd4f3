//! Keeping a database healthy.

mod lock;
mod partitions;
mod vacuum;
mod views;
