//! A file beside the rows that it was written from, both in the order of their keys.

use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::super::Month;
use super::error::ArchiveError;
use super::file::Records;
use super::manifest::Manifest;
use super::sqlite::Row;

/// Where in a table's file the rows are that are asked for one after the other.
pub(in super::super) struct Lines {
    records: Records,
    /// The fields of the key.
    fields: [usize; 2],
    at: Option<(Uuid, Uuid)>,
    directory: PathBuf,
    month: Month,
}

impl Lines {
    pub(in super::super) fn of(
        directory: &Path,
        manifest: &Manifest,
        table: &str,
        column: &str,
    ) -> Result<Self, ArchiveError> {
        let other = || ArchiveError::Other {
            path: directory.to_owned(),
            month: manifest.month,
        };
        let file = manifest
            .files
            .iter()
            .find(|file| file.table == table)
            .ok_or_else(other)?;
        let field = |name: &str| file.columns.iter().position(|column| column == name);
        let (Some(key), Some(id)) = (field(column), field("id")) else {
            return Err(other());
        };
        Ok(Self {
            records: Records::open(directory, file)?,
            fields: [key, id],
            at: None,
            directory: directory.to_owned(),
            month: manifest.month,
        })
    }

    /// Goes on to a row, and fails when it is not there or differs.
    pub(in super::super) fn hold(&mut self, row: &Row) -> Result<(), ArchiveError> {
        while self.at.is_none_or(|at| at < row.key) {
            let Some(record) = self.records.next()? else { break };
            let id = |field: usize| record[field].as_deref().and_then(|text| text.parse().ok());
            self.at = match self.fields.map(id) {
                [Some(key), Some(id)] => Some((key, id)),
                _ => return Err(self.records.malformed()),
            };
        }
        if self.at == Some(row.key) && self.records.raw() == row.line {
            Ok(())
        } else {
            Err(ArchiveError::Other {
                path: self.directory.clone(),
                month: self.month,
            })
        }
    }
}
