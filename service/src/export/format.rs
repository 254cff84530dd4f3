//! The formats, and what each does with rows.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use serde::Serialize;

use super::cell::Cell;
use super::column::Column;
use super::csv::Csv;
use super::json_lines::JsonLines;
use super::page::Rows;
use super::parquet::Parquet;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated, with a header, as PostgreSQL's COPY reads it.
    Csv,
    /// A JSON object on each line.
    Jsonl,
    /// Parquet, compressed with Snappy, in groups of 65 536 rows.
    Parquet,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Jsonl, Self::Parquet];

    /// Its name, which is how files of it end.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
        }
    }

    /// Begins a file of these columns.
    pub(super) fn begin<'w, W>(self, out: W, columns: &[Column]) -> io::Result<Box<dyn Sheet + Send + 'w>>
    where
        W: Write + Send + 'w,
    {
        Ok(match self {
            Self::Csv => Box::new(Csv::begin(out, columns)?),
            Self::Jsonl => Box::new(JsonLines::begin(out, columns)),
            Self::Parquet => Box::new(Parquet::begin(out, columns)?),
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL
            .into_iter()
            .find(|format| format.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| format!("{text:?} is none of csv, jsonl and parquet"))
    }
}

/// A file that rows are written into.
pub(super) trait Sheet {
    fn write(&mut self, rows: Rows) -> io::Result<()>;

    /// Writes what is still to be written.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// A value that is not what its column says.
pub(super) fn unexpected(column: &Column) -> io::Error {
    unfit(column, &format!("is no {:?}", column.kind))
}

/// A value that the format has no place for.
pub(super) fn unfit(column: &Column, why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{} {why}", column.name))
}

/// Says of which row an unfit value is.
pub(super) fn in_row(error: io::Error, columns: &[Column], row: &[Cell]) -> io::Error {
    if error.kind() != io::ErrorKind::InvalidData {
        return error;
    }
    let key = columns.iter().zip(row).filter(|(column, _)| column.is_key);
    let key: Vec<_> = key
        .map(|(column, cell)| match cell {
            Cell::Uuid(id) => format!("{} {id}", column.name),
            Cell::Text(text) => format!("{} {text:?}", column.name),
            other => format!("{} {other:?}", column.name),
        })
        .collect();
    io::Error::new(
        error.kind(),
        format!("in the row with {}, {error}", key.join(" and ")),
    )
}
