//! CSV files: records, columns and cells, whatever they mean.

pub(crate) mod cells;
pub(crate) mod header;
mod quotes;
pub(crate) mod records;
