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
//! | time | `2026-11-22T15:53:00.123000Z` | the same as a string | `TIMESTAMP` in microseconds, UTC |
//! | day | `2026-11-22` | the same as a string | `DATE` |
//! | JSON | text | as it is | UTF-8 |
//! | no value | nothing, and an empty text is `""` | `null` | null |
//!
//! CSV is what PostgreSQL's `COPY … WITH (FORMAT csv, HEADER)` writes and reads: UTF-8, commas, quotes where they are needed, a line
//! feed after each row. So the difference between no value and an empty text survives there; many other readers do not see it.
//!
//! JSON is written without spaces, its keys in alphabetical order, its numbers digit by digit as the engine keeps them (`1.10`, and on
//! SQLite `1e400`). PostgreSQL's times without end are `infinity` and `-infinity`, and one beyond the years that RFC 3339 knows is
//! written as PostgreSQL reads it (`294000-01-01T…`, `… BC`); an amount that is no number is `NaN`. Parquet has no place for that, for
//! an infinite time, nor for one after 294 246: the export is refused, with the row and the column.
//!
//! A file appears under its name when it is complete: until then it is called `.NAME.PROCESS.part`. What is interrupted leaves what
//! was there before; a part whose process was killed is removed by the next export of the same file. The file behind a symbolic link
//! is replaced, and not the link; owner and mode of a file that is replaced are kept. What is no file, such as a pipe or a device, is
//! written to at once.

mod amount;
mod calendar;
mod cell;
mod column;
mod csv;
mod file;
mod format;
mod json;
mod json_lines;
mod page;
mod parquet;
mod run;
mod source;

#[cfg(feature = "cli")]
pub(crate) use file::Destination;
pub use format::Format;
pub use run::{Export, ExportError, ExportFiles, Exported, Progress, export, export_files};
pub use source::{Source, UnknownSource};
