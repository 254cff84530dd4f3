//! The vocabulary of the migrations: contract types, named constraints, and what every table shares.
//!
//! Released migrations are frozen, and so is what they say through these words: a word may be added, but the SQL
//! of an existing one does not change. Names follow one scheme: `fk_<table>_<column>`, `chk_<table>_<what>`,
//! `idx_<table>_<columns>`.

mod column;
mod hierarchy;
mod partition;
mod script;
mod storage;
mod table;
mod touch;

pub(crate) use column::{
    boolean, date, decimal, empty_list, empty_object, integer, json, now, text, timestamp, today, uuid,
    varchar,
};
pub(crate) use hierarchy::{forbid_cycles, permit_cycles};
pub(crate) use partition::partition_by_month;
pub(crate) use script::run_script;
pub(crate) use storage::Storage;
pub(crate) use table::{NewTable, drop_tables};
