//! What the shop sells: products, their variants, and how they do.
//!
//! Owns `products`, `product_variants` and `product_metrics`; how many of a variant there are is [`inventory`](crate::inventory)'s.
//!
//! A product is known by its handle and a variant by its sku; both are unique across the shop (`idx_products_handle`,
//! `idx_product_variants_sku`), as are the ids that Shopify gave them. Prices are never negative and hold two decimals; a price
//! with more is refused, not rounded.
//!
//! Products retire by [`archive`], which forgets nothing. [`deletion`] removes a product with its variants, their stock and its
//! metrics (CASCADE), while the lines of past orders stay and keep the sku and title that were sold (SET NULL).
//!
//! Locks: an operation on one product locks its row first, then its variants by id, then their stock by variant and location.

mod archive;
mod create;
pub mod deletion;
mod get;
mod list;
mod metrics;
mod product;
mod taken;
mod update;
mod variant;

pub use archive::{ArchiveError, ArchiveProduct, ArchivedProduct, archive};
pub use create::{CreateError, CreateProduct, CreatedProduct, create};
pub use get::{GetError, ProductDetails, ProductKey, VariantStock, get};
pub use list::{ListProducts, list};
pub use metrics::{
    ListMetrics, ProductFigures, ProductSummary, RecordMetrics, RecordMetricsError, RecordedMetrics,
    RecordedPeriod, SummarizeMetrics, SummarizeMetricsError, list_metrics, record_metrics, summarize_metrics,
};
pub use taken::{Taken, UniqueField};
pub use update::{UpdateError, UpdateProduct, UpdateVariant, UpdatedProduct, update};
pub use variant::NewVariant;
