//! Why an order is not placed.

use std::fmt;

use entity::{CustomerId, ProductStatus, ProductVariantId};
use rust_decimal::Decimal;
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::InvalidInput;

/// A variant that is not for sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable {
    /// Which variant.
    pub variant: ProductVariantId,
    /// Its sku.
    pub sku: String,
    /// The product's status; when it is active, the variant itself is switched off.
    pub product_status: ProductStatus,
}

/// A variant of which there are not enough where the order looks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortLine {
    /// Which variant.
    pub variant: ProductVariantId,
    /// Its sku.
    pub sku: String,
    /// Where: the line's location, or all preferred ones.
    pub locations: Vec<String>,
    /// How many are free to sell there, after what other lines of the order take.
    pub present: i64,
    /// How many are wanted from there.
    pub needed: i64,
}

impl ShortLine {
    /// How many are missing.
    #[must_use]
    pub fn short_by(&self) -> i64 {
        self.needed - self.present
    }
}

impl fmt::Display for ShortLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sku,
            locations,
            present,
            needed,
            ..
        } = self;
        write!(
            f,
            "{sku} at {}: {needed} wanted, {present} free",
            locations.join(", ")
        )
    }
}

/// Why an order was not placed. Nothing of it was.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id belongs to an order of other content.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// There is no such customer.
    #[error("there is no customer {id}")]
    UnknownCustomer {
        /// Who was named.
        id: CustomerId,
    },
    /// Variants that do not exist, or do not any more.
    #[error("{} of the variants do not exist", variants.len())]
    UnknownVariants {
        /// All of them, by id; never empty.
        variants: Vec<ProductVariantId>,
    },
    /// Variants that are switched off, or whose product is not active.
    #[error("not for sale: {}", skus(unavailable))]
    Unavailable {
        /// All of them, by id; never empty.
        unavailable: Vec<Unavailable>,
    },
    /// There is not enough stock.
    #[error("short of stock: {}", listed(short))]
    Short {
        /// Everything that is short, by variant and location; never empty.
        short: Vec<ShortLine>,
    },
    /// A line takes off more than its pieces cost.
    #[error("the discount of {sku} is {discount}, which is more than its price of {price}")]
    LineDiscount {
        /// Which variant.
        variant: ProductVariantId,
        /// Its sku.
        sku: String,
        /// What is taken off.
        discount: Decimal,
        /// What the pieces cost together.
        price: Decimal,
    },
    /// All discounts together take off more than all pieces cost.
    #[error("the discounts come to {discount}, which is more than the subtotal of {subtotal}")]
    Discount {
        /// What is taken off, lines and order together.
        discount: Decimal,
        /// What all pieces cost.
        subtotal: Decimal,
    },
    /// The order does not come to what the customer was told.
    #[error("the order comes to {total}, not to {expected}")]
    Total {
        /// What the customer was told.
        expected: Decimal,
        /// What it comes to at today's prices.
        total: Decimal,
    },
    /// A sum or a number of pieces that its column cannot hold.
    #[error("{what} would be {value}, which is more than fits")]
    TooLarge {
        /// The column.
        what: &'static str,
        /// What it would hold.
        value: Decimal,
    },
    /// Another order has the caller's number.
    #[error("another order has the number {order_number}")]
    NumberTaken {
        /// The number.
        order_number: String,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for PlaceError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

fn skus(unavailable: &[Unavailable]) -> String {
    unavailable
        .iter()
        .map(|variant| variant.sku.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn listed(short: &[ShortLine]) -> String {
    short
        .iter()
        .map(ShortLine::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}
