//! The doctor: it finds each fault that is planted, and nothing in a healthy database.

mod bed;
mod schema;
mod schema_faults;
