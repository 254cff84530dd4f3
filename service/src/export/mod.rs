//! Tables and views as files: CSV, JSON lines or Parquet.
//!
//! Rows come in the order of the primary key, page by page, so memory does not grow with the table. All tables of one export, and
//! all pages of a table, are read in one transaction: what they show is the database at one moment (REPEATABLE READ, read-only on
//! PostgreSQL; a read transaction on SQLite). Writers are not kept waiting.
//!
//! | | CSV | JSON lines | Parquet |
//! |---|---|---|---|
//! | id | text with hyphens | the same | `FIXED_LEN_BYTE_ARRAY(16)` |
//! | text, value of a closed set | text | string | UTF-8 |
//! | amount | all decimals of the column, `225.90` | the same as a string | `DECIMAL` of the column's precision and scale |
//! | count | digits | number | `INT32`, `INT64` |
//! | flag | `true`, `false` | the same | `BOOLEAN` |
//! | time | `2026-11-22T15:53:00.123000Z` | the same | `TIMESTAMP` in microseconds, UTC |
//! | day | `2026-11-22` | the same | `DATE` |
//! | JSON | text | as it is | UTF-8 |
//! | no value | nothing, and an empty text is `""` | `null` | null |
//!
//! CSV is what PostgreSQL's `COPY … WITH (FORMAT csv, HEADER)` writes and reads: UTF-8, commas, quotes where they are needed, a line
//! feed after each row. So the difference between no value and an empty text survives there; many other readers do not see it.
//!
//! A file appears under its name when it is complete: until then it is called `.NAME.PROCESS.part`. What is interrupted leaves what
//! was there before.

mod column;
mod csv;
mod file;
mod format;
mod json_lines;
mod page;
mod parquet;
mod run;
mod source;

pub use format::Format;
pub use run::{Export, ExportError, ExportFiles, Exported, Progress, export, export_files};
pub use source::{Source, UnknownSource};
