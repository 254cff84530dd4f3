//! What makes a file unreadable as a Shopify export.

use std::fmt;
use std::io;

/// Which of Shopify's two exports a reader expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportKind {
    /// *Products → Export*: one row per variant, and rows that only carry images.
    Products,
    /// *Products → Inventory → Export*: one row per SKU and location.
    Inventory,
}

impl ExportKind {
    /// `products` or `inventory`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Products => "products",
            Self::Inventory => "inventory",
        }
    }
}

impl fmt::Display for ExportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A file that cannot be read on: unlike a refused line, this ends the import.
///
/// Lines are those of the file, counted from 1; a record that spans several lines is named by its first.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Not a single byte, or nothing but blank lines.
    #[error("the {kind} file is empty; export it from Shopify again")]
    Empty {
        /// What the file should have been.
        kind: ExportKind,
    },
    /// The header is the one of Shopify's other export.
    #[error(
        "this is Shopify's {found} export where the {expected} export belongs; are the two files swapped?"
    )]
    OtherExport {
        /// What the file should have been.
        expected: ExportKind,
        /// What it is.
        found: ExportKind,
    },
    /// The first line is not the header of an export.
    #[error("not a Shopify {kind} export: the first line has no column {}; {hint}", Quoted(.missing))]
    NotAnExport {
        /// What the file should have been.
        kind: ExportKind,
        /// The required columns that the header lacks.
        missing: Vec<&'static str>,
        /// What to do about it.
        hint: &'static str,
    },
    /// The header is an export's, but columns that the import needs are missing.
    #[error("the {kind} export lacks the column {}; export it again with all columns", Quoted(.missing))]
    MissingColumns {
        /// What the file is.
        kind: ExportKind,
        /// The required columns that the header lacks.
        missing: Vec<&'static str>,
    },
    /// The file begins with the mark of UTF-16.
    #[error("the file is UTF-16; save it as UTF-8 (\"CSV UTF-8\" in a spreadsheet)")]
    Utf16,
    /// A record holds bytes that are not UTF-8.
    #[error("line {line}: not UTF-8 text; save the file as UTF-8 (\"CSV UTF-8\" in a spreadsheet)")]
    InvalidUtf8 {
        /// The physical line of the offending byte.
        line: u64,
    },
    /// A carriage return without a line feed, as a very old program or a broken conversion writes line ends.
    #[error("line {line}: a carriage return without a line feed; save the file with LF or CRLF line ends")]
    BareCarriageReturn {
        /// The line so far.
        line: u64,
    },
    /// A quote opens on this line and none closes it.
    #[error(
        "line {line}: a quote opens here and nothing closes it; write quotes inside a field twice (\"\")"
    )]
    UnclosedQuote {
        /// The line of the opening quote.
        line: u64,
    },
    /// Text follows a closing quote, so one quote too many or too few was written.
    #[error(
        "line {line}: text after the closing quote of a field that opens on line {opened}; write quotes inside a field twice (\"\")"
    )]
    TextAfterQuote {
        /// The line of the text.
        line: u64,
        /// The line of the opening quote.
        opened: u64,
    },
    /// A record has more or fewer fields than the header.
    #[error(
        "line {line}: {found} fields where the header has {expected}; a comma or a quote is missing or too many"
    )]
    FieldCount {
        /// The record's first line.
        line: u64,
        /// The header's number of fields.
        expected: usize,
        /// The record's.
        found: usize,
    },
    /// A record is longer than any export's.
    #[error("line {line}: a record of more than {limit} bytes; a quote is probably missing")]
    RecordTooLong {
        /// The record's first line.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// The reader failed.
    #[error("reading line {line} failed")]
    Read {
        /// The line that was being read.
        line: u64,
        /// The reader's own error.
        #[source]
        source: io::Error,
    },
}

/// `"A"`, `"B"` and `"C"`: names in a sentence.
struct Quoted<'a>(&'a [&'static str]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.0.iter().enumerate() {
            let before = match at {
                0 => "",
                _ if at + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            write!(f, "{before}\"{name}\"")?;
        }
        Ok(())
    }
}
