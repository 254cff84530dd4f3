//! Keeping a database healthy.

mod lock;
mod views;
