//! Keeping a database healthy.

mod lock;
