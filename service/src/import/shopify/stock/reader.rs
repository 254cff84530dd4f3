//! The inventory export, row by row.

use std::io::Read;

use csv::StringRecord;

use crate::import::shopify::file::cells::{self, cell};
use crate::import::shopify::file::header::Header;
use crate::import::shopify::file::records::Records;
use crate::import::shopify::refusal::RefusalReason;
use crate::import::shopify::source_error::{ExportKind, SourceError};

/// Rows that are looked up and written together.
const BATCH_ROWS: usize = 1_000;

const REQUIRED: &[&str] = &["Handle", "SKU", "Location"];

/// What Shopify writes where a location does not carry an item. It is no count, least of all zero.
const NOT_STOCKED: &str = "not stocked";

/// One row of the export.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StockLine {
    pub(super) line: u64,
    pub(super) handle: String,
    pub(super) sku: String,
    pub(super) location: String,
    /// `None` where the location does not carry the item, or says nothing about it.
    pub(super) count: Result<Option<StockCount>, RefusalReason>,
}

/// What lies at a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StockCount {
    /// Pieces that can be sold.
    pub(super) available: i32,
    /// Pieces on their way, where the export says so.
    pub(super) incoming: Option<i32>,
}

pub(super) struct StockReader<R> {
    records: Records<R>,
    columns: Columns,
}

struct Columns {
    handle: usize,
    sku: usize,
    location: usize,
    available: Option<usize>,
    on_hand: Option<usize>,
    committed: Option<usize>,
    unavailable: Option<usize>,
    incoming: Option<usize>,
}

impl<R: Read> StockReader<R> {
    /// Reads the header.
    pub(super) fn new(input: R) -> Result<Self, SourceError> {
        let mut records = Records::new(input);
        let header = Header::read(&mut records, ExportKind::Inventory, REQUIRED)?;
        let columns = Columns {
            handle: header.get("Handle")?,
            sku: header.get("SKU")?,
            location: header.get("Location")?,
            available: header.find("Available"),
            on_hand: header.find("On hand"),
            committed: header.find("Committed"),
            unavailable: header.find("Unavailable"),
            incoming: header.find("Incoming"),
        };
        if columns.available.is_none() && columns.on_hand.is_none() {
            return Err(SourceError::MissingColumns {
                kind: ExportKind::Inventory,
                missing: vec!["Available"],
            });
        }
        Ok(Self { records, columns })
    }

    /// Bytes consumed so far.
    pub(super) fn bytes(&self) -> u64 {
        self.records.bytes()
    }

    /// The rows of one batch, and what went wrong with the next row, if anything did.
    ///
    /// No row and no error is the end of the file.
    pub(super) fn batch(&mut self) -> (Vec<StockLine>, Option<SourceError>) {
        let mut lines = Vec::new();
        while lines.len() < BATCH_ROWS {
            match self.next() {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => break,
                Err(error) => return (lines, Some(error)),
            }
        }
        (lines, None)
    }

    /// The next row that holds anything.
    pub(super) fn next(&mut self) -> Result<Option<StockLine>, SourceError> {
        while let Some(record) = self.records.next()? {
            if record.fields.iter().any(|cell| !cell.trim().is_empty()) {
                return Ok(Some(self.columns.stock_line(record.line, &record.fields)));
            }
        }
        Ok(None)
    }
}

impl Columns {
    fn stock_line(&self, line: u64, row: &StringRecord) -> StockLine {
        StockLine {
            line,
            handle: cell(row, self.handle).to_owned(),
            sku: cell(row, self.sku).to_owned(),
            location: cell(row, self.location).to_owned(),
            count: self.count(row),
        }
    }

    /// A row that counts must name what it counts and where.
    fn count(&self, row: &StringRecord) -> Result<Option<StockCount>, RefusalReason> {
        let Some(available) = self.available(row)? else {
            return Ok(None);
        };
        if cell(row, self.sku).is_empty() {
            return Err(RefusalReason::MissingSku);
        }
        let location = cell(row, self.location);
        if location.is_empty() {
            return Err(RefusalReason::MissingLocation);
        }
        cells::text("Location", location, 255)?;
        let incoming = stated(row, self.incoming)
            .map(|text| cells::count("Incoming", text))
            .transpose()?;
        Ok(Some(StockCount { available, incoming }))
    }

