//! Rows of the product export to values.

use csv::StringRecord;
use entity::ProductStatus;

use super::block::{ProductDetails, VariantDetails, VariantLine};
use super::columns::ProductColumns;
use crate::import::shopify::file::cells::{self, cell};
use crate::import::shopify::refusal::RefusalReason;

/// What an option of a product fills. Names stand in the product's first row only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OptionRole {
    Size,
    FrameType,
    Other,
}

/// The roles of a product's options, in the order of the columns.
pub(super) fn option_roles(columns: &ProductColumns, first_row: &StringRecord) -> Vec<OptionRole> {
    let role = |(name, _): &(usize, usize)| match cell(first_row, *name).to_lowercase().as_str() {
        "size" => OptionRole::Size,
        "print type" | "finish" | "frame" => OptionRole::FrameType,
        _ => OptionRole::Other,
    };
    columns.options.iter().map(role).collect()
}

/// What the first row says of its product.
pub(super) fn details(columns: &ProductColumns, row: &StringRecord) -> Result<ProductDetails, RefusalReason> {
    if cell(row, columns.handle).is_empty() {
        return Err(RefusalReason::MissingHandle);
    }
    let title = cell(row, columns.title);
    if title.is_empty() {
        return Err(RefusalReason::MissingTitle);
    }
    cells::text("Handle", cell(row, columns.handle), 255)?;
    Ok(ProductDetails {
        title: cells::text("Title", title, 500)?.to_owned(),
        description: columns.body.map(|column| description(row, column)).transpose()?,
        category: category(columns, row)?,
        tags: columns.tags.map(|column| tags(cell(row, column))).transpose()?,
        collection: fitting("Collection", optional(row, columns.collection))?,
        status: optional(row, columns.status).map(status).transpose()?,
    })
}

/// The HTML as it stands, spaces included.
fn description(row: &StringRecord, column: usize) -> Result<Option<String>, RefusalReason> {
    let body = row.get(column).filter(|body| !body.trim().is_empty());
    body.map(|body| cells::text("Body (HTML)", body, usize::MAX).map(str::to_owned))
        .transpose()
}

fn category(columns: &ProductColumns, row: &StringRecord) -> Result<Option<Option<String>>, RefusalReason> {
    if columns.category.is_none() && columns.kind.is_none() {
        return Ok(None);
    }
    let category = match optional(row, columns.category) {
        Some(category) => fitting("Product Category", Some(category)),
        None => fitting("Type", optional(row, columns.kind)),
    };
    category.map(Some)
}

fn fitting(column: &'static str, text: Option<&str>) -> Result<Option<String>, RefusalReason> {
    text.map(|text| cells::text(column, text, 255).map(str::to_owned))
        .transpose()
}

/// The variant of a row, unless the row only carries an image.
pub(super) fn variant(
    columns: &ProductColumns,
    roles: &[OptionRole],
    line: u64,
    row: &StringRecord,
) -> Option<VariantLine> {
    let sku = cell(row, columns.sku);
    let price = cell(row, columns.price);
    let says_something = |(_, value): &(usize, usize)| !cell(row, *value).is_empty();
    if sku.is_empty() && price.is_empty() && !columns.options.iter().any(says_something) {
        return None;
    }
    let variant = variant_details(columns, roles, row);
    Some(VariantLine {
        line,
        sku: sku.to_owned(),
        variant,
    })
}

fn variant_details(
    columns: &ProductColumns,
    roles: &[OptionRole],
    row: &StringRecord,
) -> Result<VariantDetails, RefusalReason> {
    cells::text("Variant SKU", cell(row, columns.sku), 255)?;
    let cost = optional(row, columns.cost)
        .map(|cost| cells::price("Cost per item", cost))
        .transpose()?;
    Ok(VariantDetails {
        size: option_value(columns, roles, row, OptionRole::Size)?,
        frame_type: option_value(columns, roles, row, OptionRole::FrameType)?,
        price: cells::price("Variant Price", cell(row, columns.price))?,
        cost,
    })
}

/// The values of the options of one role; a print type and a frame side by side make `Canvas / Black`.
fn option_value(
    columns: &ProductColumns,
    roles: &[OptionRole],
    row: &StringRecord,
    role: OptionRole,
) -> Result<Option<String>, RefusalReason> {
    let of_role = columns.options.iter().zip(roles).filter(|(_, is)| **is == role);
    let values: Vec<_> = of_role
        .map(|((_, value), _)| cell(row, *value))
        .filter(|value| !value.is_empty())
        .collect();
    if values.is_empty() {
        return Ok(None);
    }
    let column = if role == OptionRole::Size {
        "the size"
    } else {
        "the frame type"
    };
    Ok(Some(cells::text(column, &values.join(" / "), 50)?.to_owned()))
}

fn optional(row: &StringRecord, column: Option<usize>) -> Option<&str> {
    column
        .map(|column| cell(row, column))
        .filter(|text| !text.is_empty())
}

/// Shopify's `draft` is not for sale yet, and `unlisted` is for sale but on no list: neither may be listed here.
fn status(text: &str) -> Result<ProductStatus, RefusalReason> {
    match text.to_lowercase().as_str() {
        "active" => Ok(ProductStatus::Active),
        "draft" | "unlisted" => Ok(ProductStatus::Inactive),
        "archived" => Ok(ProductStatus::Archived),
        _ => Err(RefusalReason::UnknownStatus {
            status: text.to_owned(),
        }),
    }
}

fn tags(text: &str) -> Result<Vec<String>, RefusalReason> {
    let mut tags: Vec<String> = Vec::new();
    for tag in cells::text("Tags", text, usize::MAX)?
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
    {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    Ok(tags)
}
