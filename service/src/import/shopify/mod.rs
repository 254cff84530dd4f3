//! Shopify's CSV exports, read into the catalogue and the stock.
//!
//! Shopify's admin exports products (*Products → Export*) and stock (*Products → Inventory → Export*) as CSV files.
//! [`import_products`] and [`import_inventory`] read them as they come, row by row, and bring the database to what they
//! say. Importing the same files again changes nothing; importing later ones updates prices, statuses and counts. What
//! the files no longer mention is left alone: an export may be of a part of the shop. A product that got another handle
//! in Shopify is therefore a new one here, whose variants are refused for as long as the old one has their SKUs.
//!
//! ```no_run
//! use std::{fs::File, ops::ControlFlow};
//! use service::import::shopify::{ImportMode, ImportProducts, import_products};
//!
//! # async fn example(db: sea_orm::DatabaseConnection) -> Result<(), Box<dyn std::error::Error>> {
//! let command = ImportProducts { export: File::open("products_export.csv")?, mode: ImportMode::Write };
//! let imported = import_products(&db, command, |_| ControlFlow::Continue(())).await?;
//! println!("{} new, {} changed", imported.report.products.created, imported.report.products.updated);
//! for refusal in &imported.report.refusals {
//!     println!("line {}: {}", refusal.line, refusal.reason);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Files are read with blocking calls, a buffer at a time, between the statements. Held in memory are a batch of rows, the
//! handles and SKUs seen so far (a few hundred bytes for each), and the refusals.
//!
//! # What becomes of which column
//!
//! | Export | Here |
//! |---|---|
//! | `Handle` | `products.handle`, by which a product is found again |
//! | `Title`, `Body (HTML)`, `Tags` | `title`, `description` as it stands, `tags` |
//! | `Product Category`, else `Type` | `category` |
//! | `Collection` (in no export, only in the template for imports) | `collection`; a blank or missing one leaves what is stored |
//! | `Status` | `status`: `draft` and `unlisted` are `inactive`; a blank or missing one is `active` for a new product and leaves what is stored |
//! | `Variant SKU` | `product_variants.sku`, by which a variant is found again |
//! | the option named `Size` | `size` |
//! | the options named `Print Type`, `Finish` or `Frame` | `frame_type`, joined by ` / ` where there are several |
//! | `Variant Price` | `price`; the lowest of a product is its `base_price` |
//! | `Cost per item` of the cheapest variant | `products.cost`; a blank one leaves what is stored |
//! | inventory: `SKU`, `Location`, `Available`, `Incoming` | `inventory`, see [`import_inventory`] |
//!
//! Columns are found by name. Option names stand in a product's first row only. A row without SKU, price and option
//! value only carries an image. Everything else in the exports has no column here and is not read.
//!
//! # What is refused
//!
//! A line that cannot be stored is left out, named in the report with its [`RefusalReason`], and stops nothing: the
//! product's other variants go through, and a product all of whose variants are refused for their SKUs is there without
//! variants. A product whose own first row cannot be used is refused with all its variants. Only a file that cannot be
//! read on, or a database that fails, ends an import ([`ImportFailure`]), and then whole products are in and no parts.

mod error;
mod file;
mod products;
mod progress;
mod refusal;
mod report;
mod source_error;
mod stock;

use std::io::Read;

pub use error::{ImportError, ImportFailure};
pub use products::{ImportProducts, ImportedProducts, KnownSkus, import_products};
pub use progress::{ImportMode, Progress};
pub use refusal::{NumberProblem, Refusal, RefusalReason};
pub use report::{ImportReport, Stopped, Tally};
pub use source_error::{ExportKind, SourceError};

pub(crate) use file::records::Records;
pub use stock::{ImportInventory, import_inventory};

/// Reads no more than the header of a file, and says whether it is the export that it should be.
///
/// # Errors
///
/// [`SourceError`] when it is not, or cannot be read.
pub fn check_header<R: Read>(export: R, kind: ExportKind) -> Result<(), SourceError> {
    match kind {
        ExportKind::Products => products::check_header(export),
        ExportKind::Inventory => stock::check_header(export),
    }
}
