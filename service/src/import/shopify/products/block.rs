//! What one product's rows say, as far as the file alone can tell.

use entity::ProductStatus;
use rust_decimal::Decimal;

use crate::import::shopify::refusal::RefusalReason;

/// The rows of one handle, which follow one another in the export.
pub(super) struct ProductBlock {
    /// The line of the first row.
    pub(super) line: u64,
    /// The line of the last row, and the bytes of the file up to there.
    pub(super) last_line: u64,
    pub(super) bytes: u64,
    pub(super) handle: String,
    /// What the first row says of the product; a refusal takes the variants with it.
    pub(super) details: Result<ProductDetails, RefusalReason>,
    pub(super) variants: Vec<VariantLine>,
}

/// The first row's columns.
///
/// An outer `None` is what the export does not say, because it lacks the column, or because a blank cell of it says
/// nothing (`collection` and `status`): an existing product keeps what it has. An inner `None` is said to be empty.
#[derive(Debug)]
pub(super) struct ProductDetails {
    pub(super) title: String,
    pub(super) description: Option<Option<String>>,
    pub(super) category: Option<Option<String>>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) collection: Option<String>,
    pub(super) status: Option<ProductStatus>,
}

/// One row that is a variant: it has a SKU, a price or an option value. Other rows only carry images.
#[derive(Debug)]
pub(super) struct VariantLine {
    pub(super) line: u64,
    /// The SKU, blank where the row has none.
    pub(super) sku: String,
    pub(super) variant: Result<VariantDetails, RefusalReason>,
}

#[derive(Clone, Debug)]
pub(super) struct VariantDetails {
    pub(super) size: Option<String>,
    pub(super) frame_type: Option<String>,
    pub(super) price: Decimal,
    pub(super) cost: Option<Decimal>,
}
