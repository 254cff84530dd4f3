//! The columns of the product export that have a place in the schema.

use std::io::Read;

use crate::import::shopify::file::header::Header;
use crate::import::shopify::file::records::Records;
use crate::import::shopify::source_error::{ExportKind, SourceError};

/// Without these the file is no product export, or one that cannot be imported.
const REQUIRED: &[&str] = &[
    "Handle",
    "Title",
    "Option1 Name",
    "Option1 Value",
    "Variant SKU",
    "Variant Price",
];

/// Where each column stands.
pub(super) struct ProductColumns {
    pub(super) handle: usize,
    pub(super) title: usize,
    pub(super) sku: usize,
    pub(super) price: usize,
    pub(super) body: Option<usize>,
    /// Shopify's own taxonomy.
    pub(super) category: Option<usize>,
    /// The shop's word for the kind of product, used where the taxonomy says nothing.
    pub(super) kind: Option<usize>,
    pub(super) tags: Option<usize>,
    /// Exports have none; the template for imports does.
    pub(super) collection: Option<usize>,
    pub(super) cost: Option<usize>,
    pub(super) status: Option<usize>,
    /// Name and value of the up to three options.
    pub(super) options: Vec<(usize, usize)>,
}

impl ProductColumns {
    pub(super) fn read<R: Read>(records: &mut Records<R>) -> Result<Self, SourceError> {
        let header = Header::read(records, ExportKind::Products, REQUIRED)?;
        let option = |number: u8| {
            let name = header.find(&format!("Option{number} Name"))?;
            Some((name, header.find(&format!("Option{number} Value"))?))
        };
        Ok(Self {
            handle: header.get("Handle")?,
            title: header.get("Title")?,
            sku: header.get("Variant SKU")?,
            price: header.get("Variant Price")?,
            body: header.find("Body (HTML)"),
            category: header.find("Product Category"),
            kind: header.find("Type"),
            tags: header.find("Tags"),
            collection: header.find("Collection"),
            cost: header.find("Cost per item"),
            status: header.find("Status"),
            options: (1..=3).filter_map(option).collect(),
        })
    }
}
