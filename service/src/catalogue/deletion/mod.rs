//! What deleting a product takes with it, and deleting it.
//!
//! [`plan`] answers what a deletion would do, and [`delete`] does exactly that and returns the same [`Report`]:
//!
//! - the product's variants, their stock rows and the product's metrics go (CASCADE);
//! - lines of orders stay, with the sku and the title that were sold, and lose their variant (SET NULL);
//! - stock that is reserved blocks it: somebody has been promised these pieces. The refusal lists every reservation. Who wants
//!   the product gone from the shop now has [`archive`](super::archive).
//!
//! A line of an open order that has no reservation (imported, or of an order whose stock was never tracked) does not block; the
//! report counts it as unfulfilled.

mod delete;
mod plan;

use std::fmt;

use entity::{ProductId, ProductVariantId, products};
use thiserror::Error;

pub use delete::{DeleteProduct, delete};
pub use plan::plan;

use crate::error::{Class, Classified, DatabaseError};

/// What deleting a product does, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The product, which goes.
    pub product: products::Model,
    /// Its variants by sku, which go.
    pub variants: Vec<VariantReport>,
    /// Their stock by sku and location, which goes.
    pub stock: Vec<StockReport>,
    /// How many rows of `product_metrics` go.
    pub metrics: u64,
    /// Lines of orders, which stay and lose their variant, by sku and title.
    pub order_items: Vec<OrderItemsReport>,
    /// What is reserved, by sku and location: not empty means that the deletion is refused.
    pub reservations: Vec<Reservation>,
}

impl Report {
    /// Whether reservations block the deletion.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        !self.reservations.is_empty()
    }
}

/// A variant that goes with its product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantReport {
    /// Its id.
    pub id: ProductVariantId,
    /// Its sku, which becomes free.
    pub sku: String,
}

/// A stock row that goes with its variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockReport {
    /// The variant's sku.
    pub sku: String,
    /// Where.
    pub location: String,
    /// How many were free to sell.
    pub available: i32,
    /// How many were promised to customers.
    pub reserved: i32,
    /// How many were on their way.
    pub incoming: i32,
}

/// Lines of orders that stay, without their variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderItemsReport {
    /// The sku under which they were sold, which may differ from the variant's today.
    pub sku: String,
    /// The title under which they were sold.
    pub title: String,
    /// How many lines.
    pub lines: u64,
    /// How many of these have pieces that are neither fulfilled nor cancelled yet.
    pub unfulfilled: u64,
}

/// Stock that is promised to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// The variant's sku.
    pub sku: String,
    /// Where it is reserved.
    pub location: String,
    /// How many.
    pub quantity: i32,
}

impl fmt::Display for Reservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {} at {}", self.quantity, self.sku, self.location)
    }
}

/// Why a product was not deleted, or its deletion not planned.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeletionError {
    /// There is no such product.
    #[error("there is no product {id}")]
    NotFound {
        /// What was asked for.
        id: ProductId,
    },
    /// Pieces of it are promised to customers.
    #[error(
        "product {handle} has open reservations ({}): release or ship them, or archive the product instead",
        Listed(reservations)
    )]
    Reserved {
        /// The product.
        id: ProductId,
        /// Its handle.
        handle: String,
        /// Every reservation, by sku and location; never empty.
        reservations: Vec<Reservation>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for DeletionError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } | Self::Reserved { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

struct Listed<'a>(&'a [Reservation]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, reservation) in self.0.iter().enumerate() {
            write!(f, "{}{reservation}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