    /// `Available`; in an export without that column what is on hand less what is promised or set aside.
    fn available(&self, row: &StringRecord) -> Result<Option<i32>, RefusalReason> {
        if let Some(column) = self.available {
            return stated(row, Some(column))
                .map(|text| cells::count("Available", text))
                .transpose();
        }
        let Some(text) = stated(row, self.on_hand) else {
            return Ok(None);
        };
        let part = |name, column| stated(row, column).map_or(Ok(0), |text| cells::count(name, text));
        let set_aside =
            i64::from(part("Committed", self.committed)?) + i64::from(part("Unavailable", self.unavailable)?);
        let left = i64::from(cells::count("On hand", text)?) - set_aside;
        cells::count("On hand less Committed and Unavailable", &left.to_string()).map(Some)
    }
}

/// A cell that states a number, or something that should have been one.
fn stated(row: &StringRecord, column: Option<usize>) -> Option<&str> {
    let text = cell(row, column?);
    (!text.is_empty() && !text.eq_ignore_ascii_case(NOT_STOCKED)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::shopify::NumberProblem;

    fn counts(text: &str) -> Vec<Result<Option<StockCount>, RefusalReason>> {
        let mut reader = StockReader::new(text.as_bytes()).unwrap();
        let mut counts = Vec::new();
        while let Some(line) = reader.next().unwrap() {
            counts.push(line.count);
        }
        counts
    }

    fn count(available: i32, incoming: Option<i32>) -> Result<Option<StockCount>, RefusalReason> {
        Ok(Some(StockCount { available, incoming }))
    }

    #[test]
    fn not_stocked_and_blank_are_no_count() {
        let counts = counts(
            "Handle,SKU,Location,Incoming,Available,On hand\n\
             a,A-1,Main,,not stocked,not stocked\na,A-1,Main,,Not Stocked,7\na,A-1,Main,,,7\na,A-1,Main,3,0,7\n",
        );
        assert_eq!(counts, [Ok(None), Ok(None), Ok(None), count(0, Some(3))]);
    }

    #[test]
    fn an_export_without_available_counts_what_is_on_hand_and_not_set_aside() {
        let counts = counts(
            "Handle,SKU,Location,Unavailable (not editable),Committed (not editable),On hand (current),On hand (new)\n\
             a,A-1,Main,2,3,9,\na,A-1,Main,,,not stocked,\na,A-1,Main,,4,3,\n",
        );
        assert_eq!(counts[..2], [count(4, None), Ok(None)]);
        let NumberProblem::Negative = problem(&counts[2]) else {
            panic!("{:?}", counts[2])
        };
    }

    fn problem(count: &Result<Option<StockCount>, RefusalReason>) -> NumberProblem {
        match count {
            Err(RefusalReason::InvalidCount { problem, .. }) => *problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_count_needs_a_sku_a_location_and_a_whole_number() {
        let counts = counts(
            "Handle,SKU,Location,Available\na,,Main,1\na,A-1,,1\na,A-1,Main,-1\na,A-1,Main,few\na,,,not stocked\n",
        );
        assert_eq!(counts[0], Err(RefusalReason::MissingSku));
        assert_eq!(counts[1], Err(RefusalReason::MissingLocation));
        assert_eq!(problem(&counts[2]), NumberProblem::Negative);
        assert_eq!(problem(&counts[3]), NumberProblem::NotANumber);
        assert_eq!(counts[4], Ok(None));
    }

    #[test]
    fn an_export_without_any_count_is_refused() {
        let error = StockReader::new("Handle,SKU,Location,Main\n".as_bytes())
            .err()
            .unwrap();
        assert!(error.to_string().contains("lacks the column \"Available\""));
    }
}
