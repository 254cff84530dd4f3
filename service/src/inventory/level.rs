//! What is where, and what is missing.

use std::fmt;

use entity::ProductVariantId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::InvalidInput;

/// The location that the schema assumes when none is named.
pub const MAIN: &str = "main";

/// The counters of one variant at one location after an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockLevel {
    /// Which variant.
    pub variant: ProductVariantId,
    /// Where.
    pub location: String,
    /// On the shelf and free to sell.
    pub available: i32,
    /// On the shelf and promised to a customer.
    pub reserved: i32,
    /// Ordered from a supplier and not here yet.
    pub incoming: i32,
}

impl StockLevel {
    /// What a count of the shelf would find.
    #[must_use]
    pub fn on_hand(&self) -> i64 {
        i64::from(self.available) + i64::from(self.reserved)
    }
}

/// What an operation on the stock left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Every row that the batch named, once, by variant and location.
    pub levels: Vec<StockLevel>,
}

/// What there can be too few or too many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counter {
    /// `quantity_available`
    Available,
    /// `quantity_reserved`
    Reserved,
    /// `quantity_incoming`
    Incoming,
    /// What a count found on the shelf, available and reserved together.
    OnHand,
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Available => "available",
            Self::Reserved => "reserved",
            Self::Incoming => "incoming",
            Self::OnHand => "on hand",
        })
    }
}

/// A variant of which there are not enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// Which variant.
    pub variant: ProductVariantId,
    /// Its sku.
    pub sku: String,
    /// Where.
    pub location: String,
    /// Which counter does not suffice.
    pub counter: Counter,
    /// How many there are; zero also when the variant has no stock row there.
    pub present: i32,
    /// How many the whole batch takes.
    pub needed: i64,
}

impl Shortage {
    /// How many are missing.
    #[must_use]
    pub fn short_by(&self) -> i64 {
        self.needed - i64::from(self.present)
    }
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sku,
            location,
            counter,
            present,
            needed,
            ..
        } = self;
        write!(f, "{sku} at {location}: {needed} needed, {present} {counter}")
    }
}

/// Why stock did not move. Nothing of the batch did.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StockError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id belongs to another movement, or to another event.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// Variants that do not exist.
    #[error("{} of the variants do not exist", variants.len())]
    UnknownVariants {
        /// All of them, by id; never empty.
        variants: Vec<ProductVariantId>,
    },
    /// There are not enough.
    #[error("short of stock: {}", Listed(shortages))]
    Short {
        /// Every line that is short, by variant and location; never empty.
        shortages: Vec<Shortage>,
    },
    /// A counter would pass 2 147 483 647.
    #[error("the {counter} stock of variant {variant} at {location} would be larger than it can be")]
    TooMany {
        /// Which variant.
        variant: ProductVariantId,
        /// Where.
        location: String,
        /// Which counter.
        counter: Counter,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for StockError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::Conflict(_)
            | Self::UnknownVariants { .. }
            | Self::Short { .. }
            | Self::TooMany { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

struct Listed<'a>(&'a [Shortage]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, shortage) in self.0.iter().enumerate() {
            write!(f, "{}{shortage}", if i == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}
