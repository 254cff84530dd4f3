//! What an export changes about a product's own row.

use entity::{ProductId, ProductStatus, StringList, products};
use rust_decimal::Decimal;
use sea_orm::ActiveValue::{NotSet, Set};

use super::block::{ProductBlock, ProductDetails};

/// What is to be done with the product's own row.
pub(super) enum ProductStep {
    /// Nothing of the product is written, and none of its variants.
    Refuse,
    /// The row is as the export says.
    Keep(ProductId),
    /// Insert the row; where the handle exists, update the named columns.
    Write {
        row: Box<products::ActiveModel>,
        update: Vec<products::Column>,
    },
}

/// Holds a product against its row; refuses a new product that has no price.
///
/// The base price is that of the cheapest variant, and the cost that variant's. A variant that is refused for its SKU
/// still says what the product costs.
pub(super) fn step(
    block: &ProductBlock,
    details: &ProductDetails,
    existing: Option<&products::Model>,
) -> ProductStep {
    let priced = block
        .variants
        .iter()
        .filter_map(|line| line.variant.as_ref().ok());
    let cheapest = priced.min_by_key(|variant| variant.price);
    let price = cheapest.map(|variant| variant.price);
    let cost = cheapest.and_then(|variant| variant.cost);
    let Some(base_price) = price.or(existing.map(|product| product.base_price)) else {
        return ProductStep::Refuse;
    };
    let row = Row {
        handle: &block.handle,
        details,
        base_price,
        cost,
    };
    match existing {
        Some(product) if row.is_in(product) => ProductStep::Keep(product.id),
        // Where the product exists, or somebody creates it meanwhile, what the export says is written over it.
        _ => ProductStep::Write {
            row: Box::new(row.to_insert()),
            update: row.said(price.is_some()),
        },
    }
}

/// A product as the export says it is.
struct Row<'a> {
    handle: &'a str,
    details: &'a ProductDetails,
    base_price: Decimal,
    cost: Option<Decimal>,
}

impl Row<'_> {
    /// Whether everything that the export says is stored already.
    fn is_in(&self, stored: &products::Model) -> bool {
        let said = self.details;
        stored.title == said.title
            && stored.base_price == self.base_price
            && said
                .description
                .as_ref()
                .is_none_or(|description| stored.description == *description)
            && said
                .category
                .as_ref()
                .is_none_or(|category| stored.category == *category)
            && said.tags.as_ref().is_none_or(|tags| *stored.tags == *tags)
            && (said.collection.is_none() || stored.collection == said.collection)
            && (self.cost.is_none() || stored.cost == self.cost)
            && said.status.is_none_or(|status| stored.status == status)
    }

    /// The columns that the export says something about.
    fn said(&self, price: bool) -> Vec<products::Column> {
        use products::Column;
        let said = self.details;
        let columns = [
            (Column::Title, true),
            (Column::Description, said.description.is_some()),
            (Column::Category, said.category.is_some()),
            (Column::Tags, said.tags.is_some()),
            (Column::Collection, said.collection.is_some()),
            (Column::BasePrice, price),
            (Column::Cost, self.cost.is_some()),
            (Column::Status, said.status.is_some()),
        ];
        columns
            .into_iter()
            .filter(|(_, is_said)| *is_said)
            .map(|(column, _)| column)
            .collect()
    }

    fn to_insert(&self) -> products::ActiveModel {
        let said = self.details;
        products::ActiveModel {
            id: Set(ProductId::new()),
            handle: Set(self.handle.to_owned()),
            shopify_id: NotSet,
            title: Set(said.title.clone()),
            description: Set(said.description.clone().flatten()),
            collection: Set(said.collection.clone()),
            category: Set(said.category.clone().flatten()),
            tags: Set(StringList::from(said.tags.clone().unwrap_or_default())),
            base_price: Set(self.base_price),
            cost: Set(self.cost),
            status: Set(said.status.unwrap_or(ProductStatus::Active)),
            created_at: NotSet,
            updated_at: NotSet,
        }
    }
}
