//! The doctor: it finds each fault that is planted, and nothing in a healthy database.

mod amounts;
mod bed;
mod command;
mod counters;
mod evidence;
mod faults;
mod heals;
mod healthy;
mod lost;
mod orphans;
mod plants;
mod reading;
mod registry;
mod repairs;
mod schema;
mod schema_decisions;
mod schema_enforced;
mod schema_faults;
mod schema_partitions;
mod schema_path;
mod schema_releases;
mod schema_values;
mod storage_faults;
mod trade;
mod unreadable;
