//! The inventory export: rows to plans, plans to the database.

mod import;
mod known;
mod plan;
mod reader;
mod write;

use std::io::Read;

use super::source_error::SourceError;

pub use import::{ImportInventory, import_inventory};

pub(super) fn check_header<R: Read>(export: R) -> Result<(), SourceError> {
    reader::StockReader::new(export).map(drop)
}
