//! What the database knows of the SKUs of an inventory export, in one statement.

use std::collections::HashMap;

use entity::{ProductVariantId, inventory, product_variants};
use sea_orm::{
    ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait,
};

use super::reader::StockLine;
use crate::batch::among_texts;
use crate::error::DatabaseError;

/// The variants of a batch by SKU.
#[derive(Default)]
pub(super) struct KnownStock(HashMap<String, StoredVariant>);

pub(super) struct StoredVariant {
    pub(super) id: ProductVariantId,
    /// By location: what is available, and what is on its way.
    pub(super) stock: HashMap<String, (i32, i32)>,
}

/// A variant with one of its stock rows, if it has any.
#[derive(Debug, FromQueryResult)]
struct Row {
    id: ProductVariantId,
    sku: String,
    location: Option<String>,
    quantity_available: Option<i32>,
    quantity_incoming: Option<i32>,
}

impl KnownStock {
    /// Looks up the SKUs that the lines count.
    pub(super) async fn of<C: ConnectionTrait>(db: &C, lines: &[StockLine]) -> Result<Self, DatabaseError> {
        let counting = lines.iter().filter(|line| matches!(line.count, Ok(Some(_))));
        let mut skus: Vec<_> = counting.map(|line| line.sku.clone()).collect();
        skus.sort();
        skus.dedup();
        let mut known = Self::default();
        if skus.is_empty() {
            return Ok(known);
        }
        let rows = product_variants::Entity::find()
            .select_only()
            .columns([product_variants::Column::Id, product_variants::Column::Sku])
            .columns([
                inventory::Column::Location,
                inventory::Column::QuantityAvailable,
                inventory::Column::QuantityIncoming,
            ])
            .join_rev(JoinType::LeftJoin, inventory::Relation::ProductVariant.def())
            .filter(among_texts(db, product_variants::Column::Sku, skus));
        for row in rows.into_model::<Row>().all(db).await? {
            let variant = known.0.entry(row.sku).or_insert(StoredVariant {
                id: row.id,
                stock: HashMap::new(),
            });
            if let Some(location) = row.location {
                let counts = (
                    row.quantity_available.unwrap_or(0),
                    row.quantity_incoming.unwrap_or(0),
                );
                variant.stock.insert(location, counts);
            }
        }
        Ok(known)
    }

    pub(super) fn get(&self, sku: &str) -> Option<&StoredVariant> {
        self.0.get(sku)
    }
}
