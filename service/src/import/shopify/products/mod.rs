//! The product export: rows to blocks, blocks to plans, plans to the database.

mod block;
mod change;
mod columns;
mod import;
mod known;
mod ledger;
mod plan;
mod reader;
mod row;
mod write;

use std::io::Read;

use super::source_error::SourceError;

pub use import::{ImportProducts, ImportedProducts, KnownSkus, import_products};

pub(super) fn check_header<R: Read>(export: R) -> Result<(), SourceError> {
    reader::ProductReader::new(export).map(drop)
}
