//! Why a line was left out.

use std::fmt;

use super::source_error::ExportKind;

/// A line of an export that the import left out, while it went on with the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The export that holds the line.
    pub file: ExportKind,
    /// The line of the file, counted from 1; for a record of several lines its first.
    pub line: u64,
    /// The product's handle, where the line has one.
    pub handle: Option<String>,
    /// The line's SKU, where it has one.
    pub sku: Option<String>,
    /// What is wrong with it.
    pub reason: RefusalReason,
}

/// What is wrong with a refused line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusalReason {
    /// A row without the handle that says which product it belongs to.
    #[error("no handle")]
    MissingHandle,
    /// A product whose first row has no title. Its variants are refused with it.
    #[error("the product's first row has no title")]
    MissingTitle,
    /// Rows of a product must follow one another; this handle's rows ended further up.
    #[error("the rows of this handle began on line {first_line} and ended before")]
    DuplicateHandle {
        /// Where the handle's rows began.
        first_line: u64,
    },
    /// A product with a status that is none of Shopify's. Its variants are refused with it.
    #[error("the status {} is none of active, draft, unlisted, archived", Shown(.status))]
    UnknownStatus {
        /// The status as written.
        status: String,
    },
    /// A new product none of whose variants has a valid price, so it has no base price either.
    #[error("no variant of the new product has a valid price")]
    NoPrice,
    /// A variant without a SKU cannot be found again by a later export.
    #[error("a variant without SKU")]
    MissingSku,
    /// The same product has the SKU on an earlier line.
    #[error("the product has this SKU on line {first_line} already")]
    DuplicateSku {
        /// The line that keeps the SKU.
        first_line: u64,
    },
    /// Another product has the SKU, in the database or on an earlier line of the file.
    #[error("the SKU belongs to the product {}{}", Shown(.handle), OnLine(.line))]
    SkuOfAnotherProduct {
        /// The handle of the product that keeps the SKU.
        handle: String,
        /// Its line, when it was this file that gave it the SKU.
        line: Option<u64>,
    },
    /// A price or cost that cannot be stored.
    #[error("{column} {}: {problem}", Shown(.value))]
    InvalidPrice {
        /// The column.
        column: &'static str,
        /// The cell as written.
        value: String,
        /// What is wrong with it.
        problem: NumberProblem,
    },
    /// A number of pieces that cannot be stored.
    #[error("{column} {}: {problem}", Shown(.value))]
    InvalidCount {
        /// The column.
        column: &'static str,
        /// The cell as written.
        value: String,
        /// What is wrong with it.
        problem: NumberProblem,
    },
    /// A text that is longer than its column.
    #[error("{column} has {length} characters, more than {limit}")]
    TooLong {
        /// The export's column.
        column: &'static str,
        /// Characters of the text.
        length: usize,
        /// Characters that the database takes.
        limit: usize,
    },
    /// A NUL character, which PostgreSQL cannot store.
    #[error("{column} holds a NUL character")]
    NulCharacter {
        /// The export's column.
        column: &'static str,
    },
    /// Stock of a SKU that no variant has.
    #[error("stock for an unknown SKU")]
    UnknownSku,
    /// Stock without the location that it lies at.
    #[error("stock without a location")]
    MissingLocation,
    /// An earlier line counts the same SKU at the same location.
    #[error("line {first_line} already counts this SKU at this location")]
    DuplicateStock {
        /// The line that counts.
        first_line: u64,
    },
}

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberProblem {
    /// Nothing where a number is needed.
    #[error("missing")]
    Missing,
    /// Text, a currency sign, thousands separators, an exponent.
    #[error("not a number")]
    NotANumber,
    /// Less than zero.
    #[error("negative")]
    Negative,
    /// A fraction of a cent.
    #[error("more than two decimals")]
    TooPrecise,
    /// A price of 100 000 000 and more, a count of 2 147 483 648 and more.
    #[error("too large")]
    TooLarge,
}

impl RefusalReason {
    /// A stable name for reports that programs read.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingHandle => "missing_handle",
            Self::MissingTitle => "missing_title",
            Self::DuplicateHandle { .. } => "duplicate_handle",
            Self::UnknownStatus { .. } => "unknown_status",
            Self::NoPrice => "no_price",
            Self::MissingSku => "missing_sku",
            Self::DuplicateSku { .. } => "duplicate_sku",
            Self::SkuOfAnotherProduct { .. } => "sku_of_another_product",
            Self::InvalidPrice { .. } => "invalid_price",
            Self::InvalidCount { .. } => "invalid_count",
            Self::TooLong { .. } => "too_long",
            Self::NulCharacter { .. } => "nul_character",
            Self::UnknownSku => "unknown_sku",
            Self::MissingLocation => "missing_location",
            Self::DuplicateStock { .. } => "duplicate_stock",
        }
    }
}

/// A cell as it may be shown: in quotes, control characters escaped, cut where it gets long.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(60) {
            Some((cut, _)) => write!(f, "{:?}…", &self.0[..cut]),
            None => write!(f, "{:?}", self.0),
        }
    }
}

struct OnLine<'a>(&'a Option<u64>);

impl fmt::Display for OnLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(line) => write!(f, " (line {line})"),
            None => Ok(()),
        }
    }
}
